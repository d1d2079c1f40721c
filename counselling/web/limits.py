"""Rate limits that remember no address: a short HMAC under a key of the day that lies only in the cache.

20 bits on purpose (pitfalls 24): about one address in a million shares a tag, so a tag proves nothing about anybody.
Counters live in the cache alone, for as long as their window; the key and the marks of blocked visitors until midnight.

If the cache is away every limit is open: a young person is never kept out because Redis is down. Limits guard against
floods and guessing, never access to content. A cache that did not answer is left alone for REST_SECONDS: only the
first to ask waits for its timeout of 2 s (settings.CACHES), not each of the several questions behind one page.

All functions are synchronous and may wait for Redis: from consumers call them through `run_db` or `sync_to_async`.
"""

import hashlib
import hmac
import ipaddress
import secrets
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache
from time import monotonic
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.utils import timezone
from redis.exceptions import RedisError

from counselling import meters

Visitor = HttpRequest | Mapping[str, Any]
"""A request, or the scope of a socket."""

HARDER = 8
"""How many times harder the proof of work is for a visitor who was blocked today."""

REST_SECONDS = 3.0
"""How long this process asks a cache nothing that did not answer."""

_CACHE_AWAY = (RedisError, OSError)
_TAG_BITS = 20
_SITE_BITS = 64  # one household or phone has a whole IPv6 /64

Answer = TypeVar("Answer")


class _Rest:
    """Until when the cache is left alone, by this process's monotonic clock."""

    until = 0.0


def address_tag(visitor: Visitor) -> str:
    """Five hex digits for the visitor's address, the same until local midnight. Never log or store it."""
    digest = hmac.digest(_key_of_the_day(), _network(_address(visitor)), hashlib.sha256)
    return f"{int.from_bytes(digest[:4], 'big') >> (32 - _TAG_BITS):05x}"


def hit(visitor: str | Visitor, scope: str, limit: int, seconds: int) -> bool:
    """Counts one attempt in `scope` and says whether it is still allowed: at most `limit` per window of `seconds`.

    Windows stand side by side (a burst across their border can reach twice the limit). Open if the cache is away.
    """
    tag = visitor if isinstance(visitor, str) else address_tag(visitor)
    key = f"limit:{scope}:{tag}:{int(time.time()) // seconds}"
    allowed = or_else(lambda: _count(key, seconds) <= limit, default=True)
    if not allowed:
        meters.LIMITS.add(scope)
    return allowed


def make_harder(tag: str) -> None:
    """Lets the proof of work be `HARDER` for this tag until local midnight: all that blocking leaves behind."""
    or_else(lambda: cache.set(f"limit:harder:{tag}", HARDER, _seconds_to_midnight()), default=None)


def hardness(tag: str) -> int:
    """By what the proof of work of this tag is multiplied: 1, or `HARDER` after a block."""
    return or_else(lambda: int(cache.get(f"limit:harder:{tag}", 1)), default=1)


def or_else(ask: Callable[[], Answer], *, default: Answer) -> Answer:
    """What the cache answers; the default while it is away, and for REST_SECONDS after it was found to be.

    Only absence is caught, never a mistake of ours.
    """
    if monotonic() < _Rest.until:
        return default
    try:
        return ask()
    except _CACHE_AWAY:
        _Rest.until = monotonic() + REST_SECONDS
        meters.FAILURES.add("redis")
        return default


def _count(key: str, seconds: int) -> int:
    cache.add(key, 0, seconds)
    try:
        return cache.incr(key)
    except ValueError:  # the window ended between the two calls
        return 1


def _address(visitor: Visitor) -> str:
    """The peer's address; behind our own proxy the last entry it appended, since earlier ones come from the visitor."""
    if isinstance(visitor, HttpRequest):
        peer, forwarded = visitor.META.get("REMOTE_ADDR", ""), visitor.META.get("HTTP_X_FORWARDED_FOR", "")
    else:
        peer, forwarded = (visitor.get("client") or ("", 0))[0], _last_header(visitor)
    last = forwarded.rpartition(",")[2].strip()
    return last if settings.BEHIND_PROXY and last else str(peer)


def _last_header(scope: Mapping[str, Any]) -> str:
    values = [value for name, value in scope.get("headers", ()) if name.lower() == b"x-forwarded-for"]
    return values[-1].decode("latin-1") if values else ""


def _network(address: str) -> bytes:
    """What is counted as one visitor: an IPv4 address, an IPv6 /64; anything else (a local socket) is one place."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return b"elsewhere"
    if isinstance(parsed, ipaddress.IPv6Address):
        return parsed.ipv4_mapped.packed if parsed.ipv4_mapped else parsed.packed[: _SITE_BITS // 8]
    return parsed.packed


def _key_of_the_day() -> bytes:
    """32 random bytes, shared by all processes through the cache, gone at midnight; our own while it is away."""
    day = timezone.localdate().isoformat()
    return or_else(lambda: _shared_key(day), default=_own_key(day))


def _shared_key(day: str) -> bytes:
    name = f"limit:key:{day}"
    known = cache.get(name)
    if known is None:
        cache.add(name, secrets.token_bytes(32), _seconds_to_midnight())
        known = cache.get(name)
    return bytes(known) if known is not None else _own_key(day)


@lru_cache(maxsize=1)
def _own_key(_day: str) -> bytes:
    return secrets.token_bytes(32)


def _seconds_to_midnight() -> int:
    now = timezone.localtime()
    midnight = datetime.combine(now.date() + timedelta(days=1), datetime.min.time(), tzinfo=now.tzinfo)
    return max(1, int((midnight - now).total_seconds()))
