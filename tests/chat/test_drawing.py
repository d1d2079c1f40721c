"""Entries that another process wrote: lagging streams are drawn together, in order, each entry once, by their seat."""

import asyncio
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from chat import domain, drawing
from chat.domain import Want
from chat.pools import run_db
from tests.chat.drawn import counsellor_of, held_up, hub, link, seqs
from tests.chat.house import House, write

# --- together --------------------------------------------------------------------------------------------------------


async def test_streams_that_lag_a_little_share_a_round(still: House, rounds: list[list[Want]]) -> None:
    chats = await still.chats(6)
    lines = [await still.seeker(chat) for chat in chats]
    for chat in chats:
        await run_db(write, chat.id, 2)

    for chat in chats:
        hub().log_grew(chat.id, 3)
    for line, chat in zip(lines, chats, strict=True):
        await line.hear("entry", seq=3)
        assert seqs(line, chat.case) == [1, 2, 3]

    assert [[want.seqs for want in wants] for wants in rounds] == [[[2, 3]] * 6]


async def test_hundred_lagging_streams_cost_two_queries(still: House) -> None:
    chats = await still.chats(100, per_counsellor=100)
    actor = await run_db(counsellor_of, chats[0])
    opened = {chat.id: await run_db(domain.open_case, actor, chat.id) for chat in chats}
    for chat in chats:
        await run_db(write, chat.id, 1)
    wants = [Want(actor, case, own.seat, own.team, own.key, [1, 2]) for case, own in opened.items()]

    def queries(count: int) -> int:
        with CaptureQueriesContext(connection) as caught:
            drawn = domain.fresh_together(wants[:count])
        assert [[line.seq for line in lines or ()] for lines in drawn] == [[1, 2]] * count
        return len(caught)

    assert await run_db(queries, 1) == await run_db(queries, 100) == 2


async def test_nudges_in_any_order_deliver_each_entry_once(still: House, rounds: list[list[Want]]) -> None:
    chat = await still.chat()
    line = await still.seeker(chat)
    await run_db(write, chat.id, 5)

    for seq in (4, 2, 6, 6, 3, 1, 5):
        hub().log_grew(chat.id, seq)
        await asyncio.sleep(0)
    await line.hear("entry", seq=6)
    await line.until_pong()

    assert seqs(line, chat.case) == [1, 2, 3, 4, 5, 6]
    assert sorted(seq for wants in rounds for want in wants for seq in want.seqs) == [2, 3, 4, 5, 6]


async def test_lost_nudge_is_made_good_by_the_next(still: House) -> None:
    chat = await still.chat()
    line = await still.seeker(chat)
    await run_db(write, chat.id, 4)

    hub().log_grew(chat.id, 5)  # of 2, 3 and 4 nobody ever told
    await line.hear("entry", seq=5)

    assert seqs(line, chat.case) == [1, 2, 3, 4, 5]


async def test_nudge_that_meets_a_round_under_way_is_not_lost(still: House, monkeypatch: pytest.MonkeyPatch) -> None:
    chat = await still.chat()
    line = await still.seeker(chat)
    await run_db(write, chat.id, 1)
    async with held_up(monkeypatch) as began:
        hub().log_grew(chat.id, 2)
        await began.wait()
        await run_db(write, chat.id, 1)
        hub().log_grew(chat.id, 3)

    await line.hear("entry", seq=3, seconds=2)
    assert seqs(line, chat.case) == [1, 2, 3]


