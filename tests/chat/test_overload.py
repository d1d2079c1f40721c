"""Too much at once: the one who sends it is slowed down and cut off, everybody else does not notice."""

import asyncio
import os
import time
from uuid import uuid4

import pytest

from chat import runtime
from chat.pools import run_db
from chat.protocol import Closing
from counselling.cases.models import Entry
from tests.chat.client import Hung, Socket
from tests.chat.house import Chat, House, busy, until, without_table

# A thousand frames a second: for a second, or (BIG=1, for an evening alone) for the minute of security.md 3, no. 7.
FLOOD_SECONDS = 60 if os.environ.get("BIG") else 1


async def count(chat: Chat) -> int:
    """Messages on disk."""
    return await run_db(Entry.objects.filter(case=chat.case, kind=Entry.Kind.MESSAGE).count)


async def test_posts_beyond_the_burst_are_slowed_down_and_can_be_repeated(house: House, settings) -> None:
    settings.MESSAGES_BURST, settings.MESSAGES_PER_SECOND = 5, 2
    chat = await house.chat()
    young = await house.seeker(chat)
    ids = [str(uuid4()) for _ in range(8)]
    for message_id in ids:
        await young.say("post", case=chat.case, id=message_id, text="hallo")

    refused = [await young.hear("error") for _ in range(3)]

    assert [(error["code"], error["id"], error["case"]) for error in refused] == [
        ("slow_down", message_id, chat.case) for message_id in ids[5:]
    ]
    assert all(0 < error["retry_ms"] <= 5000 for error in refused)
    await asyncio.sleep(refused[0]["retry_ms"] / 1000)
    await young.post(chat.case, "hallo", ids[5])
    assert await count(chat) == 6


async def cut_off(line: Socket, chat: Chat) -> int:
    """A second's flood on this line, and the code with which the server ended it."""
    try:
        for _ in range(20):
            for _ in range(50):
                await line.say("typing", case=chat.case)
            await asyncio.sleep(0.05)
    except Hung as end:
        return end.code
    return await line.hung()


async def test_flood_is_slowed_down_then_cut_off_and_others_chat_on(house: House) -> None:
    chat, other = await house.chats(2)
    flooder, young, listening = await house.seeker(chat), await house.seeker(other), await house.staff(other)

    ended: list[int] = []

    async def flood(line: Socket) -> None:
        """Whoever is cut off comes back and goes on."""
        end = time.monotonic() + FLOOD_SECONDS
        ended.append(await cut_off(line, chat))
        while time.monotonic() < end:
            ended.append(await cut_off(await house.seeker(chat), chat))

    flooding = asyncio.ensure_future(flood(flooder))
    took = []
    for turn in range(10 * FLOOD_SECONDS):
        began = time.monotonic()
        ack = await young.post(other.case, f"{turn}")
        await listening.hear("entry", seq=ack["seq"])
        took.append(time.monotonic() - began)
        await asyncio.sleep(0.05)

    await flooding
    assert set(ended) == {Closing.FLOOD}
    assert {frame["code"] for frame in flooder.heard if frame["type"] == "error"} == {"slow_down"}
    assert max(took) < 1.0
    assert not [link for link in runtime.current().hub.links_of(chat.id) if link.actor.kind == "seeker"]


@pytest.mark.parametrize("frame", ["x", '{"type":"ping"}', "[" * 30_000])
async def test_any_kind_of_flood_ends_with_4429(house: House, frame: str) -> None:
    chat = await house.chat()
    flooder = await house.seeker(chat, after=None)
    for _ in range(700):
        await flooder.raw(frame)

    assert await flooder.hung() == Closing.FLOOD


async def test_asking_for_the_log_again_and_again_is_slowed_down_then_cut_off(house: House) -> None:
    chat = await house.chat()
    flooder = await house.seeker(chat)
    for _ in range(160):
        await flooder.say("resume", case=chat.case, after=0)

    assert await flooder.hung() == Closing.FLOOD
    refused = [frame for frame in flooder.heard if frame["type"] == "error"]
    assert {frame["code"] for frame in refused} == {"slow_down"}
    assert len(refused) >= 100
    back = await house.seeker(chat, after=None)
    await back.say("resume", case=chat.case, after=0)
    assert (await back.hear("error"))["code"] == "slow_down"


