"""What happens by itself.

Each timer finds its cases, locks one after the other, and looks again before it acts: several processes may run
them at once, and a repeat changes nothing.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Q, QuerySet
from django.utils import timezone

from counselling.cases import bell
from counselling.cases.domain import closing, door, emergency, handover, places, queue, seats, talks, timeline
from counselling.cases.models import Case, Role, Seat, Waiting
from counselling.errors import NotFound
from counselling.people.domain import audit, presence
from counselling.people.models import Team

SILENCE_WARNING = timedelta(minutes=5)

Timer = Callable[[datetime], int]
_more: list[Timer] = []
_alarms: list[Callable[[], None]] = []
_talking: list[Callable[[datetime], Exists]] = []


def add(timer: Timer) -> None:
    """Rooms above this one have timers as well: given the time, each says how many things it did."""
    _more.append(timer)


def alarm_by(tell: Callable[[], None]) -> None:
    """Whom `nobody_here` concerns is told this way as well; called inside the timer's transaction.

    It may only write down what is to be told: a mail server that hangs must not stop the clock.
    """
    _alarms.append(tell)


def spare_silence(talking: Callable[[datetime], Exists]) -> None:
    """While `talking` (for a query of cases, given the time) holds for a chat, it neither warns nor ends as silent."""
    _talking.append(talking)


def run(now: datetime) -> int:
    """Everything that is due; how many things happened."""
    own = (
        missed_calls,
        ended_places,
        closed_queues,
        lost_counsellors,
        nearly_silent,
        silent_chats,
        nobody_here,
        emergency.unseen,
    )
    return sum(timer(now) for timer in (*own, *_more))


def missed_calls(now: datetime) -> int:
    """Called and not come in time: back to the top, kept for KEPT_PLACE_MINUTES."""
    due = Waiting.objects.filter(called_by__isnull=False, ended_at__isnull=True, deadline__lte=now)

    def keep(case: Case) -> bool:
        waiting = due.filter(case=case).first()
        if waiting is None:
            return False
        if places.is_present(waiting, now):
            talks.begin(case, waiting, None)
            return True
        until = now + timedelta(minutes=settings.KEPT_PLACE_MINUTES)
        due.filter(case=case).update(called_by=None, deadline=None, front=True, kept_until=until)
        called = _moment(waiting.called_at or now)
        timeline.add_notice(case, "place_kept", called=called, until=_moment(until))
        audit.note("back_to_queue", subject=waiting.called_by_id, case_ref=case.audit_ref, code="missed")
        return True

    return _each(due.values_list("case_id", flat=True), keep)


def ended_places(now: datetime) -> int:
    """Kept long enough and still absent: the place ends as abandoned; what was written stays until it is erased.

    Whoever has the page open stands at the top like anybody else.
    """
    due = Waiting.objects.filter(ended_at__isnull=True, called_by__isnull=True, kept_until__lte=now)
    here = Q(seen_at__gt=now - places.PRESENT)
    back = due.filter(here)

    def keep(case: Case) -> bool:
        kept = back.filter(case=case).update(kept_until=None) == 1
        bell.ring(cases=[case.pk], teams=[case.team_id])
        return kept

    return _each(back.values_list("case_id", flat=True), keep) + _end_all(due.exclude(here), Waiting.How.ABANDONED)


def closed_queues(now: datetime) -> int:
    """After the hours, with nobody here any more, the places end; nobody waits in front of a dark house."""
    ended = 0
    for team in Team.objects.filter(pk__in=Waiting.objects.filter(ended_at__isnull=True).values("team")):
        if door.status(team.pk, now).open == "closed" and not presence.anyone_here(team.pk, now):
            due = Waiting.objects.filter(team=team, ended_at__isnull=True, called_by__isnull=True)
            ended += _end_all(due, Waiting.How.CLOSED)
    return ended


def _end_all(due: QuerySet[Waiting], how: str) -> int:
    """End these places; each is looked at again once its case is locked."""

    def end(case: Case) -> bool:
        if not due.filter(case=case).exists() or not queue.end_place(case, how):
            return False
        timeline.add_notice(case, "place_ended", by=how)
        return True

    return _each(due.values_list("case_id", flat=True), end)


def lost_counsellors(now: datetime) -> int:
    """A counsellor's connection is gone longer than the grace period: their chats go back to the top."""
    limit = now - timedelta(seconds=settings.COUNSELLOR_GRACE_SECONDS)
    gone = Q(staff__seen_at__isnull=True) | Q(staff__seen_at__lt=limit)
    lost = Seat.objects.filter(
        gone, role=Role.COUNSELLOR, ended_at__isnull=True, since__lt=limit, case__state=Case.State.ACTIVE
    )

    def give_back(case: Case) -> bool:
        seat = lost.filter(case=case).first()
        if case.state != Case.State.ACTIVE or seat is None:
            return False
        handover.back_to_queue(case, "counsellor_lost")
        audit.note("back_to_queue", subject=seat.staff_id, case_ref=case.audit_ref, code="lost")
        return True

    return _each(lost.values_list("case_id", flat=True), give_back)


