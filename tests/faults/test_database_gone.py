"""PostgreSQL dies in the middle of a chat: no acknowledgement, the client tries again, nothing is lost or doubled."""

import asyncio
import os

import pytest

from tests.faults.traffic import assert_nothing_lost, traffic
from tests.support.people import counsellor, seeker
from tests.support.server import Ground, Server
from tests.support.services import Postgres

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1200)]

# BIG=1 is for an evening alone: the counts of security.md 3, no. 23, ten times half a minute without.
TIMES, SECONDS_WITHOUT = (10, 30) if os.environ.get("BIG") else (5, 1)


async def test_without_database_nothing_is_acknowledged(production: Ground, postgres: Postgres) -> None:
    people = await asyncio.to_thread(production.seed, "--pairs", "1")
    case = people["pairs"][0]["case"]
    with Server(production) as server:
        async with seeker(server, people) as young, counsellor(server, people) as listening:
            for line in (young, listening):
                await line.online()
                await line.open(case)
            await asyncio.to_thread(postgres.kill)
            message = await young.post(case, "Ist da wer?")
            await asyncio.sleep(3)
            assert young.acks == {}
            assert not [entry for entry in listening.entries[case].values() if entry["kind"] == "message"]
            await asyncio.to_thread(postgres.start)
            entry = await listening.drawn(case, await young.acked(message, seconds=40))
            assert entry["text"] == "Ist da wer?"


async def test_database_deaths_in_full_traffic_lose_and_double_nothing(production: Ground, postgres: Postgres) -> None:
    people = await asyncio.to_thread(production.seed, "--pairs", "5")
    with Server(production) as server:
        async with traffic([server], people) as running:
            for _ in range(TIMES):
                await running.more(20, seconds=40)
                await asyncio.to_thread(postgres.kill)
                await asyncio.sleep(SECONDS_WITHOUT)
                await asyncio.to_thread(postgres.start)
        await assert_nothing_lost(server, people, running)
