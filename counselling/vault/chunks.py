"""Files under a case key: in chunks of 64 KiB, each AES-256-GCM with a nonce of its own and bound to its place.

A sealed chunk is `suite byte | nonce (12) | ciphertext and tag`. Bound are case, file, stage, number and whether it is
the last: what was cut off, swapped, repeated or put into another file does not open. A whole file carries its length in
front and is padded as Padmé does (https://lbarman.ch/blog/padme/): its size tells little about which file it is.
"""

import enum
import itertools
import os
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from counselling.vault.sealing import Unreadable

SUITE = 1  # AES-256-GCM
BYTES = 65_536
_LEAST = 4096
_NONCE = 12
_AAD = struct.Struct(">4sBB16s16sI?")
_LENGTH = struct.Struct(">Q")

Thing = TypeVar("Thing")


class Stage(enum.IntEnum):
    """What a chunk is part of; bound, so that nothing unchecked can pass for a file."""

    RAW = 1  # as it was uploaded, nobody has looked at it yet
    WHOLE = 2


@dataclass(frozen=True, slots=True)
class Place:
    """The file that a chunk belongs to."""

    case: UUID
    file: UUID
    stage: Stage

    def associated(self, number: int, *, last: bool) -> bytes:
        """The authenticated bytes of one of its chunks."""
        return _AAD.pack(b"FIL1", SUITE, self.stage, self.case.bytes, self.file.bytes, number, last)


def seal(key: bytes, data: bytes, place: Place, number: int, *, last: bool) -> bytes:
    """Seal one chunk under the 32-byte `key`; 29 bytes longer. Raises ValueError for more than BYTES."""
    if len(data) > BYTES:
        raise ValueError("too large")
    nonce = os.urandom(_NONCE)
    return bytes((SUITE,)) + nonce + AESGCM(key).encrypt(nonce, data, place.associated(number, last=last))


def unseal(key: bytes, sealed: bytes | memoryview, place: Place, number: int, *, last: bool) -> bytes:
    """The chunk again; raises Unreadable whatever is wrong."""
    sealed = bytes(sealed)  # PostgreSQL hands memoryviews
    if len(sealed) <= _NONCE or sealed[0] != SUITE:
        raise Unreadable
    try:
        body = sealed[1 + _NONCE :]
        return AESGCM(key).decrypt(sealed[1 : 1 + _NONCE], body, place.associated(number, last=last))
    except InvalidTag:
        raise Unreadable from None


def seal_all(key: bytes, parts: Iterable[bytes], length: int, place: Place) -> Iterator[bytes]:
    """Seal a whole file of `length` bytes, chunk after chunk; at most two lie in memory.

    Raises ValueError when the parts do not have this length together.
    """
    for number, (piece, last) in enumerate(_with_last(_pieces(_filled(parts, length)))):
        yield seal(key, piece, place, number, last=last)


def open_all(key: bytes, sealed: Iterable[bytes | memoryview], place: Place) -> tuple[int, Iterator[bytes]]:
    """(length, the file's bytes, chunk after chunk). The first chunk is opened at once, the others while one reads.

    Raises Unreadable at any moment: at the end when chunks are missing there.
    """
    opened = _opened(key, sealed, place)
    first = next(opened, b"")
    if len(first) < _LENGTH.size:
        raise Unreadable
    (length,) = _LENGTH.unpack_from(first)
    return length, _without_padding(itertools.chain([first[_LENGTH.size :]], opened), length)


def padded(length: int) -> int:
    """How many bytes a whole file of this length has before sealing: at most 12 % more, 4 KiB at least."""
    length = max(length + _LENGTH.size, _LEAST)
    exponent = length.bit_length() - 1
    mask = (1 << (exponent - exponent.bit_length())) - 1
    return (length + mask) & ~mask


def _filled(parts: Iterable[bytes], length: int) -> Iterator[bytes]:
    """Length, data, padding; raises ValueError for less or more data than `length`."""
    yield _LENGTH.pack(length)
    given = 0
    for part in parts:
        given += len(part)
        yield part
    if given != length:
        raise ValueError("another length")
    rest = padded(length) - length - _LENGTH.size
    while rest > 0:
        yield bytes(min(rest, BYTES))
        rest -= BYTES


def _pieces(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of BYTES; the last may be shorter."""
    waiting = bytearray()
    for part in parts:
        waiting += part
        while len(waiting) >= BYTES:
            yield bytes(waiting[:BYTES])
            del waiting[:BYTES]
    if waiting:
        yield bytes(waiting)


def _opened(key: bytes, sealed: Iterable[bytes | memoryview], place: Place) -> Iterator[bytes]:
    """Each chunk opened; raises Unreadable for one that does not open."""
    for number, (row, last) in enumerate(_with_last(sealed)):
        yield unseal(key, row, place, number, last=last)


def _with_last(things: Iterable[Thing]) -> Iterator[tuple[Thing, bool]]:
    """Each with whether it is the last, which takes a look at the next."""
    waiting: list[Thing] = []
    for thing in things:
        if waiting:
            yield waiting.pop(), False
        waiting.append(thing)
    for thing in waiting:
        yield thing, True


def _without_padding(parts: Iterable[bytes], length: int) -> Iterator[bytes]:
    """The first `length` bytes; all parts are opened, so that a missing end is noticed."""
    rest = length
    for part in parts:
        if rest > 0:
            yield part[:rest]
        rest -= len(part)
    if rest > 0:
        raise Unreadable
