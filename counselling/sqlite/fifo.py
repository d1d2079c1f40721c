"""A first-come-first-served lock: SQLite lets one writer in and picks at random among those who wait."""

import threading
from collections import deque


class FifoLock:
    """Grants in order of arrival; `acquire` gives up after `timeout` seconds."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._held = False
        self._line: deque[threading.Event] = deque()

    def acquire(self, timeout: float) -> bool:
        """True when granted, False when the time ran out."""
        with self._guard:
            if not self._held:
                self._held = True
                return True
            turn = threading.Event()
            self._line.append(turn)
        if turn.wait(timeout):
            return True
        with self._guard:
            if turn.is_set():  # granted in the last moment
                return True
            self._line.remove(turn)
            return False

    def release(self) -> None:
        """Hand the lock to whoever waits longest."""
        with self._guard:
            if self._line:
                self._line.popleft().set()
            else:
                self._held = False
