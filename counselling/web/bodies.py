"""The body of a large form on its way: a few pieces of it lie in memory, nothing on a disk, and the line waits.

Knows no server: `large_bodies.py` brings the pieces, `incoming.py` reads them.
"""

import asyncio
import contextvars
import re
import threading
from collections import deque
from collections.abc import Callable
from typing import Final

from django.utils.translation import gettext_lazy as _

from counselling.errors import Invalid

SCOPE: Final = "counselling.body"  # where the application finds it
MOST_WAITING: Final = 262_144  # bytes, before a line has to wait
_PATIENCE_SECONDS: Final = 120  # for the next piece; slow_lines.py cuts a silent line long before
_places: Final[list[re.Pattern[bytes]]] = []


class CutOff(Invalid):
    """The form ended before its end."""

    code = "cut_off"
    sentence = _("Das ist nicht ganz angekommen. Versuch es bitte noch einmal.")


def allow(path: str) -> None:
    """Forms may be large at addresses that this expression matches as a whole; their views are within `in_parts`."""
    _places.append(re.compile(path.encode()))


def is_allowed(path: bytes) -> bool:
    """Whether somebody reads a large form at this address."""
    return any(place.fullmatch(path) for place in _places)


class Body:
    """One body on its way: the loop's thread brings it, the view's thread reads it."""

    def __init__(self, pause: Callable[[], None], go_on: Callable[[], None]) -> None:
        self._pause, self._go_on = pause, go_on
        self._loop, self._over = asyncio.get_event_loop(), asyncio.Event()
        # The line's own: what reads it next would else live in the context of whoever goes on, among its threads.
        self._context = contextvars.copy_context()
        self._news = threading.Condition()
        self._pieces: deque[bytes] = deque()
        self._waiting = 0
        self._paused = self._cut = self._unwanted = False

    @property
    def is_over(self) -> bool:
        """Whether all of it came, or nothing more will."""
        return self._over.is_set()

    def bring(self, data: bytes) -> None:
        """A piece has come."""
        with self._news:
            if self._unwanted:
                return
            self._pieces.append(data)
            self._waiting += len(data)
            self._news.notify()
            if self._waiting > MOST_WAITING and not self._paused:
                self._paused = True
                self._pause()

    def end(self, *, cut: bool = False) -> None:
        """All of it came, or the line is gone."""
        with self._news:
            self._cut = self._cut or (cut and not self.is_over)
            self._over.set()
            self._news.notify()
        self._resume()

    def read(self, size: int) -> bytes:
        """The next bytes, at most `size`; b"" at the end. Waits for the line; raises CutOff where it is gone."""
        with self._news:
            if not self._news.wait_for(lambda: self._pieces or self.is_over, _PATIENCE_SECONDS) or self._cut:
                raise CutOff
            piece = self._pieces.popleft() if self._pieces else b""
            if len(piece) > size:
                self._pieces.appendleft(piece[size:])
                piece = piece[:size]
            self._waiting -= len(piece)
            if self._paused and self._waiting < MOST_WAITING / 2:
                self._loop.call_soon_threadsafe(self._resume)
        return piece

    async def over(self) -> None:
        """Nobody reads on: wait until the rest came, and let it go."""
        with self._news:
            self._unwanted = True
            self._pieces.clear()
            self._waiting = 0
        self._resume()
        await self._over.wait()

    def _resume(self) -> None:
        """In the loop's thread."""
        if self._paused:
            self._paused = False
            self._context.run(self._go_on)
