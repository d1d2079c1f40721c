"""Once a day what is due is published. It takes seconds, so it has a thread of its own: no clock waits for it."""

import logging
import threading
from datetime import date, datetime
from typing import Final

from django.db import DatabaseError, connections
from django.utils import timezone

from counselling.statistics.domain import releases

log = logging.getLogger("counselling.statistics")

HOUR: Final = 4  # local time: hardly anybody chats
THREAD: Final = "releases"
_looked: dict[str, date] = {}
_freezing = threading.Lock()


def freeze(now: datetime) -> int:
    """A timer: begin to freeze what is due, once a day from HOUR on in each process; how many periods are due then.

    Returns at once. Several processes may freeze at the same time: each period is frozen by one.
    """
    local = timezone.localtime(now)
    if local.hour < HOUR or _looked.get("on") == local.date():
        return 0
    _looked["on"] = local.date()
    number = len(releases.due(local.date()))
    if number and _freezing.acquire(blocking=False):
        try:
            threading.Thread(target=_work, args=(now,), name=THREAD, daemon=True).start()
        except RuntimeError:  # no thread to be had: the next day tries again
            _freezing.release()
    return number


def forget() -> None:
    """Look again today, as a process that has just begun."""
    _looked.clear()


def _work(now: datetime) -> None:
    try:
        releases.freeze_due(now)
    except DatabaseError as problem:
        log.warning("database away while freezing statistics: %s", type(problem).__name__)
    finally:
        connections.close_all()
        _freezing.release()
