"""Two clocks at once, and people who return in the moment a timer looks at them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

import pytest
from django.utils import timezone

from counselling.cases import bell
from counselling.cases.domain import closing, erasing, handover, queue, retention, timers
from counselling.cases.models import Case, Waiting
from counselling.people.domain import presence
from counselling.people.models import Staff, Team
from tests.support import world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def test_the_alert_rings_the_desks(team: Team, now: datetime) -> None:
    rings: list[bell.Ring] = []
    stop = bell.listen(rings.append)
    try:
        timers.nobody_here(now)
    finally:
        stop()

    assert rings == [bell.Ring(teams=frozenset({team.pk}))]


def test_two_processes_act_once(team: Team) -> None:
    """Some called people are on their page when the call runs out, some are not."""
    mara = world.counsellor(team, "Mara", capacity=100)
    called = [world.call(team, mara) for _ in range(30)]
    due = timezone.now() + 5 * MINUTE  # not `now`: a busy machine takes seconds for thirty calls
    queue.seen([chat.case for chat in called[::2]], due)

    results = world.together(*[partial(timers.missed_calls, due + timedelta(seconds=5))] * 2)

    assert world.kinds(results) == ["int", "int"], results
    assert sum(results) == 30
    assert Case.objects.filter(state="active").count() == 15
    assert Waiting.objects.filter(ended_at=None, called_by=None, front=True).count() == 15


@contextmanager
def meanwhile(act: Callable[[UUID], object]) -> Iterator[None]:
    """As soon as a timer has dealt with the first case, `act` happens: the timer knows the others, and is wrong."""
    rung: list[UUID] = []

    def first_only(ring: bell.Ring) -> None:
        if not rung and ring.cases:
            rung.extend(ring.cases)
            act(rung[0])

    stop = bell.listen(first_only)
    try:
        yield
    finally:
        stop()


def other(pair: list[Chat], case: UUID) -> Chat:
    """The one of two that the timer has not reached."""
    return next(chat for chat in pair if chat.case != case)


def states() -> list[str]:
    return sorted(Case.objects.values_list("state", flat=True))


def test_a_place_whose_owner_returns_in_that_moment_does_not_end(team: Team, now: datetime) -> None:
    mara = world.counsellor(team, "Mara")
    pair = [world.call(team, mara) for _ in range(2)]
    timers.missed_calls(now + 6 * MINUTE)
    Waiting.objects.update(kept_until=now)

    with meanwhile(lambda case: queue.appear(other(pair, case).seeker, other(pair, case).case)):
        assert timers.ended_places(now) == 1

    assert states() == ["closed", "waiting"]


def test_a_place_that_is_called_in_that_moment_does_not_end_with_the_hours(team: Team, now: datetime) -> None:
    mara = world.counsellor(team, "Mara")
    pair = [Chat(who.seeker, mara, who.case) for who in (world.waiting(team, present=False) for _ in range(2))]
    world.close_hours(team)
    presence.set_status(mara, "away")

    with meanwhile(lambda case: queue.claim(mara, other(pair, case).case)):
        assert timers.closed_queues(now) == 1

    assert Waiting.objects.get(ended_at=None).called_by_id == mara.id


def test_a_call_that_is_extended_in_that_moment_goes_on(team: Team, now: datetime) -> None:
    mara = world.counsellor(team, "Mara")
    pair = [world.call(team, mara) for _ in range(2)]
    Waiting.objects.update(deadline=now - MINUTE)

    with meanwhile(lambda case: queue.extend(other(pair, case).seeker, other(pair, case).case)):
        assert timers.missed_calls(now) == 1

    assert Waiting.objects.filter(called_by=mara.id).count() == 1


def test_a_counsellor_who_hands_over_in_that_moment_is_not_lost(team: Team, now: datetime) -> None:
    mara, jon = world.counsellor(team, "Mara"), world.counsellor(team, "Jon")
    pair = [world.chat(team, mara) for _ in range(2)]
    later = now + 5 * MINUTE
    Staff.objects.filter(pk=jon.id).update(seen_at=later)

    with meanwhile(lambda case: handover.to_colleague(mara, other(pair, case).case, to=jon.id)):
        assert timers.lost_counsellors(later) == 1

    assert states() == ["active", "waiting"]


def test_a_word_in_that_moment_ends_the_silence(team: Team, now: datetime) -> None:
    mara = world.counsellor(team, "Mara")
    pair = [world.chat(team, mara) for _ in range(2)]
    Case.objects.update(last_at=now - 31 * MINUTE)

    with meanwhile(lambda case: world.say(other(pair, case).seeker, other(pair, case).case)):
        assert timers.silent_chats(now) == 1

    assert states() == ["active", "closed"]


def test_a_case_that_is_erased_in_that_moment_stops_nothing(team: Team, now: datetime) -> None:
    mara = world.counsellor(team, "Mara")
    pair = [world.chat(team, mara) for _ in range(2)]
    Case.objects.update(last_at=now - 31 * MINUTE)

    with meanwhile(lambda case: erasing.erase_all(other(pair, case).seeker)):
        assert timers.silent_chats(now) == 1

    assert states() == ["closed"]


def test_a_chat_taken_up_again_in_that_moment_is_not_erased(team: Team, now: datetime) -> None:
    mara = world.counsellor(team, "Mara")
    pair = [world.chat(team, mara) for _ in range(2)]
    for chat in pair:
        closing.end(chat.seeker, chat.case)

    with meanwhile(lambda case: closing.take_up_again(other(pair, case).seeker, other(pair, case).case)):
        assert retention.prune(now + timedelta(days=2))["cases"] == 1

    assert states() == ["waiting"]
