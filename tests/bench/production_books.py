"""What was written, acknowledged and drawn, and what people felt: the one ledger of all chats of a run."""

import itertools
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

_numbers = itertools.count(random.getrandbits(40) << 7)


@dataclass(slots=True)
class Message:
    """One text. Times are of `time.perf_counter`, 0 before it happened; `seq` is its place once acknowledged."""

    id: str
    written_at: float
    acked_at: float = 0
    seq: int = 0
    drawn_at: float = 0
    drawn_seq: int = 0
    tries: int = 0

    @property
    def seconds(self) -> float:
        """From writing to the other side's screen; how long by now while it is not there."""
        return (self.drawn_at or time.perf_counter()) - self.written_at


@dataclass(frozen=True)
class Window:
    """The messages that were written within a time."""

    messages: Sequence[Message]

    def quantile_ms(self, share: float) -> float:
        """Of the times from writing to drawing, in milliseconds; 0 without a message."""
        ordered = sorted(message.seconds for message in self.messages)
        return round(ordered[int(share * (len(ordered) - 1))] * 1000, 1) if ordered else 0.0

    @property
    def acked(self) -> int:
        """How many were acknowledged."""
        return sum(bool(message.acked_at) for message in self.messages)

    @property
    def lost(self) -> int:
        """Acknowledged, and not drawn by the other side."""
        return sum(bool(message.acked_at and not message.drawn_at) for message in self.messages)

    @property
    def unanswered(self) -> int:
        """Neither acknowledged nor refused for good: still on its way."""
        return sum(not message.acked_at for message in self.messages)


@dataclass
class Books:
    """The ledger. `doubled` and `misplaced` are what must never happen, the rest is what faults cost.

    A message is late when it takes more than `late` seconds: nobody notices one.
    """

    late: float = 1.0
    messages: list[Message] = field(default_factory=list)
    doubled: int = 0
    misplaced: int = 0
    gaps: int = 0
    cut: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    closed_with: Counter[int] = field(default_factory=Counter)
    _by_id: dict[str, Message] = field(default_factory=dict)

    def write(self) -> Message:
        """A new text."""
        message = Message(f"00000000-0000-4000-8000-{next(_numbers) & 0xFFFFFFFFFFFF:012x}", time.perf_counter())
        self.messages.append(message)
        self._by_id[message.id] = message
        return message

    def acknowledged(self, message: Message, seq: int) -> None:
        """Its author knows its place; twice the same is a repeated answer, another place is a contradiction."""
        self.misplaced += bool(message.seq and message.seq != seq)
        message.seq, message.acked_at = seq, message.acked_at or time.perf_counter()
        self._compare(message)

    def drawn(self, message_id: str, seq: int) -> None:
        """The other side shows it; a second time it is doubled."""
        message = self._by_id[message_id]
        self.doubled += bool(message.drawn_at)
        message.drawn_seq, message.drawn_at = seq, message.drawn_at or time.perf_counter()
        self._compare(message)

    def _compare(self, message: Message) -> None:
        self.misplaced += bool(message.seq and message.drawn_seq and message.seq != message.drawn_seq)

    def window(self, start: float, end: float) -> Window:
        """What was written from `start` until before `end`."""
        return Window([message for message in self.messages if start <= message.written_at < end])

    def late_since(self, start: float) -> list[Message]:
        """What was on its way then or written later, and took too long, or takes too long by now."""
        return [
            message
            for message in self.messages
            if message.seconds > self.late and (not message.drawn_at or message.drawn_at > start)
        ]

    def mostly_normal_from(self, start: float, end: float) -> float:
        """From when on, in every second until the end, 95 of 100 messages written were drawn in time."""
        late, every = Counter[int](), Counter[int]()
        for message in self.window(start - self.late, end).messages:
            every[int(message.written_at - start)] += 1
            late[int(message.written_at - start)] += message.seconds > self.late
        bad = [second for second in late if late[second] > every[second] * 0.05]
        return start + max(bad, default=-1) + 1
