"""The public directory's pages: without a script, without leaving a trace of what was looked for."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from blended.domain import partners
from blended.models import Partner, PartnerImport
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team
from tests.blended.partners_world import written
from tests.e2e.smuggled import PAYLOADS, Marked
from tests.support import key_rings, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return world.team()


@pytest.fixture
def linde(team: Team) -> Actor:
    return world.counsellor(team, "Linde")


def signed_in(client: Client, actor: Actor) -> Client:
    key_rings.sign_in(client, Staff.objects.get(pk=actor.id))
    return client


def test_a_search_finds_and_its_address_tells_nothing(client: Client, team: Team, linde: Actor) -> None:
    written(linde, team)
    written(linde, team, name="Anker", topics=("addiction",))

    answer = client.post("/local/", {"q": "streit anker", "topic": "addiction", "language": "tr", "area": ""})
    page = client.get(answer["Location"]).content.decode()

    assert answer.status_code == 303
    assert "addiction" not in answer["Location"]
    assert "anker" not in answer["Location"].lower()
    assert "Anker" in page
    assert "Lindenhof" not in page
    assert 'value="streit anker"' in page
    assert client.post("/local/", {"q": " "})["Location"] == "/local/"


def test_a_page_has_every_way_and_says_what_others_see(client: Client, team: Team, linde: Actor) -> None:
    number = written(linde, team)

    page = client.get(f"/local/{number}/").content.decode()

    assert 'href="tel:06990009201"' in page
    assert 'href="mailto:hallo@lindenhof.example"' in page
    assert 'href="https://www.lindenhof.example/jugend" rel="noreferrer noopener" target="_blank"' in page
    assert "Die andere Seite kann sehen" in page
    assert "Deutsch, Türkisch" in page
    assert page.count("noch nicht nachgesehen") == 1


def test_what_is_not_there_is_404(client: Client, team: Team, linde: Actor) -> None:
    number = written(linde, team)
    partners.switch(linde, number, on=False)

    assert client.get(f"/local/{number}/").status_code == 404
    assert client.get("/local/99999999999999999999/").status_code == 404
    assert client.get("/local/?find=%00x&page=-1").status_code == 200
    assert "noch nichts eingetragen" in client.get("/local/").content.decode()


def test_the_start_page_and_the_help_page_lead_there(client: Client, team: Team) -> None:
    for path in ("/", "/help/"):
        assert 'href="/local/"' in client.get(path).content.decode()


@pytest.mark.parametrize("payload", PAYLOADS[::7])
@pytest.mark.parametrize("language", ["de", "en"])
def test_whatever_is_written_there_is_text(
    client: Client, team: Team, linde: Actor, payload: str, language: str
) -> None:
    number = written(
        linde,
        team,
        name=payload[:120],
        purpose=payload,
        area=payload[:120],
        hours=payload,
        access=payload,
        address=payload,
    )
    client.post("/local/", {"q": payload})
    browser = signed_in(Client(headers={"accept-language": language}), linde)
    guest = Client(headers={"accept-language": language})
    pages = [
        guest.get("/local/"),
        guest.get(f"/local/{number}/"),
        guest.get(guest.post("/local/", {"q": payload})["Location"]),
    ]
    pages += [browser.get("/team/local/"), browser.get(f"/team/local/{number}/")]

    assert [page.status_code for page in pages] == [200] * 5
    assert [Marked(page.content.decode()).found for page in pages] == [[]] * 5


def test_the_team_writes_changes_and_switches(client: Client, team: Team, linde: Actor) -> None:
    written(linde, team)
    browser = signed_in(client, linde)
    form = {"team": str(team.pk), "name": "Anker", "purpose": "Sucht", "telephone": "069 90009 202", "active": "on"}

    answer = browser.post("/team/local/new/", form | {"topics": ["addiction"], "languages": ["de", "ru"]})
    number = Partner.objects.get(name="Anker").pk
    assert (answer.status_code, answer["Location"]) == (303, f"/team/local/#partner-{number}")
    browser.post(f"/team/local/{number}/", form | {"name": "Anker 2", "checked_on": "2026-01-02"})
    browser.post(f"/team/local/{number}/switch/", {"off": "1"})

    row = Partner.objects.get(pk=number)
    assert (row.name, row.active, str(row.checked_on)) == ("Anker 2", False, "2026-01-02")
    assert "ausgeschaltet" in browser.get("/team/local/").content.decode()


def test_what_was_refused_comes_back_with_the_reason(client: Client, team: Team, linde: Actor) -> None:
    browser = signed_in(client, linde)

    answer = browser.post(
        "/team/local/new/", {"team": str(team.pk), "name": "Anker", "purpose": "", "website": "javascript:alert(1)"}
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="Anker"' in page
    assert "Sie beginnt mit https://" in page
    assert "wofür diese Stelle da ist" in page
    assert Marked(page).found == []


def test_others_directories_are_not_there(client: Client, team: Team, linde: Actor) -> None:
    number = written(linde, team)
    browser = signed_in(client, world.counsellor(world.team("Ahorn"), "Mara"))

    assert browser.get(f"/team/local/{number}/").status_code == 404
    assert browser.post(f"/team/local/{number}/switch/", {"off": "1"}).status_code == 404
    assert Client().get("/team/local/").status_code == 302
    assert signed_in(Client(), world.staff(team, "Tech", "administrator")).get("/team/local/").status_code == 403


def test_a_table_is_looked_at_then_brought_in(client: Client, team: Team) -> None:
    browser = signed_in(client, world.staff(team, "Uli", "supervisor"))
    file = SimpleUploadedFile("x.csv", "Name;Wofür;Tel\n<b>A</b>;Mut;069 90009\n".encode())

    answer = browser.post("/team/local/table/", {"team": str(team.pk), "file": file})
    page = browser.get("/team/local/table/").content.decode()

    assert answer.status_code == 303
    assert "Neu: 1. Geändert: 0." in page
    assert "&lt;b&gt;A" in page
    seen = page.split('name="seen" value="')[1].split('"')[0]
    assert browser.post("/team/local/table/", {"seen": seen})["Location"] == "/team/local/?brought=1"
    assert Partner.objects.get().name == "<b>A</b>"
    export = browser.post("/team/local/export/").content.decode("utf-8-sig")
    assert "<b>A</b>;Mut" in export


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"x" * 1_200_000, "zu groß"),
        (b"a\0b", "keine CSV-Datei"),
        (b"", "steht nichts"),
    ],
)
def test_a_file_that_is_no_table_says_so(client: Client, team: Team, data: bytes, words: str) -> None:
    browser = signed_in(client, world.staff(team, "Uli", "supervisor"))

    answer = browser.post("/team/local/table/", {"team": str(team.pk), "file": SimpleUploadedFile("x.csv", data)})

    assert (answer.status_code, words in answer.content.decode()) == (422, True)
    assert not PartnerImport.objects.exists()


def test_a_form_without_a_file_or_team_says_so_and_a_mistake_is_shown_with_its_line(client: Client, team: Team) -> None:
    browser = signed_in(client, world.staff(team, "Uli", "supervisor"))
    table = SimpleUploadedFile("x.csv", b"Name;Internetseite\nA;javascript:alert(1)\n")

    assert browser.post("/team/local/table/", {"team": str(team.pk)}).status_code == 422
    assert browser.post("/team/local/table/", {"team": "x", "file": table}).status_code == 422
    table.seek(0)
    browser.post("/team/local/table/", {"team": str(team.pk), "file": table})
    page = browser.get("/team/local/table/").content.decode()
    assert "So geht es noch nicht" in page
    assert '<td class="numbers">2</td><td>Internetseite</td>' in page
    assert 'name="seen"' not in page
    browser.post("/team/local/table/", {"discard": "1"})
    assert not PartnerImport.objects.exists()


def test_counsellors_bring_in_no_tables(client: Client, team: Team, linde: Actor) -> None:
    browser = signed_in(client, linde)
    assert browser.get("/team/local/table/").status_code == 403
    assert "/team/local/table/" not in browser.get("/team/local/").content.decode()
