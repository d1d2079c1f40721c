"""The pages of a call and what their scripts say: for the two sides of it, and nobody else."""

import json
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from blended.models import Attendance
from counselling.people.domain import access, sessions
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, StaffSession, Team
from tests.blended import call_world as calls
from tests.support import world
from tests.support.seed import sign_in
from tests.support.world import Chat

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def relay(settings) -> None:
    settings.TURN_URLS, settings.TURN_SECRET, settings.DEMO = ("turn:turn.example.org",), "geheim", False


@pytest.fixture
def team(db: None) -> Team:
    return world.team()


@pytest.fixture
def mara(team: Team) -> Actor:
    return world.counsellor(team, "Mara")


@pytest.fixture
def young() -> Client:
    return Client(headers={"Accept": "application/json"})


@pytest.fixture
def chat(team: Team, mara: Actor, young: Client) -> Chat:
    actor, token = access.new_seeker()
    young.cookies[django_settings.SEEKER_COOKIE_NAME] = token
    return world.chat(team, mara, seeker=actor)


@pytest.fixture
def desk(mara: Actor) -> Client:
    return signed_in(mara)


def signed_in(actor: Actor) -> Client:
    client = Client(headers={"Accept": "application/json"})
    session, _, vault = sign_in(Staff.objects.get(pk=actor.id), actor.private)[1].partition("; ")
    client.cookies[django_settings.SESSION_COOKIE_NAME] = session
    name, _, value = vault.partition("=")
    client.cookies[name] = value
    return client


def send(client: Client, path: str, meeting: UUID, page: UUID) -> tuple[int, dict[str, Any]]:
    answer = client.post(path, json.dumps({"meeting": str(meeting), "page": str(page)}), "application/json")
    return answer.status_code, answer.json()


def setup(client: Client, path: str) -> dict[str, Any]:
    """What the page's script begins with."""
    context = client.get(path, headers={"Accept": "text/html"}).context
    return dict(context["setup"])


def test_both_sides_have_a_page_that_may_ask_for_devices(chat: Chat, young: Client, desk: Client) -> None:
    meeting = calls.begin(chat.case, "video")

    for client, path in ((young, f"/meeting/{meeting}/"), (desk, f"/team/meeting/{meeting}/")):
        answer = client.get(path, headers={"Accept": "text/html"})
        policy = answer["Permissions-Policy"]
        assert answer.status_code == 200
        assert "camera=(self)" in policy
        assert "microphone=(self)" in policy
        assert "display-capture=(self)" in policy
        assert "geolocation=()" in policy
        assert "camera=()" in client.get("/help/")["Permissions-Policy"]


def test_the_script_knows_the_meeting_and_its_ways(chat: Chat, young: Client, desk: Client) -> None:
    meeting = calls.begin(chat.case, "video")

    mine, theirs = setup(young, f"/meeting/{meeting}/"), setup(desk, f"/team/meeting/{meeting}/")

    assert {name: mine[name] for name in ("meeting", "case", "side", "kind", "calls", "state", "here", "name")} == {
        "meeting": str(meeting),
        "case": str(chat.case),
        "side": "seeker",
        "kind": "video",
        "calls": "ready",
        "state": "open",
        "here": False,
        "name": "Mara",
    }
    assert (theirs["side"], theirs["name"]) == ("counsellor", world.NICKNAME)
    assert (mine["urls"]["wire"]["socket"], mine["urls"]["back"]) == ("/chat/socket", "/chat/")
    assert (theirs["urls"]["wire"]["socket"], theirs["urls"]["back"]) == ("/team/socket", "/team/")


def test_strangers_find_nothing(team: Team, chat: Chat, young: Client) -> None:
    meeting = calls.begin(chat.case)
    other = Client(headers={"Accept": "application/json"})
    assert other.get(f"/meeting/{meeting}/").status_code == 404
    assert other.get(f"/meeting/{meeting}/", headers={"Accept": "text/html"}).url == "/"  # type: ignore[attr-defined]  # a redirect
    actor, other.cookies[django_settings.SEEKER_COOKIE_NAME] = access.new_seeker()
    world.waiting(team, seeker=actor)
    jon = signed_in(world.counsellor(team, "Jon"))

    for client, prefix in ((other, ""), (jon, "/team")):
        assert client.get(f"{prefix}/meeting/{meeting}/").status_code == 404
        for step in ("enter", "here", "leave", "end"):
            assert send(client, f"{prefix}/meeting/{step}/", meeting, uuid4())[0] == 404
    assert send(young, "/meeting/enter/", uuid4(), uuid4())[0] == 404
    assert not Attendance.objects.exists()


