"""Somebody else answers a case from now on: what becomes of the appointments that its last counsellor had there.

They had a yes for that person. So the new one keeps the time, if it is free, and the young person is asked again;
otherwise, and while nobody answers, it is called off. Whoever passed the case on keeps nothing of it but what was.
Where the case is closed, nothing is left ahead of it.
"""

from uuid import UUID

from django.db.models import F, QuerySet
from django.utils import timezone

from blended.domain import busy, telling
from blended.models import Appointment
from counselling.cases.models import Case, Role
from counselling.people.models import Staff

State = Appointment.State


def follow(case: Case, to: UUID | None) -> None:
    """The open appointments of this locked case that have not begun go along to `to`, or fall. Safe to repeat."""
    if case.state == Case.State.CLOSED:
        _end(case)
        return
    rows = _left_behind(case, to)
    if not rows.exists():
        return
    # A proposal to move one of them was to somebody who is gone; what it was about is asked anew.
    rows.filter(state=State.PROPOSED, instead_of__isnull=False).update(
        state=State.CANCELLED, instead_of=None, sequence=F("sequence") + 1
    )
    colleague = busy.lock(to) if to else None
    for row in list(_left_behind(case, to).order_by("starts_at")):
        if colleague and _is_free(colleague, row):
            _give(row, case, colleague)
        else:
            _drop(row, case)


def _end(case: Case) -> None:
    """Questions fall quietly, whenever they were about: nobody waits any more. What was agreed is called off.

    What has begun stays, for its counsellor to say whether it took place.
    """
    rows = Appointment.objects.filter(case=case)
    rows.filter(state=State.PROPOSED).update(state=State.CANCELLED, instead_of=None, sequence=F("sequence") + 1)
    for row in list(rows.filter(state=State.AGREED, starts_at__gt=timezone.now()).order_by("starts_at")):
        _drop(row, case)


def _left_behind(case: Case, to: UUID | None) -> QuerySet[Appointment]:
    ahead = Appointment.objects.filter(case=case, state__in=busy.OPEN, starts_at__gt=timezone.now())
    return ahead.exclude(staff=to) if to else ahead


def _is_free(colleague: Staff, row: Appointment) -> bool:
    if _is_wish(row):
        return True  # it holds nobody's time until somebody says yes
    return not busy.clashing(busy.spans(colleague.pk, row.starts_at, row.ends_at), row.starts_at, row.ends_at)


def _give(row: Appointment, case: Case, colleague: Staff) -> None:
    row.staff, row.slot, row.number = colleague, None, None
    if _is_wish(row):
        row.save(update_fields=["staff", "slot", "number"])
        return
    row.state, row.proposed_by, row.answered_at, row.reminded_at = State.PROPOSED, Role.COUNSELLOR, None, None
    row.sequence += 1
    row.save(
        update_fields=["staff", "slot", "number", "state", "proposed_by", "answered_at", "reminded_at", "sequence"]
    )
    telling.passed_on(row, case)


def _drop(row: Appointment, case: Case) -> None:
    row.answered_at = timezone.now() if row.state == State.AGREED else None
    row.state, row.sequence = State.CANCELLED, row.sequence + 1
    row.save(update_fields=["state", "answered_at", "sequence"])
    telling.dropped(row, case)


def _is_wish(row: Appointment) -> bool:
    return row.state == State.PROPOSED and row.proposed_by == Role.SEEKER
