"""The page of a call before its door opens, when it is over, beside letters, in a demo, in another system's room."""

from datetime import timedelta

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from blended.models import Meeting, Room
from counselling.cases.models import Case
from counselling.people.domain import access
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from tests.blended import call_world as calls
from tests.blended.test_views_calls import signed_in
from tests.support import world
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
def desk(mara: Actor) -> Client:
    return signed_in(mara)


@pytest.fixture
def chat(team: Team, mara: Actor, young: Client) -> Chat:
    actor, token = access.new_seeker()
    young.cookies[django_settings.SEEKER_COOKIE_NAME] = token
    return world.chat(team, mara, seeker=actor)


def shown(client: Client, path: str) -> tuple[int, str]:
    answer = client.get(path, headers={"Accept": "text/html"})
    return answer.status_code, answer.content.decode()


def test_before_its_door_opens_the_page_says_from_when(chat: Chat, young: Client, desk: Client) -> None:
    meeting = calls.begin(chat.case)
    now = timezone.now()
    Meeting.objects.update(opens_at=now + timedelta(minutes=20), ends_at=now + timedelta(minutes=80))
    at = timezone.localtime(now + timedelta(minutes=20)).strftime("%H:%M")

    for client, path in ((young, f"/meeting/{meeting}/"), (desk, f"/team/meeting/{meeting}/")):
        status, page = shown(client, path)
        assert (status, f"um {at} Uhr auf" in page, 'data-testid="join"' in page) == (200, True, False)


def test_what_is_over_is_gone_for_machines_and_friendly_for_people(chat: Chat, young: Client, desk: Client) -> None:
    meeting = calls.begin(chat.case)
    Meeting.objects.update(ends_at=timezone.now(), opens_at=timezone.now() - timedelta(hours=1))

    for client, path in ((young, f"/meeting/{meeting}/"), (desk, f"/team/meeting/{meeting}/")):
        status, page = shown(client, path)
        assert (status, "Dieses Gespräch ist vorbei" in page, 'data-testid="join"' in page) == (410, True, False)
        assert 'data-testid="back"' in page


def test_beside_letters_the_page_leads_to_them(chat: Chat, young: Client, desk: Client) -> None:
    meeting = calls.begin(chat.case)
    Case.objects.update(state=Case.State.LETTERS, by_letter=True)

    for client, path, back in (
        (young, f"/meeting/{meeting}/", "/inbox/"),
        (desk, f"/team/meeting/{meeting}/", f"/team/letters/{chat.case}/"),
    ):
        _, page = shown(client, path)
        assert "Ihr schreibt euch gerade Briefe" in page
        assert f'href="{back}"' in page


def test_a_demo_promises_no_hidden_address(chat: Chat, young: Client, settings) -> None:
    meeting = calls.begin(chat.case)
    _, page = shown(young, f"/meeting/{meeting}/")
    assert "niemand sieht deine Adresse" in page

    settings.TURN_URLS, settings.DEMO = (), True
    _, page = shown(young, f"/meeting/{meeting}/")

    assert "niemand sieht deine Adresse" not in page
    assert "Nur zum Vorführen auf diesem Gerät" in page


def test_another_systems_room_has_a_page_of_its_own(chat: Chat, young: Client, desk: Client) -> None:
    meeting = calls.begin(chat.case)
    Meeting.objects.update(provider=Room.Provider.JITSI)

    for client, path in ((young, f"/meeting/{meeting}/"), (desk, f"/team/meeting/{meeting}/")):
        assert client.get(path, headers={"Accept": "text/html"}).headers["Location"] == f"{path}other/"
