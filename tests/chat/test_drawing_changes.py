"""Drawing while things change: seats that end, streams that begin, rounds that fail."""

import asyncio
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext

from chat import domain
from chat.domain import Want
from chat.pools import run_db
from counselling.cases import bell
from counselling.cases.domain import handover, seats, timeline
from counselling.people.domain.actors import Actor
from tests.chat.drawn import counsellor_of, held_up, hub, link, seqs
from tests.chat.house import House, turned_away, without_table, write


async def test_seat_lost_between_nudge_and_draw_reads_nothing(still: House, monkeypatch: pytest.MonkeyPatch) -> None:
    chat, other = await still.chats(2, per_counsellor=2)
    colleague, _ = await still.counsellor()
    line = await still.staff(chat)
    await line.open(other.case)
    actor = await run_db(counsellor_of, chat)
    await run_db(write, chat.id, 1)
    await run_db(write, other.id, 1)
    monkeypatch.setattr(bell, "_listeners", [])  # every ring is lost
    async with held_up(monkeypatch) as began:
        hub().log_grew(chat.id, 2)
        hub().log_grew(other.id, 2)
        await began.wait()
        await run_db(handover.to_colleague, actor, chat.id, to=colleague.id, note="")

    await line.hear("entry", case=other.case, seq=2)
    await turned_away(line, chat.case)
    assert (seqs(line, chat.case), seqs(line, other.case)) == ([1], [1, 2])
    assert set(link().streams) == {other.id}


async def test_claims_hold_by_the_rule_of_seated(still: House) -> None:
    chat, foreign = await still.chats(2)
    colleague, _ = await still.counsellor()
    young, listening = await still.seeker(chat), await still.staff(chat)
    links = {link.actor.kind: link for link in hub().links}
    seeker, staff = links["seeker"].actor, links["staff"].actor
    theirs, ours = (links[kind].streams[chat.id].opened.seat for kind in ("seeker", "staff"))
    claims = [
        (seeker, chat.id, theirs),
        (staff, chat.id, ours),
        (seeker, chat.id, ours),
        (staff, chat.id, theirs),
        (colleague, chat.id, ours),
        (seeker, foreign.id, theirs),
        (staff, chat.id, 999_999),
    ]
    assert await run_db(seats.still_seated, claims) == [True, True, False, False, False, False, False]

    await run_db(handover.to_colleague, await run_db(counsellor_of, chat), chat.id, to=colleague.id, note="")
    assert await run_db(seats.still_seated, claims[:2]) == [True, False]
    await young.end()
    await listening.end()


async def test_nothing_wanted_is_nothing_asked(still: House) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            assert timeline.of_many({}, {}) == {}
        return len(caught)

    assert await run_db(queries) == 0


# --- beginning a stream ----------------------------------------------------------------------------------------------


