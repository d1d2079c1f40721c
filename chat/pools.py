"""Threads for the database; asynchronous code never touches it otherwise (one shared thread would stall all)."""

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, close_old_connections

P = ParamSpec("P")
T = TypeVar("T")

READERS = ThreadPoolExecutor(max_workers=4, thread_name_prefix="db")  # more only fight for the interpreter (measured)
LOOK_SECONDS = 5.0
_looked = threading.local()
WRITER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="commit")


async def run_db(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a synchronous domain function in a pool thread with a usable database connection."""
    call = partial(_fresh, function, *args, **kwargs)
    return await asyncio.get_running_loop().run_in_executor(READERS, call)


def _fresh(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Look after this thread's connection now and then, and after a failure; each look may cost a query."""
    now = time.monotonic()
    if now - getattr(_looked, "at", 0.0) > LOOK_SECONDS:
        close_old_connections()
        _looked.at = now
    try:
        return function(*args, **kwargs)
    except DatabaseError:
        _looked.at = 0.0
        raise
