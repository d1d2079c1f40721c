"""The WebSocket edge: accept, authenticate, hand frames to `handling`, clean up whatever happens."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.db import DatabaseError

from chat import arrival, handling, protocol, runtime, sessions
from chat.link import Link
from chat.pools import run_db
from chat.protocol import Closing
from counselling import meters
from counselling.errors import DomainError
from counselling.web.logs import kind_and_place

log = logging.getLogger("counselling.chat")


class CaseConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels has no types
    """One connection, with a plain loop in place of Channels' own.

    That one hops through a thread for every frame to close database connections which this task never opens
    (measured: docs/decisions/0005).
    """

    authenticate: arrival.Authenticate
    side: str  # of meters.SIDES
    link: Link | None = None

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[dict[str, Any]]],
        send: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        """Run until the client leaves; `leave` is called even when a handler fails."""
        self.scope, self.base_send = scope, send
        self._runtime = runtime.current()
        try:
            while True:
                message = await receive()
                if message["type"] == "websocket.receive":
                    await self.receive(message.get("text"), message.get("bytes"))
                elif message["type"] == "websocket.connect":
                    await self.connect()
                else:
                    return
        except StopConsumer:
            return
        except asyncio.CancelledError:
            raise
        except Exception as problem:  # noqa: BLE001 -- the socket's edge: kind only, a traceback could hold content
            log.error("socket failed: %s", kind_and_place(problem))  # noqa: TRY400 -- as above
            meters.ERRORS.add("socket")
            await self.close(Closing.RESTART)
        finally:
            if self.link:
                meters.SOCKETS.add(self.side, -1)
                await arrival.leave(self._runtime, self.link)

    async def connect(self) -> None:
        """Accept so that the browser can read a close code, then authenticate and greet."""
        if protocol.SUBPROTOCOL not in self.scope["subprotocols"]:
            await self.accept()
            meters.TURNED_AWAY.add("subprotocol")
            await self.close(Closing.NO_SUBPROTOCOL)
            return
        await self.accept(protocol.SUBPROTOCOL)
        try:
            came = await run_db(arrival.guest, type(self).authenticate, self.scope)
        except DatabaseError:
            meters.TURNED_AWAY.add("unavailable")
            await self.close(Closing.RESTART)
            return
        if came is None:
            meters.TURNED_AWAY.add("session")
            await self.close(Closing.SESSION_ENDED)
            return
        visitor, greeting = came
        self.link = Link(visitor.actor, send=self._send, hang_up=self._hang_up, tag=visitor.tag)
        meters.CONNECTS.add(self.side)
        meters.SOCKETS.add(self.side)
        arrival.join(self._runtime, self.link, greeting)
        try:
            await arrival.greet(self._runtime, self.link, greeting)
        except DomainError:
            await self._hang_up(Closing.NO_CASE)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """One frame; binary ones are answered like any other mistake."""
        meters.FRAMES.add("in")
        if self.link is None or self.link.closed:
            return
        await handling.receive(self._runtime, self.link, text_data if bytes_data is None and text_data else "")

    async def _send(self, frame: str) -> None:
        meters.FRAMES.add("out")
        await self.base_send({"type": "websocket.send", "text": frame})

    async def _hang_up(self, code: int) -> None:
        if self.link and not self.link.closed:
            await arrival.leave(self._runtime, self.link)
            await self.close(code)


class SeekerConsumer(CaseConsumer):
    """A young person's connection, by their own cookie."""

    authenticate = staticmethod(sessions.seeker)
    side = "seeker"


class CounsellorConsumer(CaseConsumer):
    """A counsellor's one connection for all open chats, by their session."""

    authenticate = staticmethod(sessions.counsellor)
    side = "counsellor"
