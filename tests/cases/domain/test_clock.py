"""A clock that jumps by an hour between two posts: the timeline keeps its order, since nobody orders by time."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from counselling.cases.domain import posting, timeline
from tests.support import world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db

# By how many hours the clock is off at each post.
JUMPS = {"back": (0, -1, -1, -1), "on": (0, 1, 1, 1), "back and on": (0, -1, 1, 0), "on and back": (0, 1, -1, 0)}
WORDS = ["eins", "zwei", "drei", "vier"]


@pytest.fixture(params=JUMPS)
def jumped(request: pytest.FixtureRequest, chat: Chat, monkeypatch: pytest.MonkeyPatch) -> Chat:
    """Four messages, both sides in turn, each by another clock."""
    real = timezone.now
    for number, (text, hours) in enumerate(zip(WORDS, JUMPS[request.param], strict=True)):

        def moment(hours: int = hours) -> datetime:
            return real() + timedelta(hours=hours)

        monkeypatch.setattr(timezone, "now", moment)
        world.say(chat.counsellor if number % 2 else chat.seeker, chat.case, text)
    monkeypatch.undo()
    return chat


def test_the_order_is_that_of_the_posts_whatever_the_clock_says(jumped: Chat) -> None:
    lines = world.lines(jumped.case)

    assert [line.text for line in lines if line.kind == "message"] == WORDS
    assert [line.seq for line in lines] == list(range(1, len(lines) + 1))
    times = [line.at for line in lines if line.kind == "message"]
    assert times != sorted(times) or times[-1] - times[0] > timedelta(minutes=59)  # the clock did jump


def test_pages_and_single_entries_agree_on_the_order(jumped: Chat) -> None:
    key, whole = world.key(jumped.case), world.lines(jumped.case)

    paged = [line for after in range(len(whole)) for line in timeline.since(jumped.case, key, after, limit=1)]
    chosen = timeline.of_many({jumped.case: [line.seq for line in whole]}, {jumped.case: key})

    assert paged == whole
    assert [chosen[jumped.case, line.seq] for line in whole] == whole


def test_a_repeated_post_and_the_next_one_keep_their_places(jumped: Chat) -> None:
    post = world.post(jumped.seeker, jumped.case, "fünf", uuid4())
    first = world.written(posting.commit([post])[0])

    again = world.written(posting.commit([post])[0])
    assert (again.seq, again.at) == (first.seq, first.at)
    assert world.texts(jumped.case) == [*WORDS, "fünf"]