def test_a_call_by_its_scripts_words(chat: Chat, young: Client, desk: Client) -> None:
    meeting, mine, theirs = calls.begin(chat.case), uuid4(), uuid4()

    status, told = send(young, "/meeting/enter/", meeting, mine)
    assert (status, told["here"], told["policy"]) == (200, False, "relay")
    assert told["servers"][0]["urls"] == ["turn:turn.example.org"]
    assert send(young, "/meeting/here/", meeting, mine)[1]["state"] == "waiting"
    assert send(desk, "/team/meeting/here/", meeting, theirs)[1] | {"ends_at": "", "now": ""} == {
        "state": "out",
        "here": True,
        "ends_at": "",
        "now": "",
    }
    assert send(desk, "/team/meeting/enter/", meeting, theirs)[1]["here"] is True
    assert send(young, "/meeting/here/", meeting, mine)[1]["state"] == "both"
    assert send(desk, "/team/meeting/leave/", meeting, theirs) == (200, {})
    assert send(young, "/meeting/here/", meeting, mine)[1]["state"] == "waiting"
    assert send(young, "/meeting/end/", meeting, mine) == (200, {})
    assert send(young, "/meeting/here/", meeting, mine)[1]["state"] == "ended"
    assert send(desk, "/team/meeting/enter/", meeting, theirs)[0] == 410
    assert setup(young, f"/meeting/{meeting}/")["state"] == "ended"


@pytest.mark.parametrize("body", ["", "[]", "{}", '{"meeting": "x", "page": "y"}', "nichts"])
def test_ill_formed_words_are_refused(chat: Chat, young: Client, body: str) -> None:
    assert young.post("/meeting/enter/", body, "application/json").status_code == 422


def test_an_appointment_leads_to_its_call(chat: Chat, young: Client, desk: Client) -> None:
    soon = calls.date(chat, starts_at=timezone.now() + timedelta(minutes=5))
    later = calls.date(chat, starts_at=timezone.now() + timedelta(hours=5))
    past = calls.date(chat, starts_at=timezone.now() - timedelta(hours=5))

    mine, theirs = young.post(f"/date/{soon}/call/"), desk.post(f"/team/date/{soon}/call/")
    assert (mine.status_code, theirs.status_code) == (303, 303)
    assert theirs["Location"] == f"/team{mine['Location']}"
    assert [young.post(f"/date/{date}/call/").status_code for date in (later, past, uuid4())] == [409, 410, 404]


def test_without_a_relay_the_page_offers_other_ways(chat: Chat, young: Client, settings) -> None:
    settings.TURN_URLS = ()
    meeting = calls.begin(chat.case)

    assert setup(young, f"/meeting/{meeting}/")["calls"] == "off"
    assert send(young, "/meeting/enter/", meeting, uuid4())[0] == 409


def test_a_demo_says_that_addresses_are_not_hidden(chat: Chat, young: Client, settings) -> None:
    settings.TURN_URLS, settings.DEMO = (), True
    meeting = calls.begin(chat.case)

    assert setup(young, f"/meeting/{meeting}/")["calls"] == "local"
    told = send(young, "/meeting/enter/", meeting, uuid4())[1]
    assert (told["policy"], told["servers"]) == ("all", [])


def test_whoever_talks_with_somebody_is_at_work(chat: Chat, young: Client, desk: Client) -> None:
    """Waiting alone is no activity: the screen locks as ever."""
    meeting, page = calls.begin(chat.case), uuid4()
    send(desk, "/team/meeting/enter/", meeting, page)
    long_ago = timezone.now() - timedelta(minutes=10)

    def active_since_then() -> bool:
        StaffSession.objects.update(active_at=long_ago)
        send(desk, "/team/meeting/here/", meeting, page)
        return StaffSession.objects.filter(active_at__gt=long_ago).exists()

    assert not active_since_then()
    send(young, "/meeting/enter/", meeting, uuid4())
    assert active_since_then()
    assert sessions.TOUCH_SECONDS < 60
