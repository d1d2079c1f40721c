"""Who gets in by socket: exact origins, the subprotocol, and a session of the right kind."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone

from chat.pools import run_db
from chat.protocol import Closing
from counselling.people.models import SeekerAccess, Staff
from tests.chat.client import PATIENCE, Socket
from tests.chat.house import House, seeker_cookie, staff_cookie

FOREIGN = {
    "absent": None,
    "null": "null",
    "other host": "https://evil.example",
    "other port": "http://127.0.0.1:9",
    "other scheme": settings.ORIGINS[0].replace("http://", "https://"),
    "no port": "http://127.0.0.1",
    "suffix": settings.ORIGINS[0] + ".evil.example",
    "prefix": settings.ORIGINS[0].replace("http://", "http://evil."),
    "user info": settings.ORIGINS[0].replace("http://", "http://127.0.0.1@evil.example:"),
    "not a url": "javascript:alert(1)",
    "unreadable": "http://[",
}


@pytest.mark.parametrize("origin", FOREIGN.values(), ids=FOREIGN.keys())
async def test_foreign_origin_is_refused(house: House, origin: str | None) -> None:
    chat = await house.chat()
    for path, cookie in (("/chat/socket", chat.seeker), ("/team/socket", chat.counsellor)):
        accepted, _ = await house.line(path, cookie, origin=origin).connect(timeout=2)
        assert not accepted


@pytest.mark.parametrize("origin", settings.ORIGINS)
async def test_own_origins_are_welcome(house: House, origin: str) -> None:
    chat = await house.chat()

    assert (await house.line("/chat/socket", chat.seeker, origin=origin).begin())["role"] == "seeker"


async def closed_with(line: Socket) -> int:
    """The close code after the handshake was accepted, so that browsers can read it."""
    accepted, _ = await line.connect(timeout=PATIENCE)
    assert accepted
    return await line.hung()


@pytest.mark.parametrize("protocols", [("none",), ("counselling.0",), ("counselling.2", "chat"), ("COUNSELLING.1",)])
async def test_other_subprotocols_are_closed_with_4400(house: House, protocols: tuple[str, ...]) -> None:
    chat = await house.chat()

    assert await closed_with(house.line("/chat/socket", chat.seeker, protocols=protocols)) == Closing.NO_SUBPROTOCOL


async def test_no_subprotocol_is_closed_with_4400(house: House) -> None:
    chat = await house.chat()
    line = house.line("/chat/socket", chat.seeker)
    line.scope["subprotocols"] = []

    assert await closed_with(line) == Closing.NO_SUBPROTOCOL


async def test_ours_is_chosen_among_several(house: House) -> None:
    chat = await house.chat()
    line = house.line("/chat/socket", chat.seeker, protocols=("counselling.2", "counselling.1"))

    assert await line.connect(timeout=PATIENCE) == (True, "counselling.1")


@pytest.mark.parametrize(
    "cookie",
    [
        "",
        "x",
        seeker_cookie(""),
        seeker_cookie("forged"),
        seeker_cookie("A" * 43),
        staff_cookie("forged"),
        "\xff=\xfe; ;=",
    ],
)
@pytest.mark.parametrize("path", ["/chat/socket", "/team/socket"])
async def test_absent_and_forged_cookies_are_closed_with_4401(house: House, path: str, cookie: str) -> None:
    assert await closed_with(house.line(path, cookie)) == Closing.SESSION_ENDED


async def test_expired_cookie_is_closed_with_4401(house: House) -> None:
    chat = await house.chat()
    await run_db(SeekerAccess.objects.update, expires_at=timezone.now() - timedelta(seconds=1))

    assert await closed_with(house.line("/chat/socket", chat.seeker)) == Closing.SESSION_ENDED


async def test_cookies_open_only_their_own_door(house: House) -> None:
    chat = await house.chat()

    assert await closed_with(house.line("/team/socket", chat.seeker)) == Closing.SESSION_ENDED
    assert await closed_with(house.line("/chat/socket", chat.counsellor)) == Closing.SESSION_ENDED


@pytest.mark.parametrize("role", ["supervisor", "administrator"])
async def test_those_who_do_not_counsel_have_no_line(house: House, role: str) -> None:
    _, cookie = await house.counsellor(role=role)

    assert await closed_with(house.line("/team/socket", cookie)) == Closing.SESSION_ENDED


async def test_inactive_staff_have_no_line(house: House) -> None:
    chat = await house.chat()
    await run_db(Staff.objects.update, is_active=False)

    assert await closed_with(house.line("/team/socket", chat.counsellor)) == Closing.SESSION_ENDED


async def test_seeker_is_welcomed_with_their_case_and_the_limits(house: House) -> None:
    chat = await house.chat()

    welcome = await house.line("/chat/socket", chat.seeker).begin()

    assert welcome == {
        "type": "welcome",
        "protocol": 1,
        "role": "seeker",
        "name": "",
        "cases": [{"case": chat.case, "last_seq": 1, "state": "active"}],
        "limits": {
            "text": 4000,
            "burst": settings.MESSAGES_BURST,
            "per_second": settings.MESSAGES_PER_SECOND,
            "in_flight": 32,
            "unconfirmed": 200,
        },
        "ping_s": 20,
    }


async def test_counsellor_is_welcomed_with_all_their_cases(house: House) -> None:
    chats = await house.chats(3, per_counsellor=3)

    welcome = await house.line("/team/socket", chats[0].counsellor).begin()

    assert (welcome["role"], welcome["name"]) == ("counsellor", chats[0].alias)
    assert {case["case"] for case in welcome["cases"]} == {chat.case for chat in chats}


async def test_address_without_a_consumer_is_refused(house: House) -> None:
    """Channels raises for unknown socket paths; Daphne answers that with a refusal."""
    with pytest.raises(ValueError, match="No route found"):
        await house.line("/chat/sockets").connect()
    house.sockets.clear()
