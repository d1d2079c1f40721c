"""Daphne that leaves politely: on SIGTERM nobody new comes in, who is in line is served, all lines end by themselves.

1. The socket takes no new connections; those that wait in the kernel's line are let in.
2. WebSockets are closed with 1012 ("restart"), so that pages come back at their own, random time (backoff.js).
3. Requests that run get LEAVING_SECONDS; connections that only wait for a next one are closed.
4. What was accepted is finished (`last`), then the process ends. Whoever is still there by then is cut.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Final
from weakref import WeakSet

from twisted.internet import unix
from twisted.internet.defer import Deferred
from twisted.internet.protocol import connectionDone
from twisted.python.failure import Failure
from twisted.web.http import Request

from counselling.web.patient import PatientServer
from counselling.web.slow_lines import OneTimer
from counselling.web.unix_socket import BACKLOG, UnixSocket

log = logging.getLogger("counselling.web")

RESTART: Final = 1012  # RFC 6455's registry: "service restart, come back after a random while"
LEAVING_SECONDS: Final = 10
FIRST_BYTES_SECONDS: Final = 3.0  # a connection from the line that says nothing within this time has nothing to say
LAST_SECONDS: Final = 4
_TICK: Final = 0.02
_NO_PLACE: Final = b"\0"  # Twisted neither changes the mode of this place nor removes it: UnixSocket sees to both
Step = Callable[[], Awaitable[None]]


class Channel(OneTimer):
    """An HTTP connection that knows whether it is asked anything, and is told when no further request is taken."""

    asked = False
    leaving = False

    def connectionMade(self) -> None:  # noqa: N802 -- Twisted's name
        """Known to the server from now on."""
        self.since = time.monotonic()
        self.factory.server.channels.add(self)
        super().connectionMade()  # type: ignore[no-untyped-call]  # as Twisted has it

    def connectionLost(self, reason: Failure = connectionDone) -> None:  # noqa: N802 -- Twisted's name
        """Forgotten."""
        self.factory.server.channels.discard(self)
        super().connectionLost(reason)  # type: ignore[no-untyped-call]  # as Twisted has it

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 -- Twisted's name
        """It has begun to ask."""
        self.asked = True
        super().dataReceived(data)

    def checkPersistence(self, request: Request, version: bytes) -> bool:  # noqa: N802 -- Twisted's name
        """Whether a further request may follow this one."""
        if self.leaving:
            _say_last(request)
            return False
        return bool(super().checkPersistence(request, version))  # type: ignore[no-untyped-call]  # as Twisted has it

    @property
    def is_http(self) -> bool:
        """Whether the line is still ours: a WebSocket takes it over, and lives by its own rules."""
        return getattr(self.transport, "protocol", None) is self

    def leave(self) -> None:
        """Close when there is nothing to answer, else after the answer. To be repeated."""
        self.leaving = True
        if self.requests:  # before the first, Twisted would throw away what is still to be read
            self.persistent = False
        for request in self.requests:
            if not request.startedWriting:
                _say_last(request)
        is_idle = not self.requests and self._begun is None
        if is_idle and (self.asked or time.monotonic() - self.since > FIRST_BYTES_SECONDS):
            self.loseConnection()  # type: ignore[no-untyped-call]  # as Twisted has it


def _say_last(request: Request) -> None:
    request.responseHeaders.setRawHeaders(b"connection", [b"close"])


class GracefulServer(PatientServer):
    """`farewell` sends everybody away, again and again until nobody is left; `last` finishes what was accepted."""

    def __init__(self, *, farewell: Step, last: Step, unix_socket: UnixSocket | None = None, **words: Any) -> None:
        super().__init__(**words)
        self.channels: WeakSet[Channel] = WeakSet()
        self._farewell, self._last, self._unix = farewell, last, unix_socket
        self._ports: list[Any] = []

    def run(self) -> None:
        """Until it is told to stop. A socket of ours is not Twisted's to make (see unix_socket.py)."""
        if self._unix:
            self.endpoints: list[str] = []
        super().run()

    def prepare(self, slow_seconds: float) -> None:
        """Once the factory is there, before anybody comes: `slow_seconds` is what a request may take to come."""
        self.http_factory.protocol, self.http_factory.timeOut = Channel, slow_seconds
        if self._unix:
            from twisted.internet import reactor  # noqa: PLC0415 -- Daphne installs it

            port = unix.Port._fromListeningDescriptor(reactor, self._unix.socket.fileno(), self.http_factory)  # type: ignore[no-untyped-call]  # noqa: SLF001 -- what `adoptStreamPort` does
            port._bindPath, port.backlog = _NO_PLACE, BACKLOG  # noqa: SLF001 -- see there
            port.startListening()
            self.listen_success(port)

    def listen_success(self, port: Any) -> None:
        """Daphne's; kept, to be closed before everything else."""
        self._ports.append(port)
        super().listen_success(port)

    async def handle_reply(self, protocol: Any, message: dict[str, Any]) -> None:
        """A close code below 3000 is none that Autobahn's `sendClose` takes: it raises, and the line stays open."""
        if message["type"] == "websocket.close" and message.get("code") == RESTART and _is_open(protocol):
            protocol.sendCloseFrame(code=RESTART)
            return
        await super().handle_reply(protocol, message)

    def kill_all_applications(self) -> Any:
        """Daphne's name for what happens between being told to stop and stopping."""
        return Deferred.fromFuture(asyncio.ensure_future(self._leave()))

    async def _leave(self) -> None:
        self._close_ports()
        try:
            async with asyncio.timeout(LEAVING_SECONDS):
                while await self._someone_left():  # noqa: ASYNC110 -- many ends, no single event
                    await asyncio.sleep(_TICK)
        except TimeoutError:
            log.warning("stopping: %s requests were not done within %s s and are cut", self._cut(), LEAVING_SECONDS)
        try:
            await asyncio.wait_for(self._last(), LAST_SECONDS)
        except TimeoutError:
            log.warning("stopping: what was under way to the database was not done within %s s", LAST_SECONDS)

    def _close_ports(self) -> None:
        """Nobody new from here on; whoever is in line already comes in first."""
        if self._unix:
            self._unix.leave()
        for port in self._ports:
            before = -1
            while port.sessionno != before:
                before = port.sessionno
                port.doRead()
            port.stopListening()

    async def _someone_left(self) -> bool:
        """Send away who can go by now; whether somebody is still here."""
        await self._farewell()
        channels = [channel for channel in self.channels if channel.is_http]
        for channel in channels:
            channel.leave()
        for socket in self._sockets():
            if _is_open(socket):
                socket.sendCloseFrame(code=RESTART)
        return bool(channels) or any(True for _ in self._sockets()) or any(True for _ in self._working())

    def _sockets(self) -> Iterable[Any]:
        """WebSockets that are not gone."""
        for protocol, details in list(self.connections.items()):
            if protocol.__class__ is self.ws_factory.protocol and "disconnected" not in details:
                yield protocol

    def _working(self) -> Iterable["asyncio.Future[None]"]:
        """What the application still does for somebody."""
        for details in list(self.connections.values()):
            work = details.get("application_instance")
            if work and not work.done():
                yield work

    def _cut(self) -> int:
        """End by force what is still under way; how much that was."""
        working = list(self._working())
        for work in working:
            work.cancel()
        return len(working)


def _is_open(protocol: Any) -> bool:
    return getattr(protocol, "state", None) == getattr(protocol, "STATE_OPEN", object())
