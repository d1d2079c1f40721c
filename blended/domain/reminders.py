"""What appointments do by themselves: a reminder in the inbox a day before. A timer; needs no key."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from blended.domain import telling
from blended.models import Appointment
from counselling.cases.domain import seats
from counselling.cases.models import Case
from counselling.errors import NotFound

BEFORE: Final = timedelta(hours=24)
TOO_LATE: Final = timedelta(hours=2)  # what is agreed so shortly before needs no reminder
NEEDED: Final = timedelta(days=1)  # a case is still needed after its appointment
_HELD: Final = (Appointment.State.AGREED, Appointment.State.KEPT, Appointment.State.MISSED)
_AT_ONCE: Final = 100


def remind_due(now: datetime) -> int:
    """Remind of what begins within BEFORE; how many. What was agreed later than that is reminded of at once."""
    due = _due(now)
    return sum(_remind(due, *row, now) for row in list(due.values_list("pk", "case_id")[:_AT_ONCE]))


def needed_for(now: datetime) -> Exists:
    """For a query of cases: whether an appointment keeps it from being erased, also one that was told to be over.

    A mere proposal does so only while somebody may still answer it.
    """
    asked = Q(state=Appointment.State.PROPOSED) & ~Q(case__state=Case.State.CLOSED)
    needs = Q(state__in=_HELD) | asked
    return Exists(Appointment.objects.filter(needs, case=OuterRef("pk"), ends_at__gt=now - NEEDED))


def _due(now: datetime) -> QuerySet[Appointment]:
    known_before = Q(answered_at__lte=F("starts_at") - BEFORE)
    ahead = Appointment.objects.filter(state=Appointment.State.AGREED, starts_at__gt=now, starts_at__lte=now + BEFORE)
    return ahead.filter(known_before | Q(starts_at__gte=now + TOO_LATE), reminded_at=None)


def _remind(due: QuerySet[Appointment], appointment: UUID, case_id: UUID, now: datetime) -> bool:
    with transaction.atomic():
        try:
            case: Case = seats.lock(case_id)
        except NotFound:
            return False
        row = due.filter(pk=appointment).first()
        if row is None or due.filter(pk=appointment).update(reminded_at=now) != 1:
            return False
        if case.state != Case.State.CLOSED:
            telling.soon(row, case)
        return True
