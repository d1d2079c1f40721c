"""Two processes with a real Redis between them: nudges cross it, words and names do not, and it may go away."""

import asyncio
import contextlib
import copy
import os
import pickle
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from typing import Any
from uuid import uuid4

import pytest
import redis.asyncio
from django.conf import settings as django_settings

from chat import relay, runtime
from chat.hub import Hub
from chat.pools import run_db
from chat.relay import Relay
from chat.runtime import Runtime
from counselling.cases.domain import handover
from counselling.people.models import Staff
from tests.chat.client import Socket
from tests.chat.house import Chat, House, turned_away, write
from tests.support import key_rings
from tests.support.services import Redis

SECRETS = ("Zitronengras", "Otterchen", "zitronengras", "otterchen")


@pytest.fixture(scope="module")
def server() -> Iterator[Redis]:
    with Redis() as started:
        yield started


@pytest.fixture(scope="module")
def layers(server: Redis) -> dict[str, Any]:
    """What the product's settings make of a REDIS_URL."""
    read = "import pickle; from django.conf import settings; print(pickle.dumps(settings.CHANNEL_LAYERS).hex())"
    done = subprocess.run(
        [sys.executable, "-c", read],
        env=os.environ | {"REDIS_URL": server.url},
        capture_output=True,
        text=True,
        check=True,
    )
    made: dict[str, Any] = pickle.loads(bytes.fromhex(done.stdout))  # noqa: S301 -- our own process wrote it
    return made


@pytest.fixture
async def redis_url(server: Redis, layers: dict[str, Any], settings) -> str:
    """Settings of a house with Redis."""
    if not server.process:
        await asyncio.to_thread(server.start)
    settings.REDIS_URL = server.url
    settings.CHANNEL_LAYERS = copy.deepcopy(layers)
    return server.url


