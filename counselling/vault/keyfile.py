"""Changing the master key file: one step that is done or not done, whatever happens to the process (pitfalls 10)."""

import base64
import fcntl
import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path

from counselling.vault.master import KEY_BYTES, KeyFileProblem, read

_DAY = "k%Y%m%d"


def add_key(path: Path, today: date) -> str:
    """Put a new random key in front as the active one; its id, which tells the day. Raises KeyFileProblem."""
    with _alone(path):
        kid = f"{today.strftime(_DAY)}-{secrets.token_hex(2)}"
        _replace(path, [(kid, secrets.token_bytes(KEY_BYTES)), *read(path).keys])
    return kid


def remove_key(path: Path, kid: str) -> None:
    """Take an old key out for good. Raises KeyFileProblem for the active one and for one that is not there."""
    with _alone(path):
        keys = read(path).keys
        if kid == keys[0][0]:
            raise KeyFileProblem(f"{kid} is the active key. Run `counselling rotatekey` first.")
        if kid not in dict(keys):
            raise KeyFileProblem(f"The master key file has no key named {kid}.")
        _replace(path, [key for key in keys if key[0] != kid])


def day_of(kid: str) -> date | None:
    """The day a key was added by rotation; None for the first key and for one with a name of its own."""
    try:
        return datetime.strptime(kid.partition("-")[0], _DAY).date()  # noqa: DTZ007 -- a day, no moment
    except ValueError:
        return None


def _replace(path: Path, keys: list[tuple[str, bytes]]) -> None:
    """The file with its mode and owner, written aside and put in place: at every moment the old or the new one."""
    path = path.resolve()
    known, aside = path.stat(), path.with_name(f".{path.name}.new")
    aside.unlink(missing_ok=True)  # of a process that was killed
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(handle, "w") as file:
        os.fchown(handle, known.st_uid, known.st_gid)
        os.fchmod(handle, stat.S_IMODE(known.st_mode))
        file.writelines(f"{kid} {base64.b64encode(key).decode()}\n" for kid, key in keys)
        file.flush()
        os.fsync(handle)
    aside.replace(path)
    with _directory(path) as directory:
        os.fsync(directory)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Two rotations at once would lose one of the keys."""
    with _directory(path) as directory:
        fcntl.flock(directory, fcntl.LOCK_EX)
        yield


@contextmanager
def _directory(path: Path) -> Iterator[int]:
    directory = os.open(path.resolve().parent, os.O_RDONLY)
    try:
        yield directory
    finally:
        os.close(directory)
