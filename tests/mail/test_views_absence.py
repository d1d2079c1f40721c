"""The page on which a counsellor plans to be away."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from counselling.mail.domain import absences
from counselling.mail.models import Absence
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team
from tests.support import key_rings, world
from tests.support import letters as post

pytestmark = pytest.mark.django_db
PAGE = "/team/absence/"


@pytest.fixture
def team(db: None) -> Team:
    return world.team()


@pytest.fixture
def linde(team: Team) -> Actor:
    return world.counsellor(team, "Linde")


@pytest.fixture
def browser(client: Client, linde: Actor) -> Client:
    key_rings.sign_in(client, Staff.objects.get(pk=linde.id))
    return client


def iso(days: int) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


def test_one_is_planned_shown_and_taken_back(browser: Client, team: Team) -> None:
    mara = world.counsellor(team, "Mara")

    answer = browser.post(PAGE, {"begins": iso(1), "ends": iso(3), "substitute": str(mara.id)})
    assert (answer.status_code, answer.headers["Location"]) == (303, PAGE)
    page = browser.get(PAGE).content.decode()
    assert "Vertretung: <bdi>Mara</bdi>" in page

    answer = browser.post(PAGE, {"drop": str(Absence.objects.get().pk)})
    assert answer.status_code == 303
    assert "Nichts eingetragen." in browser.get(PAGE).content.decode()


def test_a_running_one_says_so_and_how_much_is_left(browser: Client, team: Team, linde: Actor) -> None:
    mara = world.counsellor(team, "Mara")
    browser.post(PAGE, {"begins": iso(0), "ends": iso(0), "substitute": str(mara.id)})
    absences.begin_due(timezone.now())
    post.claimed(team, linde)  # claimed while away

    page = browser.get(PAGE).content.decode()

    assert "läuft" in page
    assert "1 Brief-Fall liegt noch bei dir." in page
    assert "Wieder da" in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"begins": "", "ends": "", "substitute": ""}, "Wähle jemanden aus deinem Team."),
        ({"begins": "31.02.2027"}, 'id="id_begins_error"'),
        ({"begins": "x" * 5000}, 'id="id_begins_error"'),
        ({"begins": "2020-01-01"}, "Dieser Tag ist schon vorbei."),
        ({"ends": "2020-01-01"}, "Das ist vor dem ersten Tag."),
        ({"substitute": "00000000-0000-0000-0000-000000000000"}, "Wähle jemanden aus deinem Team."),
        ({"substitute": "nonsense"}, "Wähle jemanden aus deinem Team."),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_is_lost(
    browser: Client, team: Team, fields: dict[str, str], sentence: str
) -> None:
    mara = world.counsellor(team, "Mara")

    answer = browser.post(PAGE, {"begins": iso(1), "ends": iso(3), "substitute": str(mara.id)} | fields)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert 'role="alert"' in page
    assert not Absence.objects.exists()
    assert fields.get("ends", iso(3)) in page


def test_without_a_colleague_the_page_says_what_to_do(browser: Client) -> None:
    page = browser.get(PAGE).content.decode()

    assert "niemanden in deinem Team" in page
    assert "plan-absence" not in page


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 30, "1; drop", "٣"])
def test_dropping_nonsense_changes_nothing(browser: Client, team: Team, number: str) -> None:
    mara = world.counsellor(team, "Mara")
    browser.post(PAGE, {"begins": iso(1), "ends": iso(3), "substitute": str(mara.id)})

    assert browser.post(PAGE, {"drop": number}).status_code == 303

    assert Absence.objects.count() == 1


def test_a_colleagues_absence_stays(browser: Client, team: Team, linde: Actor) -> None:
    mara = world.counsellor(team, "Mara")
    absences.plan(mara, begins=timezone.localdate(), ends=timezone.localdate(), substitute=linde.id)

    browser.post(PAGE, {"drop": str(Absence.objects.get().pk)})

    assert Absence.objects.get().staff_id == mara.id


@pytest.mark.parametrize("role", ["supervisor", "administrator"])
def test_others_have_no_such_page(team: Team, client: Client, role: str) -> None:
    key_rings.sign_in(client, Staff.objects.get(pk=world.staff(team, "Kim", role).id))

    assert client.get(PAGE).status_code == 403
    assert PAGE not in client.get("/team/welcome/").content.decode()


def test_the_menu_leads_there(browser: Client) -> None:
    assert PAGE in browser.get("/team/sessions/").content.decode()


def test_strangers_sign_in_first(client: Client) -> None:
    assert client.get(PAGE).headers["Location"].startswith("/team/sign-in/")
