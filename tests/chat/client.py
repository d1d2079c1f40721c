"""A client that speaks frames to the application in this process: sockets and long polls."""

import asyncio
import json
from typing import Any
from uuid import UUID, uuid4

from channels.testing import HttpCommunicator, WebsocketCommunicator
from django.conf import settings

from chat.protocol import SUBPROTOCOL
from counselling.asgi import application

Frame = dict[str, Any]
PATIENCE = 8.0


class Hung(Exception):
    """The server closed the connection with this code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


def headers(cookie: str = "", origin: str | None = "") -> list[tuple[bytes, bytes]]:
    """What a browser of this origin sends; `origin=None` sends none."""
    sent = {"origin": settings.ORIGINS[0] if origin == "" else origin, "cookie": cookie}
    return [(name.encode(), value.encode("latin-1")) for name, value in sent.items() if value is not None]


class Socket(WebsocketCommunicator):
    """One connection. `heard` keeps every frame that came, in order; `hear` finds each of them once."""

    def __init__(
        self, path: str, cookie: str = "", *, origin: str | None = "", protocols: tuple[str, ...] = ()
    ) -> None:
        super().__init__(application, path, headers(cookie, origin), list(protocols or (SUBPROTOCOL,)))
        self.heard: list[Frame] = []
        self._unused: list[Frame] = []

    async def begin(self) -> Frame:
        """Connect and return the welcome."""
        accepted, _ = await self.connect(timeout=PATIENCE)
        assert accepted
        return await self.hear("welcome")

    async def say(self, kind: str, /, **fields: Any) -> None:
        """Send one frame."""
        await self.raw(
            json.dumps({"type": kind, **{k: str(v) if isinstance(v, UUID) else v for k, v in fields.items()}})
        )

    async def raw(self, data: str | bytes) -> None:
        """Send whatever this is."""
        key = "bytes" if isinstance(data, bytes) else "text"
        await self.send_input({"type": "websocket.receive", key: data})

    async def frame(self, seconds: float = PATIENCE) -> Frame:
        """The next frame; raises Hung when the server hangs up."""
        message = await self.receive_output(seconds)
        if message["type"] == "websocket.close":
            raise Hung(message.get("code", 1000))
        frame: Frame = json.loads(message["text"])
        self.heard.append(frame)
        self._unused.append(frame)
        return frame

    async def hear(self, kind: str, /, *, seconds: float = PATIENCE, **fields: Any) -> Frame:
        """The first frame of this type with these fields that was not asked for before, come already or to come."""
        wanted = {"type": kind, **fields}
        found = next((frame for frame in self._unused if wanted.items() <= frame.items()), None)
        try:
            async with asyncio.timeout(seconds):
                while not found:
                    frame = await self.frame(seconds + 1)
                    found = frame if wanted.items() <= frame.items() else None
        except TimeoutError:
            raise TimeoutError(f"{wanted} did not come within {seconds} s; last: {self.heard[-3:]}") from None
        self._unused.remove(found)
        return found

    async def until_pong(self) -> list[Frame]:
        """All frames that came before the answer to a ping: what was said so far is handled by then."""
        await self.say("ping")
        before = len(self.heard)
        await self.hear("pong")
        return self.heard[before:-1]

    async def open(self, case: str, after: int = 0) -> Frame:
        """Open the case's stream; the `caught_up`."""
        await self.say("resume", case=case, after=after)
        return await self.hear("caught_up", case=case)

    async def post(self, case: str, text: str, message_id: str | None = None) -> Frame:
        """Post and return the acknowledgement."""
        message_id = message_id or str(uuid4())
        await self.say("post", case=case, id=message_id, text=text)
        return await self.hear("ack", id=message_id)

    async def refused(self, kind: str, /, **fields: Any) -> str:
        """Send one frame; the code of the error that answers it."""
        await self.say(kind, **fields)
        return str((await self.hear("error"))["code"])

    async def hung(self, seconds: float = PATIENCE) -> int:
        """Read on until the server hangs up; the close code."""
        try:
            async with asyncio.timeout(seconds):
                while True:
                    await self.frame(seconds + 1)
        except Hung as end:
            return end.code

    def entries(self, case: str) -> list[Frame]:
        """The entries of a case in the order in which they came."""
        return [frame for frame in self.heard if frame["type"] == "entry" and frame["case"] == case]

    async def end(self) -> None:
        """Disconnect; safe after the server hung up."""
        if not self.future.done():
            await self.disconnect(timeout=PATIENCE)


async def ask(
    path: str,
    body: Any,
    cookie: str = "",
    *,
    origin: str | None = "",
    kind: str = "application/json",
    seconds: float = 10,
) -> tuple[int, list[Frame]]:
    """POST JSON (or raw bytes) to a long-poll address: status and frames."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    sent = [*headers(cookie, origin), (b"content-type", kind.encode())]
    http = HttpCommunicator(application, "POST", path, raw, sent)
    response = await http.get_response(timeout=seconds)
    await http.wait()
    return response["status"], json.loads(response["body"] or b'{"frames":[]}')["frames"]
