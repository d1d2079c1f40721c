"""The same conversation where WebSockets are blocked: frames by POST, news by long poll."""

import asyncio
import json
import time
from uuid import UUID, uuid4

import pytest
from channels.testing import HttpCommunicator

from chat import poll, pulse, runtime
from chat.pools import run_db
from counselling.asgi import application
from counselling.cases.domain import queue
from counselling.cases.models import Case, Waiting
from tests.chat.client import ask, headers
from tests.chat.house import House, until, write
from tests.chat.polling import entries, news, post, say


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody wants to wait 25 seconds."""
    monkeypatch.setattr(poll, "WAIT_SECONDS", 0.3)


async def test_whole_conversation_by_polls(house: House) -> None:
    chat = await house.chat()
    known = 1
    for turn in range(5):
        for author, reader in ((chat.seeker, chat.counsellor), (chat.counsellor, chat.seeker)):
            [ack] = await say(chat, post(chat, f"{turn}"), cookie=author)
            assert (ack["type"], ack["seq"]) == ("ack", known + 1)
            entry, caught = await news(chat, known, reader)
            assert (entry["seq"], entry["text"], entry["mine"]) == (known + 1, f"{turn}", False)
            assert (caught["type"], caught["last_seq"]) == ("caught_up", known + 1)
            known += 1


async def test_first_poll_is_greeted(house: House) -> None:
    case, cookie = await house.waiting()
    status, frames = await ask("/chat/poll", {"have": {}}, cookie)

    assert status == 200
    assert [frame["type"] for frame in frames][:2] == ["welcome", "waiting"]
    assert frames[0]["cases"] == [{"case": case, "last_seq": 0, "state": "waiting"}]


async def test_poll_returns_when_a_message_comes(house: House) -> None:
    chat = await house.chat()
    listening = await house.staff(chat)
    waiting = asyncio.ensure_future(news(chat, 1))
    await asyncio.sleep(0.2)
    assert not waiting.done()

    ack = await listening.post(chat.case, "hallo")

    async with asyncio.timeout(1):
        [entry] = entries(await waiting)
    assert (entry["seq"], entry["text"], entry["name"]) == (ack["seq"], "hallo", chat.alias)


async def test_poll_without_news_ends_empty(house: House, short: None) -> None:
    chat = await house.chat()
    began = time.monotonic()

    assert await news(chat, 1) == []
    assert 0.25 < time.monotonic() - began < 2
    assert runtime.current().hub.links == set()


async def test_lost_nudge_ends_a_poll_within_two_seconds(house: House) -> None:
    chat = await house.chat()
    waiting = asyncio.ensure_future(news(chat, 1))
    await asyncio.sleep(0.1)

    await run_db(write, chat.id, 1)

    async with asyncio.timeout(2.5):
        assert [entry["seq"] for entry in entries(await waiting)] == [2]


async def test_socket_on_one_side_and_polls_on_the_other(house: House) -> None:
    chat = await house.chat()
    listening = await house.staff(chat)

    [ack] = await say(chat, post(chat, "ohne Socket"))
    assert (await listening.hear("entry", seq=ack["seq"]))["text"] == "ohne Socket"
    await listening.say("read", case=chat.case, seq=ack["seq"])
    answer = await listening.post(chat.case, "kommt an")

    entry, caught = await news(chat, ack["seq"])
    assert entry["seq"] == answer["seq"]
    assert caught["read"]["counsellor"] == ack["seq"]
    await say(chat, {"type": "read", "case": chat.case, "seq": answer["seq"]}, {"type": "typing", "case": chat.case})
    assert (await listening.hear("read"))["seq"] == answer["seq"]
    assert (await listening.hear("typing"))["role"] == "seeker"


async def test_poll_hears_typing_and_read_marks(house: House) -> None:
    chat = await house.chat()
    listening = await house.staff(chat)
    for kind, fields in (("typing", {}), ("read", {"seq": 1})):
        waiting = asyncio.ensure_future(news(chat, 1))
        await asyncio.sleep(0.2)
        await listening.say(kind, case=chat.case, **fields)
        assert [frame["type"] for frame in await waiting] == [kind]


async def test_log_of_a_thousand_comes_in_pages(house: House) -> None:
    chat = await house.chat()
    await run_db(write, chat.id, 999)
    drawn: list[int] = []
    while len(drawn) < 1000:
        page = entries(await news(chat, drawn[-1] if drawn else 0))
        assert 0 < len(page) <= 200
        drawn.extend(entry["seq"] for entry in page)

    assert drawn == list(range(1, 1001))


async def test_repeats_and_conflicts_are_answered_as_by_socket(house: House) -> None:
    chat = await house.chat()
    one = post(chat, "eins")
    first, repeat, conflict = await say(chat, one, one, one | {"text": "zwei"})

    assert first == repeat
    assert (conflict["type"], conflict["code"], conflict["id"]) == ("error", "conflict", one["id"])
    assert await say(chat, one) == [first]


async def test_each_frame_is_answered_for_itself(house: House) -> None:
    chat, foreign = await house.chats(2)
    answers = await say(
        chat,
        post(foreign, "fremd"),
        {"type": "nope"},
        {"type": "ping"},
        {"type": "post", "case": chat.case, "id": str(uuid4()), "text": " "},
        {"type": "ping", "extra": 1},
        post(chat, "gut"),
    )

    assert sorted(answer.get("code", answer["type"]) for answer in answers) == sorted(
        ["not_found", "bad_frame", "pong", "empty", "bad_frame", "ack"]
    )
    status, frames = await ask("/chat/frames", {"frames": [None, 1, "ping", ["ping"], {}]}, chat.seeker)
    assert (status, [frame["code"] for frame in frames]) == (200, ["bad_frame"] * 5)


async def test_taking_back_by_post(house: House) -> None:
    chat = await house.chat()
    [ack] = await say(chat, post(chat, "doch nicht"))
    assert await say(chat, {"type": "take_back", "case": chat.case, "seq": ack["seq"]}) == []

    blank, notice, _ = await news(chat, ack["seq"] - 1)
    assert (blank["kind"], notice["code"], notice["about"]) == ("taken_back", "taken_back", {"seq": ack["seq"]})


async def test_chat_begins_for_somebody_who_polls(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """A waiting page that polls is somebody who is here, between two polls as well."""
    monkeypatch.setattr(poll, "WAIT_SECONDS", 0.1)
    case, cookie = await house.waiting()
    actor, _ = await house.counsellor()
    await ask("/chat/poll", {"have": {}}, cookie)
    await ask("/chat/poll", {"have": {case: 0}}, cookie)
    await asyncio.sleep(0.1)
    assert await run_db(Waiting.objects.filter(case=case, seen_at__isnull=False).exists)

    await run_db(queue.claim, actor, UUID(case))

    await until(Case.objects.filter(pk=case, state="active").exists)


async def test_called_person_who_polls_is_told_and_begins_with_a_greeting(house: House) -> None:
    case, cookie = await house.waiting()
    actor, _ = await house.counsellor()
    await run_db(Waiting.objects.update, seen_at=None)
    waiting = asyncio.ensure_future(ask("/chat/poll", {"have": {case: 0}}, cookie))
    await asyncio.sleep(0.2)
    await run_db(Waiting.objects.update, seen_at=None)
    await run_db(queue.claim, actor, UUID(case))
    assert (await waiting)[1]

    _, frames = await ask("/chat/poll", {"have": {}}, cookie)

    assert frames[0]["cases"][0]["state"] in {"waiting", "active"}
    assert await run_db(Case.objects.filter(pk=case, state="active").exists)


async def test_poll_ends_when_the_session_does(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from counselling.people.models import SeekerAccess  # noqa: PLC0415 -- one test's business

    monkeypatch.setattr(pulse, "BEAT", 0.2)
    chat = await house.chat()
    waiting = asyncio.ensure_future(ask("/chat/poll", {"have": {chat.case: 1}}, chat.seeker))
    await asyncio.sleep(0.3)

    await run_db(SeekerAccess.objects.all().delete)

    async with asyncio.timeout(3):
        status, frames = await waiting
    assert (status, frames) in [(200, []), (401, [])]
    assert await ask("/chat/poll", {"have": {chat.case: 1}}, chat.seeker) == (401, [])


async def test_answers_are_never_kept_by_anybody(house: House) -> None:
    chat = await house.chat()
    sent = [*headers(chat.seeker), (b"content-type", b"application/json")]
    http = HttpCommunicator(application, "POST", "/chat/poll", json.dumps({"have": {}}).encode(), sent)
    response = await http.get_response(timeout=5)
    await http.wait()

    assert dict(response["headers"])[b"cache-control"] == b"no-store"
    assert dict(response["headers"])[b"content-type"] == b"application/json"
