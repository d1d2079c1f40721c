"""Two sides that talk without pause or at a human pace; the same client code for the chat and the no-op."""

import asyncio
import itertools
import random
import time
from dataclasses import dataclass, field
from typing import Any

from tests.bench.socket import Frame, Socket

# As long as a message of a young person often is; the id in front tells the receiver which message it is.
FILLER = " Ich weiß gerade nicht, wie ich das meinen Eltern sagen soll, und morgen ist die Schule wieder da."
CONFIRM_EVERY = 100
_ids = itertools.count(random.getrandbits(40) << 7)


@dataclass
class Tally:
    """What a phase counted. Latencies in seconds from sending to delivery at the other side."""

    acked: int = 0
    delivered: int = 0
    doubled: int = 0
    finished: int = 0
    cut: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    latencies: list[float] = field(default_factory=list)

    @property
    def lost(self) -> int:
        """Acknowledged, but never delivered."""
        return max(0, self.acked - self.delivered)

    def quantile_ms(self, share: float) -> float:
        """A quantile of the latencies in milliseconds; 0 before the first."""
        ordered = sorted(self.latencies)
        return round(ordered[int(share * (len(ordered) - 1))] * 1000, 1) if ordered else 0.0

    def outcome(self) -> dict[str, Any]:
        """What must hold whatever the speed."""
        return {
            "acked": self.acked,
            "lost": self.lost,
            "doubled": self.doubled,
            "cut": self.cut,
            "refused": self.refused,
        }


class Side:
    """One socket of a pair. `say()` sends; `hear()` finishes a message when its sender and its receiver have it."""

    peer: "Side"
    socket: Socket

    def __init__(self, case: str, tally: Tally) -> None:
        self.case, self.tally = case, tally
        self.sent_at: dict[str, float] = {}
        self.awaited: dict[str, int] = {}
        self.last_seq = 0
        self.talking = False
        self.ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def connect(self, **where: Any) -> None:
        """Open the socket and, in a chat, draw the case up to now."""
        self.socket = Socket(self.hear, **where)
        await self.socket.open()

    def say(self) -> None:
        """One message, to be finished by both sides."""
        message_id = f"00000000-0000-4000-8000-{next(_ids) & 0xFFFFFFFFFFFF:012x}"
        self.sent_at[message_id], self.awaited[message_id] = time.perf_counter(), 2
        self.socket.send({"type": "post", "case": self.case, "id": message_id, "text": message_id + FILLER})

    def hear(self, frame: Frame) -> None:
        """Any frame from the server."""
        raise NotImplementedError

    def acknowledged(self, message_id: str) -> None:
        """The sender knows that the message is there."""
        self.tally.acked += 1
        self._one_less(message_id)

    def delivered(self, message_id: str) -> None:
        """The receiver (our peer) drew our message."""
        if message_id not in self.sent_at:
            self.tally.doubled += 1
            return
        self.tally.delivered += 1
        self.tally.latencies.append(time.perf_counter() - self.sent_at.pop(message_id))
        self._one_less(message_id)

    def _one_less(self, message_id: str) -> None:
        self.awaited[message_id] -= 1
        if self.awaited[message_id]:
            return
        del self.awaited[message_id]
        self.tally.finished += 1
        if self.talking:
            self.say()


class NoopSide(Side):
    """The relay's answer is the message itself, to both."""

    def hear(self, frame: Frame) -> None:
        """Ours comes back as the acknowledgement, the other's is a delivery."""
        if frame["id"] in self.awaited:
            self.acknowledged(frame["id"])
        else:
            self.peer.delivered(frame["id"])


class ChatSide(Side):
    """The wire protocol: resume, acknowledgements, entries, confirmations."""

    reads = False
    confirmed = 0

    def hear(self, frame: Frame) -> None:
        """Takes what a client must take, in the order of how often it comes."""
        kind = frame["type"]
        if kind == "entry":
            self._draw(frame)
        elif kind == "ack":
            self.acknowledged(frame["id"])
        elif kind == "welcome":
            known = next((case["last_seq"] for case in frame["cases"] if case["case"] == self.case), 0)
            self.last_seq = self.confirmed = known
            self.socket.send({"type": "resume", "case": self.case, "after": known})
        elif kind == "caught_up" and not self.ready.done():
            self.ready.set_result(None)
        elif kind == "error":
            self.tally.refused[frame["code"]] = self.tally.refused.get(frame["code"], 0) + 1

    def _draw(self, frame: Frame) -> None:
        seq = frame["seq"]
        if seq <= self.last_seq:
            self.tally.doubled += 1
        self.last_seq = seq
        if seq - self.confirmed >= CONFIRM_EVERY:
            self.confirmed = seq
            self.socket.send({"type": "got", "case": self.case, "seq": seq})
        if frame["kind"] != "message" or frame["mine"] or not self.ready.done():
            return
        self.peer.delivered(frame["text"][:36])
        if self.reads:
            self.socket.send({"type": "read", "case": self.case, "seq": seq})


def join(left: Side, right: Side) -> None:
    """Make two sides a pair."""
    left.peer, right.peer = right, left
