"""The audit trail as supervisors see it, and nobody else."""

import csv
import datetime as dt
import io
import re
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import django
import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone, translation

# ruff: noqa: E402 -- models need the apps; the suite's settings are only known once its first conftest ran
django.setup()

from django.urls import reverse

from counselling.errors import NotAllowed
from counselling.people.domain import audit, audit_chain, audit_reading, audit_retention, audit_words
from counselling.people.domain.actors import Actor
from counselling.people.domain.audit_reading import Filters
from counselling.people.models import AuditEntry, Staff, Team
from tests.people import trail
from tests.support import key_rings, world

pytestmark = pytest.mark.django_db

PAGES = ["people:audit", "cases:deletions"]


def browser(actor: Actor | None) -> Client:
    client = Client()
    if actor:
        key_rings.sign_in(client, Staff.objects.get(pk=actor.id))
    return client


@pytest.fixture
def uli(team: Team) -> Actor:
    """Leads the team."""
    return world.staff(team, "Uli", "supervisor")


@pytest.fixture
def lead(uli: Actor) -> Client:
    return browser(uli)


@pytest.fixture
def mara(team: Team) -> Actor:
    return world.counsellor(team, "Mara")


@pytest.fixture
def jon(team: Team) -> Actor:
    return world.counsellor(team, "Jon")


def shown(client: Client, **query: Any) -> str:
    """The page's text."""
    response = client.get(reverse("people:audit"), query)
    assert response.status_code == 200
    return response.content.decode()


def sentences(client: Client, **query: Any) -> list[str]:
    """The sentences on the page, in order."""
    return re.findall(r'<td class="trail-what">([^<]*)</td>', shown(client, **query))


# --- who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("role", "status"), [("supervisor", 200), ("counsellor", 403), ("administrator", 403)])
@pytest.mark.parametrize("name", PAGES)
def test_page_is_for_those_who_lead(team: Team, name: str, role: str, status: int) -> None:
    assert browser(world.staff(team, "Uli", role)).get(reverse(name)).status_code == status


@pytest.mark.parametrize(("role", "status"), [("supervisor", 200), ("counsellor", 403), ("administrator", 403)])
@pytest.mark.parametrize("name", ["people:audit", "people:audit_export"])
def test_posting_is_for_those_who_lead(team: Team, name: str, role: str, status: int) -> None:
    assert browser(world.staff(team, "Uli", role)).post(reverse(name)).status_code == status


@pytest.mark.parametrize("name", [*PAGES, "people:audit_export"])
def test_strangers_are_sent_to_the_sign_in(db: None, name: str) -> None:
    client = browser(None)
    answer = client.get(reverse(name)) if name in PAGES else client.post(reverse(name))

    assert answer.headers["Location"].startswith(reverse("people:sign_in"))


def test_refused_export_is_not_told_as_one(team: Team, mara: Actor) -> None:
    browser(mara).post(reverse("people:audit_export"))

    assert not AuditEntry.objects.filter(event="exported").exists()


def test_domain_asks_itself(mara: Actor, team: Team) -> None:
    seeker = world.waiting(team).seeker
    for actor in (mara, seeker, world.staff(team, "Ivo", "administrator")):
        for ask in (
            lambda actor: audit_reading.page(actor, Filters(), "1"),
            audit_reading.state,
            lambda actor: audit_reading.table(actor, Filters()),
            audit_reading.people,
            audit_reading.months,
        ):
            with pytest.raises(NotAllowed):
                ask(actor)


@pytest.mark.parametrize(("role", "links"), [("supervisor", True), ("administrator", False)])
def test_welcome_leads_there(team: Team, role: str, links: bool) -> None:
    page = browser(world.staff(team, "Uli", role)).get(reverse("people:welcome")).content.decode()

    assert [reverse(name) in page for name in PAGES] == [links, links]


# --- what it says -----------------------------------------------------------------------------------------------------


