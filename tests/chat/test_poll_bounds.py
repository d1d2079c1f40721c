"""What the long poll refuses, limits and survives."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.testing import HttpCommunicator

from chat import poll, runtime
from chat.pools import run_db
from counselling.asgi import application
from counselling.cases.models import Entry
from tests.chat.client import ask, headers
from tests.chat.house import House, busy, without_table
from tests.chat.polling import post, say
from tests.chat.test_consumer_door import FOREIGN


async def test_case_that_is_not_mine_looks_absent(house: House) -> None:
    chat, foreign = await house.chats(2)
    answers = [await ask("/chat/poll", {"have": {case: 0}}, chat.seeker) for case in (foreign.case, str(uuid4()))]

    assert [status for status, _ in answers] == [404, 404]
    assert answers[0] == answers[1]
    assert runtime.current().hub.links == set()


@pytest.mark.parametrize("path", ["/chat/poll", "/chat/frames", "/team/poll", "/team/frames"])
async def test_foreign_origins_are_forbidden(house: House, path: str) -> None:
    chat = await house.chat()
    cookie = chat.seeker if "chat" in path else chat.counsellor
    for origin in FOREIGN.values():
        assert (await ask(path, {"have": {}, "frames": []}, cookie, origin=origin))[0] == 403


@pytest.mark.parametrize("path", ["/chat/poll", "/chat/frames", "/team/poll", "/team/frames"])
async def test_without_a_session_there_is_nothing(house: House, path: str) -> None:
    chat = await house.chat()
    for cookie in ("", "x=y", chat.counsellor if "chat" in path else chat.seeker):
        assert await ask(path, {"have": {}, "frames": []}, cookie) == (401, [])


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "HEAD"])
async def test_other_methods_are_refused(house: House, method: str) -> None:
    chat = await house.chat()
    http = HttpCommunicator(application, method, "/chat/poll", b"{}", headers(chat.seeker))
    response = await http.get_response(timeout=5)
    await http.wait()

    assert response["status"] in {403, 405}


MALFORMED = [
    b"",
    b"{",
    b"[]",
    b"null",
    b'"have"',
    b"1",
    b"\xff\xfe",
    b'{"have":NaN}',
    b'{"have":{"x":Infinity}}',
    b"[" * 30_000,
    b'{"a":' * 10_000,
    b'{"have":{}} {}',
    b"have=1",
]


@pytest.mark.parametrize("path", ["/chat/poll", "/chat/frames"])
@pytest.mark.parametrize("body", MALFORMED, ids=[repr(body[:12]) for body in MALFORMED])
async def test_malformed_bodies_are_answered(house: House, path: str, body: bytes) -> None:
    chat = await house.chat()
    status, frames = await ask(path, body, chat.seeker)

    assert status == 400
    assert [(frame["type"], frame["code"]) for frame in frames] == [("error", "bad_frame")]


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
async def test_forms_cannot_pose_as_frames(house: House, kind: str) -> None:
    chat = await house.chat()

    assert (await ask("/chat/frames", {"frames": [post(chat, "x")]}, chat.seeker, kind=kind))[0] == 400


@pytest.mark.parametrize("have", [None, [], "x", 1, {"x": 0}, {str(UUID(int=1)): "0"}, {str(UUID(int=1)): -1}])
async def test_malformed_have_is_answered_at_once(house: House, have: Any) -> None:
    chat = await house.chat()
    status, frames = await ask("/chat/poll", {"have": have}, chat.seeker, seconds=5)

    assert status in {200, 400}
    assert frames[0]["code"] == "bad_frame"


async def test_more_frames_than_allowed_are_not_dropped_in_silence(house: House) -> None:
    chat = await house.chat()
    answers = await say(chat, *[{"type": "ping"}] * 40)

    assert len(answers) > poll.MOST_FRAMES or "error" in {answer["type"] for answer in answers}


async def test_body_over_64_kib_is_refused_and_stores_nothing(house: House) -> None:
    chat = await house.chat()
    status, _ = await ask("/chat/frames", {"frames": [post(chat, "gut"), post(chat, "x" * 65_536)]}, chat.seeker)

    assert status in {400, 413}
    assert not await run_db(Entry.objects.filter(case=chat.case, kind=Entry.Kind.MESSAGE).exists)


async def test_endless_body_is_refused_before_it_ends(house: House) -> None:
    """Nobody may fill the memory, least of all without a session."""
    http = ApplicationCommunicator(
        application,
        {
            "type": "http",
            "method": "POST",
            "path": "/chat/frames",
            "query_string": b"",
            "headers": [*headers(""), (b"content-type", b"application/json")],
        },
    )
    for _ in range(40):
        await http.send_input({"type": "http.request", "body": b"x" * 8192, "more_body": True})
        await asyncio.sleep(0)

    start = await http.receive_output(2)

    assert start["status"] in {400, 401, 403, 413}
    await http.wait(2)


async def test_posting_by_request_is_limited_like_a_socket(house: House, settings) -> None:
    settings.MESSAGES_BURST, settings.MESSAGES_PER_SECOND = 10, 1
    chat = await house.chat()
    answers = [await say(chat, *(post(chat, f"{n} {m}") for m in range(8))) for n in range(5)]

    kinds = [frame.get("code", frame["type"]) for frames in answers for frame in frames]
    assert kinds.count("ack") <= 15
    assert kinds.count("slow_down") >= 25


async def test_typing_by_request_is_as_rare_as_by_socket(house: House) -> None:
    chat = await house.chat()
    listening = await house.staff(chat)
    for _ in range(4):
        await say(chat, {"type": "typing", "case": chat.case})

    assert [frame["type"] for frame in await listening.until_pong()].count("typing") == 1


async def test_answer_waits_for_a_busy_case(house: House) -> None:
    chat = await house.chat()
    async with busy(chat.id):
        answer = asyncio.ensure_future(say(chat, post(chat, "gleich")))
        await asyncio.sleep(0.3)
        assert not answer.done()

    assert [frame["type"] for frame in await answer] == ["ack"]


async def test_post_that_takes_too_long_is_unavailable_not_an_error_page(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poll, "SETTLE_SECONDS", 0.2)
    chat = await house.chat()
    async with busy(chat.id):
        status, frames = await ask("/chat/frames", {"frames": [post(chat, "gleich")]}, chat.seeker)

    assert (status, [frame["type"] for frame in frames]) in [(200, []), (503, ["error"]), (200, ["error"])]


@pytest.mark.parametrize(
    ("path", "table"),
    [("/chat/poll", "people_seekeraccess"), ("/chat/poll", "cases_seat"), ("/chat/frames", "cases_seat")],
)
async def test_without_a_database_the_answer_is_503(house: House, path: str, table: str) -> None:
    chat = await house.chat()
    async with without_table(table):
        status, frames = await ask(path, {"have": {chat.case: 0}, "frames": [post(chat, "hallo")]}, chat.seeker)

    assert status == 503
    assert [frame["code"] for frame in frames] == ["unavailable"]
    assert runtime.current().hub.links == set()
