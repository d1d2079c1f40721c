"""What a session holds in memory: bounded, and gone when it is dropped."""

from uuid import UUID, uuid4

import pytest

from counselling.people.domain import rings
from counselling.people.domain.rings import Ring

TEAM = UUID(int=7)


@pytest.fixture(autouse=True)
def no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rings, "_rings", type(rings._rings)())


def test_the_oldest_case_keys_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rings, "MOST_CASES", 2)
    ring, cases = Ring(b"k" * 32), [uuid4() for _ in range(3)]

    for case in cases:
        ring.remember(case, b"key")
    ring.forget(cases[2])

    assert [ring.known(case) for case in cases] == [None, b"key", None]


def test_the_oldest_sessions_are_wiped_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rings, "MOST_RINGS", 2)
    first, second = (rings.of_session(name, b"k" * 32) for name in ("one", "two"))
    assert rings.of_session("one", b"k" * 32) is first

    rings.of_session("three", b"k" * 32)

    assert (first.private, second.private) == (b"k" * 32, None)
    assert rings.held() == ["one", "three"]


def test_a_reset_begins_a_new_ring() -> None:
    first = rings.of_session("one", b"k" * 32)
    first.hold(TEAM, 1, b"half")

    assert rings.of_session("one", b"n" * 32).teams == {}


def test_a_dropped_ring_is_empty_for_whoever_still_holds_it() -> None:
    ring = rings.of_session("one", b"k" * 32)
    ring.hold(TEAM, 1, b"half")
    ring.remember(TEAM, b"key")

    rings.drop("one")
    rings.drop("one")

    assert (ring.private, ring.teams, ring.known(TEAM), rings.held()) == (None, {}, None, [])


def test_epochs_that_went_are_let_go_of() -> None:
    ring, other = Ring(b"k" * 32), UUID(int=8)
    for team, epoch in ((TEAM, 1), (TEAM, 2), (other, 1)):
        ring.hold(team, epoch, b"half")

    ring.let_go(TEAM, {2})

    assert list(ring.teams) == [(TEAM, 2), (other, 1)]
