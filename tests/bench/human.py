"""Many chats at the pace of people: what they feel, and what it costs the server."""

import asyncio
import random
import time
from typing import Any

from tests.bench.house import House, chat_pairs, hang_up, settle
from tests.bench.pairs import Side, Tally

PAUSE_SECONDS = 10.0
# A thousand connections within seconds are measured elsewhere; their last work must not count here.
SETTLING_SECONDS = 5


async def human_pace(house: House, *, seconds: float) -> dict[str, Any]:
    """Every chat: each side types, writes every ten seconds, reads what comes."""
    tally = Tally()
    sides = await chat_pairs(house, tally, len(house.people["pairs"]))
    for side in sides:
        side.reads = True
    await asyncio.sleep(SETTLING_SECONDS)
    cpu, start = house.cpu_seconds(), time.perf_counter()
    await asyncio.gather(*(write_now_and_then(side, start + seconds) for side in sides))
    used = (house.cpu_seconds() - cpu) / (time.perf_counter() - start)
    await settle(sides)
    hang_up(sides)
    found = {f"human_{name}": value for name, value in tally.outcome().items()}
    return {"human_pace_p95_ms": tally.quantile_ms(0.95), "human_cores": round(used, 2), **found}


async def write_now_and_then(side: Side, end: float) -> None:
    """Type for two seconds, write, pause; begun at a random moment so that chats do not march in step."""
    await asyncio.sleep(random.uniform(0, PAUSE_SECONDS))
    while time.perf_counter() < end:
        side.socket.send({"type": "typing", "case": side.case})
        await asyncio.sleep(2)
        side.say()
        await asyncio.sleep(PAUSE_SECONDS - 2)
