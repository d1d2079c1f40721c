"""A WebSocket client that costs next to nothing, since it shares two cores with the server it measures.

Only what the benchmark needs of RFC 6455: unfragmented text frames, pings, close. Frames are masked with zeros,
which the server undoes at the same cost as any other mask.
"""

import asyncio
import json
from collections.abc import Callable
from typing import Any

Frame = dict[str, Any]
HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nOrigin: {origin}\r\nCookie: {cookie}\r\n"
    "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: counselling.1\r\n\r\n"
)
TEXT, PING, PONG = 0x81, 0x89, 0x8A
SHORT, LONG = 126, 127


class Socket(asyncio.Protocol):
    """Calls `hear(frame)` for each JSON frame, from `open()` on until `close()`."""

    def __init__(
        self, hear: Callable[[Frame], None], *, host: str, port: int, path: str, origin: str, cookie: str
    ) -> None:
        self.hear, self.host, self.port = hear, host, port
        self.request = HANDSHAKE.format(path=path, host=host, port=port, origin=origin, cookie=cookie)
        self.opened: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._buffer = bytearray()
        self._transport: asyncio.Transport | None = None

    async def open(self) -> None:
        """Return after the handshake; ConnectionError when it is refused. Frames may be heard before."""
        await asyncio.get_running_loop().create_connection(lambda: self, self.host, self.port)
        await self.opened

    def send(self, frame: Frame) -> None:
        """One JSON text frame; nothing when the line is gone."""
        self._write(TEXT, json.dumps(frame).encode())

    def close(self) -> None:
        """Hang up."""
        if self._transport:
            self._transport.close()

    @property
    def is_open(self) -> bool:
        """Neither side has hung up."""
        return self._transport is not None

    def _write(self, kind: int, payload: bytes) -> None:
        length = len(payload)
        head = bytes([kind, 0x80 | length]) if length < SHORT else bytes([kind, 0x80 | SHORT]) + length.to_bytes(2)
        if self._transport:
            self._transport.write(head + b"\0\0\0\0" + payload)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # a stream transport, by create_connection
        transport.write(self.request.encode())  # type: ignore[attr-defined]

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if not self.opened.done():
            self.opened.set_exception(exc or ConnectionError("closed before the handshake"))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        if not self.opened.done() and not self._shake_hands():
            return
        while frame := self._next():
            self._take(*frame)

    def _take(self, kind: int, payload: bytes) -> None:
        if kind == TEXT:
            self.hear(json.loads(payload))
        elif kind == PING:
            self._write(PONG, payload)
        else:
            self.close()

    def _shake_hands(self) -> bool:
        end = self._buffer.find(b"\r\n\r\n")
        if end < 0:
            return False
        status = bytes(self._buffer[: self._buffer.find(b"\r\n")])
        del self._buffer[: end + 4]
        if b" 101 " not in status:
            self.opened.set_exception(ConnectionError(status.decode(errors="replace")))
            self.close()
            return False
        self.opened.set_result(None)
        return True

    def _next(self) -> tuple[int, bytes] | None:
        """Kind and payload of the next whole frame; None while it is not there."""
        buffer = self._buffer
        if len(buffer) < 2:
            return None
        length, start = buffer[1] & 0x7F, 2
        if length >= SHORT:
            start = 4 if length == SHORT else 10
            length = int.from_bytes(buffer[2:start])
        if len(buffer) < start + length:
            return None
        payload, kind = bytes(buffer[start : start + length]), buffer[0]
        del buffer[: start + length]
        return kind, payload
