"""Daphne with two habits of ours: what somebody sends never lies on a disk, and what is handed out waits for the line.

Twisted puts bodies over 100 KB, and all of unknown length, into files in clear (pitfalls 21). Daphne keeps whatever an
application says until the line has taken it, and cuts an answer after a minute (pitfalls 19).
"""

import asyncio
import io
import time
from typing import Any, Final

from daphne.http_protocol import WebRequest
from daphne.server import Server
from django.conf import settings
from twisted.logger import globalLogBeginner

from counselling.web import logs

TOO_LARGE: Final = "Das ist zu viel auf einmal. Geh einen Schritt zurück. · This is too much at once. Go one step back."
STUCK_SECONDS: Final = 30  # in which a line has to take the 64 KiB that lie ready
LONGEST_SECONDS: Final = 1800

# Twisted without an observer prints what went wrong to standard error, with all that was passed along.
_observers: list[Any] = [logs.twisted]
globalLogBeginner.beginLoggingTo(_observers, redirectStandardIO=False, discardBuffer=True)


class PatientRequest(WebRequest):  # type: ignore[misc]  # Daphne has no types
    """One request: its body in memory and bounded, its answer paced by whoever takes it.

    The bound is Django's (FILE_UPLOAD_MAX_MEMORY_SIZE), which would spool what is larger once more.
    """

    _too_large = False
    _paced = False

    def gotLength(self, length: int | None) -> None:  # noqa: N802 -- Twisted's name
        """In place of Twisted's file."""
        self.content = io.BytesIO()
        self._too_large = (length or 0) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802 -- Twisted's name
        """Kept as long as it is not too much; what is too much is let go at once."""
        if self._too_large or self.content.tell() + len(data) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE:
            self._too_large = True
            self.content.truncate(0)
            self.content.seek(0)
        else:
            self.content.write(data)

    def process(self) -> Any:
        """To the application, unless there was too much."""
        if self._too_large:
            self.request_start = time.time()
            return self.basic_error(413, b"Payload Too Large", TOO_LARGE)
        return super().process()

    def handle_reply(self, message: dict[str, Any]) -> None:
        """An answer in parts is asked to pause when the line has enough."""
        if message["type"] == "http.response.body" and message.get("more_body") and not (self._paced or self.finished):
            self._room, self._moved, self._paced = asyncio.Event(), time.monotonic(), True
            self._room.set()
            if self.channel is not None:
                self.registerProducer(self, streaming=True)
        super().handle_reply(message)

    async def ready(self) -> None:
        """Wait until an answer may go out: at once, for a body that was complete before anybody was asked."""

    def scope(self) -> dict[str, Any]:
        """What the application finds beside its request: nothing, see `large_bodies.py`."""
        return {}

    async def room(self) -> None:
        """Wait until the line has taken what was said; not at all for an answer of one part, or a line that is cut."""
        if self._paced:
            await self._room.wait()
            self._moved = time.monotonic()

    def pauseProducing(self) -> None:  # noqa: N802 -- Twisted's name
        """The line has enough."""
        self._room.clear()

    def resumeProducing(self) -> None:  # noqa: N802 -- Twisted's name
        """The line took it."""
        self._room.set()

    def stopProducing(self) -> None:  # noqa: N802 -- Twisted's name
        """Nobody takes anything any more."""
        self._room.set()

    def finish(self) -> None:
        """All was said, or too slowly taken."""
        if self.producer:
            self.unregisterProducer()
        self._let_go()
        super().finish()

    def connectionLost(self, reason: Any) -> None:  # noqa: N802 -- Twisted's name
        """The line was cut: whoever waits for it goes on, and sees that it is."""
        self._let_go()
        super().connectionLost(reason)

    def check_timeouts(self) -> None:
        """Daphne's minute is for the application; a line that goes on taking has longer."""
        if self._paced and self.duration() < LONGEST_SECONDS and time.monotonic() - self._moved < STUCK_SECONDS:
            return
        super().check_timeouts()

    def _let_go(self) -> None:
        if self._paced:
            self._room.set()


class PatientServer(Server):  # type: ignore[misc]  # Daphne has no types
    """Whatever an application says in parts goes out as fast as it is taken, not as it is said."""

    def create_application(self, protocol: Any, scope: dict[str, Any]) -> Any:
        """Daphne's, with what a request has beside itself."""
        beside = protocol.scope() if isinstance(protocol, PatientRequest) else {}
        return super().create_application(protocol, scope | beside)

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        """Daphne's, and then patience."""
        if isinstance(protocol, PatientRequest):
            await protocol.ready()
        await super().handle_reply(protocol, message)
        if isinstance(protocol, PatientRequest):
            await protocol.room()
