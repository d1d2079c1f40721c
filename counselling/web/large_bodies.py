"""A form with a file, read while it comes (`bodies.py`), where an address takes such forms.

Everything else that is larger than FILE_UPLOAD_MAX_MEMORY_SIZE is refused (`patient.py`). The answer goes out when the
body is over: what nobody reads any more is let go.
"""

import threading
import time
from typing import Any, Final

from django.conf import settings

from counselling.web import bodies
from counselling.web.bodies import Body
from counselling.web.patient import LONGEST_SECONDS, PatientRequest

MOST_BYTES: Final = 60_000_000  # so much is read and let go, so that "too large" can be said in friendly words
AT_ONCE: Final = 8  # per process: each holds a thread and bodies.MOST_WAITING
_slots = threading.BoundedSemaphore(AT_ONCE)


class StreamedRequest(PatientRequest):
    """A request whose application may begin while its body is coming."""

    body: Body | None = None
    _has_slot = False
    _period: float | None = None  # of the line's timer, while it is off because the line waits for us

    def gotLength(self, length: int | None) -> None:  # noqa: N802 -- Twisted's name
        """The headers are there: a large form of an address that takes them begins now."""
        super().gotLength(length)
        if not settings.FILE_UPLOAD_MAX_MEMORY_SIZE < (length or 0) <= MOST_BYTES or not self._is_wanted():
            return
        self._has_slot = _slots.acquire(blocking=False)
        if not self._has_slot:
            return
        self._too_large, self.body = False, Body(self._wait, self._go_on)
        line = self.channel
        self.method, self.uri, self.clientproto = line._command, line._path, line._version  # noqa: SLF001 -- as below
        self.path = self.uri.partition(b"?")[0]
        self.process()

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802 -- Twisted's name
        """A piece of the body."""
        if self.body:
            self.body.bring(data)
        else:
            super().handleContentChunk(data)

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:  # noqa: N802 -- Twisted's name
        """The body is over."""
        if self.body:
            self.request_start = time.time()  # from here on it is the application's time
            self.body.end()
        else:
            super().requestReceived(command, path, version)

    async def ready(self) -> None:
        """An answer before the end of its question would break the line."""
        if self.body:
            await self.body.over()

    def scope(self) -> dict[str, Any]:
        """What the application finds beside its request."""
        return {bodies.SCOPE: self.body} if self.body else {}

    def finish(self) -> None:
        """Answered."""
        self._leave()
        super().finish()

    def connectionLost(self, reason: Any) -> None:  # noqa: N802 -- Twisted's name
        """The line was cut."""
        if self.body:
            self.body.end(cut=True)
        self._leave()
        super().connectionLost(reason)

    def check_timeouts(self) -> None:
        """Daphne's minute is for the application; a form on its way has as long as a download."""
        if self.body is None or self.body.is_over:
            super().check_timeouts()
        elif self.duration() > LONGEST_SECONDS:
            self._abort()

    def basic_error(self, status: int, status_text: bytes, body: str) -> None:
        """Daphne's own errors; while the body comes there is no place for them."""
        if self.body is None or self.body.is_over:
            super().basic_error(status, status_text, body)
        else:
            self._abort()

    def _is_wanted(self) -> bool:
        kind = (self.requestHeaders.getRawHeaders(b"content-type") or [b""])[0].lower()
        method, uri = self.channel._command, self.channel._path  # noqa: SLF001 -- Twisted tells them with the last byte only
        path = uri.partition(b"?")[0]
        is_form = method == b"POST" and kind.startswith(b"multipart/form-data")
        return is_form and bodies.is_allowed(path)

    def _wait(self) -> None:
        """The line waits for us: nobody may call it slow."""
        self._period = self.channel.setTimeout(None)
        self.channel._networkProducer.pauseProducing()  # noqa: SLF001 -- as Daphne does

    def _go_on(self) -> None:
        if self.channel is None or self.finished:
            return
        if self.body and self.body.is_over:
            self.channel._savedTimeOut = self._period  # noqa: SLF001 -- Twisted sets it when this request is answered
        else:
            self.channel.setTimeout(self._period)
        self.channel._networkProducer.resumeProducing()  # noqa: SLF001 -- as above

    def _abort(self) -> None:
        if self.channel is not None:
            self.channel.transport.abortConnection()

    def _leave(self) -> None:
        if self._has_slot:
            self._has_slot = False
            _slots.release()
