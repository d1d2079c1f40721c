"""Another system's room on the pages: nothing before consent, links in the page alone, and a way on when it is down."""

import logging
import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from blended.models import Meeting
from counselling.cases.models import CountRow, Entry
from counselling.people.domain import access
from counselling.people.domain.actors import Actor
from counselling.people.models import AuditEntry, Staff, Team
from tests.blended import rooms_world
from tests.support import key_rings, world
from tests.support.fake_rooms import HOST, FakeRooms
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
    return Client()


@pytest.fixture
def chat(team: Team, mara: Actor, young: Client) -> Chat:
    actor, token = access.new_seeker()
    young.cookies[django_settings.SEEKER_COOKIE_NAME] = token
    return world.chat(team, mara, seeker=actor)


@pytest.fixture
def desk(mara: Actor) -> Client:
    client = Client()
    key_rings.sign_in(client, Staff.objects.get(pk=mara.id))
    return client


At = Callable[..., UUID]


@pytest.fixture
def at(team: Team, chat: Chat, house: FakeRooms) -> At:
    """A meeting that is held in such a room, open now."""

    def begun(provider: str = "bbb") -> UUID:
        rooms_world.room(world.staff(team, "Ole", "administrator"), team, provider, house)
        return rooms_world.meeting(chat)

    return begun


def own(meeting: UUID) -> str:
    return f"/meeting/{meeting}/other/"


def teams(meeting: UUID) -> str:
    return f"/team/meeting/{meeting}/other/"


AGREE = {"step": "agree"}


def test_first_comes_what_the_other_company_sees(at: At, young: Client, house: FakeRooms) -> None:
    meeting = at()

    answer = young.get(own(meeting))

    page = answer.content.decode()
    assert answer.status_code == 200
    assert [word for word in ("IP-Adresse", "Stimme", "Bild", "Handy, Computer und Browser") if word not in page] == []
    assert "Bis jetzt hat der andere Anbieter nichts von dir bekommen" in page
    assert 'value="here"' in page
    assert "/help/" in page
    assert 'href="/chat/' in page
    assert house.asked == []
    assert "localhost" not in page


def test_the_pages_load_nothing_from_elsewhere(at: At, young: Client, desk: Client, house: FakeRooms) -> None:
    meeting = at()
    for client, path in ((young, own(meeting)), (desk, teams(meeting))):
        for answer in (client.get(path), client.post(path, AGREE)):
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'none'" in policy
            assert str(house.port) not in policy
            assert answer.headers["Cache-Control"] == "no-store"
            assert answer.headers["Referrer-Policy"] == "same-origin"
            outside = re.findall(r"<(\w+)[^>]*?(?:href|src|action)=\"https://localhost", answer.content.decode())
            assert set(outside) <= {"a"}


def test_after_consent_there_is_a_plain_link_in_the_page_alone(at: At, young: Client, house: FakeRooms) -> None:
    meeting = at()

    first, second = (young.post(own(meeting), AGREE) for _ in range(2))

    assert (first.status_code, "Location" in first.headers) == (200, False)
    [link] = re.findall(r"<a [^>]*data-testid=\"door-link\"[^>]*>", first.content.decode())
    assert 'rel="noopener noreferrer"' in link
    assert 'target="_blank"' in link
    assert f'href="{house.bbb}/api/join?' in link
    assert "door-link" in second.content.decode()
    assert "door-link" not in young.get(own(meeting)).content.decode()


def test_each_consent_makes_a_fresh_token(at: At, young: Client, house: FakeRooms) -> None:
    meeting = at("jitsi")
    doors = {re.findall(r"jwt=([\w.-]+)", young.post(own(meeting), AGREE).content.decode())[0] for _ in range(3)}
    assert len(doors) == 3


def test_a_form_that_does_not_say_what_it_wants_asks_nothing(at: At, young: Client, house: FakeRooms) -> None:
    meeting = at()
    for said in ({}, {"step": "bring", "link": "https://rooms.example/x"}, {"step": "end"}):
        assert young.post(own(meeting), said).status_code == 422
    assert house.asked == []
    assert rooms_world.row(meeting).ended_at is None


@pytest.mark.parametrize("how", ["500", "401", "bomb", "elsewhere"])
def test_when_it_is_down_the_room_here_is_one_tap_away(
    at: At, young: Client, desk: Client, house: FakeRooms, how: str
) -> None:
    meeting = at()
    house.then += [how] * 2

    answer = young.post(own(meeting), AGREE)

    page = answer.content.decode()
    assert answer.status_code == 503
    assert "Das liegt nicht an dir" in page
    assert "door-link" not in page
    assert "/help/" in page
    assert page.count('value="here"') == 1
    answer = young.post(own(meeting), {"step": "here"})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/meeting/{meeting}/")
    assert young.get(f"/meeting/{meeting}/").status_code == 200
    assert desk.get(teams(meeting)).headers["Location"] == f"/team/meeting/{meeting}/"


def test_the_counsellor_learns_what_is_wrong(at: At, desk: Client, house: FakeRooms) -> None:
    meeting = at()
    house.then.append("text:<response><returncode>FAILED</returncode><messageKey>checksumError</messageKey></response>")

    answer = desk.post(teams(meeting), AGREE)

    assert answer.status_code == 503
    assert "erkennt den Schlüssel nicht an" in answer.content.decode()
    assert "localhost" not in answer.content.decode()


