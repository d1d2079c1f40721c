"""Waiting without holding a place at the database: whoever one waits for may need it (docs/decisions/0015)."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


def stand_aside() -> None:
    """Give this thread's connection back; it comes again when needed. Not within `atomic`, where a test's keeps it."""
    if not connection.in_atomic_block:
        connection.close()


@contextmanager
def one_at_a_time(line: threading.Semaphore, *, seconds: float | None = None) -> Iterator[bool]:
    """Whether it is this thread's turn, after at most so many seconds; whoever has to wait stands aside."""
    mine = line.acquire(blocking=False)
    if not mine:
        stand_aside()
        mine = line.acquire(timeout=seconds)
    try:
        yield mine
    finally:
        if mine:
            line.release()
