"""Which pages may open a socket: exactly our own origins, scheme and port included (security.md 3, no. 8)."""

from typing import Any

from channels.security.websocket import OriginValidator


class ExactOrigins(OriginValidator):  # type: ignore[misc]  # channels has no types
    """Channels' validator, for which an origin that is no address at all is a foreign one and not an error."""

    def valid_origin(self, parsed_origin: Any) -> bool:
        """False as well for a port that is no number."""
        try:
            return bool(super().valid_origin(parsed_origin))
        except ValueError:
            return False