def test_without_a_relay_the_room_here_is_not_promised(at: At, young: Client, house: FakeRooms, settings) -> None:
    settings.TURN_URLS = ()
    meeting = at()
    house.then += ["500"] * 2

    for answer in (young.get(own(meeting)), young.post(own(meeting), AGREE)):
        page = answer.content.decode()
        assert 'value="here"' not in page
        assert "/help/" in page


def test_the_call_s_page_leads_there(at: At, young: Client, desk: Client, house: FakeRooms) -> None:
    meeting = at()

    assert young.get(f"/meeting/{meeting}/").headers["Location"] == own(meeting)
    assert desk.get(f"/team/meeting/{meeting}/").headers["Location"] == teams(meeting)


def test_over_foreign_and_too_early(at: At, team: Team, young: Client, desk: Client, house: FakeRooms) -> None:
    meeting = at()
    stranger = Client()
    stranger.cookies[django_settings.SEEKER_COOKIE_NAME] = access.new_seeker()[1]
    jon = Client()
    key_rings.sign_in(jon, Staff.objects.get(pk=world.counsellor(team, "Jon").id))

    def codes() -> set[int]:
        both = ((young, own(meeting)), (desk, teams(meeting)))
        return {answer.status_code for client, path in both for answer in (client.get(path), client.post(path, AGREE))}

    for client, path in (
        (stranger, own(meeting)),
        (jon, teams(meeting)),
        (young, own(uuid4())),
        (desk, teams(uuid4())),
    ):
        assert (client.get(path).status_code, client.post(path, AGREE).status_code) == (404, 404)
    assert Client().get(own(meeting)).status_code == 302
    now = timezone.now()
    Meeting.objects.update(opens_at=now + timedelta(hours=1), ends_at=now + timedelta(hours=2))
    assert codes() == {409}
    Meeting.objects.update(opens_at=now - timedelta(hours=2), ends_at=now - timedelta(hours=1))
    assert codes() == {410}
    assert house.asked == []


def test_a_script_is_slowed(at: At, young: Client, house: FakeRooms) -> None:
    meeting = at("jitsi")
    codes = [young.post(own(meeting), AGREE).status_code for _ in range(40)]

    assert codes[0] == 200
    assert codes[-1] == 429
    assert len(house.asked) < 40


def test_the_counsellor_brings_a_link_and_the_young_person_gets_it(
    at: At, young: Client, desk: Client, house: FakeRooms
) -> None:
    meeting = at("link")
    assert young.post(own(meeting), AGREE).status_code == 409

    refused = desk.post(teams(meeting), {"step": "bring", "link": "http://rooms.example/x"})
    assert refused.status_code == 422
    assert 'value="http://rooms.example/x"' in refused.content.decode()
    assert desk.post(teams(meeting), {"step": "bring", "link": "x" * 5000}).status_code == 422
    assert desk.post(teams(meeting), {"step": "bring", "link": "https://rooms.example/sentinel"}).status_code == 303

    for client, path in ((young, own(meeting)), (desk, teams(meeting))):
        assert "sentinel" not in client.get(path).content.decode()
        assert 'href="https://rooms.example/sentinel"' in client.post(path, AGREE).content.decode()
    assert desk.post(teams(meeting), {"step": "bring", "link": ""}).status_code == 303
    assert young.post(own(meeting), AGREE).status_code == 409


def test_a_code_is_shown(at: At, young: Client, desk: Client, house: FakeRooms) -> None:
    meeting = at("link")
    desk.post(teams(meeting), {"step": "bring", "link": "AB3-4F7-KL9"})

    assert "AB3-4F7-KL9" in young.post(own(meeting), AGREE).content.decode()


def test_the_counsellor_ends_it_for_both(at: At, young: Client, desk: Client, house: FakeRooms) -> None:
    meeting = at()
    assert desk.post(teams(meeting), {"step": "end"}).status_code == 303
    assert young.post(own(meeting), AGREE).status_code == 410


@pytest.mark.parametrize("provider", ["jitsi", "bbb", "webex", "link"])
def test_links_lie_in_no_log_notice_count_or_trail(at: At, young: Client, desk: Client, caplog, provider: str) -> None:
    caplog.set_level(logging.DEBUG)
    meeting = at(provider)
    if provider == "link":
        desk.post(teams(meeting), {"step": "bring", "link": "https://rooms.example/sentinel"})
    pages = [
        client.post(path, AGREE).content.decode() for client, path in ((young, own(meeting)), (desk, teams(meeting)))
    ]

    urls = [re.findall(r'href="(https://[^"]*)" target="_blank" rel="noopener', page)[0] for page in pages]
    stored = [list(model.objects.values()) for model in (Entry, CountRow, AuditEntry, Meeting)]
    written = caplog.text + repr(stored)
    secrets = {part for url in urls for part in re.split(r"[/?&=#;.]", url) if len(part) > 12}
    assert len(urls) == 2
    assert [part for part in (*secrets, "rooms.example", "centre.webex", HOST) if part in written] == []
