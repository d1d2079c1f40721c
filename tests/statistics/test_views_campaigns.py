"""Links from outside: where they lead and what is counted of it; and the pages of those who make them."""

import datetime as dt
import re
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from counselling.cases.models import CountRow
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team
from counselling.statistics.domain import campaigns, shapes
from counselling.statistics.domain.shapes import Shown, ShownRelease, ShownTable
from counselling.statistics.models import Campaign
from counselling.statistics.views import campaigns as views
from tests.statistics import report_world
from tests.support import key_rings, world

pytestmark = pytest.mark.django_db
CODE = "schule-am-berg"
STAFF_PAGES = ["campaign", "campaign_svg", "campaign_png", "campaign_poster"]


@pytest.fixture
def team(db: None) -> Team:
    return world.team()


@pytest.fixture
def uli(team: Team) -> Actor:
    return world.staff(team, "Uli", "supervisor")


@pytest.fixture
def link(uli: Actor) -> Campaign:
    return campaigns.make(uli, "Schule am Berg", CODE, dt.date(2026, 7, 1))


def browser(actor: Actor) -> Client:
    client = Client()
    key_rings.sign_in(client, Staff.objects.get(pk=actor.id))
    return client


def counted() -> list[Any]:
    return list(CountRow.objects.values_list("codes", flat=True))


# --- where a link leads ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [f"/k/{CODE}", f"/k/{CODE}/", "/k/Schule-Am-Berg"])
def test_link_leads_to_the_start_page_and_is_counted(client: Client, link: Campaign, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("start"))
    assert counted() == [{"campaign": CODE}]


def test_visit_leaves_nothing_behind(client: Client, link: Campaign) -> None:
    answer = client.get(f"/k/{CODE}")
    assert (answer.headers["Cache-Control"], answer.headers["Referrer-Policy"]) == ("no-store", "no-referrer")
    assert (list(answer.cookies), "Set-Cookie" in answer.headers) == ([], False)
    assert not Session.objects.exists()
    assert "Cookie" not in answer.headers.get("Vary", "")  # nobody asked for a session


def test_visit_of_somebody_signed_in_touches_no_session(link: Campaign, uli: Actor) -> None:
    somebody = browser(uli)
    before = list(Session.objects.values_list("session_key", "session_data", "expire_date"))
    answer = somebody.get(f"/k/{CODE}")
    assert (answer.status_code, list(answer.cookies)) == (302, [])
    assert list(Session.objects.values_list("session_key", "session_data", "expire_date")) == before


@pytest.mark.parametrize("code", ["nichts", "%00", "schule.am.berg", "..", "x" * 300, "مركز"])
def test_unknown_code_leads_to_the_start_page_uncounted(client: Client, link: Campaign, code: str) -> None:
    answer = client.get(f"/k/{code}")
    assert (answer.status_code, answer.headers["Location"], counted()) == (302, reverse("start"), [])


def test_ended_link_leads_to_the_start_page_uncounted(client: Client, link: Campaign, uli: Actor) -> None:
    campaigns.switch(uli, CODE, on=False)
    answer = client.get(f"/k/{CODE}")
    assert (answer.status_code, answer.headers["Location"], counted()) == (302, reverse("start"), [])


def test_before_the_set_up_it_leads_on(client: Client, db: None) -> None:
    Campaign.objects.create(code=CODE, label="Schule", since=dt.date(2026, 7, 1))
    assert client.get(f"/k/{CODE}").status_code == 302


def test_head_is_no_visit(client: Client, link: Campaign) -> None:
    answer = client.head(f"/k/{CODE}")
    assert (answer.status_code, list(answer.cookies), counted()) == (302, [], [])


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Purpose": "prefetch"},
        {"Sec-Purpose": "prefetch;prerender"},
        {"Purpose": "prefetch"},
        {"Sec-Fetch-Dest": "image"},
        {"Sec-Fetch-Dest": "iframe"},
        {"Sec-Fetch-Dest": "empty"},
    ],
)
def test_what_no_person_opens_is_no_visit(client: Client, link: Campaign, headers: dict[str, str]) -> None:
    answer = client.get(f"/k/{CODE}", headers=headers)
    assert (answer.status_code, counted()) == (302, [])


def test_browser_s_own_navigation_is_a_visit(client: Client, link: Campaign) -> None:
    client.get(f"/k/{CODE}", headers={"Sec-Fetch-Dest": "document"})
    assert counted() == [{"campaign": CODE}]


def test_flood_leads_on_but_is_not_counted(client: Client, link: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "VISITS_PER_HOUR", 3)
    answers = {client.get(f"/k/{CODE}").status_code for _ in range(7)}
    assert len(counted()) in {3, 6}  # an hour may end in between
    assert answers == {302}
    client.get(f"/k/{CODE}", REMOTE_ADDR="203.0.113.9")
    assert len(counted()) in {4, 7}


def test_nobody_posts_to_a_link(client: Client, link: Campaign) -> None:
    assert (client.post(f"/k/{CODE}").status_code, counted()) == (405, [])


# --- who comes in ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["counsellor", "administrator"])
@pytest.mark.parametrize("name", [*STAFF_PAGES, "campaigns", "button"])
def test_pages_are_for_those_who_lead(team: Team, link: Campaign, role: str, name: str) -> None:
    somebody = browser(world.staff(team, "Andere", role))
    address = reverse(f"statistics:{name}", args=[CODE] if name in STAFF_PAGES else [])
    assert somebody.get(address).status_code == 403
    if name in {"campaign", "campaigns"}:
        assert somebody.post(address, {"step": "end", "label": "X", "code": "neu-und-anders"}).status_code == 403
    assert list(Campaign.objects.values_list("code", "active")) == [(CODE, True)]


