"""Redis stops in the middle of a chat: messages still commit and arrive, and both sides are told that it is slower."""

import asyncio
import os

import pytest

from tests.support.people import counsellor, seeker
from tests.support.server import Ground, Server
from tests.support.services import Redis, free_port
from tests.support.wire import Line

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1200)]

# BIG=1 is for an evening alone: the counts of security.md 3, no. 22, ten times a whole minute without.
TIMES, SECONDS_WITHOUT = (10, 60) if os.environ.get("BIG") else (3, 0)


async def test_chat_goes_on_without_redis(production: Ground, redis: Redis) -> None:
    people = await asyncio.to_thread(production.seed, "--pairs", "1")
    case = people["pairs"][0]["case"]
    with Server(production) as here, Server(production, port=free_port()) as there:
        async with seeker(here, people) as young, counsellor(there, people) as listening:
            for line in (young, listening):
                await line.online()
                await line.open(case)
            for turn in range(TIMES):
                await arrives(case, f"mit {turn}", young, listening)
                redis.stop()
                for line in (young, listening):
                    line.frames.clear()
                await arrives(case, f"ohne {turn}", young, listening)
                await asyncio.gather(*(line.heard("service", live=False, seconds=30) for line in (young, listening)))
                await asyncio.sleep(SECONDS_WITHOUT)
                await arrives(case, f"immer noch ohne {turn}", young, listening)
                redis.start()
                await asyncio.gather(*(line.heard("service", live=True, seconds=30) for line in (young, listening)))
            assert young.connects == listening.connects == 1


async def test_quiet_redis_is_not_taken_for_a_dead_one(production: Ground) -> None:
    people = await asyncio.to_thread(production.seed, "--pairs", "1")
    with Server(production) as server:
        async with seeker(server, people) as young:
            await young.online()
            await asyncio.sleep(12)
            assert [frame for frame in young.frames if frame["type"] == "service"] == []


async def arrives(case: str, text: str, one: Line, other: Line) -> None:
    """The first line's message is acknowledged and drawn by the second, and the other way round."""
    for sender, receiver in ((one, other), (other, one)):
        seq = await sender.acked(await sender.post(case, text))
        entry = await receiver.drawn(case, seq)
        assert entry["text"] == text
