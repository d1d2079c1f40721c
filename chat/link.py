"""One connected client: its actor, its open streams, and what it may still send. No database, no sockets in here."""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import ClassVar, Self
from uuid import UUID

from django.conf import settings

from chat import protocol
from chat.bucket import Bucket
from chat.domain import Opened
from counselling.cases.domain.seats import SeatView
from counselling.people.domain.actors import Actor

FRAMES_PER_SECOND = 20
FRAMES_BURST = 400
# A young person's page draws its one case when a line is new and when a number is missing; each costs a few queries.
DRAWS_PER_SECOND = 2
DRAWS_BURST = 40
STRIKES = 100
TYPING_SECONDS = 2.5
PACES = 5000  # sessions whose pace is remembered

Send = Callable[[str], Awaitable[None]]
Hang = Callable[[int], Awaitable[None]]


@dataclass(slots=True)
class Stream:
    """One case's log on its way to one client. `sent`, `confirmed` and `end` are sequence numbers.

    While the stream is drawn from the log, entries that are committed meanwhile wait in `stash` (None: the
    client's own, which its acknowledgement told already).
    """

    opened: Opened
    sent: int
    confirmed: int
    end: int = 0
    catching: bool = False
    stash: dict[int, str | None] = field(default_factory=dict)
    announce: bool = False  # whether the client still waits for `caught_up`
    read: int = 0
    seats: list[SeatView] | None = None  # who sits there, as the client was told last

    @property
    def room(self) -> int:
        """How many entries may still be sent before the client confirms (pitfalls 19)."""
        return protocol.UNCONFIRMED - (self.sent - self.confirmed)

    @property
    def behind(self) -> bool:
        """Whether the log is known to reach further."""
        return self.sent < self.end


@dataclass(eq=False, slots=True)
class News:
    """What happens to a case while the beginning of a stream is read: how far its log grew, whether it changed."""

    end: int = 0
    changed: bool = False


class Pace:
    """How much one session may still send here, over all its connections and polls."""

    _known: ClassVar[OrderedDict[str, Self]] = OrderedDict()

    def __init__(self) -> None:
        self.messages = Bucket(settings.MESSAGES_PER_SECOND, settings.MESSAGES_BURST)
        self.frames = Bucket(
            max(FRAMES_PER_SECOND, settings.MESSAGES_PER_SECOND * 3), max(FRAMES_BURST, settings.MESSAGES_BURST * 3)
        )
        self.draws = Bucket(DRAWS_PER_SECOND, DRAWS_BURST)
        self.typed: dict[UUID, float] = {}

    @classmethod
    def of(cls, actor: Actor) -> Self:
        """The session's pace; the least recently seen are forgotten."""
        key = f"{actor.kind}:{actor.access}"
        pace = cls._known.get(key) or cls()
        cls._known[key] = pace
        cls._known.move_to_end(key)
        while len(cls._known) > PACES:
            cls._known.popitem(last=False)
        return pace

    @classmethod
    def forget(cls) -> None:
        """Begin anew with a new runtime."""
        cls._known.clear()


class Link:
    """A socket, or one long poll, of one actor."""

    __slots__ = (
        "__weakref__",
        "actor",
        "cases",
        "closed",
        "hang_up",
        "in_flight",
        "pace",
        "place",
        "send",
        "streams",
        "strikes",
        "tag",
        "teams",
    )

    def __init__(self, actor: Actor, *, send: Send, hang_up: Hang, tag: str = "") -> None:
        self.actor = actor
        self.send = send
        self.hang_up = hang_up
        self.tag = tag  # HMAC of the address; used only to make a blocked visitor's next proof of work harder
        self.cases: set[UUID] = set()
        self.teams: frozenset[UUID] = frozenset()
        self.streams: dict[UUID, Stream] = {}
        self.place = ""  # the last `waiting` frame, so that only a change is sent
        self.in_flight = 0
        self.strikes = 0
        self.closed = False
        self.pace = Pace.of(actor)

    def may_send_frame(self) -> bool:
        """False when frames come too fast; each such frame is a strike, and enough strikes end the connection."""
        if self.pace.frames.take():
            return True
        self.strikes += 1
        return False

    def may_post(self) -> bool:
        """False when messages come too fast or too many wait for their commit."""
        if self.in_flight < protocol.IN_FLIGHT and self.pace.messages.take():
            return True
        self.strikes += 1
        return False

    def may_draw(self) -> bool:
        """False when a young person asks for the log too often; a counsellor's desk opens dozens of cases at once."""
        if self.actor.kind != "seeker" or self.pace.draws.take():
            return True
        self.strikes += 1
        return False

    @property
    def struck_out(self) -> bool:
        """Whether this client floods."""
        return self.strikes > STRIKES

    def may_type(self, case: UUID) -> bool:
        """At most one typing hint per case every few seconds."""
        now = time.monotonic()
        if case not in self.streams or now - self.pace.typed.get(case, -TYPING_SECONDS) < TYPING_SECONDS:
            return False
        self.pace.typed[case] = now
        return True
