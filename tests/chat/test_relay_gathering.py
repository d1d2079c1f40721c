"""How many messages cross Redis: one is under way at a time, hints wait a moment for company, nothing piles up."""

import asyncio
from typing import Any
from uuid import uuid4

import pytest
from redis.exceptions import ConnectionError as RedisAway

from chat import relay
from chat.hub import Hub
from chat.relay import Relay

CASE, OTHER = uuid4(), uuid4()


class Layer:
    """In Redis' place: keeps what is sent, as slowly as it is told to, or fails."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.free = asyncio.Event()
        self.free.set()
        self.away = False

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        assert (group, message.pop("type")) == (relay.GROUP, "bell")
        await self.free.wait()
        if self.away:
            raise RedisAway
        del message["from"]
        self.sent.append(message)


@pytest.fixture
async def layer() -> Layer:
    return Layer()


@pytest.fixture
async def own(layer: Layer) -> Relay:
    made = Relay(Hub())
    made._layer = layer
    return made


async def test_growth_is_told_at_once(own: Relay, layer: Layer) -> None:
    own.log_grew({CASE: 2})
    await asyncio.sleep(0.01)

    assert layer.sent == [{"log": [[CASE.hex, 2]]}]


async def test_hints_of_a_moment_cross_together(own: Relay, layer: Layer) -> None:
    own.typing(CASE, "seeker")
    own.read(OTHER, "counsellor", 7)
    own.typing(OTHER, "seeker")
    await asyncio.sleep(0.01)
    assert layer.sent == []

    await asyncio.sleep(relay.HINT_SECONDS + 0.05)
    typings = [[CASE.hex, "seeker"], [OTHER.hex, "seeker"]]
    assert layer.sent == [{"typings": typings, "reads": [[OTHER.hex, "counsellor", 7]]}]


async def test_growth_takes_waiting_hints_along(own: Relay, layer: Layer) -> None:
    own.typing(CASE, "seeker")
    own.log_grew({CASE: 2})
    await asyncio.sleep(relay.HINT_SECONDS + 0.05)

    assert layer.sent == [{"typings": [[CASE.hex, "seeker"]], "log": [[CASE.hex, 2]]}]


async def test_what_is_to_be_told_while_redis_is_slow_gathers(own: Relay, layer: Layer) -> None:
    layer.free.clear()
    own.log_grew({CASE: 2})
    await asyncio.sleep(0.01)
    for seq in range(3, 6):
        own.log_grew({CASE: seq})
    layer.free.set()
    await asyncio.sleep(0.01)

    assert layer.sent == [{"log": [[CASE.hex, 2]]}, {"log": [[CASE.hex, seq] for seq in range(3, 6)]}]


async def test_nothing_piles_up_while_redis_is_away(own: Relay, layer: Layer) -> None:
    layer.away = True
    own.log_grew({CASE: 2})
    await asyncio.sleep(0.01)
    assert own.live is False

    for seq in range(3, 99):
        own.log_grew({CASE: seq})
        own.typing(CASE, "seeker")
    assert (dict(own._gathered), own._timer) == ({}, None)

    layer.away, own.live = False, True
    own.log_grew({CASE: 99})
    await asyncio.sleep(0.01)
    assert layer.sent == [{"log": [[CASE.hex, 99]]}]
