"""The bell: after a commit, whoever is connected is told that something changed; never what was written.

Domain code rings; the chat package listens and passes it on to other processes. A lost ring heals itself: every
process compares its cases with the log once a second.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID

from django.db import transaction


@dataclass(frozen=True, slots=True)
class Ring:
    """Which cases' timelines or seats changed, which teams' queues or desks, and which cases' calls have news."""

    cases: frozenset[UUID] = field(default_factory=frozenset)
    teams: frozenset[UUID] = field(default_factory=frozenset)
    signals: frozenset[UUID] = field(default_factory=frozenset)


_listeners: list[Callable[[Ring], None]] = []


def listen(listener: Callable[[Ring], None]) -> Callable[[], None]:
    """Call `listener` (from any thread) for each ring of this process; returns how to stop."""
    _listeners.append(listener)
    return partial(_listeners.remove, listener)


def ring(*, cases: Iterable[UUID] = (), teams: Iterable[UUID] = (), signals: Iterable[UUID] = ()) -> None:
    """Ring once the surrounding transaction is committed; not at all when it is rolled back."""
    message = Ring(frozenset(cases), frozenset(teams), frozenset(signals))
    transaction.on_commit(partial(_tell, message))


def _tell(message: Ring) -> None:
    for listener in _listeners:
        listener(message)
