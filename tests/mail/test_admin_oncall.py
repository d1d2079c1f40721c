"""The list of who is called at night, as the administrator keeps it."""

import pytest
from django.test import Client

from counselling.mail.models import OnCall
from counselling.people.models import Staff, Team
from tests.support import key_rings, world

pytestmark = pytest.mark.django_db
ADD = "/admin/mail/oncall/add/"


@pytest.fixture
def team() -> Team:
    return world.team()


@pytest.fixture
def ole(team: Team, client: Client) -> Client:
    """The administrator's browser."""
    key_rings.sign_in(client, Staff.objects.get(pk=world.staff(team, "Ole", "administrator").id))
    return client


def fields(team: Team, staff: object, **more: str) -> dict[str, str]:
    return {"team": str(team.pk), "place": "1", "staff": str(staff), "email": "nachts@example.org", **more}


def test_a_counsellor_of_the_team_is_put_on_the_list(ole: Client, team: Team) -> None:
    linde = world.staff(team, "Linde")

    assert ole.post(ADD, fields(team, linde.id)).status_code == 302

    assert str(OnCall.objects.get()) == "1. Linde"
    assert "Linde" in ole.get("/admin/mail/oncall/").content.decode()


@pytest.mark.parametrize("who", ["another team's", "supervisor", "gone"])
def test_who_could_not_answer_is_refused(ole: Client, team: Team, who: str) -> None:
    at = world.team("Buche") if who == "another team's" else team
    person = world.staff(at, "Kim", "supervisor" if who == "supervisor" else "counsellor")
    Staff.objects.filter(pk=person.id).update(is_active=who != "gone")

    page = ole.post(ADD, fields(team, person.id)).content.decode()

    assert "Diese Person berät nicht in diesem Team." in page
    assert not OnCall.objects.exists()


def test_two_at_one_place_are_refused(ole: Client, team: Team) -> None:
    for alias in ("Linde", "Mara"):
        answer = ole.post(ADD, fields(team, world.staff(team, alias).id))

    assert answer.status_code == 200
    assert OnCall.objects.count() == 1


def test_an_address_that_is_none_is_refused(ole: Client, team: Team) -> None:
    page = ole.post(ADD, fields(team, world.staff(team, "Linde").id, email="nachts")).content.decode()

    assert "errorlist" in page
    assert not OnCall.objects.exists()