def test_newest_comes_first_in_plain_sentences(lead: Client, mara: Actor, jon: Actor) -> None:
    audit.note("let_in", by=mara, subject=jon.id)
    audit.note("handed_over", by=mara, subject=jon.id, case_ref=uuid4(), code="colleague")

    assert sentences(lead) == ["Mara hat einen Fall an Jon übergeben.", "Mara hat Jon freigeschaltet."]


def test_sentences_are_in_the_readers_language(lead: Client, mara: Actor, jon: Actor) -> None:
    audit.note("let_in", by=mara, subject=jon.id)
    lead.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"

    assert sentences(lead) == ["Mara let Jon in."]


def test_team_is_named_as_one(lead: Client, mara: Actor, team: Team) -> None:
    audit.note("vault_founded", by=mara, subject=team.pk)

    assert sentences(lead) == ["Mara hat den Tresor von Team Linde eingerichtet."]


def test_nobody_in_particular_is_the_system_and_the_unknown_is_somebody(lead: Client) -> None:
    audit.note("password_reset", subject=uuid4())

    assert sentences(lead) == ["Das System hat das Passwort von jemand zurückgesetzt."]


def test_names_are_text_and_nothing_else(lead: Client, mara: Actor) -> None:
    Staff.objects.filter(pk=mara.id).update(alias="<b>{who}</b>")
    audit.note("claimed", by=mara)

    assert sentences(lead) == ["&lt;b&gt;{who}&lt;/b&gt; hat einen Fall angenommen."]


@pytest.mark.parametrize("event", [*audit.EVENTS, audit_chain.PRUNED])
@pytest.mark.parametrize("language", ["de", "en"])
def test_every_event_has_a_name_and_a_sentence(event: str, language: str) -> None:
    with translation.override(language):
        words = audit_words.sentence(event, "", who="Mara", whom="Jon", to_themselves=False)
        assert words.endswith(".")
        assert "{" not in words
        assert str(audit_words.EVENTS[event]) not in {"", event}


def test_every_name_belongs_to_an_event() -> None:
    assert set(audit_words.EVENTS) == {*audit.EVENTS, audit_chain.PRUNED}
    assert {event for event, _code in audit_words._SENTENCES} == set(audit_words.EVENTS)


def test_event_of_a_later_version_is_shown_as_it_is_written() -> None:
    assert audit_words.sentence("danced", "tango", who="Mara", whom="", to_themselves=True) == "danced tango"


def test_doing_it_to_oneself_reads_like_that(lead: Client, mara: Actor, jon: Actor) -> None:
    audit.note("factor_removed", by=mara, subject=mara.id, code="app")
    audit.note("factor_removed", by=mara, subject=jon.id, code="app")
    audit.note("factor_removed", by=mara, subject=jon.id, code="reset")
    audit.note("factor_added", by=jon, subject=jon.id, code="spare_code")

    assert sentences(lead) == [
        "Jon hat sich neue Ersatzcodes geben lassen.",
        "Mara hat die zweiten Faktoren von Jon zurückgesetzt.",
        "Mara hat den zweiten Faktor von Jon entfernt.",
        "Mara hat einen eigenen zweiten Faktor entfernt.",
    ]


def test_case_is_shortened_and_leads_to_everything_about_it(lead: Client, mara: Actor) -> None:
    ref, other = uuid4(), uuid4()
    for case in (ref, other, ref):
        audit.note("claimed", by=mara, case_ref=case)

    page = shown(lead)
    assert f'href="{reverse("people:audit")}?case={ref}"' in page
    assert f"<code>{str(ref)[:8]}</code>" in page
    assert len(sentences(lead, case=ref)) == 2
    assert f"Alles zu Fall <code>{str(ref)[:8]}</code>." in shown(lead, case=ref)


def test_anchor_is_not_shown_but_that_entries_went_is(lead: Client) -> None:
    trail.chained(2, at=timezone.now() - dt.timedelta(days=1000))
    audit_retention.prune(timezone.now())

    assert sentences(lead) == ["Ältere Einträge wurden gelöscht, weil ihre Frist um war."]


