"""`kill -9` of the server in full traffic: what was acknowledged is there, once, at its place."""

import asyncio
import os
import random

import pytest

from tests.faults.traffic import assert_nothing_lost, traffic
from tests.support.server import Ground, Server

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1200)]
# BIG=1 is for an evening alone: the count of security.md 3, no. 24.
EMBEDDED, PRODUCTION = (200, 200) if os.environ.get("BIG") else (25, 10)


async def test_kills_lose_and_double_nothing(embedded: Ground) -> None:
    await kill_in_full_traffic(embedded, times=EMBEDDED)


@pytest.mark.long  # as on SQLite, and test_production.py kills on PostgreSQL
async def test_kills_lose_and_double_nothing_on_postgres(production: Ground) -> None:
    await kill_in_full_traffic(production, times=PRODUCTION)


async def kill_in_full_traffic(ground: Ground, *, times: int) -> None:
    people = await asyncio.to_thread(ground.seed, "--pairs", "5")
    server = Server(ground).start()
    try:
        async with traffic([server], people) as running:
            for _ in range(times):
                await running.more(20)
                await asyncio.sleep(random.uniform(0, 0.2))
                server.kill9()
                await asyncio.to_thread(server.start)
        await assert_nothing_lost(server, people, running)
    finally:
        server.stop()
    assert running.acked >= 20 * times
