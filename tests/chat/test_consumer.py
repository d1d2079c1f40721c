"""A conversation by socket: what is said arrives once, in order, to everybody with a seat."""

import asyncio
from uuid import uuid4

import pytest

from chat import runtime
from chat.pools import run_db
from counselling.cases.models import Entry
from tests.chat.client import Socket
from tests.chat.house import House, messages, stored_mark


async def test_whole_conversation(house: House) -> None:
    chat = await house.chat()
    young, listening = await house.seeker(chat), await house.staff(chat)
    for turn in range(9):
        for one, other, role in ((young, listening, "seeker"), (listening, young, "counsellor")):
            ack = await one.post(chat.case, f" {role} {turn}\n")
            entry = await other.hear("entry", seq=ack["seq"])
            name = chat.alias if role == "counsellor" else ""
            assert entry == {
                "type": "entry",
                "case": chat.case,
                "seq": ack["seq"],
                "at": ack["at"],
                "kind": "message",
                "role": role,
                "name": name,
                "mine": False,
                "text": f"{role} {turn}",
            }

    again = await house.seeker(chat)

    assert [entry["seq"] for entry in again.entries(chat.case)] == list(range(1, 20))
    assert again.entries(chat.case)[0]["code"] == "chat_began"
    assert [entry["mine"] for entry in again.entries(chat.case)[1:5]] == [True, False, True, False]


async def test_author_gets_the_acknowledgement_and_no_entry(house: House) -> None:
    chat = await house.chat()
    young = await house.seeker(chat)
    await young.post(chat.case, "hallo")

    assert [frame for frame in await young.until_pong() if frame["type"] == "entry"] == []


async def test_other_tab_of_the_author_gets_the_entry_as_own(house: House) -> None:
    chat = await house.chat()
    one, other = await house.seeker(chat), await house.seeker(chat)

    ack = await one.post(chat.case, "hallo")

    entry = await other.hear("entry", seq=ack["seq"])
    assert (entry["mine"], entry["id"], entry["text"]) == (True, ack["id"], "hallo")


async def test_thousand_repeats_are_one_row_and_one_answer(house: House, settings) -> None:
    settings.MESSAGES_BURST = settings.MESSAGES_PER_SECOND = 10_000
    chat = await house.chat()
    young, listening = await house.seeker(chat), await house.staff(chat)
    message_id = str(uuid4())
    first = await young.post(chat.case, "hallo", message_id)

    acks = []
    for _ in range(50):
        for _ in range(20):
            await young.say("post", case=chat.case, id=message_id, text=" hallo ")
        acks.extend([await young.hear("ack") for _ in range(20)])

    assert acks == [first] * 1000
    assert await messages(chat.case) == 1
    await listening.until_pong()
    assert len([entry for entry in listening.entries(chat.case) if entry["kind"] == "message"]) == 1


async def test_repeats_within_one_batch_are_one_row(house: House) -> None:
    chat = await house.chat()
    young = await house.seeker(chat)
    message_id = str(uuid4())
    for _ in range(10):
        await young.say("post", case=chat.case, id=message_id, text="hallo")

    acks = [await young.hear("ack") for _ in range(10)]

    assert len({ack["seq"] for ack in acks}) == 1
    assert await messages(chat.case) == 1


async def test_same_id_of_the_other_side_is_another_message(house: House) -> None:
    chat = await house.chat()
    young, listening = await house.seeker(chat), await house.staff(chat)
    ack = await young.post(chat.case, "eins")

    assert (await listening.post(chat.case, "zwei", ack["id"]))["seq"] == ack["seq"] + 1


@pytest.mark.parametrize(
    "text", ["x", "x" * 4000, "😀" * 4000, f"  {'x' * 4000}\n", "a\nb\tc", "<b>&amp;</b>", "\u202everkehrt"]
)
async def test_texts_arrive_as_written(house: House, text: str) -> None:
    chat = await house.chat()
    young, listening = await house.seeker(chat), await house.staff(chat)

    ack = await young.post(chat.case, text)

    assert (await listening.hear("entry", seq=ack["seq"]))["text"] == text.strip()


