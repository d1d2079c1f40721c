"""Pages about the centre: they come in both languages, say the truth of the settings, and need no script."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from counselling.centre.models import Centre, HelpContact, OpeningHour
from counselling.people.models import Team

pytestmark = pytest.mark.django_db
PAGES = (
    "/help/",
    "/anonymous/",
    "/imprint/",
    "/privacy/",
    "/accessibility/",
    "/accessibility/thanks/",
    "/easy/",
    "/letter/",
    "/appointment/",
)
# Words that no English sentence has; names of laws, organisations and of the made-up house are data.
GERMAN = re.compile(r"\b(und|nicht|der|das|du|dir|dein|wir|uns|ist|für|mit|auf|oder|Hilfe|Seite|Uhr|weg)\b")
DATA = re.compile(r"<(address|bdi|code)\b.*?</\1>|<p class=\"lines\">.*?</p>", re.DOTALL)


def text_of(html: str) -> str:
    """What is read on a page, without what a centre entered in its own language."""
    return unescape(re.sub(r"<[^>]+>", " ", DATA.sub(" ", html)))


@pytest.mark.usefixtures("centre")
@pytest.mark.parametrize("path", PAGES)
def test_page_is_german_by_default(client: Client, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 200
    assert '<html lang="de"' in answer.content.decode()
    assert GERMAN.search(text_of(answer.content.decode()))


@pytest.mark.usefixtures("centre")
@pytest.mark.parametrize("path", PAGES)
def test_page_has_no_german_left_in_english(client: Client, path: str) -> None:
    html = client.get(path, headers={"Accept-Language": "en"}).content.decode()

    assert '<html lang="en"' in html
    assert GERMAN.findall(text_of(html)) == []


@pytest.mark.parametrize("path", PAGES)
def test_page_stands_before_anybody_entered_anything(client: Client, path: str) -> None:
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_page_refuses_other_methods(client: Client, path: str) -> None:
    assert client.put(path).status_code == 405


@pytest.mark.usefixtures("centre")
@pytest.mark.parametrize("path", PAGES)
def test_titles_are_unique_and_end_with_the_centre(client: Client, path: str) -> None:
    titles = [re.findall(r"<title>(.*?)</title>", client.get(page).content.decode())[0] for page in PAGES]

    assert len(set(titles)) == len(PAGES)
    assert all(title.endswith(" · Beratung") for title in titles)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("path", PAGES)
def test_page_asks_the_database_at_most_five_times(client: Client, team: Team, path: str, rows: int) -> None:
    for number in range(rows):
        HelpContact.objects.create(code=str(number), name="X", channel="spoken", number="1")
        OpeningHour.objects.create(team=team, weekday=number, opens="10:00", closes="12:00")

    with CaptureQueriesContext(
        connection,
    ) as queries:
        client.get(path)

    # The centre, the announcement, the contacts with their hours (kept for 30 seconds), the doors; the teams and their
    # free times.
    assert len(queries) <= (7 if path == "/appointment/" else 5), [query["sql"] for query in queries]


@pytest.mark.usefixtures("centre")
def test_anonymous_page_tells_the_times_and_cookies_of_the_settings(client: Client, settings: Settings) -> None:
    settings.CLOSED_CHAT_HOURS = 36

    page = client.get("/anonymous/").content.decode()

    assert "Ein Chat wird 36 Stunden nach seinem Ende gelöscht." in page
    for name in (settings.SEEKER_COOKIE_NAME, settings.CSRF_COOKIE_NAME, settings.LANGUAGE_COOKIE_NAME):
        assert f"<code>{name}</code>" in page


@pytest.mark.usefixtures("centre")
@pytest.mark.parametrize("path", ["/anonymous/", "/privacy/"])
def test_who_asks_reads_what_outlives_a_deleted_talk_and_what_is_sealed(
    client: Client, settings: Settings, path: str
) -> None:
    settings.RISK_RECORD_MONTHS = 17

    page = client.get(path).content.decode()

    assert "17 Monate, auch wenn du" in page
    assert "Orange" in page
    for sealed in ("Dateien", "E-Mail-Adresse", "Vereinbarungen"):
        assert sealed in page


@pytest.mark.usefixtures("centre")
def test_imprint_is_filled_from_the_centre(client: Client) -> None:
    Centre.objects.update(operator="Verein Rosenhaus", representative="Kim Beispiel")

    page = client.get("/imprint/").content.decode()

    assert "Verein Rosenhaus" in page
    assert "Kim Beispiel" in page


def test_imprint_admits_what_is_missing(client: Client) -> None:
    assert "Diese Seite wird gerade eingerichtet." in client.get("/imprint/").content.decode()


@pytest.mark.usefixtures("centre")
def test_help_page_groups_contacts_by_what_they_can_do_now(client: Client) -> None:
    answer = client.get("/help/")

    assert [contact.code for contact in answer.context["emergency"]] == ["112", "110", "nora"]
    assert {"krisenchat", "116123"} <= {contact.code for contact in answer.context["open"]}
    assert {contact.code for contact in answer.context["answering_later"]} >= {"bke", "jugendnotmail"}
    assert 'href="tel:08001110111"' in answer.content.decode()


@pytest.mark.usefixtures("centre")
@pytest.mark.parametrize("path", ["/appointment/"])
def test_without_free_times_the_way_leads_to_chat_telephone_and_house(client: Client, path: str) -> None:
    page = client.get(path).content.decode()

    assert "Gerade sind alle Zeiten vergeben." in page
    assert 'href="/letter/"' in page
    assert 'href="/"' in page
    assert 'href="tel:06990009123"' in page
    assert "Montag bis Freitag, 14 bis 18 Uhr" in page


@pytest.mark.usefixtures("centre")
def test_hours_of_several_teams_are_told_apart(client: Client, team: Team) -> None:
    other = Team.objects.create(name="Eiche", slug="eiche")
    OpeningHour.objects.create(team=other, weekday=0, opens="10:00", closes="12:00")

    page = re.sub(r"\s+", " ", text_of(client.get("/appointment/").content.decode().replace("bdi", "b")))

    assert "Eiche : Montag, 10 bis 12 Uhr" in page
    assert "Linde : rund um die Uhr" in page


@pytest.mark.usefixtures("centre")
def test_every_page_shows_help_that_is_open_now(
    client: Client, django_assert_num_queries: Callable[..., object]
) -> None:
    for path in PAGES:
        assert 'href="tel:112"' in client.get(path).content.decode()
