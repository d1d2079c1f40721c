"""The relay between two browsers: credentials that last one meeting (coturn's REST API, `use-auth-secret`).

draft-uberti-behave-turn-rest-00: the name is the time it ends, the password HMAC-SHA1 of the name under a secret shared
with the relay. Who somebody is never stands in it.
"""

import base64
import hmac
from datetime import datetime, timedelta
from typing import Final, TypedDict
from uuid import UUID

from django.conf import settings

from counselling.vault import digests

AFTERWARDS: Final = timedelta(minutes=10)
LONGEST: Final = timedelta(hours=2)


class IceServer(TypedDict):
    """As RTCPeerConnection wants it."""

    urls: list[str]
    username: str
    credential: str


def mode() -> str:
    """`ready` with a relay; `local` in a demo without one (browsers meet directly, on one machine); else `off`."""
    if settings.TURN_URLS and settings.TURN_SECRET:
        return "ready"
    return "local" if settings.DEMO else "off"


def policy() -> str:
    """For `iceTransportPolicy`."""
    return "all" if mode() == "local" else "relay"


def servers(ends_at: datetime, now: datetime, *, meeting: UUID, role: int) -> list[IceServer]:
    """What the browser of one side needs to use the relay until a little after the meeting, two hours at most."""
    if mode() != "ready":
        return []
    username = name(min(ends_at + AFTERWARDS, now + LONGEST), meeting, role)
    return [{"urls": list(settings.TURN_URLS), "username": username, "credential": password(username)}]


def name(until: datetime, meeting: UUID, role: int) -> str:
    """Seconds since 1970, and what stands for one side of one meeting: always the same, and nobody else can tell whose.

    coturn's `user-quota` counts by what follows the colon, so asking again and again gives nobody more of the relay.
    """
    return f"{int(until.timestamp())}:{digests.keyed('turn-name', f'{meeting}:{int(role)}')[:8].hex()}"


def password(username: str) -> str:
    """What coturn computes from the name as well."""
    digest = hmac.digest(settings.TURN_SECRET.encode(), username.encode(), "sha1")
    return base64.b64encode(digest).decode()
