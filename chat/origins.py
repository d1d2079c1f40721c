"""Which pages may open a socket: exactly our own origins, scheme and port included (security.md 3, no. 8)."""

from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import ParseResult, urlparse

from channels.security.websocket import OriginValidator

from counselling import meters

Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class ExactOrigins(OriginValidator):  # type: ignore[misc]  # channels has no types
    """Channels' validator, for which an origin that is no address at all is a foreign one and not an error.

    It refuses in two frames: Channels' own refusing consumer listens to Redis meanwhile, 8 s for each foreign page.
    """

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Pass on who comes from here; close everybody else before anything is looked up."""
        if self.valid_origin(_origin(scope)):
            await self.application(scope, receive, send)
            return
        meters.TURNED_AWAY.add("origin")
        await receive()
        await send({"type": "websocket.close"})

    def valid_origin(self, parsed_origin: Any) -> bool:
        """False as well for a port that is no number."""
        try:
            return bool(super().valid_origin(parsed_origin))
        except ValueError:
            return False


def _origin(scope: dict[str, Any]) -> ParseResult | None:
    """What the Origin header says, None when it is absent or nobody can read it (`http://[`)."""
    sent = [value.decode("latin-1") for name, value in scope.get("headers", ()) if name == b"origin"]
    try:
        return urlparse(sent[-1]) if sent else None
    except ValueError:
        return None
