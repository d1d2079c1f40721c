"""The way into an agreed chat, as the two pages ask for it."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from blended.domain import agreeing
from blended.models import Appointment
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team
from tests.blended import dates_world as dates
from tests.support import browser_letters as browser
from tests.support import key_rings, letters, world
from tests.support.letters import Correspondents

pytestmark = pytest.mark.django_db
JSON = {"Accept": "application/json"}


@pytest.fixture
def team() -> Team:
    made = world.team()
    world.close_hours(made)
    return made


@pytest.fixture
def mara(team: Team) -> Actor:
    return world.counsellor(team, "Mara")


@pytest.fixture
def pair(team: Team, mara: Actor) -> Correspondents:
    return letters.claimed(team, mara)


@pytest.fixture
def date(pair: Correspondents, mara: Actor) -> Appointment:
    """Agreed, its door open since a minute ago."""
    asked = agreeing.propose(mara, pair.case, dates.when(2, channel="chat"))
    agreeing.confirm(pair.seeker, asked)
    now = timezone.now()
    rows = Appointment.objects.filter(pk=asked)
    rows.update(starts_at=now + dt.timedelta(minutes=14), ends_at=now + dt.timedelta(minutes=64))
    Staff.objects.filter(pk=mara.id).update(seen_at=now)
    return rows.get()


@pytest.fixture
def client(pair: Correspondents) -> Client:
    return browser.signed_in(pair.seeker)


def door(date: Appointment) -> str:
    return f"/appointments/{date.pk}/chat/"


def test_the_page_leads_to_the_door_and_waits_there(client: Client, date: Appointment) -> None:
    assert f'action="{door(date)}"' in client.get("/appointments/").content.decode()

    answer = client.post(door(date))
    assert (answer.status_code, answer["Location"]) == (303, door(date))
    assert "Mara" in client.get(door(date)).content.decode()
    assert client.post(door(date), headers=JSON).json() == {"runs": False}


def test_with_the_counsellor_there_it_leads_into_the_room(
    client: Client, date: Appointment, mara: Actor, pair: Correspondents
) -> None:
    staff = Client()
    key_rings.sign_in(staff, Staff.objects.get(pk=mara.id))
    assert staff.post(f"/team/dates/{date.pk}/chat/")["Location"] == "/team/"
    assert staff.get("/team/dates/chats/").json()["chats"][0]["ready"] is True

    assert client.post(door(date))["Location"] == "/chat/"
    assert client.post(door(date), headers=JSON).json() == {"runs": True}
    assert world.row(pair.case).state == "active"
    assert staff.get("/team/dates/chats/").json() == {"chats": []}


def test_too_early_is_said_on_the_page(client: Client, date: Appointment) -> None:
    Appointment.objects.filter(pk=date.pk).update(starts_at=timezone.now() + dt.timedelta(minutes=16))

    answer = client.post(door(date))

    assert answer.status_code == 409
    assert "15 Minuten vorher" in answer.content.decode()
    assert client.post(door(date), headers=JSON).json()["error"]["code"] == "conflict"
    assert client.get(door(date))["Location"] == "/appointments/"


def test_a_foreign_one_is_not_there(team: Team, date: Appointment) -> None:
    other = browser.signed_in(letters.writer(team, nickname="Fuchs").seeker)

    assert other.post(door(date)).status_code == 404
    assert other.get(door(date)).status_code == 404
