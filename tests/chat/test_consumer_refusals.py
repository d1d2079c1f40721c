"""What may not be said by socket is answered, changes nothing, and the line stays open."""

from uuid import UUID, uuid4

import pytest
from django.db import transaction

from chat.pools import run_db
from counselling.cases.domain import closing
from counselling.cases.domain.seats import lock
from counselling.cases.models import Case
from tests.chat.fuzz import broken_frames
from tests.chat.house import House, messages, stored_mark


async def test_broken_frames_are_answered_and_the_socket_stays(house: House) -> None:
    chat = await house.chat()
    frames = broken_frames()
    young, listening = await house.seeker(chat), await house.staff(chat)
    for frame in frames:
        await young.raw(frame)
        answer = await young.hear("error")
        assert answer["code"] == "bad_frame"
        assert answer["sentence"].startswith("not understood: ")

    ack = await young.post(chat.case, "immer noch da")

    assert (await listening.hear("entry", seq=ack["seq"]))["text"] == "immer noch da"
    assert await messages(chat.case) == 1


@pytest.mark.parametrize("side", ["seeker", "staff"])
async def test_other_peoples_and_absent_cases_look_the_same(house: House, side: str) -> None:
    mine, foreign = await house.chats(2)
    line = await getattr(house, side)(mine)
    frames = [
        ("resume", {"after": 0}),
        ("post", {"id": uuid4(), "text": "hallo"}),
        ("take_back", {"seq": 1}),
        ("read", {"seq": 1}),
        ("typing", {}),
        ("got", {"seq": 1}),
    ]
    for kind, fields in frames:
        answers = []
        for case in (foreign.case, str(uuid4())):
            await line.say(kind, case=case, **fields)
            answer = await line.hear("error")
            assert answer.pop("case") == case
            answers.append(answer)
        assert answers[0]["code"] == "not_found"
        assert answers[0] == answers[1]
    assert line.entries(foreign.case) == []
    assert await messages(foreign.case) == 0


@pytest.mark.parametrize(
    ("kind", "fields"),
    [("post", {"id": str(uuid4()), "text": "hallo"}), ("read", {"seq": 1}), ("typing", {}), ("got", {"seq": 1})],
)
async def test_streams_are_opened_before_they_are_used(house: House, kind: str, fields: dict[str, object]) -> None:
    chat = await house.chat()
    young = await house.seeker(chat, after=None)

    assert await young.refused(kind, case=chat.case, **fields) == "not_found"
    await young.open(chat.case)
    await young.say(kind, case=chat.case, **fields)
    assert [frame for frame in await young.until_pong() if frame["type"] == "error"] == []


@pytest.mark.parametrize(
    ("text", "code"),
    [("x" * 4001, "too_long"), ("😀" * 4001, "too_long"), ("", "empty"), (" \n\t ", "empty"), ("a\0b", "bad_frame")],
)
async def test_texts_that_are_refused(house: House, text: str, code: str) -> None:
    chat = await house.chat()
    young = await house.seeker(chat)

    assert await young.refused("post", case=chat.case, id=uuid4(), text=text) == code
    assert await messages(chat.case) == 0


async def test_same_id_with_another_text_is_a_conflict(house: House) -> None:
    chat = await house.chat()
    young = await house.seeker(chat)
    ack = await young.post(chat.case, "eins")

    await young.say("post", case=chat.case, id=ack["id"], text="zwei")
    error = await young.hear("error")

    assert (error["code"], error["case"], error["id"]) == ("conflict", chat.case, ack["id"])
    assert await messages(chat.case) == 1


async def test_read_message_cannot_be_taken_back(house: House) -> None:
    chat = await house.chat()
    young, listening = await house.seeker(chat), await house.staff(chat)
    ack = await young.post(chat.case, "gelesen")
    await listening.hear("entry", seq=ack["seq"])
    await listening.say("read", case=chat.case, seq=ack["seq"])
    await young.hear("read", seq=ack["seq"])
    await stored_mark(chat.case, 2, ack["seq"])

    assert await young.refused("take_back", case=chat.case, seq=ack["seq"]) == "too_late"


@pytest.mark.parametrize(("seq", "code"), [(2, "not_allowed"), (1, "not_found"), (99, "not_found"), (0, "not_found")])
async def test_what_is_not_mine_cannot_be_taken_back(house: House, seq: int, code: str) -> None:
    chat = await house.chat()
    young, listening = await house.seeker(chat), await house.staff(chat)
    await young.post(chat.case, "meins")

    assert await listening.refused("take_back", case=chat.case, seq=seq) == code


async def test_nobody_has_read_beyond_the_end(house: House) -> None:
    chat = await house.chat()
    young, listening = await house.seeker(chat), await house.staff(chat, after=None)
    await listening.open(chat.case, after=2_000_000)

    await listening.say("read", case=chat.case, seq=1_000_000)
    await listening.until_pong()

    assert [frame for frame in await young.until_pong() if frame["type"] == "read" and frame["seq"] > 1] == []
    state = await (await house.seeker(chat, after=None)).open(chat.case)
    assert state["read"]["counsellor"] <= 1


async def test_closed_case_can_be_read_but_not_written(house: House) -> None:
    chat = await house.chat()
    young, listening = await house.seeker(chat), await house.staff(chat)
    await young.post(chat.case, "hallo")

    await run_db(finish, chat.id, by="silence")

    for line in (young, listening):
        assert (await line.hear("entry", code="closed"))["about"] == {"by": "silence"}
        assert await line.refused("post", case=chat.case, id=uuid4(), text="noch etwas") == "closed"
        changed = next(frame for frame in line.heard if frame["type"] == "case")
        assert (changed["state"], changed["ending"]) == ("closed", "silence")
    again = await house.line("/chat/socket", chat.seeker).begin()
    assert again["cases"][0]["state"] == Case.State.CLOSED


def finish(case: UUID, *, by: str) -> None:
    with transaction.atomic():
        closing.finish(lock(case), by=by)
