"""The queue: rows in the database, one compare-and-set per claim, no broker (design section 6).

Order: whose danger is judged orange or red, who was called and missed it or lost their counsellor, urgent, in whose
words something hints at danger, longest waiting.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Case as Choose
from django.db.models import Exists, OuterRef, Q, Value, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from counselling.cases import bell
from counselling.cases.domain import answering, by_letter, counting, door, keys, places, seats, talks
from counselling.cases.models import Case, Draft, Role, Seat, Waiting
from counselling.errors import AtCapacity, Conflict, DomainError, Locked, NobodyWaiting, NotAllowed, NotFound, Taken
from counselling.people.domain import audit
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff

# --- the seeker ------------------------------------------------------------------------------------------------------


def appear(actor: Actor, case_id: UUID) -> bool:
    """The seeker's page is here: note it, and begin the chat when they were called. True when it begins."""
    if seats.seated(actor, case_id).case.state != Case.State.WAITING:
        return False
    now = timezone.now()
    with transaction.atomic():
        case = seats.lock(case_id)
        waiting = Waiting.objects.select_for_update().get(case=case_id)
        if waiting.ended_at is not None:
            return False
        waiting.seen_at = now
        waiting.save(update_fields=["seen_at"])
        bell.ring(teams=[waiting.team_id])
        if waiting.called_by_id is None:
            return False
        talks.begin(case, waiting, keys.case_keys(actor, [case_id]).get(case_id))
        return True


def seen(case_ids: list[UUID], now: datetime) -> None:
    """Heartbeat of connected seekers' pages, written a few times a minute by each process.

    Desks are told of those in a running chat who were away and are back.
    """
    if not case_ids:
        return
    with transaction.atomic():
        _ring_desks(case_ids, Q(seen_at__isnull=True) | Q(seen_at__lt=now - places.PRESENT))
        Waiting.objects.filter(case__in=case_ids, ended_at__isnull=True).update(seen_at=now)
        Seat.objects.filter(case__in=case_ids, role=Role.SEEKER).update(seen_at=now)


def gone(case_ids: list[UUID]) -> None:
    """The last page of these seekers disconnected; another process with a page renews it within seconds."""
    with transaction.atomic():
        _ring_desks(case_ids, Q(seen_at__isnull=False))
        Waiting.objects.filter(case__in=case_ids, ended_at__isnull=True).update(seen_at=None)
        Seat.objects.filter(case__in=case_ids, role=Role.SEEKER).update(seen_at=None)


def _ring_desks(case_ids: list[UUID], changing: Q) -> None:
    """Waiting people are told of by `stamps` and `appear`; those in a chat here."""
    talking = Seat.objects.filter(changing, case__in=case_ids, role=Role.SEEKER, case__state=Case.State.ACTIVE)
    if teams := set(talking.values_list("case__team", flat=True)):
        bell.ring(teams=teams)


def extend(actor: Actor, case_id: UUID) -> None:
    """One tap gives a called person another CALL_MINUTES; raises Conflict when they are not called (any more)."""
    seats.seated(actor, case_id)
    deadline = timezone.now() + timedelta(minutes=settings.CALL_MINUTES)
    with transaction.atomic():
        called = Waiting.objects.filter(case=case_id, called_by__isnull=False, ended_at__isnull=True)
        if called.update(deadline=deadline) != 1:
            raise Conflict
        bell.ring(cases=[case_id], teams=list(called.values_list("team_id", flat=True)))


def stay(actor: Actor, case_id: UUID) -> None:
    """One tap after a missed call keeps the place at the top for good; raises Conflict when it ended meanwhile."""
    now = timezone.now()
    with transaction.atomic():
        case = seats.locked(actor, case_id).case
        mine = Waiting.objects.filter(case=case_id, ended_at__isnull=True)
        if mine.update(kept_until=None, seen_at=now) != 1:
            raise Conflict
        bell.ring(cases=[case_id], teams=[case.team_id])


def leave(actor: Actor, case_id: UUID) -> None:
    """Leave the queue; the written text stays until it is erased. Leaving twice is fine."""
    with transaction.atomic():
        case = seats.locked(actor, case_id).case
        end_place(case, Waiting.How.LEFT)


def rejoin(actor: Actor, case_id: UUID) -> None:
    """Queue again at the end, with everything written so far. Raises Closed (counted), NotAllowed, Conflict."""
    door.require_open(seats.seated(actor, case_id).case.team_id)
    with transaction.atomic():
        rejoin_locked(seats.locked(actor, case_id).case)


def rejoin_locked(case: Case) -> bool:
    """Queue a locked case again that is closed or rests in letters; False when it waits or runs.

    Raises NotAllowed after a block, Conflict while its seeker waits or talks in a newer case.
    """
    if case.state in {Case.State.WAITING, Case.State.ACTIVE}:
        return False
    if case.ending == "blocked":
        raise NotAllowed(_("Dieses Gespräch wurde beendet. Schreiben kannst du uns trotzdem."))
    others = Case.objects.filter(seeker=case.seeker_id).exclude(pk=case.pk)
    if others.exclude(state=Case.State.CLOSED).exists():
        raise Conflict(_("Du hast schon ein anderes Gespräch offen."))
    requeue(case, front=False)
    counting.count_case("asked_again", case)
    return True


# --- the counsellor --------------------------------------------------------------------------------------------------


