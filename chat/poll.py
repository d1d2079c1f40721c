"""Where WebSockets are blocked: the same frames by POST, and a long poll that waits for new ones.

Nothing is kept between two requests, so any process may answer the next one.
"""

import asyncio
import json
from abc import abstractmethod
from contextlib import suppress
from typing import Any
from uuid import UUID

from channels.exceptions import StopConsumer
from channels.generic.http import AsyncHttpConsumer
from django.conf import settings
from django.db import DatabaseError

from chat import arrival, domain, frames, handling, protocol, runtime, sessions
from chat.link import Link, Stream
from chat.pools import run_db
from counselling.errors import DomainError, NotAllowed, Unavailable
from counselling.vault.sealing import Unreadable

WAIT_SECONDS = 25.0
SETTLE_SECONDS = 10.0
MOST_FRAMES = 32
MOST_CASES = 50
_NO_STREAM = protocol.Ping | protocol.Resume | protocol.Call | protocol.Signal
HEADERS = [
    (b"content-type", b"application/json"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
]


class PollConsumer(AsyncHttpConsumer):  # type: ignore[misc]  # channels has no types
    """One request, authenticated like a socket; answers `{"frames": […]}`."""

    channel_layer_alias = "none"
    authenticate: arrival.Authenticate

    async def http_request(self, message: dict[str, Any]) -> None:
        """A body is read to its end only while it is of a size that a client of ours would send."""
        if sum(map(len, self.body)) + len(message.get("body", b"")) > protocol.MAX_FRAME_BYTES:
            await self.send_response(413, b"", headers=HEADERS)
            raise StopConsumer
        await super().http_request(message)

    async def handle(self, body: bytes) -> None:
        """Check origin and session, read the body, collect frames, answer."""
        self._frames: list[str] = []
        self._news = asyncio.Event()
        self._runtime = runtime.current()
        try:
            await self._reply(await self._answer(body))
        except DatabaseError:
            self._frames = [frames.error(Unavailable())]
            await self._reply(503)

    async def _answer(self, body: bytes) -> int:
        """Serve one admitted client; the status to answer with."""
        try:
            data = _body(self.scope, body)
        except NotAllowed:
            return 403
        except ValueError:
            self._frames.append(frames.bad_frame("json"))
            return 400
        visitor = await run_db(arrival.visitor, type(self).authenticate, self.scope)
        if visitor is None:
            return 401
        link = Link(visitor.actor, send=self._collect, hang_up=self._hang_up, tag=visitor.tag)
        try:
            await self._serve(link, data)
        except (DomainError, Unreadable):
            return 404
        finally:
            self._runtime.hub.leave(link)  # the next poll comes at once: between two the person is not gone
        return 200

    @abstractmethod
    async def _serve(self, link: Link, data: dict[str, Any]) -> None:
        """Do what this kind of request is for."""

    async def _collect(self, frame: str) -> None:
        self._frames.append(frame)
        self._news.set()

    async def _hang_up(self, _code: int) -> None:
        self._news.set()

    async def _reply(self, status: int) -> None:
        body = f'{{"frames":[{",".join(self._frames)}]}}'.encode()
        await self.send_response(status, body, headers=HEADERS)


class FramesConsumer(PollConsumer):
    """POST {"frames": […]}: each is handled as if it came by socket; answered when the posts are committed."""

    async def _serve(self, link: Link, data: dict[str, Any]) -> None:
        for raw in _list(data, "frames", MOST_FRAMES):
            try:
                command = protocol.read(dict(raw)) if isinstance(raw, dict) else protocol.parse("")
            except protocol.BadFrame as bad:
                await self._collect(frames.bad_frame(bad.why, bad.id))
                continue
            await self._open(link, command)
            await handling.obey(self._runtime, link, command)
        if len(_list(data, "frames", MOST_FRAMES + 1)) > MOST_FRAMES:
            await self._collect(frames.bad_frame(f"more than {MOST_FRAMES} frames"))
        await self._settled(link)

    async def _open(self, link: Link, command: protocol.Command) -> None:
        """A stateless request opens the stream it needs, without replaying anything."""
        if isinstance(command, _NO_STREAM) or command.case in link.streams:
            return
        try:
            opened = await run_db(domain.open_case, link.actor, command.case)
        except (DomainError, Unreadable):
            return
        link.streams[command.case] = Stream(opened, sent=opened.end, confirmed=opened.end, read=opened.read)

    async def _settled(self, link: Link) -> None:
        deadline = asyncio.get_running_loop().time() + SETTLE_SECONDS
        while link.in_flight and asyncio.get_running_loop().time() < deadline:
            self._news.clear()
            with suppress(TimeoutError):  # not acknowledged then; the client asks again under the same id
                await asyncio.wait_for(self._news.wait(), SETTLE_SECONDS)


class WaitConsumer(PollConsumer):
    """POST {"have": {case: seq}}: what is newer, at once or as soon as it comes, within 25 s."""

    async def _serve(self, link: Link, data: dict[str, Any]) -> None:
        have = data.get("have")
        if not isinstance(have, dict) or len(have) > MOST_CASES:
            await self._collect(frames.bad_frame("have"))
            return
        greeting = await run_db(domain.greet, link.actor)
        arrival.join(self._runtime, link, greeting)
        if have:
            await arrival.appear(link, greeting)
        else:
            await arrival.greet(self._runtime, link, greeting)
        for case, after in have.items():
            await self._continue(link, case, after)
        if not self._frames:
            try:
                await asyncio.wait_for(self._news.wait(), WAIT_SECONDS)
            except TimeoutError:
                return

    async def _continue(self, link: Link, case: str, after: object) -> None:
        try:
            command = protocol.read({"type": "resume", "case": case, "after": after})
        except protocol.BadFrame as bad:
            await self._collect(frames.bad_frame(bad.why))
            return
        await self._runtime.hub.open(link, command.case, command.after, announce=False)  # type: ignore[union-attr]  # a resume
        if self._frames:
            state = await run_db(domain.case_state, link.actor, UUID(case))
            await self._collect(frames.caught_up(UUID(case), state.last_seq, state.read, state.state, state.seats))


class SeekerFrames(FramesConsumer):
    """POST /chat/frames."""

    authenticate = staticmethod(sessions.seeker)


class SeekerWait(WaitConsumer):
    """POST /chat/poll."""

    authenticate = staticmethod(sessions.seeker)


class CounsellorFrames(FramesConsumer):
    """POST /team/frames."""

    authenticate = staticmethod(sessions.counsellor)


class CounsellorWait(WaitConsumer):
    """POST /team/poll."""

    authenticate = staticmethod(sessions.counsellor)


def _body(scope: dict[str, Any], body: bytes) -> dict[str, Any]:
    """The decoded body of a same-origin JSON POST; raises NotAllowed (origin, method), ValueError (JSON, size)."""
    headers = dict(scope["headers"])
    if scope["method"] != "POST" or headers.get(b"origin", b"").decode("latin-1") not in settings.ORIGINS:
        raise NotAllowed
    if len(body) > protocol.MAX_FRAME_BYTES or headers.get(b"content-type") != b"application/json":
        raise ValueError
    try:
        data = json.loads(body, parse_constant=_no_constant)
    except RecursionError:
        raise ValueError from None
    if not isinstance(data, dict):
        raise ValueError  # noqa: TRY004 -- one kind of refusal for every malformed body
    return data


def _no_constant(_name: str) -> None:
    raise ValueError


def _list(data: dict[str, Any], name: str, most: int) -> list[Any]:
    found = data.get(name)
    return found[:most] if isinstance(found, list) else []
