"""Django's PostgreSQL backend that never opens more connections than it was given (settings.DATABASE_CONNECTIONS).

Every request runs in a thread of its own and so with a connection of its own: two hundred at once would need more than
the server has, and all of them would be refused. Here they wait for one another, for milliseconds each.
"""

import os
import threading
import weakref
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db.backends.postgresql import base
from django.db.utils import OperationalError

WAIT_SECONDS = 20.0


class Place:
    """One of the places for a connection; given back once, whoever does it."""

    def __init__(self, places: threading.BoundedSemaphore) -> None:
        self._places = places
        self._taken = False

    def take(self) -> bool:
        """True when there is one, False when the time ran out; taking it twice is taking it once."""
        self._taken = self._taken or self._places.acquire(timeout=WAIT_SECONDS)
        return self._taken

    def give_back(self) -> None:
        """Somebody else may connect."""
        if self._taken:
            self._taken = False
            self._places.release()


class DatabaseWrapper(base.DatabaseWrapper):
    """Takes a place before it connects and gives it back when it closes, or when its thread is gone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._place = Place(_places())
        weakref.finalize(self, self._place.give_back)

    def get_new_connection(self, conn_params: Any) -> Any:
        """Django's connection; raises OperationalError when no place was free for WAIT_SECONDS."""
        if not self._place.take():
            raise OperationalError("no database connection was free within the time limit")
        try:
            return super().get_new_connection(conn_params)
        except BaseException:
            self._place.give_back()
            raise

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]  # missing in the stubs
        finally:
            self._place.give_back()


@lru_cache(maxsize=1)
def _places() -> threading.BoundedSemaphore:
    return threading.BoundedSemaphore(settings.DATABASE_CONNECTIONS)


os.register_at_fork(after_in_child=_places.cache_clear)  # what the parent had taken is not the child's