def test_empty_trail_says_what_will_come(lead: Client) -> None:
    assert "Hier steht noch nichts." in shown(lead)
    assert 'data-testid="state"' not in shown(lead)


# --- filters and pages ------------------------------------------------------------------------------------------------


def test_person_finds_what_they_did_and_what_was_done_to_them(lead: Client, mara: Actor, jon: Actor) -> None:
    audit.note("claimed", by=mara)
    audit.note("let_in", by=mara, subject=jon.id)
    audit.note("claimed", by=jon)

    assert len(sentences(lead, person=mara.id)) == 2
    assert len(sentences(lead, person=jon.id)) == 2
    assert sentences(lead, person=jon.id, event="let_in") == ["Mara hat Jon freigeschaltet."]


def test_month_is_the_houses(lead: Client) -> None:
    for at in ("2026-10-31T22:59", "2026-10-31T23:00", "2026-11-30T22:59", "2026-11-30T23:00"):  # UTC
        AuditEntry.objects.create(at=dt.datetime.fromisoformat(at + "+00:00"), event="claimed")

    assert len(sentences(lead, month="2026-11")) == 2


def test_december_ends_with_the_year(uli: Actor) -> None:
    for at in ("2025-12-31T22:59", "2025-12-31T23:00"):
        AuditEntry.objects.create(at=dt.datetime.fromisoformat(at + "+00:00"), event="claimed")

    assert audit_reading.page(uli, Filters(month=dt.date(2025, 12, 1)), "1")[0].paginator.count == 1


def test_months_reach_back_to_the_first_entry(uli: Actor) -> None:
    this = timezone.localdate().replace(day=1)
    assert audit_reading.months(uli) == [this]

    trail.chained(1, at=timezone.now() - dt.timedelta(days=70))
    found = audit_reading.months(uli)
    assert found[0] == this
    assert found[-1] == timezone.localdate(timezone.now() - dt.timedelta(days=70)).replace(day=1)
    assert len(found) in {3, 4}
    assert found == sorted(found, reverse=True)


@pytest.mark.parametrize(
    "query", [{"person": "nobody"}, {"event": "danced"}, {"month": "2026-13"}, {"month": "x"}, {"case": "12"}]
)
def test_what_was_never_offered_is_ignored(lead: Client, query: dict[str, str]) -> None:
    trail.chained(2)

    assert len(sentences(lead, **query)) == 2


def test_nothing_found_says_so_and_leads_back(lead: Client) -> None:
    trail.chained(1)

    assert "Dazu steht nichts im Protokoll." in shown(lead, event="erased")


@pytest.mark.parametrize(("page", "entries"), [("1", 50), ("2", 50), ("3", 5), ("99", 5), ("x", 50), ("", 50)])
def test_fifty_to_a_page(lead: Client, page: str, entries: int) -> None:
    trail.chained(105)

    assert len(sentences(lead, page=page)) == entries


def test_pages_keep_the_filters(lead: Client) -> None:
    trail.chained(55)

    assert 'href="?event=claimed&amp;page=2"' in shown(lead, event="claimed")
    assert 'href="?event=claimed&amp;page=1"' in shown(lead, event="claimed", page="2")
    assert 'href="?page=2"' in shown(lead)


def test_number_of_queries_does_not_grow(uli: Actor, team: Team, django_assert_num_queries: Callable[..., Any]) -> None:
    staff = [world.staff(team, alias) for alias in ("Mara", "Jon", "Ada")]
    for count in (1, 3):
        for actor in staff[:count]:
            audit.note("let_in", by=actor, subject=uuid4(), case_ref=uuid4())
        audit_chain.chain()
        with django_assert_num_queries(5):
            audit_reading.page(uli, Filters(), "1")


# --- as it was written ------------------------------------------------------------------------------------------------


def test_untouched_trail_says_so(lead: Client) -> None:
    rows = trail.chained(3)

    page = shown(lead)

    assert "alle 3 Einträge" in page
    assert f"3:{bytes(rows[2].mac).hex()[:16]}" in page