async def test_a_desk_opens_all_its_cases_at_once(house: House) -> None:
    chat = await house.chat()
    desk = await house.staff(chat)
    for _ in range(100):
        await desk.say("resume", case=chat.case, after=0)
    await desk.say("ping")
    await desk.hear("pong")

    assert not [frame for frame in desk.heard if frame["type"] == "error"]


async def test_no_more_than_32_posts_wait_for_their_commit(house: House, settings) -> None:
    settings.MESSAGES_BURST = 1000
    chat = await house.chat()
    young = await house.seeker(chat)
    async with busy(chat.id):
        for number in range(40):
            await young.say("post", case=chat.case, id=uuid4(), text=f"{number}")
        refused = [await young.hear("error") for _ in range(8)]

    assert {error["code"] for error in refused} == {"slow_down"}
    acks = [await young.hear("ack") for _ in range(32)]
    assert sorted(ack["seq"] for ack in acks) == list(range(2, 34))
    await young.post(chat.case, "danach")


async def test_client_that_leaves_during_the_commit_harms_nobody(house: House) -> None:
    gone, stays = await house.chats(2)
    leaving, young, listening = await house.seeker(gone), await house.seeker(stays), await house.staff(stays)
    async with busy(gone.id):
        await leaving.say("post", case=gone.case, id=uuid4(), text="und weg")
        await young.say("post", case=stays.case, id=uuid4(), text="ich bleibe")
        await leaving.say("typing", case=gone.case)
        await asyncio.sleep(0.05)
        leaving.future.cancel()
        await asyncio.wait([leaving.future])

    ack = await young.hear("ack")
    assert (await listening.hear("entry", seq=ack["seq"]))["text"] == "ich bleibe"
    await until(Entry.objects.filter(case=gone.case, kind=Entry.Kind.MESSAGE).exists)
    assert not [link for link in runtime.current().hub.links if link.actor.kind == "seeker" and gone.id in link.cases]
    await young.post(stays.case, "immer noch")


async def test_failing_handler_closes_the_line_and_leaves_nothing_behind(house: House) -> None:
    chat, other = await house.chats(2)
    young, bystander = await house.seeker(chat, after=None), await house.staff(other)
    await bystander.until_pong()
    async with without_table("cases_seat"):
        await young.say("resume", case=chat.case, after=0)
        assert await young.hung() == Closing.RESTART
        await asyncio.wait([young.future])
        hub = runtime.current().hub
        assert [link.actor.kind for link in hub.links] == ["staff"]
        assert chat.id not in hub.by_case

    await bystander.post(other.case, "alles gut")
    await house.seeker(chat)


async def test_connecting_without_a_database_asks_to_come_back(house: House) -> None:
    chat = await house.chat()
    line = house.line("/chat/socket", chat.seeker)
    async with without_table("people_seekeraccess"):
        await line.connect(timeout=8)
        assert await line.hung() == Closing.RESTART

    await house.seeker(chat)
    assert len(runtime.current().hub.links) == 1


async def test_message_without_a_database_is_unavailable_and_stored_when_sent_again(house: House) -> None:
    chat = await house.chat()
    young, listening = await house.seeker(chat), await house.staff(chat)
    message_id = str(uuid4())
    for line in (young, listening):
        await line.until_pong()
    async with without_table("cases_entry"):
        await young.say("post", case=chat.case, id=message_id, text="kommt das an?")
        error = await young.hear("error")

    assert (error["code"], error["case"], error["id"]) == ("unavailable", chat.case, message_id)
    ack = await young.post(chat.case, "kommt das an?", message_id)
    assert (await listening.hear("entry", seq=ack["seq"]))["text"] == "kommt das an?"
    assert await count(chat) == 1


async def storm(house: House, chats: list[Chat]) -> list[Socket]:
    """Everybody at once."""
    return await asyncio.gather(*(house.seeker(chat) for chat in chats))


async def test_everybody_comes_back_at_once(house: House) -> None:
    chats = await house.chats(20, per_counsellor=10)
    for _ in range(2):
        lines = await storm(house, chats)
        await asyncio.gather(*(line.end() for line in lines))
    lines = await storm(house, chats)

    assert len(runtime.current().hub.links) == 20
    await asyncio.gather(*(line.post(chat.case, "wieder da") for line, chat in zip(lines, chats, strict=True)))
