"""The master key file: a small keyring outside the database, from which every server key is derived.

The file holds one line per key, `kid base64key`, the first being the active one; mode 0400 or 0600. It is read
before Django's settings exist, so nothing here imports them at load time.
"""

import base64
import fcntl
import hashlib
import os
import re
import secrets
import stat
import struct
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

KEY_BYTES = 32
_ACL_OWNER, _ACL_USER, _ACL_MASK = 0x01, 0x02, 0x10
_LINE = re.compile(r"^(?P<kid>[a-z0-9-]{1,16}) (?P<key>[A-Za-z0-9+/]{43}=)$")


class KeyFileProblem(Exception):
    """The key file is missing or unusable; its text is the one clear sentence for the person at the console."""


@dataclass(frozen=True)
class Keyring:
    """The keys of the file in their order: the first is active, the others only open what they once sealed."""

    keys: tuple[tuple[str, bytes], ...] = field(repr=False)

    @property
    def active_kid(self) -> str:
        """The id of the key that seals from now on."""
        return self.keys[0][0]

    def derive(self, purpose: str, kid: str | None = None) -> bytes:
        """32 bytes for one purpose by HKDF-SHA256. Raises KeyFileProblem when the file no longer has `kid`."""
        wanted = kid or self.active_kid
        for known, key in self.keys:
            if known == wanted:
                return _derive(key, purpose)
        raise KeyFileProblem(f"The master key file has no key named {wanted}, but the database needs it.")


@lru_cache(maxsize=64)
def _derive(key: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=None, info=purpose.encode()).derive(key)


def create(path: Path) -> None:
    """Write a new key file with one random key, readable by its owner only; raises FileExistsError.

    In one step and never over another file, whatever happens to the process: a lost key file is a lost database.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        fcntl.flock(directory, fcntl.LOCK_EX)  # as in `keyfile`: nobody else writes aside
        _put(path, f"k{secrets.token_hex(3)} {base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}\n")
        os.fsync(directory)
    finally:
        os.close(directory)


def _put(path: Path, line: str) -> None:
    """Written aside to the end, then linked into place, which replaces nothing. Raises FileExistsError."""
    aside = path.with_name(f".{path.name}.new")
    aside.unlink(missing_ok=True)  # of a process that was killed
    if path.exists():
        raise FileExistsError(path)
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(line)
            file.flush()
            os.fsync(handle)
        path.hardlink_to(aside)
    finally:
        aside.unlink()


def read(path: Path) -> Keyring:
    """The keyring of `path`; raises KeyFileProblem with one clear sentence."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        lines = [line for line in path.read_text().splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as problem:
        raise KeyFileProblem(f"The master key file {path} cannot be read ({type(problem).__name__}).") from None
    if mode & 0o077 and not (mode & 0o077 == stat.S_IRGRP and _is_lent(path)):
        raise KeyFileProblem(f"The master key file {path} can be read by others; run: chmod 0400 {path}")
    found = [_LINE.match(line) for line in lines]
    if not found or not all(found):
        raise KeyFileProblem(f"The master key file {path} is damaged: each line must read 'kid base64key'.")
    keys = tuple((match["kid"], base64.b64decode(match["key"])) for match in found if match)
    if len({kid for kid, _ in keys}) != len(keys):
        raise KeyFileProblem(f"The master key file {path} names a key twice.")
    return Keyring(keys)


def _is_lent(path: Path) -> bool:
    """Whether an access list lets one user in beside the owner, us, and no group: systemd's LoadCredential does so.

    The mode's group digit then is the list's mask. Its entries are (tag, rights, id) behind 4 bytes: posix_acl_xattr.h.
    """
    try:
        entries = struct.iter_unpack("<HHI", os.getxattr(path, "system.posix_acl_access")[4:])
        return all(
            not rights or tag in {_ACL_OWNER, _ACL_MASK} or (tag, who) == (_ACL_USER, os.geteuid())
            for tag, rights, who in entries
        )
    except (OSError, AttributeError):  # no list; not Linux
        return False


_Stamp = tuple[int, int, int]  # inode, time of change, size
_read: dict[Path, tuple[_Stamp | None, Keyring]] = {}


def keyring() -> Keyring:
    """The keyring of this server (`MASTER_KEY_FILE`), read again when the file was replaced: a rotation adds a key.

    A file that goes or is damaged while the server runs changes nothing until the next start.
    """
    from django.conf import settings  # noqa: PLC0415 -- settings themselves need django_secret() of this module

    return _current(settings.MASTER_KEY_FILE)


def django_secret(path: Path) -> str:
    """Django's SECRET_KEY, derived: sessions and forms, nothing that was written. Raises KeyFileProblem."""
    return _django_secret(_current(path), None)


def django_fallbacks(path: Path) -> list[str]:
    """SECRET_KEY_FALLBACKS: sessions from before a rotation go on. Raises KeyFileProblem."""
    ring = _current(path)
    return [_django_secret(ring, kid) for kid, _ in ring.keys[1:]]


def _django_secret(ring: Keyring, kid: str | None) -> str:
    return hashlib.sha256(ring.derive("django|v1", kid)).hexdigest()


def _current(path: Path) -> Keyring:
    known, stamp = _read.get(path), _stamp(path)
    if known and stamp in {known[0], None}:
        return known[1]
    try:
        ring = read(path)
    except KeyFileProblem:
        if known:
            return known[1]
        raise
    _read[path] = stamp, ring
    return ring


def _stamp(path: Path) -> _Stamp | None:
    try:
        state = path.stat()
    except OSError:
        return None
    return state.st_ino, state.st_mtime_ns, state.st_size
