"""Where teams hold their calls, as the administrator sets it: secrets go in and never come out."""

from typing import Any

import pytest
from django.test import Client

from blended.domain.rooms import configured
from blended.models import Room
from counselling.people.models import Staff, Team
from tests.blended import rooms_world
from tests.support import key_rings, world
from tests.support.fake_rooms import APP_ID, SECRET, FakeRooms

pytestmark = pytest.mark.django_db
LIST, ADD = "/admin/blended/room/", "/admin/blended/room/add/"


@pytest.fixture
def team(db: None) -> Team:
    return world.team()


@pytest.fixture
def ole(team: Team, client: Client) -> Client:
    """The administrator's browser."""
    key_rings.sign_in(client, Staff.objects.get(pk=world.staff(team, "Ole", "administrator").id))
    return client


def fields(team: Team, **more: str) -> dict[str, str]:
    usual = {"team": str(team.pk), "provider": "bbb", "label": "", "address": "", "app_id": "", "checksum": "sha256"}
    return {**usual, "secret": "", **more}


def change(team: Team) -> str:
    return f"{LIST}{team.pk}/change/"


def test_a_secret_is_written_and_never_shown(ole: Client, team: Team) -> None:
    said = fields(team, address="https://bbb.example.org/bigbluebutton/", secret=SECRET)
    assert ole.post(ADD, said).status_code == 302

    row = Room.objects.get()
    assert (row.address, configured.secret(row)) == ("https://bbb.example.org/bigbluebutton", SECRET)
    for page in (ole.get(LIST), ole.get(change(team)), ole.post(change(team), said | {"address": "no"})):
        assert SECRET not in page.content.decode()
        assert "bbb.example.org" in page.content.decode() or page.request["PATH_INFO"] == LIST or page.context["errors"]
    assert "Schlüssel gesetzt am" in ole.get(change(team)).content.decode()


def test_it_is_kept_while_kind_and_address_stay(ole: Client, team: Team) -> None:
    said = fields(team, address="https://bbb.example.org/bigbluebutton", secret=SECRET)
    ole.post(ADD, said)

    assert ole.post(change(team), said | {"secret": "", "label": "Unser Server"}).status_code == 302
    assert configured.secret(Room.objects.get()) == SECRET
    refused = ole.post(change(team), said | {"secret": "", "address": "https://elsewhere.example"})
    assert "Er gilt nur für diesen Raum und diese Adresse" in refused.content.decode()
    assert Room.objects.get().label == "Unser Server"
    assert ole.post(change(team), said | {"provider": "builtin", "secret": ""}).status_code == 302
    assert Room.objects.get().sealed is None


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"address": "http://bbb.example.org", "secret": SECRET}, "address"),
        ({"address": "https://user:x@bbb.example.org", "secret": SECRET}, "address"),
        ({"address": "https://bbb.example.org?x=1", "secret": SECRET}, "address"),
        ({"secret": SECRET}, "address"),
        ({"address": "https://bbb.example.org"}, "secret"),
        ({"address": "https://bbb.example.org", "secret": "schlüssel mit ü"}, "secret"),
        ({"provider": "jitsi", "address": "https://meet.example.org", "secret": SECRET}, "app_id"),
        (
            {"provider": "jitsi", "address": "https://meet.example.org", "app_id": APP_ID, "secret": "x7-too-short"},
            "secret",
        ),
        ({"provider": "webex"}, "secret"),
        ({"provider": "link", "address": "http://codes.example"}, "address"),
        ({"provider": "elsewhere"}, "provider"),
    ],
)
def test_what_cannot_work_is_refused_at_its_field(ole: Client, team: Team, more: dict[str, str], field: str) -> None:
    answer = ole.post(ADD, fields(team, **more))

    assert answer.status_code == 200
    assert field in answer.context["adminform"].form.errors
    assert not Room.objects.exists()
    assert more.get("secret", "no secret") not in answer.content.decode()


def test_a_team_has_one_row_that_stays_with_it(ole: Client, team: Team) -> None:
    other = world.team("Buche")
    said = fields(team, provider="link")
    ole.post(ADD, said)

    assert ole.post(ADD, said).status_code == 200
    ole.post(change(team), said | {"team": str(other.pk)})
    assert [room.team for room in Room.objects.all()] == [team]


@pytest.mark.parametrize("role", ["counsellor", "supervisor"])
def test_others_do_not_come_in(team: Team, client: Client, role: str) -> None:
    key_rings.sign_in(client, Staff.objects.get(pk=world.staff(team, "Kim", role).id))
    assert client.get(LIST).status_code == 302


def try_out(ole: Client, team: Team) -> str:
    said: dict[str, Any] = {"action": "try_out", "_selected_action": [str(team.pk)]}
    return ole.post(LIST, said, follow=True).content.decode()


@pytest.mark.parametrize(
    "tried",
    [
        ("bbb", "", "erkennt den Schlüssel an. Räume können angelegt werden"),
        ("bbb", "500", "meldet einen Fehler"),
        ("bbb", "text", "antwortet etwas anderes"),
        ("bbb", "elsewhere", "leitet an eine andere Adresse weiter"),
        ("jitsi", "", "zeigt sich erst beim Betreten"),
        ("webex", "", "erkennt den Schlüssel an"),
        ("webex", "401", "erkennt den Schlüssel nicht an"),
        ("webex", "403", "darf dort aber nicht alles"),
        ("link", "", "nichts zu prüfen"),
        ("builtin", "", "braucht nichts von anderen"),
    ],
)
def test_the_connection_is_tried_out_in_plain_words(
    ole: Client, team: Team, house: FakeRooms, tried: tuple[str, str, str]
) -> None:
    provider, how, says = tried

    rooms_world.room(world.staff(team, "Ada", "administrator"), team, provider, house)
    house.then += [how] * 2 if how else []

    page = try_out(ole, team)

    assert says in page
    assert "localhost" not in page
