"""Asking what may hang, without hanging: each question in a thread of its own, for so long and no longer."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class Question(Generic[Answer]):
    """One question that is never asked twice at a time: while it hangs, whoever asks waits for the same answer.

    Threads are daemons, so that a hanging one keeps no process from ending.
    """

    def __init__(self, ask: Callable[[], Answer], *, seconds: float, otherwise: Callable[[], Answer]) -> None:
        """`ask` is synchronous; when it fails, or takes longer than this, `otherwise` is the answer."""
        self._ask, self._seconds, self._otherwise = ask, seconds, otherwise
        self._running: asyncio.Future[Answer] | None = None

    async def answer(self) -> Answer:
        """Within `seconds`, whatever happens."""
        if self._running is None or self._running.done():
            self._running = _in_thread(self._ask)
        await asyncio.wait({self._running}, timeout=self._seconds)
        if not self._running.done() or self._running.exception():
            return self._otherwise()
        return self._running.result()


class Shared(Generic[Answer]):
    """One answer for all who ask within `seconds`: a flood of questions costs what one does."""

    def __init__(self, ask: Callable[[], Awaitable[Answer]], *, seconds: float) -> None:
        self._ask, self._seconds = ask, seconds
        self._task: asyncio.Future[Answer] | None = None
        self._until = 0.0

    async def answer(self) -> Answer:
        """The kept one, or a fresh one."""
        if self._task is None or (self._task.done() and time.monotonic() >= self._until):
            self._task = asyncio.ensure_future(self._fresh())
        return await asyncio.shield(self._task)  # who asked first may go away: the others stay

    async def _fresh(self) -> Answer:
        try:
            return await self._ask()
        finally:
            self._until = time.monotonic() + self._seconds


def _in_thread(ask: Callable[[], Answer]) -> asyncio.Future[Answer]:
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Answer] = loop.create_future()
    future.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody may be waiting any more

    def work() -> None:
        try:
            settle = partial(future.set_result, ask())
        except Exception as error:  # noqa: BLE001 -- a probe's edge: it answers, whatever happened
            settle = partial(future.set_exception, error)
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(lambda: future.done() or settle())

    threading.Thread(target=work, name="watching", daemon=True).start()
    return future
