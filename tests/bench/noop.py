"""What the chat is measured against: a consumer that only relays JSON to both sockets of a pair, in process.

Mounted at /bench/noop only when COUNSELLING_BENCH is set; no log, no keys, no seats, nothing on disk. With BENCH_LEAN=1
it runs in the chat's own loop instead of Channels', which tells how much of the ratio that loop wins (decision 0005).
"""

import json
import os
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

from channels.generic.websocket import AsyncWebsocketConsumer


class NoopConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]  # channels has no types
    """The query string names the pair."""

    pairs: ClassVar[dict[bytes, list["NoopConsumer"]]] = {}

    async def connect(self) -> None:
        self.pair = self.pairs.setdefault(self.scope["query_string"], [])
        self.pair.append(self)
        await self.accept(next(iter(self.scope["subprotocols"]), None))

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        text = json.dumps(json.loads(text_data or "null"))
        for socket in tuple(self.pair):
            await socket.send(text_data=text)

    async def disconnect(self, code: int) -> None:
        self.pair.remove(self)


class LeanConsumer(NoopConsumer):
    """The same in a plain loop, as `chat/consumers.py` has it."""

    async def __call__(
        self,
        scope: dict[str, Any],
        receive: Callable[[], Awaitable[dict[str, Any]]],
        send: Callable[[dict[str, Any]], Awaitable[None]],
    ) -> None:
        self.scope, self.base_send = scope, send
        while True:
            message = await receive()
            if message["type"] == "websocket.receive":
                await self.receive(message.get("text"), message.get("bytes"))
            elif message["type"] == "websocket.connect":
                await self.connect()
            else:
                await self.disconnect(message["code"])
                return


def consumer() -> type[NoopConsumer]:
    """The one that this run measures against."""
    return LeanConsumer if os.environ.get("BENCH_LEAN") == "1" else NoopConsumer
