"""The disk is full: no acknowledgement and a clear error; with room again the same message arrives, once."""

import asyncio
import resource

import pytest

from tests.support.people import seeker
from tests.support.server import Ground, Server
from tests.support.wire import doubled

pytestmark = [pytest.mark.faults, pytest.mark.timeout(120)]


async def test_full_disk_acknowledges_nothing(embedded: Ground) -> None:
    people = await asyncio.to_thread(embedded.seed, "--pairs", "1")
    case = people["pairs"][0]["case"]
    with Server(embedded) as server:
        async with seeker(server, people) as young:
            await young.online()
            await young.open(case)
            for turn in range(3):
                no_room(server)
                message = await young.post(case, f"Hallo {turn}")
                refusal = await young.heard("error", id=message)
                assert refusal["code"] == "unavailable"
                await asyncio.sleep(1)
                assert message not in young.acks
                room_again(server)
                await young.drawn(case, await young.acked(message))
            assert doubled(young.entries[case]) == []


def no_room(server: Server) -> None:
    """As a full disk: the kernel refuses the process every further byte in any file."""
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))


def room_again(server: Server) -> None:
    resource.prlimit(server.pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
