"""The chat of an appointment: reserved, past the queue and the hours. Whoever comes first waits for the other.

The young person waits on a page that says so again and again. The counsellor said it once and is at the desk.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blended.domain import agreeing, making, meetings
from blended.models import Appointment, Channel
from counselling.cases import bell
from counselling.cases.domain import keys, seats, talks
from counselling.cases.models import Case, Role, Seat
from counselling.errors import Conflict, NotFound
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff

STAYS: Final = timedelta(seconds=90)  # a phone that hides the page lets its script speak once a minute
AT_DESK: Final = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Reserved:
    """A chat of an appointment whose door is open, for its counsellor. `waits`: the young person is there."""

    appointment: UUID
    case: UUID
    nickname: str
    starts_at: datetime
    waits: bool
    ready: bool  # I said that I am


def arrive(actor: Actor, appointment: UUID) -> bool:
    """I am at the door, from 15 minutes before until the end; True once the chat runs. Saying it again keeps me there.

    By the young person, or by the counsellor who is to be there. Raises NotFound (foreign, not agreed, no chat),
    TooEarly, Over, Closed (the case), Conflict (another talk of the young person runs), Locked.
    """
    row = Appointment.objects.filter(pk=appointment, channel=Channel.CHAT).first()
    if row is None:
        raise NotFound
    with transaction.atomic():
        case = _locked(actor, row)
        row = Appointment.objects.select_related("staff").filter(pk=appointment, state=Appointment.State.AGREED).first()
        if row is None:
            raise NotFound
        now = timezone.now()
        _require_time(row, now)
        if case.state == Case.State.CLOSED:
            making.require_running(case)
        if _runs(case, row):
            return True
        if actor.kind == "seeker":
            row.seeker_at_door = now
        else:
            row.staff_at_door = now
        if not (_seeker_waits(row, now) and (actor.kind == "staff" or _counsellor_ready(row, now))):
            row.save(update_fields=["seeker_at_door", "staff_at_door"])
            bell.ring(teams=[case.team_id])
            return False
        _begin(case, row)
        return True


def open_for(actor: Actor) -> list[Reserved]:
    """The chats of my appointments whose door is open and that do not run yet, by their start. Two queries."""
    actor.require_counsellor()
    now = timezone.now()
    rows = list(
        Appointment.objects.filter(
            staff=actor.id,
            channel=Channel.CHAT,
            state=Appointment.State.AGREED,
            starts_at__lte=now + meetings.EARLY,
            ends_at__gt=now,
            case__state__in=[Case.State.LETTERS, Case.State.WAITING],
            case__team__staff=actor.id,
        )
        .select_related("case")
        .order_by("starts_at")
    )
    opened = keys.case_keys(actor, [row.case_id for row in rows])
    return [
        Reserved(
            appointment=row.pk,
            case=row.case_id,
            nickname=keys.nickname(row.case, opened.get(row.case_id)),
            starts_at=row.starts_at,
            waits=_seeker_waits(row, now),
            ready=bool(row.staff_at_door),
        )
        for row in rows
    ]


def _locked(actor: Actor, row: Appointment) -> Case:
    """The case for one of the two. While it waits in the queue its counsellor has no seat, but the appointment."""
    if actor.kind == "seeker":
        return agreeing.sitting(actor, row.case_id).case
    actor.require_counsellor()
    if row.staff_id != actor.id or not Staff.objects.filter(pk=actor.id, teams=row.case.team_id).exists():
        raise NotFound
    keys.case_key(actor, row.case_id)  # who cannot read it must not take it
    return seats.lock(row.case_id)


def _require_time(row: Appointment, now: datetime) -> None:
    if now < row.starts_at - meetings.EARLY:
        raise meetings.TooEarly
    if now >= row.ends_at:
        raise meetings.Over


def _runs(case: Case, row: Appointment) -> bool:
    """Whether the chat runs with whom it was agreed. Raises Conflict while it runs with somebody else."""
    if case.state != Case.State.ACTIVE:
        return False
    if Seat.objects.filter(case=case, role=Role.COUNSELLOR, staff=row.staff_id, ended_at=None).exists():
        return True
    raise Conflict(_("Hier läuft schon ein Chat mit jemand anderem."))


def _seeker_waits(row: Appointment, now: datetime) -> bool:
    return bool(row.seeker_at_door and now - row.seeker_at_door < STAYS)


def _counsellor_ready(row: Appointment, now: datetime) -> bool:
    """Said so, and is at the desk, where the chat opens by itself."""
    seen = row.staff.seen_at
    return bool(row.staff_at_door and row.staff.is_active and seen and now - seen < AT_DESK)


def _begin(case: Case, row: Appointment) -> None:
    others = Case.objects.filter(seeker=case.seeker_id).exclude(pk=case.pk)
    if others.exclude(state__in=[Case.State.CLOSED, Case.State.LETTERS]).exists():
        raise Conflict(_("Du hast schon ein anderes Gespräch offen."))
    row.seeker_at_door = row.staff_at_door = None
    row.save(update_fields=["seeker_at_door", "staff_at_door"])
    talks.begin_agreed(case, row.staff)
