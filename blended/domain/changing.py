"""Moving, calling off, and what became of an appointment."""

from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blended.domain import agreeing, appointments, booking, busy, course, telling
from blended.domain.appointments import Sealed
from blended.domain.making import When
from blended.models import Appointment, Channel
from counselling.cases.domain import keys, seats
from counselling.cases.models import Case, Role
from counselling.errors import Conflict, NotAllowed, NotFound, TooLate
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff

State = Appointment.State
ENDED = _("Diesen Termin gibt es so nicht mehr. Lade die Seite neu.")
BEGUN = _("Dieser Termin hat schon begonnen.")


def move(actor: Actor, appointment: UUID, when: When) -> UUID:
    """Ask to have an agreed appointment at another time; it stays as it is until the other side says yes.

    Its word and note go along. The proposal's id. Raises what `agreeing.propose` raises, Conflict (not agreed any
    more), TooLate (begun).
    """
    with transaction.atomic():
        old = _movable(actor, appointment)
        mine = agreeing.sitting(actor, old.case_id)
        return agreeing.propose_locked(actor, mine, when, _content(actor, old), instead_of=old).pk


def move_to_slot(actor: Actor, appointment: UUID, slot: UUID) -> UUID:
    """To an offered time: by the young person at once, by the counsellor (own slots) as a proposal.

    The new appointment's id. Raises what `booking.book` or `agreeing.propose_slot` raises, Conflict, TooLate (begun).
    """
    with transaction.atomic():
        old = _movable(actor, appointment)
        mine, content = agreeing.sitting(actor, old.case_id), _content(actor, old)
        if actor.kind == "staff":
            return agreeing.propose_slot_locked(actor, mine, slot, content, instead_of=old).pk
        new = booking.take_locked(actor, mine.case, slot, content, but=old.pk)
        agreeing.replaced(old, new)
        telling.moved(new, mine.case, by=mine.role)
        return new.pk


def cancel(actor: Actor, appointment: UUID) -> None:
    """Call off an appointment, or take an own proposal back. No reason is asked for. Twice changes nothing.

    Both sides of the case may, and whoever is to be there, also while the case waits in the queue. Raises NotFound,
    NotAllowed, Conflict (not open any more; the other side's proposal: decline it), TooLate (begun).
    """
    with transaction.atomic():
        case, row, by = _theirs(actor, appointment)
        if row.state == State.CANCELLED:
            return
        if row.state not in busy.OPEN:
            raise Conflict(ENDED)
        if row.state == State.AGREED and row.starts_at <= timezone.now():
            raise TooLate(BEGUN)
        if row.state == State.PROPOSED and row.proposed_by != by:
            raise Conflict(_("Das hat die andere Seite vorgeschlagen. Sag ja oder nein dazu."))
        _cancel(case, row, by)


def cancel_for_slot(appointment: UUID) -> None:
    """Its offer was withdrawn: called off by the team. Nothing happens to what is not open any more."""
    case_id = Appointment.objects.filter(pk=appointment).values_list("case", flat=True).first()
    if case_id is None:
        return
    with transaction.atomic():
        try:
            case = seats.lock(case_id)
        except NotFound:  # erased meanwhile
            return
        row = Appointment.objects.filter(pk=appointment, state__in=busy.OPEN, ends_at__gt=timezone.now()).first()
        if row:
            _cancel(case, row, Role.COUNSELLOR)


def mark(actor: Actor, appointment: UUID, *, kept: bool) -> None:
    """Say whether an agreed appointment took place, once it has begun. The same twice changes nothing.

    By who counsels the case, or who was to be there. Raises NotFound, NotAllowed, Conflict (not agreed, or marked
    otherwise), TooLate (has not begun yet).
    """
    actor.require_counsellor()
    state = State.KEPT if kept else State.MISSED
    with transaction.atomic():
        case, row, _by = _theirs(actor, appointment)
        if row.state == state:
            return
        if row.state != State.AGREED:
            raise Conflict(ENDED)
        if row.starts_at > timezone.now():
            raise TooLate(_("Der Termin hat noch nicht begonnen."))
        if kept and row.channel != Channel.CHAT:
            course.record(case, row.channel, appointment=row)
        row.state = state
        row.save(update_fields=["state"])
        _drop_pending(row)
        telling.marked(row, case)


def _cancel(case: Case, row: Appointment, by: int) -> None:
    row.answered_at = timezone.now() if row.state == State.AGREED else None
    row.state, row.instead_of = State.CANCELLED, None
    row.sequence += 1
    row.save(update_fields=["state", "answered_at", "instead_of", "sequence"])
    _drop_pending(row)
    telling.cancelled(row, case, by=by)


def _movable(actor: Actor, appointment: UUID) -> Appointment:
    """An agreed appointment before its time, its case locked; an earlier proposal to move it falls."""
    case_id = Appointment.objects.filter(pk=appointment).values_list("case", flat=True).first()
    if case_id is None:
        raise NotFound
    agreeing.sitting(actor, case_id)
    old = Appointment.objects.get(pk=appointment)
    if old.state != State.AGREED:
        raise Conflict(ENDED)
    if old.starts_at <= timezone.now():
        raise TooLate(BEGUN)
    _drop_pending(old)
    return old


def _drop_pending(old: Appointment) -> None:
    """A proposal to have it at another time makes no sense any more."""
    pending = Appointment.objects.filter(instead_of=old, state=State.PROPOSED)
    pending.update(state=State.CANCELLED, instead_of=None, sequence=F("sequence") + 1)


def _content(actor: Actor, old: Appointment) -> Sealed:
    """The word and note of an appointment that moves; new ones where they do not open."""
    return appointments.opened(old, keys.case_key(actor, old.case_id)) or Sealed()


def _theirs(actor: Actor, appointment: UUID) -> tuple[Case, Appointment, int]:
    """The locked case, the appointment, and which side the actor is on."""
    row = Appointment.objects.filter(pk=appointment).first()
    if row is None:
        raise NotFound
    if actor.kind == "staff" and row.staff_id == actor.id:
        actor.require_counsellor()
        if not Staff.objects.filter(pk=actor.id, teams=row.case.team_id).exists():
            raise NotAllowed
        case, by = seats.lock(row.case_id), Role.COUNSELLOR
    else:
        mine = agreeing.sitting(actor, row.case_id)
        case, by = mine.case, Role(mine.role)
    return case, Appointment.objects.get(pk=appointment), by
