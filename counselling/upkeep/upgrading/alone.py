"""One upgrade at a time, on this machine and of one database."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from django.conf import settings
from django.db import connection

from counselling.upkeep.upgrading import UpgradeProblem

_LOCK: Final = 0x434F554E  # of PostgreSQL's advisory locks: ours for upgrades
_BUSY: Final = "Another upgrade is running. Wait for its end; nothing was changed by this one."


@contextmanager
def alone() -> Iterator[None]:
    """Raises UpgradeProblem while somebody else upgrades. A crash leaves nothing behind."""
    held = os.open(settings.VAR, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _take_database()
        yield
    except BlockingIOError:
        raise UpgradeProblem(_BUSY) from None
    finally:
        os.close(held)


def _take_database() -> None:
    """Until this connection ends: web machines that share a database have no other place in common."""
    if settings.EMBEDDED:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            raise UpgradeProblem(_BUSY)
