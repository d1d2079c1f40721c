"""The place in the queue, as a waiting page hears of it."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from chat import runtime
from chat.pools import run_db
from counselling.cases import bell
from counselling.cases.domain import queue, timers
from counselling.cases.models import Case, Waiting
from counselling.people.domain import access
from tests.chat.house import House, seated, until


async def test_place_is_told_with_the_welcome(house: House) -> None:
    case, cookie = await house.waiting()
    line = house.line("/chat/socket", cookie)
    welcome = await line.begin()

    assert welcome["cases"] == [{"case": case, "last_seq": 0, "state": "waiting"}]
    assert await line.hear("waiting") == {
        "type": "waiting",
        "case": case,
        "state": "waiting",
        "position": 1,
        "minutes": None,
        "open": "open",
        "deadline": None,
        "by": "",
        "called_at": None,
        "kept_until": None,
    }


async def test_positions_move_up_as_others_leave(house: House) -> None:
    places = [await house.waiting() for _ in range(3)]
    lines = [house.line("/chat/socket", cookie) for _, cookie in places]
    for number, line in enumerate(lines, 1):
        await line.begin()
        assert (await line.hear("waiting"))["position"] == number

    actor = await run_db(access.seeker_by_token, places[0][1].split("=")[1])
    await run_db(queue.leave, actor, UUID(places[0][0]))

    await lines[0].hear("case", state="closed", ending="place_left")
    assert (await lines[1].hear("waiting", position=1))["state"] == "waiting"
    assert (await lines[2].hear("waiting", position=2))["state"] == "waiting"


async def test_chat_begins_at_once_for_somebody_who_is_here(house: House) -> None:
    case, cookie = await house.waiting()
    actor, _ = await house.counsellor()
    line = house.line("/chat/socket", cookie)
    await line.begin()
    await line.open(case)
    await line.post(case, "schon mal vorab")

    await run_db(queue.claim, actor, UUID(case))

    changed = await line.hear("case", state="active")
    assert changed["seats"] == [seated(actor.alias)]
    assert (await line.hear("entry", code="chat_began"))["about"] == {"name": actor.alias}


async def test_called_person_who_comes_back_is_in_the_chat(house: House) -> None:
    case, cookie = await house.waiting()
    actor, staff = await house.counsellor()
    await run_db(Waiting.objects.update, seen_at=None)
    await run_db(queue.claim, actor, UUID(case))
    desk = house.line("/team/socket", staff)
    await desk.begin()
    assert await desk.refused("resume", case=case, after=0) == "not_found"

    line = house.line("/chat/socket", cookie)
    await line.begin()
    assert (await line.hear("waiting"))["state"] == "none"
    caught = await line.open(case)

    assert (caught["state"], line.entries(case)[0]["code"]) == ("active", "chat_began")
    await desk.hear("desk")
    await desk.open(case)


async def test_chat_begins_for_a_connected_person_who_was_thought_to_be_away(house: House) -> None:
    """Their presence was not noted yet when they were called (a reconnect, another process): here they are."""
    case, cookie = await house.waiting()
    actor, _ = await house.counsellor()
    line = house.line("/chat/socket", cookie)
    await line.begin()
    await line.hear("waiting")
    await runtime.current().pulse.stop()
    await run_db(Waiting.objects.update, seen_at=timezone.now() - timedelta(minutes=2))

    await run_db(queue.claim, actor, UUID(case))

    await line.hear("case", state="active")
    await line.hear("waiting", state="none")


async def test_call_whose_ring_was_lost_begins_with_the_pulse(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process called and Redis is away."""
    case, cookie = await house.waiting()
    actor, _ = await house.counsellor()
    line = house.line("/chat/socket", cookie)
    await line.begin()
    await line.hear("waiting")
    await runtime.current().pulse.stop()
    monkeypatch.setattr(bell, "_listeners", [])
    await run_db(Waiting.objects.update, seen_at=None)
    await run_db(queue.claim, actor, UUID(case))
    monkeypatch.undo()

    await runtime.current().pulse.beat()

    await until(Case.objects.filter(pk=case, state="active").exists, seconds=3)


async def test_messages_of_the_waiting_are_kept_and_read_by_who_comes(house: House) -> None:
    case, cookie = await house.waiting()
    actor, staff = await house.counsellor()
    line = house.line("/chat/socket", cookie)
    await line.begin()
    await line.open(case)
    for text in ("eins", "zwei"):
        await line.post(case, text)

    await run_db(queue.claim, actor, UUID(case))
    desk = house.line("/team/socket", staff)
    await desk.begin()
    await desk.open(case)

    assert [entry.get("text", entry.get("code")) for entry in desk.entries(case)] == ["eins", "zwei", "chat_began"]


async def test_missed_call_is_told_to_a_page_that_comes_back_and_the_tap_too(house: House) -> None:
    case, cookie = await house.waiting()
    actor, _ = await house.counsellor()
    await run_db(Waiting.objects.update, seen_at=None)
    await run_db(queue.claim, actor, UUID(case))
    await run_db(Waiting.objects.update, deadline=timezone.now())
    await run_db(timers.missed_calls, timezone.now())
    line = house.line("/chat/socket", cookie)
    await line.begin()

    place = await line.hear("waiting")

    assert (place["state"], place["position"], place["deadline"]) == ("waiting", 1, None)
    assert place["called_at"] < place["kept_until"]
    seeker = await run_db(access.seeker_by_token, cookie.split("=")[1])
    await run_db(queue.stay, seeker, UUID(case))
    assert await line.hear("waiting", kept_until=None, called_at=None)


async def test_queue_rings_the_desks_of_its_team_alone(house: House) -> None:
    case, cookie = await house.waiting()
    _, staff = await house.counsellor()
    desk = house.line("/team/socket", staff)
    await desk.begin()

    line = house.line("/chat/socket", cookie)
    await line.begin()

    await desk.hear("desk")
    assert [frame["type"] for frame in line.heard if frame["type"] == "desk"] == []
    assert [frame for frame in desk.heard if frame.get("case") == case] == []