async def test_entry_and_change_that_fall_into_the_beginning_are_not_missed(
    still: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = await still.chat()
    line = await still.seeker(chat, after=None)
    real = domain.begin

    def overtaken(actor: Actor, case: Any, after: int) -> Any:
        begun = real(actor, case, after)
        write(case, 1)
        runtime_loop.call_soon_threadsafe(hub_now.log_grew, case, 2)
        return begun

    runtime_loop, hub_now = asyncio.get_running_loop(), hub()
    monkeypatch.setattr(domain, "begin", overtaken)
    caught = await line.open(chat.case)

    assert (seqs(line, chat.case), caught["last_seq"]) == ([1, 2], 2)
    assert [frame["type"] for frame in line.heard].count("caught_up") == 1


async def test_seat_that_ends_while_the_stream_begins_opens_nothing(
    still: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = await still.chat()
    colleague, _ = await still.counsellor()
    line = await still.staff(chat, after=None)
    actor, real = await run_db(counsellor_of, chat), domain.begin

    def overtaken(*args: Any) -> Any:
        begun = real(*args)
        handover.to_colleague(actor, chat.id, to=colleague.id, note="")
        return begun

    monkeypatch.setattr(domain, "begin", overtaken)
    await line.say("resume", case=chat.case, after=0)

    await turned_away(line, chat.case)
    assert seqs(line, chat.case) == []


async def test_connection_that_ends_while_the_stream_begins_leaves_nothing(
    still: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = await still.chat()
    await still.staff(chat, after=None)
    gone, own, loop = link(), hub(), asyncio.get_running_loop()
    real = domain.begin

    def overtaken(*args: Any) -> Any:
        begun = real(*args)
        asyncio.run_coroutine_threadsafe(leave(), loop).result(5)
        return begun

    async def leave() -> None:
        own.leave(gone)

    monkeypatch.setattr(domain, "begin", overtaken)
    await own.open(gone, chat.id, 0, announce=True)

    assert (own.links_of(chat.id), gone.streams, dict(own._opening)) == ([], {}, {})


async def test_beginning_costs_a_constant_number_of_queries(still: House) -> None:
    chat = await still.chat()
    actor = await run_db(counsellor_of, chat)
    await run_db(domain.open_case, actor, chat.id)

    def queries(after: int) -> int:
        with CaptureQueriesContext(connection) as caught:
            domain.begin(actor, chat.id, after)
        return len(caught)

    await run_db(queries, 0)  # a team's rules are remembered for a while
    before = await run_db(queries, 0)
    await run_db(write, chat.id, 50)
    assert (await run_db(queries, 0), await run_db(queries, 51)) == (before, before - 1)


# --- trouble ---------------------------------------------------------------------------------------------------------


async def test_round_that_fails_frees_its_streams_for_the_next(still: House) -> None:
    chat = await still.chat()
    line = await still.seeker(chat)
    await run_db(write, chat.id, 1)
    async with without_table("cases_seat"):
        hub().log_grew(chat.id, 2)
        await asyncio.sleep(0.2)
    assert link().streams[chat.id].catching is False

    hub().log_grew(chat.id, 2)
    await line.hear("entry", seq=2)
    assert seqs(line, chat.case) == [1, 2]


async def test_round_that_fails_does_not_stop_who_gathered_meanwhile(
    still: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlucky, waiting = await still.chats(2)
    one, other = await still.seeker(unlucky), await still.seeker(waiting)
    for chat in (unlucky, waiting):
        await run_db(write, chat.id, 1)
    real, failed = domain.fresh_together, []

    def once(wants: list[Want]) -> Any:
        if failed:
            return real(wants)
        failed.append(wants)
        raise DatabaseError

    monkeypatch.setattr(domain, "fresh_together", once)
    async with held_up(monkeypatch) as began:
        hub().log_grew(unlucky.id, 2)
        await began.wait()
        hub().log_grew(waiting.id, 2)

    await other.hear("entry", seq=2)
    await one.until_pong()
    assert (seqs(one, unlucky.case), seqs(other, waiting.case)) == ([1], [1, 2])


async def test_stream_that_was_begun_anew_is_not_drawn_twice(still: House, monkeypatch: pytest.MonkeyPatch) -> None:
    chat = await still.chat()
    line = await still.seeker(chat)
    await run_db(write, chat.id, 1)
    async with held_up(monkeypatch) as began:
        hub().log_grew(chat.id, 2)
        await began.wait()
        await line.open(chat.case, after=1)

    await asyncio.sleep(0.3)  # the round's end is told by nothing
    await line.until_pong()
    assert seqs(line, chat.case) == [1, 2]


async def test_stopping_begins_no_further_round(still: House, rounds: list[list[Want]]) -> None:
    chat = await still.chat()
    await still.seeker(chat)
    await run_db(write, chat.id, 1)

    hub().log_grew(chat.id, 2)
    hub().drawing.stop()
    await asyncio.sleep(0.1)

    assert rounds == []
