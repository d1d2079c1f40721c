"""How entries reach a client: in order, without gaps, no faster than it confirms, whatever happens to the nudges."""

import asyncio
import random

import pytest

from chat import runtime
from chat.pools import run_db
from tests.chat.client import Socket
from tests.chat.house import House, until, write


def seqs(line: Socket, case: str) -> list[int]:
    """What came, in the order in which it came."""
    return [entry["seq"] for entry in line.entries(case)]


@pytest.fixture
async def still(house: House) -> House:
    """No pulse: what arrives, arrives by nudges alone."""
    await runtime.current().pulse.stop()
    return house


async def test_client_that_never_confirms_gets_two_hundred_entries(still: House) -> None:
    chat = await still.chat()
    await run_db(write, chat.id, 999)
    line = await still.staff(chat, after=None)
    await line.say("resume", case=chat.case, after=0)
    for _ in range(200):
        await line.hear("entry")

    runtime.current().hub.log_grew(chat.id, 1000)
    await asyncio.sleep(0.3)
    await line.until_pong()

    assert seqs(line, chat.case) == list(range(1, 201))
    assert "caught_up" not in {frame["type"] for frame in line.heard}


async def test_stream_goes_on_at_once_when_confirmed_and_is_caught_up_at_the_end(still: House) -> None:
    chat = await still.chat()
    await run_db(write, chat.id, 999)
    line = await still.staff(chat, after=None)
    await line.say("resume", case=chat.case, after=0)

    for confirmed in range(100, 1000, 100):
        await line.hear("entry", seq=confirmed)
        await line.say("got", case=chat.case, seq=confirmed)
    caught = await line.hear("caught_up")

    assert seqs(line, chat.case) == list(range(1, 1001))
    assert caught["last_seq"] == 1000
    assert [frame["type"] for frame in line.heard].count("caught_up") == 1


async def test_slow_client_holds_up_nobody_else(still: House) -> None:
    chat = await still.chat()
    slow, quick, young = await still.staff(chat), await still.staff(chat), await still.seeker(chat)
    await run_db(write, chat.id, 250)
    runtime.current().hub.log_grew(chat.id, 251)
    for seq in range(2, 201):
        await slow.hear("entry", seq=seq)
    await quick.hear("entry", seq=150)
    await quick.say("got", case=chat.case, seq=150)
    await young.hear("entry", seq=150)
    await young.say("got", case=chat.case, seq=150)

    ack = await young.post(chat.case, "weiter")

    assert ack["seq"] == 252
    await quick.hear("entry", seq=252)
    await slow.until_pong()
    assert seqs(slow, chat.case) == list(range(1, 201))
    await slow.say("got", case=chat.case, seq=200)
    await slow.hear("entry", seq=252)
    assert seqs(slow, chat.case) == list(range(1, 253))


async def test_confirming_more_than_was_sent_opens_no_floodgates(still: House) -> None:
    chat = await still.chat()
    await run_db(write, chat.id, 600)
    line = await still.staff(chat, after=None)
    await line.say("resume", case=chat.case, after=0)
    await line.hear("entry", seq=200)

    await line.say("got", case=chat.case, seq=2_000_000)

    await line.hear("entry", seq=400)
    await asyncio.sleep(0.3)
    await line.until_pong()
    assert seqs(line, chat.case) == list(range(1, 401))


async def test_nudges_in_any_order_and_number_deliver_each_entry_once(still: House) -> None:
    chat = await still.chat()
    line = await still.staff(chat)
    hub = runtime.current().hub
    await run_db(write, chat.id, 100)
    nudges = [seq for seq in range(2, 102) for _ in range(10)]
    random.Random(7).shuffle(nudges)

    for number, seq in enumerate(nudges):
        hub.log_grew(chat.id, seq)
        if number % 50 == 0:
            await asyncio.sleep(0)
    await line.hear("entry", seq=101)
    await line.until_pong()

    assert seqs(line, chat.case) == list(range(1, 102))


async def test_entries_that_are_written_while_the_stream_catches_up_keep_their_order(still: House, settings) -> None:
    settings.MESSAGES_BURST = 1000
    chat = await still.chat()
    young = await still.seeker(chat)
    await run_db(write, chat.id, 50)
    line = await still.staff(chat, after=None)

    await line.say("resume", case=chat.case, after=0)
    for turn in range(30):
        await young.post(chat.case, f"{turn}")
    await line.hear("entry", seq=81)

    assert seqs(line, chat.case) == list(range(1, 82))


async def test_lost_nudge_is_healed_by_the_next_message(still: House) -> None:
    chat = await still.chat()
    young, listening = await still.seeker(chat), await still.staff(chat)
    await run_db(write, chat.id, 3)

    await young.post(chat.case, "hallo")
    await listening.hear("entry", seq=5)

    assert seqs(listening, chat.case) == [1, 2, 3, 4, 5]


async def test_lost_nudge_is_healed_by_the_pulse(house: House) -> None:
    chat = await house.chat()
    young, listening = await house.seeker(chat), await house.staff(chat)

    await run_db(write, chat.id, 3)

    for line in (young, listening):
        await line.hear("entry", seq=4, seconds=2.5)
        assert seqs(line, chat.case) == [1, 2, 3, 4]


async def test_last_page_to_leave_is_noted_and_a_second_one_keeps_the_place(still: House) -> None:
    from counselling.cases.models import Waiting  # noqa: PLC0415 -- one test's business

    case, cookie = await still.waiting()
    one, other = still.line("/chat/socket", cookie), still.line("/chat/socket", cookie)
    await one.begin()
    await other.begin()
    here = Waiting.objects.filter(case=case, seen_at__isnull=False)

    await one.end()
    await other.until_pong()
    assert await run_db(here.exists)

    await other.end()
    await until(lambda: not here.exists())
