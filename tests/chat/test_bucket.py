"""A token bucket, held against a clock that stands still until it is told."""

import pytest

from chat import bucket
from chat.bucket import Bucket


class Clock:
    """time.monotonic under the test's hand."""

    now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(bucket, "time", made)
    return made


def test_burst_is_spent_and_then_refused(clock: Clock) -> None:
    tokens = Bucket(2, 5)

    assert [tokens.take() for _ in range(7)] == [True] * 5 + [False] * 2


def test_tokens_come_back_with_time(clock: Clock) -> None:
    tokens = Bucket(2, 5)
    for _ in range(5):
        tokens.take()

    clock.now += 1.0

    assert [tokens.take() for _ in range(3)] == [True, True, False]


def test_no_more_than_the_burst_is_saved_up(clock: Clock) -> None:
    tokens = Bucket(2, 3)

    clock.now += 3600

    assert [tokens.take() for _ in range(4)] == [True, True, True, False]


def test_refusals_cost_nothing(clock: Clock) -> None:
    tokens = Bucket(1, 1)
    taken = [tokens.take() for _ in range(100)]

    clock.now += 1.0

    assert taken == [True] + [False] * 99
    assert tokens.take()