async def test_entry_that_is_handed_over_meanwhile_keeps_its_place(
    still: House, rounds: list[list[Want]], monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = await still.chat()
    young, listening = await still.seeker(chat), await still.staff(chat)
    await run_db(write, chat.id, 2)
    async with held_up(monkeypatch) as began:
        hub().log_grew(chat.id, 3)
        await began.wait()
        ack = await young.post(chat.case, "dazwischen")

    await listening.hear("entry", seq=ack["seq"])
    await young.until_pong()
    assert (ack["seq"], seqs(listening, chat.case), seqs(young, chat.case)) == (4, [1, 2, 3, 4], [1, 2, 3])
    assert [want.seqs for wants in rounds for want in wants] == [[2, 3], [2, 3]]


async def test_what_is_known_already_is_not_fetched(still: House, rounds: list[list[Want]]) -> None:
    chat = await still.chat()
    young, listening = await still.seeker(chat), await still.staff(chat)
    await run_db(write, chat.id, 1)

    ack = await young.post(chat.case, "hallo")  # its number tells both that something came before
    await listening.hear("entry", seq=ack["seq"])
    await young.hear("entry", seq=2)
    await young.until_pong()

    assert (ack["seq"], seqs(listening, chat.case), seqs(young, chat.case)) == (3, [1, 2, 3], [1, 2])
    assert [want.seqs for wants in rounds for want in wants] == [[2], [2]]


async def test_two_streams_of_one_case_see_it_their_way(still: House, rounds: list[list[Want]]) -> None:
    chat = await still.chat()
    young, tab, listening = await still.seeker(chat), await still.seeker(chat), await still.staff(chat)
    await run_db(write, chat.id, 1)

    hub().log_grew(chat.id, 2)

    drawn = [await line.hear("entry", seq=2) for line in (young, tab, listening)]
    assert [entry["mine"] for entry in drawn] == [True, True, False]
    assert len({entry["text"] for entry in drawn}) == 1
    assert [len(wants) for wants in rounds] == [3]


async def test_round_is_bounded_and_the_rest_comes_in_the_next(
    still: House, rounds: list[list[Want]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing, "ROUND", 4)
    chats = await still.chats(5)
    lines = [await still.seeker(chat) for chat in chats]
    for chat in chats:
        await run_db(write, chat.id, 2)

    for chat in chats:
        hub().log_grew(chat.id, 3)
    for line in lines:
        await line.hear("entry", seq=3)

    assert [len(wants) for wants in rounds] == [2, 2, 1]


# --- alone -----------------------------------------------------------------------------------------------------------


async def test_stream_far_behind_is_drawn_by_pages(still: House, rounds: list[list[Want]]) -> None:
    chat = await still.chat()
    line = await still.seeker(chat)
    await run_db(write, chat.id, drawing.NEAR + 1)

    hub().log_grew(chat.id, drawing.NEAR + 2)
    await line.hear("entry", seq=drawing.NEAR + 2)

    assert seqs(line, chat.case) == list(range(1, drawing.NEAR + 3))
    assert rounds == []


async def test_nudge_that_meets_a_page_under_way_is_not_lost(still: House, monkeypatch: pytest.MonkeyPatch) -> None:
    chat = await still.chat()
    line = await still.seeker(chat)
    own, loop, real = hub(), asyncio.get_running_loop(), domain.fresh
    await run_db(write, chat.id, 30)

    def overtaken(*args: Any) -> Any:
        monkeypatch.setattr(domain, "fresh", real)
        lines = real(*args)
        write(chat.id, 1)
        loop.call_soon_threadsafe(own.log_grew, chat.id, 32)
        return lines

    monkeypatch.setattr(domain, "fresh", overtaken)
    own.log_grew(chat.id, 31)
    await line.hear("entry", seq=32, seconds=2)

    assert seqs(line, chat.case) == list(range(1, 33))


async def test_client_that_does_not_confirm_gets_no_more_than_it_may(still: House) -> None:
    chat = await still.chat()
    line = await still.seeker(chat)
    for end in range(11, 222, 10):
        await run_db(write, chat.id, 10)
        hub().log_grew(chat.id, end)
        await line.hear("entry", seq=min(end, 200))
        if end > 200:
            break
    await asyncio.sleep(0.1)
    await line.until_pong()
    assert seqs(line, chat.case) == list(range(1, 201))

    await line.say("got", case=chat.case, seq=200)
    await line.hear("entry", seq=201)
    assert seqs(line, chat.case) == list(range(1, 202))


async def test_log_that_is_shorter_than_told_is_no_endless_search(still: House, rounds: list[list[Want]]) -> None:
    chat = await still.chat()
    line = await still.seeker(chat)

    hub().log_grew(chat.id, 9)
    await line.until_pong()
    await asyncio.sleep(0.2)
    stream = link().streams[chat.id]
    assert (stream.sent, stream.end, stream.catching) == (1, 1, False)

    await run_db(write, chat.id, 1)
    hub().log_grew(chat.id, 2)
    await line.hear("entry", seq=2)
    assert [want.seqs for wants in rounds for want in wants] == [list(range(2, 10)), [2]]