@pytest.mark.parametrize("name", [*STAFF_PAGES, "campaigns", "button"])
def test_nobody_is_led_to_the_sign_in(client: Client, link: Campaign, name: str) -> None:
    answer = client.get(reverse(f"statistics:{name}", args=[CODE] if name in STAFF_PAGES else []))
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, reverse("people:sign_in"))


@pytest.mark.parametrize("name", STAFF_PAGES)
def test_unknown_link_is_not_there(uli: Actor, name: str) -> None:
    assert browser(uli).get(reverse(f"statistics:{name}", args=["nichts"])).status_code == 404


# --- making and changing ---------------------------------------------------------------------------------------------


def test_link_is_made_by_form(uli: Actor) -> None:
    lead = browser(uli)
    answer = lead.post(reverse("statistics:campaigns"), {"label": "Schule am Berg", "code": ""})
    assert answer.status_code == 303
    text = lead.get(answer.headers["Location"]).content.decode()
    assert f"{settings.ORIGINS[0]}/k/{CODE}" in text
    assert 'data-testid="said"' in text


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"label": "", "code": "schule"}, "Wie soll der Link bei euch heißen?"),
        ({"label": "Schule", "code": "Schule am Tal"}, "Zum Beispiel: schule-am-tal"),
        ({"label": "Noch eine", "code": CODE}, "Diesen Link gibt es schon: Schule am Berg."),
        ({"label": "Schule", "code": "team"}, "Dieses Wort braucht die Seite selbst."),
        ({"label": "Schule", "code": "x" * 501}, "höchstens 500"),
    ],
)
def test_refusal_stands_at_its_field_and_keeps_what_was_typed(
    uli: Actor, link: Campaign, data: dict[str, str], sentence: str
) -> None:
    answer = browser(uli).post(reverse("statistics:campaigns"), data)
    text = answer.content.decode()
    assert (answer.status_code, sentence in text) == (422, True)
    assert f'value="{data["code"]}"' in text
    assert Campaign.objects.count() == 1


def test_link_is_renamed_ended_and_resumed(uli: Actor, link: Campaign) -> None:
    lead, address = browser(uli), reverse("statistics:campaign", args=[CODE])

    def step(name: str, **data: str) -> Any:
        answer = lead.post(address, {"step": name, **data})
        return answer.status_code, list(Campaign.objects.values_list("code", "label", "active"))

    assert step("rename", label="Schule im Tal", code="anders") == (303, [(CODE, "Schule im Tal", True)])
    assert step("rename", label="") == (422, [(CODE, "Schule im Tal", True)])
    assert step("rename", label="x" * 501) == (422, [(CODE, "Schule im Tal", True)])
    assert step("end") == (303, [(CODE, "Schule im Tal", False)])
    assert step("resume") == (303, [(CODE, "Schule im Tal", True)])
    assert step("anything") == (303, [(CODE, "Schule im Tal", True)])


def test_refused_resuming_says_why(uli: Actor, link: Campaign, monkeypatch: pytest.MonkeyPatch) -> None:
    campaigns.switch(uli, CODE, on=False)
    monkeypatch.setattr(campaigns, "MOST_RUNNING", 0)
    answer = browser(uli).post(reverse("statistics:campaign", args=[CODE]), {"step": "resume"})
    assert (answer.status_code, 'data-testid="trouble"' in answer.content.decode()) == (422, True)
    assert not Campaign.objects.get().active


def test_label_is_text_and_never_markup(uli: Actor) -> None:
    made = campaigns.make(uli, "<b>Schule</b>", "schule", dt.date(2026, 7, 1))
    for address in (reverse("statistics:campaigns"), reverse("statistics:campaign", args=[made.code])):
        text = browser(uli).get(address).content.decode()
        assert ("<b>Schule</b>" in text, "&lt;b&gt;Schule&lt;/b&gt;" in text) == (False, True)


# --- numbers ---------------------------------------------------------------------------------------------------------


def test_exact_numbers_are_never_shown(client: Client, uli: Actor, link: Campaign) -> None:
    for _ in range(17):
        client.get(f"/k/{CODE}")
    for address in (reverse("statistics:campaigns"), reverse("statistics:campaign", args=[CODE])):
        text = browser(uli).get(address).content.decode()
        assert ("noch nicht veröffentlicht" in text, ">17<" in text) == (True, False)


@pytest.mark.parametrize(("number", "words"), [(15, "15"), (None, "weniger als 5")])
def test_published_numbers_are_shown(uli: Actor, link: Campaign, number: int | None, words: str) -> None:
    table = ShownTable("campaigns", (("campaign", (CODE,)),), {(CODE,): Shown(number)})
    report_world.keep(ShownRelease(shapes.period("2026-Q3"), {}, {"campaigns": table}))
    one, every = (
        re.sub(r"\s+</", "</", browser(uli).get(address).content.decode())
        for address in (reverse("statistics:campaign", args=[CODE]), reverse("statistics:campaigns"))
    )
    assert f'<th scope="row">3. Quartal 2026</th><td class="count">{words}</td>' in one
    assert f"<strong>{words}</strong>" in every
