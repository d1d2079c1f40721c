"""A deleted row on the wire: its place is kept as unreadable, and whatever comes after it comes."""

from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.test import Client

from chat import domain, runtime
from chat.pools import run_db
from counselling.cases.domain import closing
from counselling.cases.models import Entry
from counselling.people.domain import access
from tests.chat.client import Frame
from tests.chat.drawn import hub, seqs
from tests.chat.house import House, write
from tests.chat.polling import entries, news
from tests.support import world

PLACEHOLDER = "Diese Nachricht lässt sich nicht öffnen."


def delete(case: UUID, *gone: int) -> None:
    """Rows go, the log's end stays."""
    Entry.objects.filter(case=case, seq__in=gone).delete()


def kinds(frames: list[Frame]) -> list[tuple[int, str]]:
    return [(frame["seq"], frame["kind"]) for frame in frames]


@pytest.fixture
async def still(house: House) -> House:
    """No pulse: what arrives, arrives by what a test does."""
    await runtime.current().pulse.stop()
    return house


@pytest.mark.parametrize("gone", [[1], [5], [9], [8, 9], [2, 5, 6, 9]])
async def test_resume_brings_placeholders_and_everything_else(house: House, gone: list[int]) -> None:
    chat = await house.chat()
    await run_db(write, chat.id, 8)
    await run_db(delete, chat.id, *gone)

    young, listening = await house.seeker(chat), await house.staff(chat)

    for line in (young, listening):
        expected = [(seq, "unreadable" if seq in gone else "message" if seq > 1 else "notice") for seq in range(1, 10)]
        assert kinds(line.entries(chat.case)) == expected
        lost = [entry for entry in line.entries(chat.case) if entry["seq"] in gone]
        assert all((entry["role"], entry["name"], entry["mine"]) == ("system", "", False) for entry in lost)
        assert not any({"text", "id", "code"} & entry.keys() for entry in lost)
    ack = await young.post(chat.case, "es geht weiter")
    assert (await listening.hear("entry", seq=ack["seq"]))["text"] == "es geht weiter"
    assert ack["seq"] == 10


async def test_resume_behind_everything_but_a_deleted_end_brings_it(house: House) -> None:
    chat = await house.chat()
    await run_db(write, chat.id, 8)
    await run_db(delete, chat.id, 9)
    line = await house.seeker(chat, after=None)

    caught = await line.open(chat.case, after=8)

    assert kinds(line.entries(chat.case)) == [(9, "unreadable")]
    assert caught["last_seq"] == 9


@pytest.mark.parametrize("gone", [[2], [3], [4], [2, 3, 4]])
async def test_streams_drawn_together_get_placeholders(still: House, gone: list[int]) -> None:
    """Rows that another process wrote and somebody deleted before this one drew them."""
    chats = await still.chats(3)
    lines = [await still.seeker(chat) for chat in chats]
    for chat in chats:
        await run_db(write, chat.id, 3)
    await run_db(delete, chats[0].id, *gone)

    for chat in chats:
        hub().log_grew(chat.id, 4)
    for line in lines:
        await line.hear("entry", seq=4)

    assert [seqs(line, chat.case) for line, chat in zip(lines, chats, strict=True)] == [[1, 2, 3, 4]] * 3
    shown = {entry["seq"] for entry in lines[0].entries(chats[0].case) if entry["kind"] == "unreadable"}
    assert shown == set(gone)
    ack = await lines[0].post(chats[0].case, "es geht weiter")
    assert ack["seq"] == 5


async def test_stream_far_behind_gets_placeholders_page_by_page(still: House) -> None:
    chat = await still.chat()
    line = await still.seeker(chat)
    await run_db(write, chat.id, 60)
    await run_db(delete, chat.id, 2, 30, 61)

    hub().log_grew(chat.id, 61)
    await line.hear("entry", seq=61)

    assert seqs(line, chat.case) == list(range(1, 62))
    shown = [entry["seq"] for entry in line.entries(chat.case) if entry["kind"] == "unreadable"]
    assert shown == [2, 30, 61]


async def test_entry_that_is_written_while_a_round_draws_is_not_taken_for_deleted(
    still: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Told of 3 before it is on disk: the round draws 2, 3 comes as what it is."""
    chat = await still.chat()
    line = await still.seeker(chat)
    await run_db(write, chat.id, 1)
    real = domain.fresh_together

    def late(wants: Any) -> Any:
        drawn = real(wants)
        monkeypatch.setattr(domain, "fresh_together", real)
        write(chat.id, 1)
        return drawn

    monkeypatch.setattr(domain, "fresh_together", late)
    hub().log_grew(chat.id, 3)
    await line.hear("entry", seq=3)

    assert kinds(line.entries(chat.case)) == [(1, "notice"), (2, "message"), (3, "message")]


async def test_poll_brings_placeholders_up_to_the_end(house: House) -> None:
    chat = await house.chat()
    await run_db(write, chat.id, 8)
    await run_db(delete, chat.id, 5, 9)

    frames = await news(chat, 3)

    expected = [(4, "message"), (5, "unreadable"), (6, "message"), (7, "message"), (8, "message"), (9, "unreadable")]
    assert kinds(entries(frames)) == expected
    assert frames[-1]["last_seq"] == 9


@pytest.mark.django_db
def test_pages_to_read_and_copies_tell_of_what_was_deleted(client: Client) -> None:
    team = world.team()
    linde = world.counsellor(team, "Linde")
    seeker, token = access.new_seeker()
    client.cookies[settings.SEEKER_COOKIE_NAME] = token
    chat = world.chat(team, linde, seeker=seeker)
    for text in ("erstens", "zweitens", "drittens"):
        world.say(seeker, chat.case, text)
    closing.end(seeker, chat.case)
    delete(chat.case, 3, world.row(chat.case).last_seq)

    page = client.get("/mine/read/").content.decode()
    copied = b"".join(client.post("/mine/copy/").streaming_content).decode()

    for shown in (page, copied):
        assert shown.count(PLACEHOLDER) == 2
        assert shown.index("erstens") < shown.index(PLACEHOLDER) < shown.index("drittens") < shown.rindex(PLACEHOLDER)
        assert "zweitens" not in shown
