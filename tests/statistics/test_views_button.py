"""The button on other websites: what they may read of us, what stays with us, and what is there to copy."""

import datetime as dt
import html
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from counselling.cases.models import CountRow
from counselling.centre.models import Centre
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team
from counselling.statistics.domain import button, campaigns
from tests.support import key_rings, world

pytestmark = pytest.mark.django_db
STATE, SCRIPT = "/button.json", "/button.js"


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    button.forget()
    yield
    button.forget()


@pytest.fixture
def team(db: None) -> Team:
    return world.team()


@pytest.fixture
def uli(team: Team) -> Actor:
    return world.staff(team, "Uli", "supervisor")


def page(uli: Actor, query: str = "") -> str:
    client = Client()
    key_rings.sign_in(client, Staff.objects.get(pk=uli.id))
    return client.get(f"{reverse('statistics:button')}{query}").content.decode()


def snippet(text: str, name: str) -> str:
    found = re.search(rf'id="snippet-{name}" data-text="([^"]*)"', text)
    assert found
    return html.unescape(found[1])


def test_open_door_is_said_in_both_languages(client: Client, team: Team) -> None:
    world.counsellor(team, "Mara")
    assert client.get(f"{STATE}?language=de").json() == {"open": True, "text": "Der Chat ist gerade offen."}
    assert client.get(f"{STATE}?language=en").json() == {"open": True, "text": "The chat is open right now."}


@pytest.mark.parametrize("query", ["", "?language=", "?language=fr", "?language=de&x=1"])
def test_german_unless_asked_otherwise(client: Client, team: Team, query: str) -> None:
    answer = client.get(f"{STATE}{query}", headers={"Accept-Language": "en"})
    assert answer.json() == {"open": False, "text": "Der Chat ist gerade zu. Schreiben kannst du immer."}


@pytest.mark.parametrize("path", [STATE, SCRIPT])
@pytest.mark.parametrize("method", ["get", "head"])
def test_answers_for_other_sites(client: Client, team: Team, path: str, method: str) -> None:
    answer = getattr(client, method)(path, headers={"Origin": "https://stadt.example"})
    kept = {STATE: "public, max-age=60", SCRIPT: "public, max-age=3600"}[path]
    wanted = {
        "Cache-Control": kept,
        "Access-Control-Allow-Origin": "*",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "X-Content-Type-Options": "nosniff",
    }
    assert {name: answer.headers.get(name) for name in wanted} == wanted
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert (list(answer.cookies), Session.objects.exists(), CountRow.objects.exists()) == ([], False, False)
    assert "Cookie" not in answer.headers.get("Vary", "")


def test_answers_are_the_same_for_somebody_signed_in(client: Client, team: Team, uli: Actor) -> None:
    somebody = Client()
    key_rings.sign_in(somebody, Staff.objects.get(pk=uli.id))
    for path in (STATE, SCRIPT):
        answer = somebody.get(path)
        assert (answer.content, list(answer.cookies)) == (client.get(path).content, [])


def test_other_pages_stay_with_us(client: Client, team: Team) -> None:
    answer = client.get(reverse("start"))
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_state_costs_no_more_than_the_start_page_and_then_nothing(
    client: Client, team: Team, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(7):
        client.get(STATE)
    with django_assert_max_num_queries(0):
        client.get(f"{STATE}?language=en")


def test_before_the_set_up_the_door_is_shut(client: Client, db: None) -> None:
    assert client.get(STATE).json()["open"] is False


def test_script_keeps_to_what_a_strict_policy_allows(client: Client, db: None) -> None:
    answer = client.get(SCRIPT)
    text = answer.content.decode()
    assert answer.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert re.findall(r"cookie|Storage|innerHTML|eval|\.style\b|setAttribute|import\b", text) == []
    assert text.count("fetch(") == 1


def test_snippets_are_whole_addresses_in_both_languages(uli: Actor) -> None:
    Centre.objects.create(pk=1, name="Jugend & Stadt <x>")
    text, origin = page(uli), settings.ORIGINS[0]
    link = (
        f'<a class="counselling-button" href="{origin}/" referrerpolicy="no-referrer">Jugend &amp; Stadt &lt;x&gt;</a>'
    )
    assert snippet(text, "link") == link
    for language in ("de", "en"):
        assert snippet(text, language) == (
            f'{link}\n<script async src="{origin}/button.js" crossorigin="anonymous" referrerpolicy="no-referrer" '
            f'data-language="{language}"></script>'
        )
    assert snippet(text, "policy") == f"script-src {origin}; connect-src {origin}"


def test_snippet_of_a_link_leads_by_it(uli: Actor) -> None:
    campaigns.make(uli, "Stadt", "stadt", dt.date(2026, 7, 1))
    assert f'href="{settings.ORIGINS[0]}/k/stadt"' in snippet(page(uli, "?link=stadt"), "de")
    client = Client()
    key_rings.sign_in(client, Staff.objects.get(pk=uli.id))
    assert client.get(f"{reverse('statistics:button')}?link=nichts").status_code == 404
