"""Parcels of a backup: encrypted to public keys whose private halves this server never has.

The format is age with X25519 recipients (https://age-encryption.org/v1): every piece of 64 KiB is authenticated, and
so is the end. `age --decrypt -i IDENTITY PARCEL` opens one without us.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import pyrage


class BadKey(Exception):
    """What should be a public key, or a file of private ones, is none."""


class NotForUs(Exception):
    """Encrypted to other people."""


class Damaged(Exception):
    """Cut off, altered, or no parcel at all."""


class Writable(Protocol):
    """Where bytes go."""

    def write(self, data: bytes, /) -> int:
        """How many went."""


class Readable(Protocol):
    """Where bytes come from."""

    def read(self, size: int = -1, /) -> bytes:
        """Some; none at the end."""


def pack(pieces: Iterable[bytes], into: Writable, recipients: Sequence[str]) -> None:
    """Encrypt all pieces, a few at a time in memory. Raises BadKey, and what the pieces or `into` raise."""
    source, sink = _Source(iter(pieces)), _Sink(into.write)
    try:
        pyrage.encrypt_io(source, sink, _public(recipients))
    except (pyrage.EncryptError, OSError) as problem:
        raise source.problem or sink.problem or problem from None
    _raise_of(source, sink)  # pyrage drops what goes wrong with the last bytes


def unpack(parcel: Readable, take: Callable[[bytes], object], identity: Path) -> None:
    """Hand the bytes to `take`, piece after piece; only what was authenticated, but a cut end shows at the end.

    Raises BadKey, NotForUs, Damaged, and what `take` or the parcel raise.
    """
    source, sink = _Source(iter(lambda: parcel.read(65_536), b"")), _Sink(take)
    keys, theirs = _private(identity), None
    try:
        pyrage.decrypt_io(source, sink, keys)
    except (pyrage.DecryptError, OSError) as problem:
        theirs = NotForUs if "matching keys" in str(problem) else Damaged
    _raise_of(source, sink)
    if theirs:
        raise theirs


def check_recipients(recipients: Sequence[str]) -> None:
    """Raises BadKey unless there is one at least and all are public keys."""
    _public(recipients)


def _public(words: Sequence[str]) -> list[pyrage.x25519.Recipient]:
    try:
        found = [pyrage.x25519.Recipient.from_str(word) for word in words]
    except pyrage.RecipientError:
        raise BadKey from None
    if not found:
        raise BadKey
    return found


def _private(path: Path) -> list[pyrage.x25519.Identity]:
    """As `age-keygen` writes them: a line each, and comments."""
    try:
        lines = [line.strip() for line in path.read_text().splitlines()]
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (OSError, UnicodeDecodeError, pyrage.IdentityError):
        raise BadKey from None
    if not found:
        raise BadKey
    return found


def _raise_of(source: "_Source", sink: "_Sink") -> None:
    if problem := source.problem or sink.problem:
        raise problem


class _Source:
    """Pieces as a file to read; what went wrong is kept, since pyrage tells of it in words of its own."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, memoryview(b"")
        self.problem: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        try:
            while not self._rest:
                self._rest = memoryview(next(self._pieces))
        except StopIteration:
            return b""
        except BaseException as problem:
            self.problem = problem
            raise
        given, self._rest = self._rest[:size], self._rest[size:]
        return bytes(given)


class _Sink:
    """A file to write to; as above."""

    def __init__(self, take: Callable[[bytes], object]) -> None:
        self._take = take
        self.problem: BaseException | None = None

    def write(self, data: bytes) -> int:
        try:
            self._take(bytes(data))
        except BaseException as problem:
            self.problem = problem
            raise
        return len(data)

    def flush(self) -> None:
        """Nothing waits here."""
