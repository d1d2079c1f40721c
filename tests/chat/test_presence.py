"""Who of the team is connected, as it reaches those who talk with them; and queues that changed without a ring."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from chat import runtime
from chat.pools import run_db
from counselling.cases import bell
from counselling.cases.domain import queue
from counselling.people.domain import access
from counselling.people.models import Staff
from tests.chat.client import Frame
from tests.chat.house import House, seated
from tests.chat.polling import news, say


def lose(seconds: int) -> None:
    """Every counsellor was connected for the last time so long ago."""
    Staff.objects.update(seen_at=timezone.now() - timedelta(seconds=seconds))


def presence(frame: Frame) -> list[bool]:
    return [seat["here"] for seat in frame["seats"]]


async def test_counsellor_who_comes_and_goes_is_told_to_the_seeker(house: House) -> None:
    chat = await house.chat()
    await run_db(lose, 60)
    young = await house.seeker(chat, after=None)
    assert presence(await young.open(chat.case)) == [False]

    staff = await house.staff(chat)
    assert (await young.hear("case", seats=[seated(chat.alias)]))["state"] == "active"

    await staff.end()
    gone = await young.hear("case", seats=[seated(chat.alias, here=False)], seconds=18)
    assert gone["state"] == "active"


async def test_presence_that_did_not_change_is_not_repeated(house: House) -> None:
    chat = await house.chat()
    await house.staff(chat)
    young = await house.seeker(chat)
    await runtime.current().pulse.stop()
    before = len(young.heard)

    for _ in range(3):
        await runtime.current().hub.tell_seats({chat.id: [seated(chat.alias)]})  # type: ignore[list-item]  # as told

    assert [frame["type"] for frame in await young.until_pong()] == []
    assert [frame for frame in young.heard[before:] if frame["type"] == "case"] == []


async def test_long_poll_is_told_as_well(house: House) -> None:
    chat = await house.chat()
    await run_db(lose, 60)

    caught = (await news(chat, 0))[-1]

    assert (caught["type"], presence(caught)) == ("caught_up", [False])


async def test_refused_frame_is_answered_with_its_id(house: House) -> None:
    chat = await house.chat()
    young = await house.seeker(chat)
    broken = {"type": "post", "case": chat.case, "id": chat.case, "text": "a\0b"}

    await young.say(broken.pop("type"), **broken)
    (polled,) = await say(chat, {"type": "post", **broken})

    told = await young.hear("error")
    assert (told["code"], told["id"]) == ("bad_frame", chat.case)
    assert polled == told


async def test_queue_that_another_process_changed_rings_the_desk(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    case, cookie = await house.waiting()
    _, staff = await house.counsellor()
    desk = house.line("/team/socket", staff)
    await desk.begin()
    await runtime.current().pulse.stop()
    await runtime.current().pulse.beat()
    await desk.until_pong()
    monkeypatch.setattr(bell, "_listeners", [])
    seeker = await run_db(access.seeker_by_token, cookie.split("=")[1])
    await run_db(queue.leave, seeker, UUID(case))
    monkeypatch.undo()

    await runtime.current().pulse._queues()
    assert [frame["type"] for frame in await desk.until_pong()] == ["desk"]

    await runtime.current().pulse._queues()
    assert await desk.until_pong() == []
