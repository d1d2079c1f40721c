"""What a connection costs: time to open one, memory to keep one."""

import asyncio
import time
from functools import partial

from tests.bench.house import House, enter, hang_up, in_groups
from tests.bench.pairs import ChatSide, Tally


async def connections(house: House, warm: int) -> dict[str, float]:
    """Connect every pair's seeker and let them rest: time per connection, memory per further one after `warm`."""
    sides = [ChatSide(pair["case"], Tally()) for pair in house.people["pairs"]]
    pairs = house.people["pairs"]
    tasks = [partial(enter, side, house.seeker(number, pairs[number])) for number, side in enumerate(sides)]
    await in_groups(tasks[:warm])
    await asyncio.sleep(2)
    before, start = house.rss_kib(), time.perf_counter()
    await in_groups(tasks[warm:])
    elapsed = time.perf_counter() - start
    await asyncio.sleep(3)
    grown, further = house.rss_kib() - before, len(sides) - warm
    hang_up(sides)
    return {"connects_per_s": round(further / elapsed), "kib_per_idle_connection": round(grown / further, 1)}
