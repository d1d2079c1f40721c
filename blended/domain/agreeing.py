"""Proposing a time from a case, and the other side's answer. Nobody has to explain a no."""

from dataclasses import replace
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blended.domain import busy, making, telling
from blended.domain.appointments import Sealed
from blended.domain.making import New, When
from blended.models import Appointment, Slot
from counselling.cases.domain import keys, seats
from counselling.cases.models import Role, Seat
from counselling.errors import Conflict, NotAllowed, NotFound, TooLate
from counselling.people.domain.actors import Actor

ANSWERED = _("Darauf gab es schon eine Antwort. Lade die Seite neu.")


def propose(actor: Actor, case_id: UUID, when: When, *, note: str = "") -> UUID:
    """Ask the other side for a time; the proposal's id. It waits for their yes.

    A counsellor's time is held from now on; a young person's wish holds nobody's time, and goes to who counsels them.

    Raises Refused (field: starts_at, channel, minutes, place; past, too soon, too far), NotFound, NotAllowed (a
    consultant), Closed, Conflict (waits for a chat, nobody counsels yet, too many open ones), Clash, TooLong (note).
    """
    content = Sealed(note=making.clean_note(note))
    with transaction.atomic():
        made = propose_locked(actor, sitting(actor, case_id), when, content)
        return made.pk


def propose_slot(actor: Actor, case_id: UUID, slot: UUID, *, note: str = "") -> UUID:
    """A counsellor proposes one of their own offered times; a place in it is held until the answer.

    Raises NotFound, NotAllowed, Taken, TooLate, Closed, Conflict, Clash, TooLong.
    """
    actor.require_counsellor()
    content = Sealed(note=making.clean_note(note))
    with transaction.atomic():
        return propose_slot_locked(actor, sitting(actor, case_id), slot, content).pk


def propose_locked(
    actor: Actor, mine: Seat, when: When, content: Sealed, *, instead_of: Appointment | None = None
) -> Appointment:
    """As `propose`, within a locked case; `instead_of` counts neither as taken time nor among the open ones."""
    case, old = mine.case, instead_of.pk if instead_of else None
    making.require_running(case)
    when = making.check_when(when, case.team_id, wished=actor.kind == "seeker")
    staff = making.answering(case) if actor.kind == "seeker" else actor.id
    if staff is None:
        raise Conflict(_("Noch liest niemand aus dem Team mit. Such dir bitte eine der freien Zeiten aus."))
    if actor.kind == "staff":
        busy.lock(staff)
        busy.require_free(staff, when.starts_at, when.ends_at, but=[old] if old else [])
    making.require_room(case, when.starts_at, when.ends_at, but=old)
    new = New(
        case=case,
        staff=staff,
        starts_at=when.starts_at,
        ends_at=when.ends_at,
        channel=when.channel,
        place=when.place,
        by=mine.role,
        agreed=False,
        content=content,
        instead_of=old,
    )
    made = making.write(new, keys.case_key(actor, case.pk))
    telling.proposed(made, case)
    return made


def propose_slot_locked(
    actor: Actor, mine: Seat, slot: UUID, content: Sealed, *, instead_of: Appointment | None = None
) -> Appointment:
    """As `propose_slot`, within a locked case."""
    case, old = mine.case, instead_of.pk if instead_of else None
    making.require_running(case)
    if not Slot.objects.filter(pk=slot, staff=actor.id, team=case.team_id).exists():
        raise NotFound
    busy.lock(actor.id)
    found = making.open_slot(slot)
    making.require_room(case, found.starts_at, found.ends_at, but=old)
    new = making.of_slot(found, case, by=Role.COUNSELLOR, agreed=False, content=content)
    made = making.take(found, replace(new, instead_of=old), keys.case_key(actor, case.pk))
    telling.proposed(made, case)
    return made


def confirm(actor: Actor, appointment: UUID) -> None:
    """Say yes to what the other side proposed; the counsellor who says yes will be there.

    What it takes the place of is moved. Saying yes twice changes nothing. Raises NotFound, NotAllowed (my own
    proposal), Conflict (answered otherwise meanwhile; waits for a chat), TooLate (over), Closed, Clash.
    """
    with transaction.atomic():
        mine, row = _proposal(actor, appointment)
        if row.state == Appointment.State.AGREED:
            return
        if row.state != Appointment.State.PROPOSED:
            raise Conflict(ANSWERED)
        if row.starts_at <= timezone.now():
            raise TooLate(making.OVER)
        making.require_running(mine.case)
        if actor.kind == "staff":
            busy.lock(actor.id)
            but = [row.pk, *([row.instead_of_id] if row.instead_of_id else [])]
            busy.require_free(actor.id, row.starts_at, row.ends_at, but=but)
            row.staff_id = actor.id
        row.state, row.answered_at = Appointment.State.AGREED, timezone.now()
        row.save(update_fields=["state", "answered_at", "staff"])
        making.goes_on(mine.case, row.staff_id)
        _told(row, mine)


def _told(row: Appointment, mine: Seat) -> None:
    old = row.instead_of
    if old and old.state == Appointment.State.AGREED:
        replaced(old, row)
        telling.moved(row, mine.case, by=mine.role)
    else:
        telling.agreed(row, mine.case, by=mine.role)


def replaced(old: Appointment, new: Appointment) -> None:
    """The agreed `new` stands in place of `old`; a calendar that has the old one learns of it by the same UID."""
    Appointment.objects.filter(pk=old.pk).update(state=Appointment.State.MOVED, answered_at=timezone.now(), uid=uuid4())
    new.uid, new.sequence, new.instead_of_id = old.uid, old.sequence + 1, old.pk
    new.save(update_fields=["uid", "sequence", "instead_of"])


def decline(actor: Actor, appointment: UUID) -> None:
    """Say no, without a reason; what it was to take the place of stays as it is. Twice changes nothing.

    Raises NotFound, NotAllowed (my own: cancel it), Conflict (answered otherwise meanwhile).
    """
    with transaction.atomic():
        mine, row = _proposal(actor, appointment)
        if row.state == Appointment.State.DECLINED:
            return
        if row.state != Appointment.State.PROPOSED:
            raise Conflict(ANSWERED)
        row.state, row.answered_at, row.instead_of = Appointment.State.DECLINED, timezone.now(), None
        row.save(update_fields=["state", "answered_at", "instead_of"])
        telling.declined(row, mine.case, by=mine.role)


def sitting(actor: Actor, case_id: UUID) -> Seat:
    """The actor's seat in the locked case, as its young person or its counsellor. Raises NotFound, NotAllowed."""
    return seats.side(seats.locked(actor, case_id))


def _proposal(actor: Actor, appointment: UUID) -> tuple[Seat, Appointment]:
    """What the other side proposed, in its locked case."""
    case_id = Appointment.objects.filter(pk=appointment).values_list("case", flat=True).first()
    if case_id is None:
        raise NotFound
    mine = sitting(actor, case_id)
    row = Appointment.objects.get(pk=appointment)
    if row.proposed_by == mine.role:
        raise NotAllowed(_("Das hast du selbst vorgeschlagen. Jetzt ist die andere Seite dran."))
    return mine, row