async def test_own_unread_message_is_taken_back(house: House) -> None:
    chat = await house.chat()
    young, listening = await house.seeker(chat), await house.staff(chat)
    ack = await young.post(chat.case, "doch nicht")
    await listening.hear("entry", seq=ack["seq"])

    await young.say("take_back", case=chat.case, seq=ack["seq"])

    for line in (young, listening):
        notice = await line.hear("entry", code="taken_back")
        assert (notice["seq"], notice["code"], notice["about"]) == (ack["seq"] + 1, "taken_back", {"seq": ack["seq"]})
    again = await house.staff(chat)
    fresh = again.entries(chat.case)[ack["seq"] - 1]
    assert fresh["kind"] == "taken_back"
    assert "text" not in fresh
    assert await run_db(Entry.objects.filter(case=chat.case, sealed__isnull=False).count) == 0


async def test_read_marks_are_told_kept_and_never_go_back(house: House) -> None:
    chat = await house.chat()
    young, listening = await house.seeker(chat), await house.staff(chat)
    last = 0
    for turn in range(3):
        last = (await young.post(chat.case, f"{turn}"))["seq"]
        await listening.hear("entry", seq=last)
    await listening.say("read", case=chat.case, seq=last)
    assert await young.hear("read") == {"type": "read", "case": chat.case, "role": "counsellor", "seq": last}
    await stored_mark(chat.case, 2, last)

    await listening.say("read", case=chat.case, seq=2)
    await listening.until_pong()

    assert [frame["seq"] for frame in await young.until_pong() if frame["type"] == "read"] == []
    state = await (await house.seeker(chat, after=None)).open(chat.case)
    assert state["read"] == {"seeker": 0, "counsellor": last}


async def test_typing_is_told_to_the_other_side_and_rarely(house: House) -> None:
    chat = await house.chat()
    young, listening, tab = await house.seeker(chat), await house.staff(chat), await house.seeker(chat)
    for _ in range(5):
        await young.say("typing", case=chat.case)
    await young.until_pong()

    heard = [frame for frame in await listening.until_pong() if frame["type"] == "typing"]
    assert heard == [{"type": "typing", "case": chat.case, "role": "seeker", "name": "", "ttl_ms": 6000}]
    assert [frame for frame in await tab.until_pong() if frame["type"] == "typing"] == []


async def test_typing_counsellor_has_a_name(house: House) -> None:
    chat = await house.chat()
    young, listening = await house.seeker(chat), await house.staff(chat)
    await listening.say("typing", case=chat.case)

    assert (await young.hear("typing"))["name"] == chat.alias


async def test_ping_is_answered(house: House) -> None:
    chat = await house.chat()
    young = await house.seeker(chat, after=None)

    assert await young.until_pong() == []


async def test_fifty_chats_at_once_have_no_gaps(house: House, settings) -> None:
    settings.MESSAGES_BURST = 1000
    chats = await house.chats(50, per_counsellor=5)
    pairs = [(await house.seeker(chat), await house.staff(chat), chat) for chat in chats]

    async def talk(one: Socket, case: str) -> None:
        for turn in range(2):
            await one.post(case, f"{turn}")

    await asyncio.gather(*(talk(line, chat.case) for *both, chat in pairs for line in both))

    for *both, _ in pairs:
        for line in both:
            await line.until_pong()
            assert sorted(frame["seq"] for frame in line.heard if frame["type"] in {"entry", "ack"}) == [1, 2, 3, 4, 5]


async def test_nothing_stays_behind_when_all_have_left(house: House) -> None:
    chat = await house.chat()
    lines = [await house.seeker(chat), await house.staff(chat), await house.staff(chat)]
    hub = runtime.current().hub
    assert len(hub.links) == 3

    for line in lines:
        await line.end()

    assert (hub.links, dict(hub.by_case), dict(hub.by_team)) == (set(), {}, {})
