"""A house with people in it and lines to them; whatever a test opened is closed again."""

import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor

import django
import pytest
from asgiref.sync import SyncToAsync

django.setup()

from channels.layers import channel_layers  # noqa: E402 -- after setup()
from django.db import connections  # noqa: E402 -- after setup()

from chat import pools, runtime  # noqa: E402 -- as above
from tests.chat.house import House  # noqa: E402 -- as above


@pytest.fixture
async def house(transactional_db: None) -> AsyncIterator[House]:
    """People and lines; afterwards every line is disconnected and the loop's runtime stopped.

    A channel layer belongs to one loop, so each test gets its own.
    """
    channel_layers.backends.clear()
    made = House()
    yield made
    for socket in made.sockets:
        await socket.end()
    await runtime.current().stop()


@pytest.fixture(scope="session", autouse=True)
def closed_pools(django_db_setup: None) -> Iterator[None]:
    """Threads keep connections, which would keep the test database from being dropped: the pools' and asgiref's own."""
    yield
    for pool in (pools.READERS, pools.WRITER, SyncToAsync.single_thread_executor):
        _close_connections(pool)


def _close_connections(pool: ThreadPoolExecutor) -> None:
    together = threading.Barrier(pool._max_workers)

    def close() -> None:
        together.wait(10)
        connections.close_all()

    for done in [pool.submit(close) for _ in range(pool._max_workers)]:
        done.result()
