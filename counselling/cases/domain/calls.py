"""Calls, as far as a line needs to know of them: what browsers tell each other to meet travels like a timeline does.

Which meetings there are, and what may be said in them, is the business of a room above; it registers here, and the chat
carries the frames without knowing either.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Protocol
from uuid import UUID

from counselling.errors import NotFound
from counselling.people.domain.actors import Actor


class Forged(Exception):
    """A body that no browser of ours would send; `why` names the rule, never the content."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line takes part: the page of a browser, in a meeting of a case."""

    case: UUID
    meeting: UUID
    page: UUID


@dataclass(frozen=True, slots=True)
class Signal:
    """Something the other page said; `n` only grows within a meeting."""

    n: int
    role: str
    page: UUID
    body: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class News:
    """How the meeting stands for one page, and what it has not heard yet.

    `state` is waiting | both | out | replaced | ended; `other` the other side's page, or None. It is over with the last
    three states: nothing more will come.
    """

    state: str
    other: UUID | None
    signals: list[Signal]

    @property
    def over(self) -> bool:
        """Whether this page has nothing more to hear."""
        return self.state in {"out", "replaced", "ended"}


class Exchange(Protocol):
    """What the room above does. Each function raises NotFound for whoever has no part in the meeting."""

    def accept(self, actor: Actor, place: Place, body: dict[str, Any]) -> None:
        """Keep what this page says for the other one. Raises Forged, SlowDown, Locked."""

    def since(self, actor: Actor, place: Place, after: int) -> News:
        """What is new to this page. Raises Locked."""

    def stamps(self, meetings: Iterable[UUID]) -> dict[UUID, object]:
        """Something per meeting that differs when there may be news. A constant number of queries."""

    def talking(self, case: UUID) -> bool:
        """Whether both sides of the case are in a call just now. One query."""


_exchanges: list[Exchange] = []


def register(exchange: Exchange) -> None:
    """Have calls carried by this exchange."""
    _exchanges[:] = [exchange]


def accept(actor: Actor, place: Place, body: dict[str, Any]) -> None:
    """See `Exchange.accept`; raises NotFound while there is none."""
    _exchange().accept(actor, place, body)


def since(actor: Actor, place: Place, after: int) -> News:
    """See `Exchange.since`; raises NotFound while there is none."""
    return _exchange().since(actor, place, after)


def stamps(meetings: Iterable[UUID]) -> dict[UUID, object]:
    """See `Exchange.stamps`."""
    return _exchanges[0].stamps(meetings) if _exchanges else {}


def talking(case: UUID) -> bool:
    """See `Exchange.talking`; beside a call one may write, whatever else the case does."""
    return bool(_exchanges) and _exchanges[0].talking(case)


def _exchange() -> Exchange:
    if not _exchanges:
        raise NotFound
    return _exchanges[0]
