"""A case that is counselled by letters: how that begins, where it rests between chats, who answers it.

Whoever answers is its `keeper` and holds the counsellor's seat while it rests; during a live chat the seat is that of
whoever chats, who keeps it from then on.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from counselling.cases import bell
from counselling.cases.domain import answering, keys, notes, seats, timeline
from counselling.cases.models import Case, Role, Seat
from counselling.errors import Conflict, Invalid, NotAllowed, NotFound, Taken
from counselling.people.domain import audit, teamkeys
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff

CHANNEL = "mail"
ON_CALL = "on_call"  # somebody who was called at night answers in place of the keeper
_AT_ONCE = 50

_when_resting: list[Callable[[Case], None]] = []


def when_resting(tell: Callable[[Case], None]) -> None:
    """Have `tell` called with the locked case whenever a chat within letters has ended; rooms above this one ask."""
    _when_resting.append(tell)


def go_on(case: Case) -> None:
    """A locked, closed case goes on in letters from now on; the caller saw to it that its seeker can come back."""
    case.by_letter = True
    rest(case)


def rest(case: Case) -> None:
    """No live chat runs (any more) in this locked case: it waits for letters, with its keeper in the seat."""
    case.state, case.channel, case.closed_at, case.ending = Case.State.LETTERS, CHANNEL, None, ""
    case.save(update_fields=["state", "channel", "closed_at", "ending", "by_letter"])
    if case.keeper_id and not _counsellor(case).exists():
        Seat.objects.create(
            case=case, role=Role.COUNSELLOR, staff_id=case.keeper_id, since=timezone.now(), read_seq=_read_by(case)
        )
    _consultants_leave(case)
    bell.ring(cases=[case.pk], teams=[case.team_id])
    for tell in _when_resting:
        tell(case)


def _consultants_leave(case: Case) -> None:
    """Whoever was invited to a chat was invited to that chat."""
    guests = Seat.objects.filter(case=case, role=Role.CONSULTANT, ended_at__isnull=True)
    for seat in guests.select_related("staff"):
        Seat.objects.filter(pk=seat.pk).update(ended_at=timezone.now())
        timeline.add_notice(case, "consultant_left", name=seat.staff.alias if seat.staff else "")


def free_left(_now: datetime) -> int:
    """Cases whose keeper has left the team go back to it, so that somebody else may answer; how many went. A timer."""
    there = Staff.objects.filter(pk=OuterRef("keeper"), is_active=True, role=Staff.Role.COUNSELLOR)
    left = Case.objects.filter(
        ~Exists(there.filter(teams=OuterRef("team"))), by_letter=True, state=Case.State.LETTERS, keeper__isnull=False
    )
    return sum(_free(left, case_id) for case_id in list(left.values_list("pk", flat=True)[:_AT_ONCE]))


def _free(left: QuerySet[Case], case_id: UUID) -> bool:
    with transaction.atomic():
        try:
            case = seats.lock(case_id)
        except NotFound:
            return False
        if not left.filter(pk=case_id).exists():
            return False
        _end_seats(case)
        _name_keeper(case, None)
        timeline.add_notice(case, "letters_back")
        audit.note("back_to_queue", case_ref=case.audit_ref, code="left")
        answering.changed(case, None)
        return True


def claim(actor: Actor, case_id: UUID) -> None:
    """Answer this case from now on; the young person sees who it is.

    Exactly one of two wins: raises Taken, NotFound (another team's, or no letters), Locked (not let in).
    """
    actor.require_counsellor()
    with transaction.atomic():
        case = seats.lock(case_id)
        if not Staff.objects.filter(pk=actor.id, teams=case.team_id).exists():
            raise NotFound
        keys.case_key(actor, case_id)  # who cannot read it must not take it
        if case.state != Case.State.LETTERS or case.keeper_id is not None:
            raise Taken if case.keeper_id else NotFound
        _keep(case, actor.id, read_seq=0)
        timeline.add_notice(case, "letters_claimed", name=actor.alias)
        audit.note("claimed", by=actor, case_ref=case.audit_ref, code="letters")
        answering.changed(case, actor.id)


def give_back(actor: Actor, case_id: UUID, *, note: str = "") -> None:
    """Back to the team: somebody else may answer. The clock runs on. Raises NotFound, NotAllowed (not mine), Empty."""
    with transaction.atomic():
        mine = _mine(actor, case_id)
        _leave_note(actor, mine, note)
        _end_seats(mine.case)
        _name_keeper(mine.case, None)
        timeline.add_notice(mine.case, "letters_back")
        audit.note("back_to_queue", by=actor, case_ref=mine.case.audit_ref, code="letters")
        answering.changed(mine.case, None)


def hand_over(actor: Actor, case_id: UUID, *, to: UUID, note: str = "") -> None:
    """A colleague of the team answers from now on; the young person is told, and the clock runs on.

    Raises NotFound, NotAllowed (not mine), Invalid (to myself), Conflict (not let in yet).
    """
    with transaction.atomic():
        mine = _mine(actor, case_id)
        if to == actor.id:
            raise Invalid(_("Der Fall ist schon bei dir."))
        _leave_note(actor, mine, note)
        pass_on(mine.case, to, by=actor, before=actor.alias, read_seq=mine.read_seq)


def reassign(actor: Actor, case_id: UUID, *, to: UUID) -> None:
    """A supervisor gives an open case of letters, whoever has it, to a counsellor of its team; nothing is opened.

    Raises NotAllowed, NotFound (closed, too), Invalid (theirs already), Conflict (not let in yet, or a chat runs or is
    waited for: whoever chats keeps the case from then on).
    """
    actor.require_supervisor()
    with transaction.atomic():
        case = seats.lock(case_id)
        if case.state == Case.State.CLOSED or not Staff.objects.filter(pk=actor.id, teams=case.team_id).exists():
            raise NotFound
        if case.state != Case.State.LETTERS:
            raise Conflict(_("Hier läuft gerade ein Chat. Danach lässt sich der Fall neu zuteilen."))
        if case.keeper_id == to:
            raise Invalid(_("Der Fall ist schon dort."))
        pass_on(case, to, by=actor, before=_alias(case.keeper_id), read_seq=0)


def pass_on(case: Case, to: UUID, *, by: Actor | None, before: str, read_seq: int, why: str = "letters") -> None:
    """Seat another keeper in a locked, resting case. `before`: the alias of who answered until now, or "".

    `by` is None where a timer follows an absence; `why` is noted in the trail, and "on_call" in the notice as well.
    Raises NotFound, Conflict.
    """
    colleague = Staff.objects.filter(pk=to, teams=case.team_id, role=Staff.Role.COUNSELLOR, is_active=True).first()
    if colleague is None:
        raise NotFound(_("Diese Person gehört nicht (mehr) zum Team."))
    if not teamkeys.holds(to, case.team_id):
        raise Conflict(_("Diese Person ist für den Tresor noch nicht freigeschaltet und könnte nichts lesen."))
    _keep(case, to, read_seq=read_seq)
    if before:
        told = {"why": why} if why == ON_CALL else {}
        timeline.add_notice(case, "handed_over", **{"from": before, "to": colleague.alias, **told})
    else:
        timeline.add_notice(case, "letters_claimed", name=colleague.alias)
    audit.note("handed_over", by=by, subject=to, case_ref=case.audit_ref, code=why)
    answering.changed(case, to)


def _mine(actor: Actor, case_id: UUID) -> Seat:
    actor.require_counsellor()
    mine = seats.locked(actor, case_id)
    if mine.role != Role.COUNSELLOR or mine.case.state != Case.State.LETTERS:
        raise NotAllowed
    return mine


def _keep(case: Case, staff: UUID, *, read_seq: int) -> None:
    """Nobody else sits as counsellor from now on, and the case is theirs."""
    now = timezone.now()
    _end_seats(case)
    Seat.objects.filter(case=case, staff=staff, ended_at__isnull=True).update(ended_at=now)
    Seat.objects.create(case=case, role=Role.COUNSELLOR, staff_id=staff, since=now, read_seq=read_seq)
    _name_keeper(case, staff)
    bell.ring(cases=[case.pk], teams=[case.team_id])


def _name_keeper(case: Case, staff: UUID | None) -> None:
    case.keeper_id = staff
    case.save(update_fields=["keeper"])


def _end_seats(case: Case) -> None:
    _counsellor(case).update(ended_at=timezone.now())


def _counsellor(case: Case) -> QuerySet[Seat]:
    return Seat.objects.filter(case=case, role=Role.COUNSELLOR, ended_at__isnull=True)


def _read_by(case: Case) -> int:
    """How far the keeper had read in an earlier seat."""
    read = Seat.objects.filter(case=case, staff=case.keeper_id).order_by("-read_seq").values_list("read_seq", flat=True)
    return read.first() or 0


def _alias(staff: UUID | None) -> str:
    return Staff.objects.values_list("alias", flat=True).get(pk=staff) if staff else ""


def _leave_note(actor: Actor, mine: Seat, note: str) -> None:
    if note.strip():
        notes.write(mine, keys.case_key(actor, mine.case_id), note)
