"""A process that stops: what was on its way to its people ends quietly."""

import asyncio
from uuid import uuid4

from chat import runtime
from counselling.cases.bell import Ring
from tests.chat.house import House


async def test_ring_on_its_way_ends_with_the_runtime(house: House) -> None:
    running = runtime.current()
    running._apply(Ring(cases=frozenset(), teams=frozenset({uuid4()})))
    told: list[object] = []
    running.hub.soon = told.append  # type: ignore[method-assign,assignment]  # sees what would be begun

    await running.stop()

    await asyncio.sleep(runtime.TEAMS_EVERY_SECONDS + 0.1)
    running._apply(Ring(cases=frozenset({uuid4()}), teams=frozenset()))

    assert told == []
