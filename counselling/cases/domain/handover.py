"""Passing a case on: to a colleague, back to the queue, or inviting somebody in. Each is one transaction."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from counselling.cases import bell
from counselling.cases.domain import answering, keys, notes, queue, seats, timeline
from counselling.cases.models import Case, Role, Seat
from counselling.errors import AtCapacity, Closed, Conflict, Invalid, NotAllowed, NotFound
from counselling.people.domain import audit, teamkeys
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff


def to_colleague(actor: Actor, case_id: UUID, *, to: UUID, note: str = "") -> None:
    """Hand my chat to a colleague of the team who is active and has room; the seeker is told.

    Raises NotFound, NotAllowed (not my chat), Closed, AtCapacity (theirs), Conflict (already seated).
    """
    actor.require_counsellor()
    with transaction.atomic():
        mine = _my_active(actor, case_id)
        if to == actor.id:
            raise Invalid(_("Das Gespräch ist schon bei dir."))
        colleague = _colleague(mine.case, to)
        if queue.open_chats(colleague.pk) >= queue.capacity(colleague):
            raise AtCapacity(_("Diese Person hat schon so viele Chats, wie sie sich vorgenommen hat."))
        _leave_note(actor, mine, note)
        now = timezone.now()
        Seat.objects.filter(case=case_id, staff=to, ended_at__isnull=True).update(ended_at=now)
        Seat.objects.filter(pk=mine.pk).update(ended_at=now)
        Seat.objects.create(case=mine.case, role=Role.COUNSELLOR, staff=colleague, since=now, read_seq=mine.read_seq)
        if mine.case.by_letter:  # whoever chats keeps the case from then on
            Case.objects.filter(pk=case_id).update(keeper=colleague)
        timeline.add_notice(mine.case, "handed_over", **{"from": actor.alias, "to": colleague.alias})
        audit.note("handed_over", by=actor, subject=colleague.pk, case_ref=mine.case.audit_ref, code="colleague")
        answering.changed(mine.case, colleague.pk)


def to_queue(actor: Actor, case_id: UUID, *, note: str = "") -> None:
    """Give my chat back to the top of the queue; the seeker is told. Raises NotFound, NotAllowed, Closed."""
    actor.require_counsellor()
    with transaction.atomic():
        mine = _my_active(actor, case_id)
        _leave_note(actor, mine, note)
        back_to_queue(mine.case, "back_to_queue")
        audit.note("back_to_queue", by=actor, case_ref=mine.case.audit_ref, code="by_hand")


def back_to_queue(case: Case, notice: str) -> None:
    """Requeue a locked, active case at the top with a notice that says why."""
    timeline.add_notice(case, notice)
    queue.requeue(case, front=True)


def uncall(actor: Actor, case_id: UUID) -> None:
    """Give a called place back to the top before the young person appeared. Raises Conflict when not called by me."""
    actor.require_counsellor()
    with transaction.atomic():
        case = seats.lock(case_id)
        if not case.team.staff.filter(pk=actor.id).exists():
            raise NotFound
        if case.waiting.called_by_id != actor.id or case.waiting.ended_at is not None:
            raise Conflict
        case.waiting.called_by, case.waiting.deadline, case.waiting.front = None, None, True
        case.waiting.save(update_fields=["called_by", "deadline", "front"])
        audit.note("back_to_queue", by=actor, case_ref=case.audit_ref, code="uncalled")
        bell.ring(cases=[case_id], teams=[case.team_id])


def invite(actor: Actor, case_id: UUID, *, to: UUID) -> None:
    """Seat a colleague beside me; the seeker sees who joined. Raises NotFound, NotAllowed, Closed, Conflict."""
    actor.require_counsellor()
    with transaction.atomic():
        mine = _my_active(actor, case_id)
        colleague = _colleague(mine.case, to)
        if Seat.objects.filter(case=case_id, staff=to, ended_at__isnull=True).exists():
            raise Conflict(_("Diese Person sitzt schon mit im Gespräch."))
        Seat.objects.create(case=mine.case, role=Role.CONSULTANT, staff=colleague, since=timezone.now())
        timeline.add_notice(mine.case, "consultant_joined", name=colleague.alias)
        audit.note("colleague_invited", by=actor, subject=colleague.pk, case_ref=mine.case.audit_ref)


def leave_seat(actor: Actor, case_id: UUID) -> None:
    """A consultant leaves; the seeker is told. Raises NotFound, NotAllowed for the counsellor (they hand over)."""
    actor.require_counsellor()
    with transaction.atomic():
        mine = seats.locked(actor, case_id)
        if mine.role != Role.CONSULTANT:
            raise NotAllowed(_("Gib das Gespräch erst ab, bevor du gehst."))
        Seat.objects.filter(pk=mine.pk).update(ended_at=timezone.now())
        timeline.add_notice(mine.case, "consultant_left", name=actor.alias)
        audit.note("colleague_left", by=actor, case_ref=mine.case.audit_ref)


def _my_active(actor: Actor, case_id: UUID) -> Seat:
    mine = seats.locked(actor, case_id)
    if mine.role != Role.COUNSELLOR:
        raise NotAllowed
    if mine.case.state != Case.State.ACTIVE:
        raise Closed(_("Dieses Gespräch ist schon beendet."))
    return mine


def _colleague(case: Case, staff_id: UUID) -> Staff:
    found = (
        Staff.objects.select_for_update(of=("self",))
        .filter(pk=staff_id, teams=case.team_id, role=Staff.Role.COUNSELLOR, is_active=True)
        .prefetch_related("teams")
    )
    colleague = found.first()
    if colleague is None:
        raise NotFound(_("Diese Person gehört nicht (mehr) zum Team."))
    if not teamkeys.holds(staff_id, case.team_id):
        raise Conflict(_("Diese Person ist für den Tresor noch nicht freigeschaltet und könnte nichts lesen."))
    return colleague


def _leave_note(actor: Actor, mine: Seat, note: str) -> None:
    if note.strip():
        notes.write(mine, keys.case_key(actor, mine.case_id), note)
