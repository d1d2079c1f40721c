"""What lies in a parcel of data: compressed lines of JSON, written and read a few at a time.

A head {"format", "kind", "set", "at", "release", "migrations", "empty"}; for each table {"table", "columns"}
and its rows as lists; at the end {"rows": {table: how many}}, without which it was cut off.
"""

import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

FORMAT: Final = 1
_GZIP: Final = 31  # as gzip has it, so that `age --decrypt … | zcat` shows it
_PIECE: Final = 65_536


class NotOurs(Exception):
    """Opened, but not what a backup holds, or not to its end."""


def compressed(lines: Iterable[Any]) -> Iterator[bytes]:
    """The bytes of these lines, in pieces."""
    press = zlib.compressobj(1, zlib.DEFLATED, _GZIP)
    waiting: list[bytes] = []
    size = 0
    for line in lines:
        waiting.append(json.dumps(line, separators=(",", ":"), ensure_ascii=False).encode() + b"\n")
        size += len(waiting[-1])
        if size >= _PIECE:
            yield press.compress(b"".join(waiting))
            waiting, size = [], 0
    yield press.compress(b"".join(waiting)) + press.flush()


class Lines:
    """Takes the bytes again and hands each line to `take`; `end` says that nothing is missing."""

    def __init__(self, take: Callable[[Any], None]) -> None:
        self._take, self._rest = take, b""
        self._press = zlib.decompressobj(_GZIP)

    def feed(self, data: bytes) -> None:
        """Some more of them. Raises NotOurs, and what `take` raises."""
        try:
            *lines, self._rest = (self._rest + self._press.decompress(data)).split(b"\n")
            found = [json.loads(line) for line in lines]
        except (zlib.error, ValueError):
            raise NotOurs from None
        for line in found:
            self._take(line)

    def end(self) -> None:
        """Raises NotOurs when something is missing."""
        if not self._press.eof or self._rest:
            raise NotOurs
