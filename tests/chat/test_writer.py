"""Group commit on its own: shared transactions, order, the saturated process, marks."""

import asyncio
import json
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat import domain, runtime, writer
from chat.link import Link, Stream
from chat.pools import run_db
from counselling.cases.domain import posting
from counselling.cases.domain.posting import Mark, Post
from counselling.cases.models import Entry, Seat
from counselling.errors import SlowDown
from counselling.people.domain import access
from tests.chat.house import Chat, House, busy, until


class Heard:
    """A link that keeps what it is sent."""

    def __init__(self) -> None:
        self.frames: list[dict[str, Any]] = []

    async def send(self, frame: str) -> None:
        self.frames.append(json.loads(frame))

    async def hang_up(self, code: int) -> None:
        raise AssertionError(code)


async def linked(chat: Chat) -> tuple[Link, Heard, domain.Opened]:
    """A young person's link without a socket, and their open seat."""
    actor = await run_db(access.seeker_by_token, chat.seeker.split("=")[1])
    assert actor
    heard = Heard()
    return Link(actor, send=heard.send, hang_up=heard.hang_up), heard, await run_db(domain.open_case, actor, chat.id)


def post(chat: Chat, opened: domain.Opened, text: str = "hallo") -> Post:
    return Post(chat.id, opened.seat, opened.role, uuid4(), text, opened.key)


async def settled(heard: Heard, count: int) -> None:
    async with asyncio.timeout(15):
        while len(heard.frames) < count:  # noqa: ASYNC110 -- frames, not an event
            await asyncio.sleep(0.01)


async def test_process_takes_two_thousand_and_says_slow_down(house: House) -> None:
    chat = await house.chat()
    link, heard, opened = await linked(chat)
    own = runtime.current().writer
    posts = [post(chat, opened, f"{number}") for number in range(writer.MOST_PENDING + 1)]
    for each in posts[:-1]:
        own.post(each, link)

    with pytest.raises(SlowDown):
        own.post(posts[-1], link)

    await settled(heard, 2000)
    assert [frame["seq"] for frame in heard.frames] == list(range(2, 2002))
    assert [frame["id"] for frame in heard.frames] == [str(each.client_id) for each in posts[:-1]]
    assert link.in_flight == 0
    own.post(posts[-1], link)
    await settled(heard, 2001)


async def test_messages_of_many_chats_share_one_transaction(house: House) -> None:
    chats = await house.chats(10, per_counsellor=10)
    seated = [await linked(chat) for chat in chats]
    posts = [post(chat, opened) for chat, (*_, opened) in zip(chats, seated, strict=True)]

    def queries(count: int) -> int:
        with CaptureQueriesContext(connection) as caught:
            outcomes = posting.commit(posts[:count])
        assert {type(outcome) for outcome in outcomes} == {posting.Posted}
        return len(caught)

    await run_db(queries, 1)  # a team's rules are remembered for a while
    assert await run_db(queries, 2) == await run_db(queries, 10)


async def test_one_busy_case_holds_up_no_other(house: House) -> None:
    held, free = await house.chats(2)
    one, other = await linked(held), await linked(free)
    own = runtime.current().writer
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    async with busy(held.id):
        own.post(post(held, one[2]), one[0])
        own.post(post(free, other[2]), other[0])
        await settled(other[1], 1)
        assert one[1].frames == []
    await settled(one[1], 1)


async def test_case_that_stays_busy_is_answered_in_the_end(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    monkeypatch.setattr(writer, "BUSY_SECONDS", 0.3)
    held = await house.chat()
    link, heard, opened = await linked(held)
    own = runtime.current().writer
    async with busy(held.id):
        own.post(post(held, opened), link)
        await settled(heard, 1)

    assert [(frame["type"], frame["code"]) for frame in heard.frames] == [("error", "unavailable")]
    assert link.in_flight == 0


async def test_messages_of_a_busy_case_keep_their_order(house: House) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    held, free = await house.chats(2)
    one, other = await linked(held), await linked(free)
    own = runtime.current().writer
    posts = [post(held, one[2]) for _ in range(5)]
    async with busy(held.id):
        for number, each in enumerate(posts, 1):
            own.post(each, one[0])
            own.post(post(free, other[2]), other[0])
            await settled(other[1], number)
    await settled(one[1], 5)

    assert [frame["id"] for frame in one[1].frames] == [str(each.client_id) for each in posts]


async def test_read_marks_of_a_seat_are_one_update_of_the_furthest(house: House) -> None:
    chat = await house.chat()
    link, heard, opened = await linked(chat)
    own = runtime.current().writer
    for _ in range(9):
        own.post(post(chat, opened), link)
    await settled(heard, 9)

    for seq in (3, 7, 5, 9, 2):
        own.mark(chat.id, Stream(opened, 10, 10), seq)
    await until(Seat.objects.filter(pk=opened.seat, read_seq=9).exists)

    await run_db(posting.commit, [], [Mark(chat.id, opened.seat, 4), Mark(chat.id, opened.seat, 99)])
    assert await run_db(Seat.objects.filter(pk=opened.seat, read_seq=9).exists)


async def test_ended_seat_writes_nothing_in_a_batch_with_others(house: House) -> None:
    ended, fine = await house.chats(2)
    one, other = await linked(ended), await linked(fine)
    stranger = post(fine, one[2])  # somebody's seat with another's case

    outcomes = await run_db(posting.commit, [stranger, post(fine, other[2]), post(ended, one[2])])

    assert [type(outcome).__name__ for outcome in outcomes] == ["NotFound", "Posted", "Posted"]
    assert await run_db(Entry.objects.filter(case=fine.case, kind=Entry.Kind.MESSAGE).count) == 1


async def test_stopping_finishes_what_was_accepted(house: House) -> None:
    chat = await house.chat()
    link, heard, opened = await linked(chat)
    own = runtime.current().writer
    for _ in range(50):
        own.post(post(chat, opened), link)

    await own.stop()

    assert len(heard.frames) == 50
    assert await run_db(Entry.objects.filter(case=chat.case, kind=Entry.Kind.MESSAGE).count) == 50
