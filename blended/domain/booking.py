"""Free times, and taking one: exactly as many as there is room for, however many reach for it at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blended.domain import busy, making, telling
from blended.domain.appointments import Sealed
from blended.models import Appointment, Place, Slot
from counselling.cases.domain import keys, opening, seats
from counselling.cases.domain.facts import FactsInput
from counselling.cases.models import Case, Role
from counselling.errors import Conflict, NotFound, Taken, TooLate
from counselling.people.domain import access
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff


@dataclass(frozen=True)
class Free:
    """An offered time with room: when (UTC), how, where (onsite), with whom (alias), how many places are left."""

    id: UUID
    team: UUID
    starts_at: datetime
    ends_at: datetime
    channel: str
    place: Place | None
    who: str
    left: int


@dataclass(frozen=True)
class Anew:
    """What somebody gets who booked without having a case: it, the appointment, and the code that leads back."""

    case: UUID
    appointment: UUID
    code: str


def free(
    teams: Iterable[UUID],
    *,
    channel: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    staff: UUID | None = None,
) -> list[Free]:
    """What can be booked with these teams now, by its start. For everybody; three queries, whatever is offered.

    Days on which the team is closed or the counsellor away are left out, whenever that became known.
    Between `since` (included) and `until` (not), and within lead time and horizon of the settings; `staff` narrows it
    to one counsellor.
    """
    now = timezone.now()
    begin, end = max(since or now, making.earliest(now)), making.latest(now)
    rows = Slot.objects.filter(
        team__in=list(teams),
        withdrawn_at=None,
        starts_at__gte=begin,
        starts_at__lte=end,
        staff__is_active=True,
        staff__role=Staff.Role.COUNSELLOR,
        staff__teams=F("team"),
    )
    rows = rows.filter(starts_at__lt=until) if until else rows
    rows = rows.filter(channel=channel) if channel else rows
    rows = rows.filter(staff=staff) if staff else rows
    taken = Count("appointments", filter=Q(appointments__state__in=busy.OPEN))
    open_ones = rows.annotate(taken=taken).filter(taken__lt=F("capacity")).select_related("place", "staff")
    stand = making.on_open_days(list(open_ones.order_by("starts_at", "staff__alias")))
    return [_free(row, row.capacity - row.taken) for row in stand]


def free_in_case(
    actor: Actor,
    case_id: UUID,
    *,
    channel: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
) -> list[Free]:
    """What can be booked from a case: with whoever counsels it, or with its team while nobody does.

    For both sides. Raises NotFound, NotAllowed.
    """
    case = seats.seated(actor, case_id).case
    return free([case.team_id], channel=channel, since=since, until=until, staff=making.answering(case))


def own_free(actor: Actor, team_id: UUID) -> list[Free]:
    """The counsellor's own offers with room in a team, to propose one of them."""
    actor.require_counsellor()
    return free([team_id], staff=actor.id)


def one(slot: UUID) -> Free:
    """One offered time, for the page that asks before booking. Raises NotFound, Taken, TooLate."""
    found = making.open_slot(slot)
    _require_lead(found)
    taken = Appointment.objects.filter(slot=found, state__in=busy.OPEN).count()
    if taken >= found.capacity:
        raise Taken(making.TAKEN)
    return _free(found, found.capacity - taken)


def book(actor: Actor, case_id: UUID, slot: UUID, *, note: str = "") -> UUID:
    """The young person takes an offered time: agreed at once; the appointment's id.

    A case that nobody answered yet belongs to the slot's counsellor from now on. Raises NotFound (case, slot),
    Taken (full or withdrawn), TooLate (over, or within the lead time), Closed, Conflict (waits for a chat, too many
    open ones, a slot of somebody who does not counsel this case), Clash (another one at the same time), TooLong.
    """
    actor.require_seeker()
    note = making.clean_note(note)
    with transaction.atomic():
        return _book(actor, seats.locked(actor, case_id).case, slot, note).pk


def book_anew(actor: Actor, *, slot: UUID, nickname: str, facts: FactsInput, language: str, note: str = "") -> Anew:
    """Open a case by booking a time, for somebody without one (`access.new_seeker`); the code leads back to it.

    The case goes on in letters and belongs to the slot's counsellor; the code holds until a day after the time.
    All or nothing. Raises Conflict (has a case that is open), Invalid (nickname, facts), Unavailable (the team has no
    vault), Locked, and what `book` raises.
    """
    actor.require_seeker()
    with transaction.atomic():
        found = making.open_slot(slot)
        case_id = opening.begin_letters(actor, team_id=found.team_id, nickname=nickname, facts=facts, language=language)
        made = _book(actor, seats.locked(actor, case_id).case, slot, making.clean_note(note))
        return Anew(case_id, made.pk, access.issue_code(actor, needed_until=found.ends_at))


def _book(actor: Actor, case: Case, slot: UUID, note: str) -> Appointment:
    made = take_locked(actor, case, slot, Sealed(note=note))
    making.goes_on(case, made.staff_id)
    telling.agreed(made, case)
    return made


def take_locked(actor: Actor, case: Case, slot: UUID, content: Sealed, *, but: UUID | None = None) -> Appointment:
    """A place of this slot for a locked case, agreed at once; nobody is told yet. Raises as `book`.

    The counsellor's row is locked after the case's. `but`: the appointment that this one takes the place of.
    """
    making.require_running(case)
    busy.lock(_of_team(slot, case))
    found = making.open_slot(slot)
    _require_lead(found)
    if making.answering(case) not in {None, found.staff_id}:
        raise Conflict(_("Diese Zeit gehört jemand anderem aus dem Team. Such dir eine von deiner Beratung aus."))
    making.require_room(case, found.starts_at, found.ends_at, but=but)
    new = making.of_slot(found, case, by=Role.SEEKER, agreed=True, content=content)
    return making.take(found, new, keys.case_key(actor, case.pk))


def _of_team(slot: UUID, case: Case) -> UUID:
    """Whose slot it is. Raises NotFound for another team's."""
    staff = Slot.objects.filter(pk=slot, team=case.team_id).values_list("staff", flat=True).first()
    if staff is None:
        raise NotFound
    return staff


def _require_lead(slot: Slot) -> None:
    if slot.starts_at < making.earliest(timezone.now()):
        raise TooLate(_("Diese Zeit ist schon zu nah. Such dir bitte eine spätere aus."))


def _free(slot: Slot, left: int) -> Free:
    return Free(slot.pk, slot.team_id, slot.starts_at, slot.ends_at, slot.channel, slot.place, slot.staff.alias, left)
