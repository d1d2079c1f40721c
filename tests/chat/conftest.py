"""A house with people in it and lines to them; whatever a test opened is closed again."""

import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from asgiref.sync import SyncToAsync
from channels.layers import channel_layers
from django.db import connections

from chat import domain, pools, runtime
from chat.domain import Want
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from tests.chat.house import House
from tests.support import world


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
    if running := runtime._runtimes.get(asyncio.get_running_loop()):
        await running.stop()


@pytest.fixture
async def still(house: House) -> House:
    """No pulse: what arrives, arrives by what a test does."""
    await runtime.current().pulse.stop()
    return house


@pytest.fixture
def rounds(monkeypatch: pytest.MonkeyPatch) -> list[list[Want]]:
    """What each round asked for; the domain answers as ever."""
    asked: list[list[Want]] = []
    real = domain.fresh_together

    def noted(wants: list[Want]) -> Any:
        asked.append(wants)
        return real(wants)

    monkeypatch.setattr(domain, "fresh_together", noted)
    return asked


@pytest.fixture
def team() -> Team:
    return world.team()


@pytest.fixture
def linde(team: Team) -> Actor:
    return world.counsellor(team, "Linde")


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