class Processes:
    """Two runtimes in one loop; each line belongs to the one that was current when it connected."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.here, self.there = runtime.current(), Runtime()
        self.there._silence()  # another process does not hear this one's bell

    def become(self, which: Runtime) -> None:
        runtime._runtimes[asyncio.get_running_loop()] = which

    async def seeker(self, chat: Chat) -> Socket:
        """The young person, here."""
        self.become(self.here)
        return await self.house.seeker(chat)

    async def staff(self, chat: Chat) -> Socket:
        """The counsellor, there."""
        self.become(self.there)
        return await self.house.staff(chat)


@pytest.fixture
async def two(redis_url: str, house: House) -> AsyncIterator[Processes]:
    made = Processes(house)
    await joined(redis_url, 2)
    yield made
    made.become(made.here)
    for line in made.house.sockets:
        await line.end()
    await relays_closed(made)


async def relays_closed(made: Processes) -> None:
    """Both stand still before the pools close: redis-py opens a line anew for what was on its way; nobody closes it."""
    made.there._silence = lambda: None  # silenced already
    layer = made.here.relay._layer
    for process in (made.there, made.here):
        made.become(process)
        await process.stop()
    await layer.close_pools()


async def joined(url: str, count: int) -> None:
    """Return when so many listeners stand in the group."""
    async with asyncio.timeout(10), redis.asyncio.Redis.from_url(url) as client:
        while await client.zcard(f"asgi:group:{relay.GROUP}") < count:  # noqa: ASYNC110 -- another program
            await asyncio.sleep(0.02)


@pytest.fixture
def no_pulse(monkeypatch: pytest.MonkeyPatch) -> None:
    """What arrives, arrives by nudges."""
    monkeypatch.setattr(runtime.Pulse, "start", lambda self: None)


async def test_messages_cross_at_once(no_pulse: None, two: Processes) -> None:
    chat = await two.house.chat()
    young, listening = await two.seeker(chat), await two.staff(chat)
    for turn in range(5):
        for one, other in ((young, listening), (listening, young)):
            ack = await one.post(chat.case, f"{turn}")
            assert (await other.hear("entry", seq=ack["seq"], seconds=2))["text"] == f"{turn}"


async def test_hints_cross(no_pulse: None, two: Processes) -> None:
    chat = await two.house.chat()
    young, listening = await two.seeker(chat), await two.staff(chat)

    await listening.say("typing", case=chat.case)
    await listening.say("read", case=chat.case, seq=1)

    assert await young.hear("typing") == {
        "type": "typing",
        "case": chat.case,
        "role": "counsellor",
        "name": "",
        "ttl_ms": 6000,
    }
    assert (await young.hear("read"))["seq"] == 1


async def test_rings_cross(no_pulse: None, two: Processes) -> None:
    chat = await two.house.chat()
    colleague, _ = await two.house.counsellor()
    young, listening = await two.seeker(chat), await two.staff(chat)
    staff = await run_db(Staff.objects.get, alias=chat.alias)

    await run_db(handover.to_colleague, key_rings.actor(staff), chat.id, to=colleague.id, note="")

    await young.hear("entry", code="handed_over")
    await turned_away(listening, chat.case)


async def test_nothing_that_was_said_and_no_name_reaches_redis(no_pulse: None, redis_url: str, two: Processes) -> None:
    chat = await two.house.chat()
    await run_db(Staff.objects.filter(alias=chat.alias).update, alias="Otterchen")
    async with overheard(redis_url) as commands:
        young, listening = await two.seeker(chat), await two.staff(chat)
        for one, other in ((young, listening), (listening, young)):
            ack = await one.post(chat.case, "Zitronengras")
            await other.hear("entry", seq=ack["seq"])
            await one.say("typing", case=chat.case)
            await other.hear("typing")
            await other.say("read", case=chat.case, seq=ack["seq"])
            await one.hear("read")
        staff = await run_db(Staff.objects.get, alias="Otterchen")
        await run_db(handover.to_queue, key_rings.actor(staff), chat.id, note="Zitronengras")
        await young.hear("entry", code="back_to_queue")

    assert len([command for command in commands if "bell" in command]) >= 6
    assert chat.id.hex in "".join(commands)
    assert [secret for secret in SECRETS for command in commands if secret in command] == []


@contextlib.asynccontextmanager
async def overheard(url: str) -> AsyncIterator[list[str]]:
    """Every command that Redis gets meanwhile."""
    commands: list[str] = []
    async with redis.asyncio.Redis.from_url(url) as client, client.monitor() as monitor:

        async def listen() -> None:
            async for command in monitor.listen():
                commands.append(str(command["command"]))  # noqa: PERF401 -- it never ends

        task = asyncio.ensure_future(listen())
        yield commands
        await asyncio.sleep(0.2)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_without_redis_messages_arrive_by_the_pulse_and_people_are_told(server: Redis, two: Processes) -> None:
    chat = await two.house.chat()
    young, listening = await two.seeker(chat), await two.staff(chat)
    server.stop()

    ack = await young.post(chat.case, "hört ihr mich?")
    assert (await listening.hear("entry", seq=ack["seq"], seconds=4))["text"] == "hört ihr mich?"
    assert [(await line.hear("service"))["live"] for line in (young, listening)] == [False, False]
    late = await two.staff(chat)
    assert (await late.hear("service"))["live"] is False

    await asyncio.to_thread(server.start)
    assert [(await line.hear("service", seconds=10))["live"] for line in (young, listening, late)] == [True] * 3
    ack = await listening.post(chat.case, "wieder ganz schnell")
    await young.hear("entry", seq=ack["seq"], seconds=4)


async def test_redis_that_restarts_in_a_blink_is_joined_again(server: Redis, redis_url: str, two: Processes) -> None:
    """It comes back empty: whoever believes to be in the group still would hear nothing any more."""
    chat = await two.house.chat()
    young, listening = await two.seeker(chat), await two.staff(chat)

    server.stop()
    await asyncio.to_thread(server.start)

    await joined(redis_url, 2)
    async with asyncio.timeout(12):
        while not (two.here.relay.live and two.there.relay.live):  # noqa: ASYNC110 -- a flag, not an event
            await asyncio.sleep(0.05)
    await two.there.pulse.stop()
    ack = await young.post(chat.case, "hallo")
    await listening.hear("entry", seq=ack["seq"], seconds=3)


async def test_membership_outlives_the_layers_expiry(settings, redis_url: str, house: House) -> None:
    """channels-redis forgets members after `group_expiry`; a process may run for weeks."""
    changed = copy.deepcopy(settings.CHANNEL_LAYERS)
    changed["default"]["CONFIG"]["group_expiry"] = 2
    settings.CHANNEL_LAYERS = changed
    two = Processes(house)
    try:
        await joined(redis_url, 2)
        await asyncio.sleep(3)
        chat = await house.chat()
        young, listening = await two.seeker(chat), await two.staff(chat)
        await two.there.pulse.stop()

        ack = await young.post(chat.case, "nach langer Zeit")

        await listening.hear("entry", seq=ack["seq"], seconds=3)
    finally:
        for line in house.sockets:
            await line.end()
        await relays_closed(two)


async def test_listener_stops_whatever_it_is_doing(redis_url: str) -> None:
    """A cancelled receive of channels-redis may answer with an error of its own, which is no reason to go on."""
    for number in range(40):
        own = Relay(Hub())
        own.start()
        await asyncio.sleep(0.002 * (number % 10))
        async with asyncio.timeout(3):
            await own.stop()
        assert own._task
        assert own._task.done()
        assert own._renewal
        assert own._renewal.done()


async def test_silence_is_no_outage(two: Processes) -> None:
    """redis-py gives up on a silent connection after 5 s unless it is told otherwise."""
    chat = await two.house.chat()
    young, listening = await two.seeker(chat), await two.staff(chat)

    await asyncio.sleep(6)

    for line in (young, listening):
        assert [frame for frame in await line.until_pong() if frame["type"] == "service"] == []


async def test_without_a_url_nothing_is_sent(house: House) -> None:
    if django_settings.REDIS_URL:
        pytest.skip("this run has a Redis")
    own = runtime.current().relay

    assert own._layer is None
    own.log_grew({uuid4(): 1})
    assert own._hub._tasks == set()
    assert own.live


async def test_pulse_alone_bridges_two_processes(house: House) -> None:
    """Several processes without Redis: slower, and complete."""
    two = Processes(house)
    try:
        chat = await house.chat()
        young, listening = await two.seeker(chat), await two.staff(chat)
        await run_db(write, chat.id, 2)
        ack = await young.post(chat.case, "hallo")
        await listening.hear("entry", seq=ack["seq"], seconds=3)
        assert [entry["seq"] for entry in listening.entries(chat.case)] == [1, 2, 3, 4]
    finally:
        for line in house.sockets:
            await line.end()
        two.there._silence = lambda: None
        two.become(two.there)
        await two.there.stop()
        two.become(two.here)
