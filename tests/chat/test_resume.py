"""Coming back: after a gap, a reconnect or a thousand entries, a client draws exactly what it has not got."""

from uuid import uuid4

import pytest

from chat.pools import run_db
from tests.chat.house import House, seated, write


@pytest.mark.parametrize("after", [0, 1, 30, 60, 61])
async def test_stream_begins_after_what_is_known(house: House, after: int) -> None:
    chat = await house.chat()
    await run_db(write, chat.id, 60)
    line = await house.staff(chat, after=None)

    caught = await line.open(chat.case, after)

    assert [entry["seq"] for entry in line.entries(chat.case)] == list(range(after + 1, 62))
    assert caught == {
        "type": "caught_up",
        "case": chat.case,
        "last_seq": 61,
        "read": {"seeker": 0, "counsellor": 0},
        "state": "active",
        "seats": [seated(chat.alias)],
    }


async def test_thousand_entries_after_a_reconnect(house: House) -> None:
    chat = await house.chat()
    first = await house.staff(chat)
    await first.end()
    await run_db(write, chat.id, 1000)
    line = await house.staff(chat, after=None)
    await line.say("resume", case=chat.case, after=1)
    for confirmed in range(150, 1002, 150):
        await line.hear("entry", seq=confirmed)
        await line.say("got", case=chat.case, seq=confirmed)

    await line.hear("entry", seq=1001)

    assert [entry["seq"] for entry in line.entries(chat.case)] == list(range(2, 1002))


async def test_resuming_again_closes_a_gap(house: House) -> None:
    chat = await house.chat()
    await run_db(write, chat.id, 10)
    line = await house.staff(chat)

    await line.open(chat.case, after=4)

    assert [entry["seq"] for entry in line.entries(chat.case)] == [*range(1, 12), *range(5, 12)]


async def test_message_sent_again_after_a_lost_acknowledgement(house: House) -> None:
    chat = await house.chat()
    message_id = str(uuid4())
    before = await house.seeker(chat)
    await before.say("post", case=chat.case, id=message_id, text="kam das an?")
    first = await before.hear("ack")
    await before.end()

    again = await house.seeker(chat, after=1)
    repeat = await again.post(chat.case, "kam das an?", message_id)

    assert repeat == first
    assert [(entry["seq"], entry["id"], entry["mine"]) for entry in again.entries(chat.case)] == [(2, message_id, True)]


async def test_claim_to_know_the_future_hides_nothing(house: House) -> None:
    """A client whose memory is ahead of the log (a restored backup) still gets what is written from now on."""
    chat = await house.chat()
    young = await house.seeker(chat)
    line = await house.staff(chat, after=None)
    caught = await line.open(chat.case, after=500)

    ack = await young.post(chat.case, "hallo")

    assert caught["last_seq"] == 1
    assert (await line.hear("entry", seconds=3))["seq"] == ack["seq"] == 2


async def test_one_line_opens_several_cases(house: House) -> None:
    chats = await house.chats(3, per_counsellor=3)
    line = await house.staff(chats[0])
    for chat in chats[1:]:
        await line.open(chat.case)
    for chat in chats:
        young = await house.seeker(chat)
        ack = await young.post(chat.case, chat.case)
        entry = await line.hear("entry", case=chat.case, seq=ack["seq"])
        assert entry["text"] == chat.case
