"""From the call to the chat, and everything that may come between."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from counselling.cases import bell
from counselling.cases.domain import closing, drafts, places, queue, talks, timers
from counselling.cases.models import Draft, Waiting
from counselling.errors import Closed, Conflict, NotAllowed, NotFound
from counselling.people.domain import presence
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team
from tests.support import world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def called(team: Team, mara: Actor) -> Chat:
    return world.call(team, mara)


def test_a_call_lasts_five_minutes(called: Chat) -> None:
    deadline = world.place_row(called.case).deadline

    assert deadline is not None
    assert abs(deadline - timezone.now() - 5 * MINUTE) < MINUTE / 2


def test_appearing_begins_the_chat(called: Chat) -> None:
    assert queue.appear(called.seeker, called.case) is True

    assert world.row(called.case).state == "active"
    assert world.notices(called.case) == ["chat_began"]
    assert world.seat_of(called.counsellor, called.case).role == 2


def test_appearing_twice_begins_it_once(called: Chat) -> None:
    queue.appear(called.seeker, called.case)

    assert queue.appear(called.seeker, called.case) is False
    assert world.notices(called.case) == ["chat_began"]


def test_appearing_without_a_call_is_noted(team: Team, mara: Actor) -> None:
    waiter = world.waiting(team, present=False)

    assert queue.appear(waiter.seeker, waiter.case) is False

    assert places.is_present(world.place_row(waiter.case), timezone.now())
    assert world.row(waiter.case).state == "waiting"


def test_appearing_after_the_place_ended_changes_nothing(team: Team, mara: Actor) -> None:
    waiter = world.waiting(team)
    queue.leave(waiter.seeker, waiter.case)

    assert queue.appear(waiter.seeker, waiter.case) is False
    assert world.row(waiter.case).state == "closed"


def test_appearing_at_the_moment_the_place_ends_changes_nothing(called: Chat) -> None:
    """The page asked while the case still waited; the place is over by the time its turn comes."""
    Waiting.objects.update(ended_at=timezone.now(), how="abandoned")

    assert queue.appear(called.seeker, called.case) is False
    assert world.row(called.case).state == "waiting"


def test_what_was_written_while_waiting_arrives_first(called: Chat) -> None:
    talks.keep_first(called.seeker, called.case, "Ich weiß nicht weiter. ")

    queue.appear(called.seeker, called.case)

    assert [(line.kind, line.code or line.text) for line in world.lines(called.case)] == [
        ("notice", "chat_began"),
        ("message", "Ich weiß nicht weiter."),
    ]
    assert not Draft.objects.exists()
    assert world.row(called.case).unanswered_since is not None


def test_what_was_sent_while_waiting_stays_before_the_draft(called: Chat) -> None:
    world.say(called.seeker, called.case, "eins")
    talks.keep_first(called.seeker, called.case, "zwei")

    queue.appear(called.seeker, called.case)

    assert world.texts(called.case) == ["eins", "zwei"]


def test_an_empty_draft_is_not_sent(called: Chat) -> None:
    talks.keep_first(called.seeker, called.case, "Hallo")
    talks.keep_first(called.seeker, called.case, "  ")

    queue.appear(called.seeker, called.case)

    assert world.texts(called.case) == []


def test_extending_gives_five_more_minutes(called: Chat) -> None:
    Waiting.objects.filter(case=called.case).update(deadline=timezone.now() + MINUTE)

    queue.extend(called.seeker, called.case)

    deadline = world.place_row(called.case).deadline
    assert deadline is not None
    assert deadline - timezone.now() > 4.5 * MINUTE


def test_extending_without_a_call_is_a_conflict(team: Team, mara: Actor, chat: Chat) -> None:
    waiter = world.waiting(team)

    for who in (waiter, chat):
        with pytest.raises(Conflict):
            queue.extend(who.seeker, who.case)


def test_leaving_ends_the_place_and_is_counted_once(team: Team, mara: Actor) -> None:
    waiter = world.waiting(team)
    talks.keep_first(waiter.seeker, waiter.case, "vielleicht später")

    queue.leave(waiter.seeker, waiter.case)
    queue.leave(waiter.seeker, waiter.case)

    assert (world.row(waiter.case).state, world.place_row(waiter.case).how) == ("closed", "left")
    assert world.counted() == ["asked", "left"]
    assert drafts.read(waiter.seeker, waiter.case) == "vielleicht später"


def test_leaving_while_called_frees_the_counsellor(called: Chat) -> None:
    queue.leave(called.seeker, called.case)

    assert queue.open_chats(called.counsellor.id) == 0


def test_leaving_does_not_end_a_running_chat(chat: Chat) -> None:
    queue.leave(chat.seeker, chat.case)

    assert world.row(chat.case).state == "active"


def test_rejoining_is_a_new_wait_at_the_end_with_what_was_written(team: Team, mara: Actor) -> None:
    waiter, other = world.waiting(team, minutes=30), world.waiting(team, minutes=1)
    world.say(waiter.seeker, waiter.case, "Hallo")
    queue.leave(waiter.seeker, waiter.case)

    queue.rejoin(waiter.seeker, waiter.case)

    assert [place.case_id for place in places.in_line(team.pk)] == [other.case, waiter.case]
    assert places.place(waiter.seeker, waiter.case).state == "waiting"
    assert world.texts(waiter.case) == ["Hallo"]


def test_rejoining_twice_is_one_place(team: Team, mara: Actor) -> None:
    waiter = world.waiting(team)
    queue.leave(waiter.seeker, waiter.case)

    queue.rejoin(waiter.seeker, waiter.case)
    queue.rejoin(waiter.seeker, waiter.case)

    assert world.counted() == ["asked", "asked_again", "left"]


def test_rejoining_at_a_closed_door_is_refused_and_counted(team: Team, mara: Actor) -> None:
    waiter = world.waiting(team)
    queue.leave(waiter.seeker, waiter.case)
    world.close_hours(team)

    with pytest.raises(Closed):
        queue.rejoin(waiter.seeker, waiter.case)

    assert world.row(waiter.case).state == "closed"
    assert world.counted() == ["asked", "left", "refused_closed"]


def test_a_blocked_visitor_does_not_rejoin(chat: Chat) -> None:
    closing.block(chat.counsellor, chat.case)

    with pytest.raises(NotAllowed):
        queue.rejoin(chat.seeker, chat.case)
    assert world.row(chat.case).state == "closed"


def test_a_missed_call_is_kept_at_the_top_for_fifteen_minutes_and_then_ends(team: Team, called: Chat) -> None:
    now = timezone.now()
    longer = world.waiting(team, minutes=60)

    assert timers.run(now + 4 * MINUTE) == 0
    Staff.objects.update(seen_at=now + 5.5 * MINUTE)
    assert timers.missed_calls(now + 5.5 * MINUTE) == 1
    assert [place.case_id for place in places.in_line(team.pk)] == [called.case, longer.case]
    assert places.place(called.seeker, called.case).state == "waiting"
    assert queue.open_chats(called.counsellor.id) == 0

    assert timers.ended_places(now + 20 * MINUTE) == 0
    assert timers.ended_places(now + 21 * MINUTE) == 1
    assert (world.row(called.case).ending, world.place_row(called.case).how) == ("place_abandoned", "abandoned")
    assert world.counted() == ["abandoned", "asked", "asked"]


@pytest.fixture
def missed(called: Chat) -> Chat:
    """Called six minutes ago, did not come."""
    Waiting.objects.update(called_at=timezone.now() - 6 * MINUTE, deadline=timezone.now() - MINUTE)
    assert timers.missed_calls(timezone.now()) == 1
    return called


def lapsed(chat: Chat) -> None:
    """The fifteen minutes are over."""
    Waiting.objects.filter(case=chat.case).update(kept_until=timezone.now() - timedelta(seconds=1))


def test_a_missed_call_is_told_with_its_times(missed: Chat) -> None:
    place, row = places.place(missed.seeker, missed.case), world.place_row(missed.case)

    assert (place.state, place.position, place.deadline, place.by) == ("waiting", 1, None, "")
    assert (place.called_at, place.kept_until) == (row.called_at, row.kept_until)
    assert row.kept_until is not None
    assert abs(row.kept_until - timezone.now() - 15 * MINUTE) < MINUTE / 2


def test_a_missed_call_stands_in_the_timeline(missed: Chat) -> None:
    line, row = world.lines(missed.case)[-1], world.place_row(missed.case)

    assert line.code == "place_kept"
    assert line.about is not None
    times = {name: datetime.fromisoformat(value) for name, value in line.about.items()}
    assert row.called_at is not None
    assert row.kept_until is not None
    assert abs(times["called"] - row.called_at) < timedelta(milliseconds=1)
    assert abs(times["until"] - row.kept_until) < timedelta(milliseconds=1)
    assert all(value.endswith("Z") for value in line.about.values())


def test_a_place_that_was_never_called_tells_no_times(team: Team, mara: Actor) -> None:
    waiter = world.waiting(team)

    place = places.place(waiter.seeker, waiter.case)

    assert (place.called_at, place.kept_until) == (None, None)


def test_a_second_call_tells_its_own_time(missed: Chat) -> None:
    queue.claim(missed.counsellor, missed.case)

    place = places.place(missed.seeker, missed.case)

    assert (place.state, place.kept_until) == ("called", None)
    assert place.called_at is not None
    assert timezone.now() - place.called_at < MINUTE


def test_one_tap_keeps_the_place_at_the_top_for_good(missed: Chat) -> None:
    queue.stay(missed.seeker, missed.case)
    queue.gone([missed.case])

    assert timers.ended_places(timezone.now() + 60 * MINUTE) == 0
    assert (world.place_row(missed.case).front, places.place(missed.seeker, missed.case).kept_until) == (True, None)
    assert queue.claim_next(missed.counsellor) == missed.case


def test_one_tap_and_a_page_that_is_open_begin_the_chat_with_the_next_claim(missed: Chat) -> None:
    queue.stay(missed.seeker, missed.case)

    queue.claim(missed.counsellor, missed.case)

    assert world.row(missed.case).state == "active"


def test_staying_is_for_the_owner_of_a_place(team: Team, missed: Chat) -> None:
    stranger = world.waiting(team)
    with pytest.raises(NotFound):
        queue.stay(stranger.seeker, missed.case)

    lapsed(missed)
    timers.ended_places(timezone.now())
    with pytest.raises(Conflict):
        queue.stay(missed.seeker, missed.case)
    assert world.row(missed.case).state == "closed"


def test_a_page_that_woke_up_for_a_moment_does_not_keep_the_place(missed: Chat) -> None:
    """A connection is no person: the phone may lie in a pocket."""
    queue.appear(missed.seeker, missed.case)
    assert places.place(missed.seeker, missed.case).kept_until is not None
    queue.gone([missed.case])
    lapsed(missed)

    assert timers.ended_places(timezone.now()) == 1
    assert world.row(missed.case).state == "closed"


def test_whose_page_is_open_at_the_end_stands_at_the_top_like_anybody(missed: Chat) -> None:
    queue.appear(missed.seeker, missed.case)
    lapsed(missed)

    assert timers.ended_places(timezone.now()) == 1

    assert (world.row(missed.case).state, world.place_row(missed.case).kept_until) == ("waiting", None)
    assert places.place(missed.seeker, missed.case).position == 1
    assert timers.ended_places(timezone.now()) == 0


@pytest.mark.parametrize("how", ["abandoned", "closed"])
def test_a_place_that_ends_by_itself_says_so_in_the_timeline(team: Team, missed: Chat, how: str) -> None:
    talks.keep_first(missed.seeker, missed.case, "Was mir wichtig ist")
    if how == "abandoned":
        lapsed(missed)
    else:
        world.close_hours(team)
        presence.set_status(missed.counsellor, "away")

    timers.run(timezone.now())
    timers.run(timezone.now())

    assert world.notices(missed.case) == ["place_kept", "place_ended"]
    assert world.lines(missed.case)[-1].about == {"by": how}
    assert drafts.read(missed.seeker, missed.case) == "Was mir wichtig ist"


def test_who_is_on_the_page_when_the_call_runs_out_gets_their_chat(called: Chat) -> None:
    now = timezone.now()
    queue.seen([called.case], now + 5 * MINUTE)

    timers.missed_calls(now + 5 * MINUTE + timedelta(seconds=10))

    assert world.row(called.case).state == "active"


def test_presence_lasts_seconds_and_ends_with_the_last_page(team: Team, mara: Actor) -> None:
    waiter, now = world.waiting(team), timezone.now()

    assert places.is_present(world.place_row(waiter.case), now)
    assert not places.is_present(world.place_row(waiter.case), now + MINUTE)
    queue.gone([waiter.case])
    assert not places.is_present(world.place_row(waiter.case), now)
    queue.seen([waiter.case], now)
    assert places.is_present(world.place_row(waiter.case), now)
    queue.seen([], now)


def test_desks_hear_of_whoever_goes_and_comes_back_in_a_chat_once(
    chat: Chat, django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]]
) -> None:
    rings: list[bell.Ring] = []
    stop, now = bell.listen(rings.append), timezone.now()
    with django_capture_on_commit_callbacks(execute=True):
        queue.gone([chat.case])
        queue.gone([chat.case])
        queue.seen([chat.case], now)
        queue.seen([chat.case], now)
    stop()

    assert rings == [bell.Ring(teams=frozenset({world.row(chat.case).team_id}))] * 2


def test_a_counsellor_going_home_does_not_take_the_place(team: Team, mara: Actor) -> None:
    waiter = world.waiting(team)

    presence.set_status(mara, "away")

    assert places.place(waiter.seeker, waiter.case).state == "waiting"
