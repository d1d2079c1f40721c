"""A call's frames on the lines: who hears what, by socket and by poll, at once and after a lost nudge."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest

from blended.domain import meetings
from chat import runtime
from chat.bucket import Bucket
from chat.link import STRIKES
from chat.pools import run_db
from counselling.cases.domain import handover
from counselling.people.domain import access
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff
from tests.blended import call_world
from tests.blended.call_world import CLEAN, HOST, body
from tests.chat.client import Frame, Socket
from tests.chat.house import Chat, House
from tests.chat.polling import say as by_post
from tests.chat.test_relay import Processes, layers, no_pulse, overheard, redis_url, server, two  # noqa: F401 -- fixtures
from tests.support import key_rings


@pytest.fixture(autouse=True)
def relay(settings) -> None:
    settings.TURN_URLS, settings.TURN_SECRET, settings.DEMO = ("turn:turn.example.org",), "geheim", False


@dataclass
class End:
    """One side of a call: a page and its line."""

    actor: Actor
    meeting: UUID
    page: UUID
    case: str
    line: Socket

    @property
    def place(self) -> dict[str, str]:
        return {"case": self.case, "meeting": str(self.meeting), "page": str(self.page)}

    async def enter(self) -> None:
        await run_db(meetings.enter, self.actor, self.meeting, self.page)

    async def listen(self, after: int = 0) -> Frame:
        """Take part; how it stands."""
        await self.line.say("call", **self.place, after=after)
        return await self.line.hear("call")

    async def say(self, to: "End", kind: str, **more: Any) -> None:
        await self.line.say("signal", **self.place, body=body(kind, to.page, **more))

    async def hears(self, kind: str, *, seconds: float = 8) -> Frame:
        frame = await self.line.hear("signal", seconds=seconds)
        assert frame["body"]["kind"] == kind
        return frame


def _actors(chat: Chat) -> tuple[Actor, Actor]:
    young = access.seeker_by_token(chat.seeker.split("=", 1)[1])
    assert young
    return young, key_rings.actor(Staff.objects.get(alias=chat.alias))


async def ends(chat: Chat, young: Socket, team: Socket) -> tuple[End, End]:
    """Both have joined; nobody listens yet."""
    meeting = await run_db(call_world.begin, chat.id)
    actors = await run_db(_actors, chat)
    made = [End(actor, meeting, uuid4(), chat.case, line) for actor, line in zip(actors, (young, team), strict=True)]
    for end in made:
        await end.enter()
    return made[0], made[1]


async def call(house: House) -> tuple[End, End]:
    """Both have joined and listen."""
    chat = await house.chat()
    young, team = await ends(chat, await house.seeker(chat, None), await house.staff(chat, None))
    for one, other in ((young, team), (team, young)):
        assert await one.listen() == {
            "type": "call",
            "case": chat.case,
            "meeting": str(young.meeting),
            "state": "both",
            "other": str(other.page),
        }
    return young, team


async def test_signals_cross_at_once_in_order_and_clean(still: House) -> None:
    young, team = await call(still)

    await young.say(team, "hello")
    hello = await team.hears("hello")
    await team.say(young, "offer")
    await team.say(young, "candidate")
    offer, candidate = await young.hears("offer"), await young.hears("candidate")

    assert {**hello, "body": hello["body"]["kind"]} == {
        "type": "signal",
        "case": young.case,
        "meeting": str(young.meeting),
        "from": "seeker",
        "page": str(young.page),
        "n": hello["n"],
        "body": "hello",
    }
    assert offer["body"]["sdp"] == CLEAN
    assert candidate["n"] > offer["n"]
    assert [frame for frame in await team.line.until_pong() if frame["type"] == "signal"] == []


async def test_a_new_line_hears_what_the_lost_one_missed(still: House) -> None:
    young, team = await call(still)
    await team.say(young, "offer")
    first = await young.hears("offer")
    await young.line.end()
    await team.say(young, "candidate")
    await team.line.until_pong()

    young.line = await still.seeker(Chat(young.case, _cookie(still), "", ""), None)
    await young.listen(after=first["n"])

    await young.hears("candidate")


def _cookie(house: House) -> str:
    """The young person's, as their first line had it."""
    headers = dict(house.sockets[0].scope["headers"])
    return str(headers[b"cookie"].decode())


async def test_a_lost_nudge_heals_by_the_pulse(still: House, monkeypatch: pytest.MonkeyPatch) -> None:
    young, team = await call(still)
    beat = runtime.current().hub.calls
    await beat.heal()
    monkeypatch.setattr(beat, "changed", lambda case: None)
    await team.say(young, "offer")
    await team.line.until_pong()

    await beat.heal()

    await young.hears("offer")


