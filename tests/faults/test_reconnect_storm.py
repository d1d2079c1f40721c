"""The server dies under 500 lines: all are back within half a minute, though they come within seconds."""

import asyncio

import pytest

from tests.support.people import seeker
from tests.support.server import Ground, Server

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]

LINES = 500
PAIRS = 25


async def test_all_lines_are_back_after_a_restart(embedded: Ground) -> None:
    people = await asyncio.to_thread(embedded.seed, "--pairs", str(PAIRS))
    with Server(embedded) as server:
        lines = [seeker(server, people, number % PAIRS) for number in range(LINES)]
        async with asyncio.TaskGroup() as tasks:
            for line in lines:
                line.patience = 5
                tasks.create_task(line.__aenter__())
        try:
            await asyncio.gather(*(line.online(seconds=60) for line in lines))
            server.kill9()
            await asyncio.to_thread(server.start)
            async with asyncio.timeout(30):
                await asyncio.gather(*(line.connected_again() for line in lines))
        finally:
            await asyncio.gather(*(line.__aexit__(None, None, None) for line in lines))