def nearly_silent(now: datetime) -> int:
    """Nothing said for so long that the chat ends in a few minutes: told once to both sides, who keep it by one tap."""
    patience = timedelta(minutes=settings.SILENT_CHAT_MINUTES)
    silent = _open_chats(now).filter(
        ~closing.is_warned(),
        last_at__gte=now - patience,
        last_at__lt=now - patience + SILENCE_WARNING,
    )

    def warn(case: Case) -> bool:
        if case.last_at is None or not silent.filter(pk=case.pk).exists():
            return False
        timeline.add_notice(case, "silence_soon", until=_moment(case.last_at + patience))
        return True

    return _each(silent.values_list("pk", flat=True), warn)


def silent_chats(now: datetime) -> int:
    """Nothing said for SILENT_CHAT_MINUTES: closed with a notice; it can be taken up again."""
    limit = now - timedelta(minutes=settings.SILENT_CHAT_MINUTES)
    silent = _open_chats(now).filter(last_at__lt=limit)

    def close(case: Case) -> bool:
        if not silent.filter(pk=case.pk).exists():
            return False
        closing.finish(case, by="silence")
        return True

    return _each(silent.values_list("pk", flat=True), close)


def _open_chats(now: datetime) -> QuerySet[Case]:
    """Running chats whose two sides are not talking otherwise just now."""
    chats = Case.objects.filter(state=Case.State.ACTIVE, channel="chat")
    return chats.filter(*(~talking(now) for talking in _talking))


def nobody_here(now: datetime) -> int:
    """Nobody behind an open door: staff are told once a day, without content."""
    day = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    silent = Q(alerted_at__isnull=True) | Q(alerted_at__lt=day)
    return sum(_tell_once(team, now, silent) for team in Team.objects.filter(silent))


def _tell_once(team: Team, now: datetime, silent: Q) -> bool:
    if not door.nobody_for_long(team, now):
        return False
    with transaction.atomic():
        first = Team.objects.filter(silent, pk=team.pk).update(alerted_at=now) == 1
        if first:
            for tell in _alarms:
                tell()
        bell.ring(teams=[team.pk])
    return first


def _each(ids: Iterable[UUID], act: Callable[[Case], bool]) -> int:
    """Act on each locked case in a transaction of its own; how often something changed."""
    changed = 0
    for case_id in list(ids):
        with transaction.atomic():
            try:
                changed += act(seats.lock(case_id))
            except NotFound:
                continue
    return changed


def _moment(at: datetime) -> str:
    """As times stand in JSON: UTC to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def tick() -> int:
    """Run with the current time; what the server's clock calls."""
    return run(timezone.now())