async def test_coming_going_and_the_end_are_told(still: House) -> None:
    young, team = await call(still)

    await run_db(meetings.leave, team.actor, team.meeting, team.page)
    await young.line.hear("call", state="waiting", other="")
    await team.line.hear("call", state="out")
    await team.enter()
    await team.listen()
    await young.line.hear("call", state="both", other=str(team.page))
    second = End(young.actor, young.meeting, uuid4(), young.case, young.line)
    await second.enter()
    await young.line.hear("call", state="replaced")
    await team.line.hear("call", state="both", other=str(second.page))
    assert (await second.listen())["state"] == "both"
    await run_db(meetings.end, team.actor, team.meeting)

    await young.line.hear("call", state="ended")
    await team.line.hear("call", state="ended")


async def test_whoever_lost_the_seat_hears_no_more(still: House) -> None:
    young, team = await call(still)
    colleague, _ = await still.counsellor()

    await run_db(handover.to_colleague, team.actor, UUID(team.case), to=colleague.id)
    await young.say(team, "hello")
    await team.say(young, "hello")

    assert [frame["type"] for frame in await team.line.until_pong() if frame["type"] in {"signal", "error"}] == [
        "error"
    ]
    await young.line.hear("call", state="waiting")


FOREIGN = [
    ("meeting", "not_found"),
    ("page", "not_found"),
    ("case", "not_found"),
]


@pytest.mark.parametrize(("field", "code"), FOREIGN)
async def test_what_is_not_mine_is_not_found(still: House, field: str, code: str) -> None:
    young, team = await call(still)
    wrong = {**young.place, field: str(uuid4())}

    assert await young.line.refused("signal", **wrong, body=body("hello", team.page)) == code
    if field != "page":
        assert await young.line.refused("call", **wrong, after=0) == code
    assert await young.line.refused("signal", **{**young.place, "page": str(team.page)}, body=body("hello", team.page))
    assert [frame for frame in await team.line.until_pong() if frame["type"] == "signal"] == []


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"body": body("candidate", uuid4(), candidate=HOST)}, "address"),
        ({"body": {"kind": "hello"}}, "fields"),
        ({"body": {}}, "kind"),
        ({"body": []}, "body"),
        ({"body": "v=0"}, "body"),
        ({"body": None}, "body"),
        ({"page": 7}, "id"),
        ({"meeting": "x"}, "id"),
        ({"more": 1}, "fields"),
    ],
)
async def test_forged_frames_are_refused_and_the_line_stays(still: House, wrong: dict[str, Any], why: str) -> None:
    young, team = await call(still)

    await young.line.say("signal", **{**young.place, "body": body("hello", team.page), **wrong})

    assert (await young.line.hear("error"))["sentence"] == f"not understood: {why}"
    await young.say(team, "hello")
    await team.hears("hello")


async def test_a_body_that_is_too_large_is_no_frame(still: House) -> None:
    young, team = await call(still)

    await young.say(team, "offer", sdp="v=0\r\n" + "a=mid:0\r\n" * 8000)

    assert (await young.line.hear("error"))["code"] == "bad_frame"


async def test_many_forged_frames_end_the_line(still: House, monkeypatch: pytest.MonkeyPatch) -> None:
    young, team = await call(still)
    monkeypatch.setattr(Bucket, "take", lambda self: False)

    for _ in range(STRIKES + 2):
        await young.say(team, "text")

    assert await young.line.hung() == 4429


async def test_the_end_of_a_session_is_the_end_of_its_ears(house: House) -> None:
    young, _ = await call(house)

    await run_db(access.end_session, young.actor)

    assert await young.line.hung() == 4401
    assert runtime.current().hub.calls.listening == 1


async def test_by_poll_news_come_in_answer_to_a_call_frame(still: House) -> None:
    chat = await still.chat()
    young, team = await ends(chat, still.line("/chat/socket"), await still.staff(chat, None))
    await team.listen()
    still.sockets = [team.line]
    frame = {"type": "call", **young.place, "after": 0}

    answers = await by_post(chat, frame, {"type": "signal", **young.place, "body": body("hello", team.page)})
    assert [answer["type"] for answer in answers] == ["call"]
    await team.hears("hello")
    await team.say(young, "offer")
    await team.line.until_pong()
    answers = await by_post(chat, frame)

    assert [(answer["type"], answer.get("from")) for answer in answers] == [("call", None), ("signal", "counsellor")]
    again = await by_post(chat, {**frame, "after": answers[1]["n"]})
    assert [answer["type"] for answer in again] == ["call"]


async def test_between_processes_only_the_case_is_told(no_pulse: None, redis_url: str, two: Processes) -> None:  # noqa: F811 -- fixtures
    chat = await two.house.chat()
    async with overheard(redis_url) as commands:
        young, team = await ends(chat, await two.seeker(chat), await two.staff(chat))
        two.become(two.here)
        await young.listen()
        await team.listen()
        for one, other in ((young, team), (team, young)):
            await one.say(other, "offer")
            await other.hears("offer", seconds=4)

    said = "".join(commands)
    assert "signals" in said
    for secret in (
        "BW1B",
        "198.51.100.7",
        "opus",
        str(young.page),
        young.page.hex,
        str(young.meeting),
        young.meeting.hex,
    ):
        assert secret not in said
