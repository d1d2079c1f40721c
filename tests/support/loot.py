"""What of a copy could be a key: bytes and texts of 32 bytes, in sessions, Redis, logs."""

import base64
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import redis
from django.conf import settings
from django.contrib.sessions.models import Session

from counselling.vault import digests
from counselling.vault.master import KEY_BYTES

HEX = re.compile(rb"[0-9a-fA-F]{64,}")
TOKEN = re.compile(rb"[A-Za-z0-9_-]{43,}|[A-Za-z0-9+/]{43,}")
# What stands before or behind a token may be of its letters: the length of 43 in a pickle is a "+".
BESIDE = 2
LONGEST = 512  # bytes of one value in Redis: of longer ones only the texts are read


def keys_in(data: bytes, *, raw: bool = False) -> set[bytes]:
    """Every 32 bytes that stand there as hex or base64, and what a cookie's token gives; with `raw` every 32 bytes."""
    found = {bytes.fromhex(text) for text in _cut_out(HEX, 64, data)}
    for token in _cut_out(TOKEN, 43, data):
        found |= {base64.b64decode(f"{token}=", b"-_" if set(token) & set("-_") else b"+/")}
        found |= {digests.token_kek(token), digests.token_lookup(token)}
    if raw and len(data) <= LONGEST:
        found |= {data[start : start + KEY_BYTES] for start in range(len(data) - KEY_BYTES + 1)}
    return found


def _cut_out(pattern: re.Pattern[bytes], length: int, data: bytes) -> set[str]:
    """Texts of this length at the beginning and at the end of what matches."""
    found = set()
    for match in pattern.finditer(data):
        last = len(match[0]) - length
        starts = {*range(BESIDE + 1), *range(last - BESIDE, last + 1)}
        found |= {match[0][start : start + length].decode() for start in starts if 0 <= start <= last}
    return found


def everything(logs: list[Path]) -> set[bytes]:
    """From the sessions of Django, from Redis and from the server's logs, and these."""
    found: set[bytes] = set()
    for value in in_sessions():
        found |= keys_in(value.encode())
        found |= {digests.token_kek(value), digests.token_lookup(value)}
    for held in in_redis():
        found |= keys_in(held, raw=True)
    for log in [*Path(os.environ["COUNSELLING_VAR"]).glob("log*"), *logs]:
        found |= keys_in(log.read_bytes())
    return found


def in_sessions() -> Iterator[str]:
    """Every text of every session, decoded."""
    for session in Session.objects.all():
        yield from _texts(session.get_decoded())


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = [*value.keys(), *value.values()]
    if isinstance(value, list):
        for part in value:
            yield from _texts(part)
    else:
        yield str(value)


def in_redis() -> Iterator[bytes]:
    """Every key, value and member."""
    if not settings.REDIS_URL:
        return
    with redis.Redis.from_url(settings.REDIS_URL) as client:
        for key in list(client.scan_iter()):
            yield key
            yield from _members(client, key)


def _members(client: "redis.Redis[bytes]", key: bytes) -> Iterator[bytes]:
    """Of whatever type it is; what expires meanwhile is gone."""
    kind = client.type(key)
    if kind == b"string":
        yield client.get(key) or b""
    elif kind == b"list":
        yield from client.lrange(key, 0, -1)
    elif kind == b"set":
        yield from client.smembers(key)
    elif kind == b"zset":
        yield from client.zrange(key, 0, -1)
    elif kind == b"hash":
        yield from (part for pair in client.hgetall(key).items() for part in pair)
