"""Files that are there whole or not at all, and one backup at a time."""

import errno
import fcntl
import hashlib
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from counselling.upkeep.backup.problems import BackupProblem

LOCK = ".lock"
UNFINISHED = ".unfinished-"
# What sticks (FAT, exFAT) and some shares say, which know no second name for a file.
_NO_LINKS = {errno.EPERM, errno.ENOTSUP, errno.ENOSYS}


class Aside:
    """A file that is being written; its name comes when it is whole and on the disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._aside = path.with_name(f"{UNFINISHED}{secrets.token_hex(8)}")
        self._digest, self.size = hashlib.sha256(), 0

    @property
    def sha256(self) -> str:
        """Of what was written."""
        return self._digest.hexdigest()

    def write_by(self, writing: Callable[["Aside"], object]) -> None:
        """Let something write it. Raises OSError and what that raises."""
        with os.fdopen(os.open(self._aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as self._file:
            writing(self)
            self._file.flush()
            os.fsync(self._file.fileno())

    _file: IO[bytes]

    def write(self, data: bytes, /) -> int:
        """Some more of it."""
        self._digest.update(data)
        self.size += len(data)
        return self._file.write(data)

    def appear(self, *, mode: int = 0o600) -> None:
        """Under its name from now on, in nobody's place. Raises OSError."""
        self._aside.chmod(mode)
        try:
            self.path.hardlink_to(self._aside)
        except OSError as problem:
            if problem.errno not in _NO_LINKS:
                raise
            _rename(self._aside, self.path)
        self.forget()
        _sync(self.path.parent)

    def forget(self) -> None:
        """Nothing is left of it. Safe to repeat."""
        self._aside.unlink(missing_ok=True)


def own(directory: Path) -> None:
    """A directory for us alone; one that is there stays as it is. Raises OSError."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)


@contextmanager
def alone(directory: Path) -> Iterator[None]:
    """Raises BackupProblem while another backup works there."""
    handle = os.open(directory / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        raise BackupProblem(f"Another backup is being written to {directory}.") from None
    try:
        yield
    finally:
        os.close(handle)


def said(problem: OSError) -> str:
    """In the system's words: "No space left on device"; a quota or limit is no room either."""
    return os.strerror(errno.ENOSPC if problem.errno in {errno.EFBIG, errno.EDQUOT} else problem.errno or errno.EIO)


def _rename(aside: Path, path: Path) -> None:
    """The next best: nobody else writes here meanwhile (`alone`), and the name is random."""
    if path.exists():
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    aside.rename(path)


def _sync(directory: Path) -> None:
    handle = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
