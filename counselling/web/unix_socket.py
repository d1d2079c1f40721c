"""A Unix socket to listen on, for a server behind nginx: there is never a stale one in the way, nor two servers at one.

Whoever puts a socket there or takes it away holds its directory meanwhile (`flock`, which no crash leaves behind). A
new socket is made under another name, so that under its own it answers from the first moment on, to its group alone.
"""

import fcntl
import os
import socket
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

MODE: Final = 0o660  # the group is nginx's way in: that of the directory (setgid), else our own
BACKLOG: Final = 1024  # connections that the kernel keeps ready while we are busy
LONGEST: Final = 90  # bytes of a path: Linux takes 107, and the name while it is made is longer


class SocketProblem(Exception):
    """One clear sentence on why nobody can listen there."""


class UnixSocket:
    """A listening socket with its place in the file system. Raises SocketProblem when the place is not to be had."""

    def __init__(self, path: Path) -> None:
        if len(os.fsencode(path)) > LONGEST:
            raise SocketProblem(f"The path of the socket is longer than {LONGEST} bytes. Choose a shorter one.")
        self.path = path
        try:
            with _directory_held(path.parent):
                _clear(path)
                self.socket = _listening(path)
                self._id = _id(path)
        except OSError as problem:
            raise SocketProblem(f"No socket can be made at {path}: {problem.strerror}.") from None

    def leave(self) -> None:
        """Nobody new finds it; who is in line already can still be let in. Safe to repeat."""
        with suppress(OSError), _directory_held(self.path.parent):
            if _id(self.path) == self._id:
                self.path.unlink()
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_RD)  # Linux refuses new ones from here on and keeps those in line


@contextmanager
def _directory_held(directory: Path) -> Iterator[None]:
    held = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield
    finally:
        os.close(held)


def _clear(path: Path) -> None:
    """Room for a new socket: a dead one may lie there, nothing else."""
    if not os.path.lexists(path):
        return
    if not stat.S_ISSOCK(path.lstat().st_mode):
        raise SocketProblem(f"{path} is there already and no socket. Choose another path.")
    if _answers(path):
        raise SocketProblem(f"Another server already listens at {path}. Stop it first, or choose another path.")


def _answers(path: Path) -> bool:
    """Whether somebody listens; a line that is full, or not for us, counts as somebody."""
    with socket.socket(socket.AF_UNIX) as knock:
        knock.setblocking(False)
        try:
            knock.connect(os.fspath(path))
        except ConnectionRefusedError:
            return False
        except (BlockingIOError, PermissionError):
            return True
    return True


def _listening(path: Path) -> socket.socket:
    """In place of whatever lay there; at once, for whoever connects."""
    made = path.with_name(f".{path.name}.{os.getpid()}")
    made.unlink(missing_ok=True)
    listening = socket.socket(socket.AF_UNIX)
    try:
        listening.bind(os.fspath(made))
        made.chmod(MODE)
        listening.listen(BACKLOG)
        listening.setblocking(False)
        made.rename(path)
    except OSError:
        listening.close()
        made.unlink(missing_ok=True)
        raise
    return listening


def _id(path: Path) -> tuple[int, int]:
    at = path.lstat()
    return at.st_dev, at.st_ino
