"""A WebSocket through nginx over TLS, from an address of its own: nginx and the server count by address."""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from tests.bench.socket import Frame, Socket
from tests.support.services import HOST

DIAL_SECONDS = 10  # chat/static/chat/js/socketline.js
CLOSE = 0x88


@dataclass(frozen=True)
class Door:
    """Where one person comes in, with what cookie and from what address. `certificate` is the site's, a file."""

    name: str
    port: int
    path: str
    cookie: str
    source: str
    certificate: str

    @property
    def origin(self) -> str:
        """The page's."""
        return f"https://{self.name}:{self.port}"


@cache
def tls(certificate: str) -> ssl.SSLContext:
    """Believes this certificate alone."""
    return ssl.create_default_context(cafile=certificate)


class Line(Socket):
    """`over` is set when the line is gone, `code` is the close code it was given, 0 without one."""

    def __init__(self, hear: Callable[[Frame], None], door: Door) -> None:
        super().__init__(hear, host=door.name, port=door.port, path=door.path, origin=door.origin, cookie=door.cookie)
        self.door = door
        self.over = asyncio.Event()
        self.code = 0

    async def open(self) -> None:
        """Return after the handshake; OSError or TimeoutError when there is none."""
        async with asyncio.timeout(DIAL_SECONDS):
            await asyncio.get_running_loop().create_connection(
                lambda: self,
                HOST,
                self.port,
                ssl=tls(self.door.certificate),
                server_hostname=self.host,
                local_addr=(self.door.source, 0),
            )
            await self.opened

    def cut(self) -> None:
        """As when a phone loses its network: nothing is said."""
        if self._transport:
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.over.set()

    def _take(self, kind: int, payload: bytes) -> None:
        if kind == CLOSE:
            self.code = int.from_bytes(payload[:2])
        super()._take(kind, payload)
