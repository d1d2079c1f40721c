"""One person's page of one chat: what chat/static/chat/js does with a line, without the screen.

It keeps one message under way, sends it again under the same id until acknowledged, comes back after a random pause
that grows, resumes from the last entry it has, pings, and takes a silent line for a lost one. It leaves out the long
poll, and what a desk fetches besides.
"""

import asyncio
import contextlib
import random
import time

from tests.bench.pairs import FILLER
from tests.bench.production_books import Books, Message
from tests.bench.production_line import Door, Line
from tests.bench.socket import Frame

# As backoff.js, socketline.js, wire.js and streams.js have them.
BASE_SECONDS, CAP_SECONDS = 0.5, 15
CHECK_SECONDS = 4
ANSWER_SECONDS = 10
REFUSED_SECONDS = 2
CONFIRM_EVERY, PATIENCE_SECONDS = 50, 2
FLOOD, FLOOD_SECONDS = 4429, 10
RESTARTS, SPREAD = {1001, 1012}, 3
FINAL_CODES = {4400, 4401, 4404}
PASSING = {"slow_down", "unavailable"}
NO_LINE = (OSError, TimeoutError, EOFError)


class Page:
    """One side. `written` are its own texts in order, `last` the last entry it has, `online` since the welcome."""

    peer: "Page"

    def __init__(self, door: Door, books: Books, case: str) -> None:
        self.door, self.books, self.case = door, books, case
        self.written: list[Message] = []
        self.line: Line | None = None
        self.online = self.ended = False
        self.last = self._confirmed = 0
        self._own: set[int] = set()
        self._outbox: dict[str, Message] = {}
        self._flying = False
        self._attempt = 0
        self._ping_seconds = 20.0
        self.online_since = self._heard_at = self._asked_at = 0.0

    # --- the line ----------------------------------------------------------------------------------------------------

    async def live(self, *, within: float = 0) -> None:
        """Until cancelled, or the session is over: a line, and another one. The first within so many seconds."""
        await asyncio.sleep(random.uniform(0, within))
        while not self.ended:
            with contextlib.suppress(*NO_LINE):
                await self._one_line()
            await asyncio.sleep(self._pause())

    async def _one_line(self) -> None:
        self.line = line = Line(self.hear, self.door)
        try:
            await line.open()
            await self._listen(line)
        finally:
            line.cut()
            self.books.cut += self.online
            if line.code:
                self.books.closed_with[line.code] += 1
            self.online = False
            self.ended = line.code in FINAL_CODES

    async def _listen(self, line: Line) -> None:
        """Until the line is gone, or silent for two pings and a bit."""
        self._heard_at = time.perf_counter()
        while not line.over.is_set() and time.perf_counter() - self._heard_at < 2 * self._ping_seconds + CHECK_SECONDS:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(line.over.wait(), self._ping_seconds)
            line.send({"type": "ping"})

    def _pause(self) -> float:
        """Full jitter, as backoff.js."""
        code = self.line.code if self.line else 0
        flood = FLOOD_SECONDS if code == FLOOD else 0
        self._attempt = max(self._attempt, SPREAD) if code in RESTARTS else self._attempt
        most = min(CAP_SECONDS, BASE_SECONDS * 2**self._attempt)
        self._attempt += 1
        return flood + random.uniform(0, most)

    # --- what the person does ----------------------------------------------------------------------------------------

    async def write(self, *, every: float) -> None:
        """Until cancelled: type, write, pause; begun at a random moment so that chats do not march in step."""
        await asyncio.sleep(random.uniform(0, every))
        while not self.ended:
            self._send({"type": "typing", "case": self.case})
            await asyncio.sleep(every / 5)
            self.say()
            await asyncio.sleep(every * 4 / 5)

    def say(self) -> None:
        """A text, kept until it is acknowledged."""
        message = self.books.write()
        self.written.append(message)
        self._outbox[message.id] = message
        self._fly()

    @property
    def waiting(self) -> bool:
        """Whether a text has no answer yet."""
        return bool(self._outbox)

    def _fly(self) -> None:
        """The oldest text, unless one is on its way."""
        if self._flying or not self.online or not self._outbox:
            return
        message = next(iter(self._outbox.values()))
        self._flying = True
        message.tries += 1
        self._send({"type": "post", "case": self.case, "id": message.id, "text": message.id + FILLER})
        asyncio.get_running_loop().call_later(ANSWER_SECONDS, self._again, message, message.tries)

    def _again(self, message: Message, tries: int) -> None:
        """It did not make it, unless it was answered or tried again meanwhile."""
        if message.id in self._outbox and message.tries == tries:
            self._flying = False
            self._fly()

    def _send(self, frame: Frame) -> None:
        if self.online and self.line:
            self.line.send(frame)

    # --- what it hears -----------------------------------------------------------------------------------------------

    def hear(self, frame: Frame) -> None:
        """Any frame."""
        self._heard_at = time.perf_counter()
        kind = frame["type"]
        if kind == "entry":
            self._entry(frame)
        elif kind == "ack":
            self._settle(frame["id"], frame["seq"])
            self._own |= {frame["seq"]} if frame["seq"] > self.last else set()
            self._advance()
        elif kind == "welcome":
            self._welcomed(frame)
        elif kind == "caught_up" and frame["last_seq"] > self.last:
            self._ask()
        elif kind == "error":
            self._refused(frame)

    def _welcomed(self, frame: Frame) -> None:
        self._ping_seconds = frame["ping_s"]
        self._attempt, self.online, self._flying = 0, True, False
        self.online_since = time.perf_counter()
        self._resume()
        self._fly()

    def _resume(self) -> None:
        self._send({"type": "resume", "case": self.case, "after": self.last})

    def _ask(self) -> None:
        """For what is missing, at most every two seconds."""
        if time.perf_counter() - self._asked_at > PATIENCE_SECONDS:
            self._asked_at = time.perf_counter()
            self._resume()

    def _entry(self, frame: Frame) -> None:
        if frame["mine"] and "id" in frame:
            self._settle(frame["id"], frame["seq"])
        if frame["seq"] <= self.last or frame["seq"] in self._own:
            return
        if frame["seq"] > self.last + 1:
            self.books.gaps += 1
            self._ask()
            return
        self.last = frame["seq"]
        self._advance()
        self.show(frame)

    def show(self, frame: Frame) -> None:
        """An entry, each once and in order."""
        if frame["kind"] == "message" and not frame["mine"]:
            self.books.drawn(frame["text"][:36], frame["seq"])
            self._send({"type": "read", "case": self.case, "seq": frame["seq"]})

    def _advance(self) -> None:
        """Own messages have their place by the acknowledgement: the author gets no entry for them."""
        while self.last + 1 in self._own:
            self.last += 1
            self._own.discard(self.last)
        if self.last - self._confirmed >= CONFIRM_EVERY:
            self._confirmed = self.last
            self._send({"type": "got", "case": self.case, "seq": self.last})

    def _settle(self, message_id: str, seq: int) -> None:
        message = self._outbox.pop(message_id, None)
        if message:
            self.books.acknowledged(message, seq)
            self._flying = False
            self._fly()

    def _refused(self, frame: Frame) -> None:
        self.books.refused[frame["code"]] += 1
        message = self._outbox.get(frame.get("id", ""))
        if message and frame["code"] in PASSING:
            wait = frame.get("retry_ms", REFUSED_SECONDS * 1000) / 1000
            asyncio.get_running_loop().call_later(wait, self._again, message, message.tries)
        elif message:
            del self._outbox[message.id]
            self._flying = False
            self._fly()