def claim(actor: Actor, case_id: UUID) -> UUID:
    """Take this waiting case. Exactly one of two wins: raises Taken, AtCapacity, NotFound, Locked (not let in)."""
    actor.require_counsellor()
    with transaction.atomic():
        _lock_self(actor)
        _claim(actor, case_id)
    return case_id


def claim_next(actor: Actor) -> UUID:
    """Take the top: who was with me before, then whose language I speak, each in queue order.

    Who missed a call is passed over until their page is back. Raises NobodyWaiting, AtCapacity, Locked when I can
    open none of them.
    """
    actor.require_counsellor()
    refused: DomainError = NobodyWaiting()
    with transaction.atomic():
        _lock_self(actor)
        for case_id in _candidates(actor):
            try:
                _claim(actor, case_id)
            except Taken:
                continue
            except Locked as locked:  # one of my teams has not let me in yet
                refused = locked
                continue
            return case_id
    raise refused


def _candidates(actor: Actor) -> list[UUID]:
    """The first few callable places; urgency and waiting order come before personal preference."""
    mine = Seat.objects.filter(case__seeker=OuterRef("case__seeker"), staff=actor.id)  # of earlier chats too
    absent = Q(kept_until__isnull=False) & (Q(seen_at__isnull=True) | Q(seen_at__lt=timezone.now() - places.PRESENT))
    speaks = When(case__language__in=list(actor.languages), then=Value(0))
    line = Waiting.objects.filter(team__staff=actor.id, ended_at__isnull=True, called_by__isnull=True).exclude(absent)
    ordered = line.annotate(known=Exists(mine), foreign=Choose(speaks, default=Value(1))).order_by(
        *places.ORDER, "-known", "foreign", "since"
    )
    return list(ordered.values_list("case_id", flat=True)[:10])


def _lock_self(actor: Actor) -> None:
    """One claim at a time per counsellor, so that two tabs cannot exceed the capacity. Raises AtCapacity."""
    me = Staff.objects.select_for_update().prefetch_related("teams").get(pk=actor.id)
    if open_chats(actor.id) >= capacity(me):
        raise AtCapacity


def capacity(staff: Staff) -> int:
    """Chats at once: their own number, else their team's."""
    return staff.capacity or max((team.default_capacity for team in staff.teams.all()), default=1)


def open_chats(staff_id: UUID) -> int:
    """Chats running or called for this counsellor."""
    talking = Seat.objects.filter(
        staff=staff_id, role=Role.COUNSELLOR, ended_at__isnull=True, case__state=Case.State.ACTIVE
    )
    return talking.count() + Waiting.objects.filter(called_by=staff_id, ended_at__isnull=True).count()


def _claim(actor: Actor, case_id: UUID) -> None:
    now = timezone.now()
    case = seats.lock(case_id)
    if not Staff.objects.filter(pk=actor.id, teams=case.team_id).exists():
        raise NotFound
    key = keys.case_key(actor, case_id)  # who cannot read it must not take it
    won = Waiting.objects.filter(case=case_id, called_by__isnull=True, ended_at__isnull=True).update(
        called_by=actor.id, called_at=now, deadline=now + timedelta(minutes=settings.CALL_MINUTES)
    )
    if won != 1:
        raise Taken
    audit.note("claimed", by=actor, case_ref=case.audit_ref)
    waiting = Waiting.objects.select_related("called_by", "team").get(case=case_id)
    bell.ring(cases=[case_id], teams=[case.team_id])
    if places.is_present(waiting, now):
        talks.begin(case, waiting, key)


# --- shared moves ----------------------------------------------------------------------------------------------------


def requeue(case: Case, *, front: bool) -> None:
    """Put a locked case back into the queue: to the top, or at the end as a new wait."""
    now = timezone.now()
    case.state, case.channel, case.closed_at, case.ending = Case.State.WAITING, "chat", None, ""
    case.save(update_fields=["state", "channel", "closed_at", "ending"])
    Seat.objects.filter(case=case, staff__isnull=False, ended_at__isnull=True).update(ended_at=now)
    if not front and not _is_unanswered(case):
        Waiting.objects.filter(case=case).update(hinted=False)  # a new wait, and what hinted at danger was answered
    Waiting.objects.filter(case=case).update(
        since=now,
        front=front,
        called_by=None,
        called_at=None,
        deadline=None,
        kept_until=None,
        ended_at=None,
        how="",
        seen_at=Seat.objects.get(case=case, role=Role.SEEKER).seen_at,
    )
    bell.ring(cases=[case.pk], teams=[case.team_id])


def _is_unanswered(case: Case) -> bool:
    """Whether something the young person wrote waits still, be it the text of a waiting room."""
    return case.unanswered_since is not None or Draft.objects.filter(seat__case=case, first=True).exists()


def end_place(case: Case, how: str) -> bool:
    """End a locked case's place and close the case, or let it rest in letters; counted once.

    False when it had ended before.
    """
    now = timezone.now()
    if Waiting.objects.filter(case=case, ended_at__isnull=True).update(ended_at=now, how=how, called_by=None) != 1:
        return False
    counting.count_case(how, case)
    if case.by_letter:
        by_letter.rest(case)
        return True
    case.state, case.closed_at, case.ending = Case.State.CLOSED, now, f"place_{how}"
    case.save(update_fields=["state", "closed_at", "ending"])
    answering.ended(case)
    bell.ring(cases=[case.pk], teams=[case.team_id])
    return True