def test_long_trail_looks_at_the_newest_and_at_all_on_request(lead: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_reading, "QUICK", 4)
    trail.chained(8)
    trail.alter(2, code="other")

    assert "die letzten 4 Einträge" in shown(lead)

    thorough = lead.post(reverse("people:audit"), {"event": "claimed"}).content.decode()
    assert "Am Protokoll stimmt etwas nicht." in thorough
    assert "Eintrag 2 wurde geändert oder verschoben." in thorough
    assert '<option value="claimed" selected>' in thorough


def test_tampering_with_the_newest_shows_at_once(lead: Client) -> None:
    trail.chained(8)
    AuditEntry.objects.update(code="other")

    page = shown(lead)

    assert page.count("wurde geändert oder verschoben.") == 5
    assert 'role="alert"' in page
    assert len(sentences(lead)) == 8


def test_looking_writes_nothing_but_numbers(lead: Client) -> None:
    trail.write(3)

    shown(lead)

    assert [row.number for row in trail.rows()] == [1, 2, 3]
    assert AuditEntry.objects.count() == 3


# --- the table --------------------------------------------------------------------------------------------------------


def exported(client: Client, **chosen: Any) -> list[list[str]]:
    response = client.post(reverse("people:audit_export"), chosen)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(response.content.decode("utf-8-sig")), delimiter=";"))


def test_table_holds_what_the_filters_show(lead: Client, mara: Actor, jon: Actor) -> None:
    ref = uuid4()
    audit.note("handed_over", by=mara, subject=jon.id, case_ref=ref, code="colleague")
    audit.note("claimed", by=jon)

    head, *rows = exported(lead, event="handed_over")

    assert head == ["Nummer", "Zeit", "Was", "Satz", "Wer", "Wen", "Fall"]
    assert [row[0] for row in rows] == ["1"]
    assert rows[0][2:] == ["Fall übergeben", "Mara hat einen Fall an Jon übergeben.", "Mara", "Jon", str(ref)]


def test_taking_the_table_is_told(lead: Client, uli: Actor) -> None:
    rows = exported(lead)

    assert AuditEntry.objects.get().code == "trail"
    assert [row[3] for row in rows[1:]] == ["Uli hat dieses Protokoll als Tabelle gespeichert."]


@pytest.mark.parametrize("alias", ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"])
def test_name_is_no_formula(lead: Client, mara: Actor, alias: str) -> None:
    Staff.objects.filter(pk=mara.id).update(alias=alias)
    audit.note("claimed", by=mara)

    rows = exported(lead, event="claimed")

    assert [row[4] for row in rows[1:]] == [f"'{alias}"]
    assert [row[3][0] for row in rows[1:]] == ["'"]


def test_table_is_named_after_the_month(lead: Client) -> None:
    month = f"{timezone.localdate():%Y-%m}"

    answer = lead.post(reverse("people:audit_export"), {"month": month})

    assert answer.headers["Content-Disposition"] == f'attachment; filename="protokoll-{month}.csv"'


def test_table_in_english_has_commas(uli: Actor) -> None:
    with translation.override("en"):
        assert audit_reading.table(uli, Filters()).splitlines()[0] == "Number,Time,What,Sentence,Who,Whom,Case"


def test_posting_needs_the_forms_token(uli: Actor) -> None:
    client = Client(enforce_csrf_checks=True)
    key_rings.sign_in(client, Staff.objects.get(pk=uli.id))

    for name in ("people:audit", "people:audit_export"):
        assert client.post(reverse(name)).status_code == 403


def test_young_people_have_no_name_here(lead: Client, team: Team, mara: Actor) -> None:
    chat = world.chat(team, mara)

    page = shown(lead) + lead.post(reverse("people:audit_export")).content.decode()

    traces: list[UUID | str] = [chat.case, chat.case.hex, chat.seeker.id, chat.seeker.id.hex, world.NICKNAME]
    assert [trace for trace in traces if str(trace) in page] == []
