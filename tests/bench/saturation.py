"""As many messages as the server can deliver: the chat beside the relay, in turn, by the same client."""

import asyncio
import statistics
import time
from collections.abc import Sequence
from typing import Any

from tests.bench.house import House, chat_pairs, hang_up, settle
from tests.bench.pairs import NoopSide, Side, Tally, join


async def noop_pairs(house: House, tally: Tally, count: int) -> list[Side]:
    """Both sides of as many relayed pairs."""
    sides: list[Side] = []
    for number, pair in enumerate(house.people["pairs"][:count]):
        left, right = NoopSide(pair["case"], tally), NoopSide(pair["case"], tally)
        join(left, right)
        for side in (left, right):
            await side.connect(**house.noop(number, pair))
        sides += [left, right]
    return sides


async def saturate(sides: Sequence[Side], tally: Tally, *, seconds: float, window: int) -> float:
    """Every side keeps `window` messages under way; finished messages per second. All are finished on return."""
    finished, start = tally.finished, time.perf_counter()
    for side in sides:
        side.talking = True
        for _ in range(window):
            side.say()
    await asyncio.sleep(seconds)
    rate = (tally.finished - finished) / (time.perf_counter() - start)
    for side in sides:
        side.talking = False
    await settle(sides)
    return rate


async def throughput(house: House, *, count: int, rounds: int, seconds: float, window: int) -> dict[str, Any]:
    """Rounds of the no-op and the chat in turn, so that whatever else the machine does hits both; median ratio."""
    noop_tally, chat_tally = Tally(), Tally()
    noops = await noop_pairs(house, noop_tally, count)
    chats = await chat_pairs(house, chat_tally, count)
    await saturate(noops, noop_tally, seconds=1, window=window)
    await saturate(chats, chat_tally, seconds=1, window=window)
    chat_tally.latencies.clear()
    found = []
    for _ in range(rounds):
        noop = await saturate(noops, noop_tally, seconds=seconds, window=window)
        chat = await saturate(chats, chat_tally, seconds=seconds, window=window)
        found.append((noop, chat))
    hang_up([*noops, *chats])
    return {
        "noop_msgs_per_s": round(statistics.median(noop for noop, _ in found)),
        "chat_msgs_per_s": round(statistics.median(chat for _, chat in found)),
        "ratio": round(statistics.median(chat / noop for noop, chat in found), 3),
        "ratios": [round(chat / noop, 2) for noop, chat in found],
        "p50_ms": chat_tally.quantile_ms(0.50),
        "p99_ms": chat_tally.quantile_ms(0.99),
        **chat_tally.outcome(),
    }
