"""The panel from outside: what each form does, how refusals come back, and who is turned away."""

from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from counselling.cases.domain import agreements, fact_editing, handover, risk
from counselling.cases.domain.risk_content import Assessment
from counselling.cases.models import Agreement, Note, Risk, Task, Whereabouts
from counselling.people.domain.actors import Actor
from counselling.people.models import AuditEntry
from tests.cases.desk_world import a_counsellor, browser_of, somebody, the_team
from tests.cases.panel_world import a_chat, at, page_of, put, seeker_of
from tests.support import world

pytestmark = pytest.mark.django_db


def test_the_panel_shows_what_is_known() -> None:
    chat = a_chat()
    agreements.write(chat.counsellor, chat.case, "Bis Dienstag")

    page = page_of(chat.counsellor).get(at("file", chat.case))

    shown = page.content.decode()
    assert page.status_code == 200
    assert "Blauer Bus" in shown
    assert "Bis Dienstag" in shown
    assert "Noch nicht eingeschätzt." in shown


def test_each_short_form_writes_and_leads_back() -> None:
    chat = a_chat()
    browser = page_of(chat.counsellor)

    for name, data, part in (
        ("agreement", {"text": "Bis Dienstag"}, "agreement"),
        ("note", {"text": "Vorsichtig"}, "note"),
        ("task", {"text": "Anrufen", "due_on": str(timezone.localdate())}, "task"),
    ):
        answer = put(browser, name, chat.case, **data)
        assert (answer.status_code, answer["Location"]) == (303, f"{at('file', chat.case)}#{part}-title")
    put(browser, "tick", chat.case, 1, done="1")

    assert (Agreement.objects.count(), Note.objects.count()) == (1, 1)
    assert Task.objects.get().done_at
    put(browser, "tick", chat.case, 1)
    assert Task.objects.get().done_at is None


@pytest.mark.parametrize(
    ("back", "leads"),
    [
        ("desk", "desk"),
        ("case", "case"),
        ("file", "file"),
        ("https://example.org", "file"),
        ("//example.org", "file"),
        ("", "file"),
    ],
)
def test_a_form_leads_back_by_a_code_and_never_elsewhere(back: str, leads: str) -> None:
    chat = a_chat()

    answer = put(page_of(chat.counsellor), "note", chat.case, text="Vorsichtig", back=back)

    places = {
        "desk": reverse("cases:desk"),
        "case": reverse("mail:case", args=[chat.case]),
        "file": at("file", chat.case),
    }
    assert answer["Location"].split("#")[0] == places[leads]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("agreement", "", "Da steht noch nichts."),
        ("agreement", "x" * 1001, "Eine Vereinbarung hat höchstens 1.000 Zeichen."),
        ("note", "x" * 4001, "Das ist zu lang"),
        ("task", "x" * 501, "Eine Aufgabe hat höchstens 500 Zeichen."),
        ("task", " ", "Da steht noch nichts."),
    ],
)
def test_what_was_refused_stands_there_again(name: str, text: str, said: str) -> None:
    chat = a_chat()

    page = put(page_of(chat.counsellor), name, chat.case, text=text)

    assert page.status_code == 422
    assert said in page.content.decode()
    assert text in page.content.decode()


def test_a_day_that_is_none_is_refused_and_the_text_stays() -> None:
    chat = a_chat()

    for day in ("2026-02-31", "gestern", "2001-01-01"):
        page = put(page_of(chat.counsellor), "task", chat.case, text="Beim Amt anrufen", due_on=day)
        assert page.status_code == 422
        assert "Beim Amt anrufen" in page.content.decode()
    assert not Task.objects.exists()


def test_answers_are_corrected() -> None:
    chat = a_chat()
    browser = page_of(chat.counsellor)
    assert browser.get(at("facts", chat.case)).status_code == 200

    answer = put(browser, "facts", chat.case, age_band="12_14", strain="4", language="tr", topics=["school"])

    assert answer.status_code == 303
    known = fact_editing.current(chat.counsellor, chat.case)
    assert (known.age_band, known.strain, known.language, known.topics) == ("12_14", 4, "tr", ["school"])
    assert "Türkçe" in browser.get(at("facts", chat.case)).content.decode()
    assert put(browser, "facts", chat.case, age_band="99").status_code == 422
    assert fact_editing.current(chat.counsellor, chat.case) == known


def test_a_language_that_is_not_on_offer_stays_when_nothing_is_said_of_it() -> None:
    chat = world.chat(the_team(), a_counsellor(), language="pl")
    browser = page_of(chat.counsellor)
    assert "polski" in browser.get(at("facts", chat.case)).content.decode()

    assert put(browser, "facts", chat.case, language="pl", strain="2").status_code == 303
    assert fact_editing.current(chat.counsellor, chat.case).language == "pl"


# --- who -------------------------------------------------------------------------------------------------------------

OF_A_CASE = ("file", "facts", "risk")
FORMS = ("agreement", "note", "task", "facts", "risk", "others")


@pytest.mark.parametrize("name", OF_A_CASE)
def test_pages_of_a_case_are_for_who_is_seated(name: str) -> None:
    chat = a_chat()
    path = at(name, chat.case)

    assert page_of(a_counsellor("Jon")).get(path).status_code == 404
    assert page_of(chat.counsellor).get(at(name, uuid4())).status_code == 404
    assert page_of(somebody("supervisor")).get(path).status_code == 403
    assert AuditEntry.objects.filter(event="content_refused").count() == 1
    assert Client().get(path).status_code == 302
    assert seeker_of(chat).get(path).status_code == 302


@pytest.mark.parametrize("name", FORMS)
def test_forms_of_a_case_are_for_who_is_seated(name: str) -> None:
    chat = a_chat()
    data = {"text": "Hallo", "level": "green", "age_band": "u12"}
    path = at(name, chat.case)

    assert page_of(a_counsellor("Jon")).post(path, data).status_code == 404
    assert page_of(somebody("administrator")).post(path, data).status_code == 403
    assert seeker_of(chat).post(path, data).status_code == 302
    assert browser_of(chat.counsellor, csrf=True, page=True).post(path, data).status_code == 403
    assert (Agreement.objects.count(), Note.objects.count(), Task.objects.count(), Risk.objects.count()) == (0, 0, 0, 0)


# --- the young person ------------------------------------------------------------------------------------------------


def test_where_is_only_asked_of_somebody_in_danger() -> None:
    chat = a_chat()
    browser = seeker_of(chat)

    assert browser.get(at("where")).status_code == 302
    assert browser.post(at("where"), {"text": "Hier"}).status_code == 302
    assert Client().get(at("where")).status_code == 302
    assert not Whereabouts.objects.exists()


def test_where_is_told_and_shown_again() -> None:
    chat = a_chat()
    risk.assess(chat.counsellor, chat.case, Assessment("red"))
    browser = seeker_of(chat)
    assert browser.get(at("where")).status_code == 200

    answer = browser.post(at("where"), {"text": "Bei Oma\n<script>"})

    assert (answer.status_code, answer["Location"]) == (303, at("where"))
    shown = browser.get(at("where")).content.decode()
    assert "Bei Oma<br>&lt;script&gt;" in shown
    assert "Bei Oma" in page_of(chat.counsellor).get(at("file", chat.case)).content.decode()


@pytest.mark.parametrize(("text", "said"), [("", "Da steht noch nichts."), ("x" * 501, "Das ist etwas zu lang.")])
def test_where_comes_back_when_it_is_refused(text: str, said: str) -> None:
    chat = a_chat()
    risk.assess(chat.counsellor, chat.case, Assessment("red"))

    page = seeker_of(chat).post(at("where"), {"text": text})

    assert page.status_code == 422
    assert said in page.content.decode()
    assert text in page.content.decode()


def test_what_was_agreed_is_read_by_its_young_person() -> None:
    chat, other = a_chat(), world.chat(the_team(), a_counsellor("Jon"), nickname="Nachtfalter")
    browser = seeker_of(chat)
    assert "Hier steht noch nichts." in browser.get(at("agreed")).content.decode()
    agreements.write(chat.counsellor, chat.case, "Bis Dienstag\n<b>um fünf</b>")

    for path in (at("agreed"), at("agreed", chat.case)):
        assert "Bis Dienstag<br>&lt;b&gt;um fünf" in browser.get(path).content.decode()
    assert seeker_of(other).get(at("agreed", chat.case)).status_code == 302
    assert "Bis Dienstag" not in seeker_of(other).get(at("agreed")).content.decode()
    assert Client().get(at("agreed")).status_code == 302


def test_no_address_of_ours_holds_content() -> None:
    chat: UUID = a_chat().case

    assert all("Blauer" not in at(name, chat) for name in OF_A_CASE)


def test_open_chats_fetch_what_was_agreed() -> None:
    chat, other = a_chat(), world.chat(the_team(), a_counsellor("Jon"), nickname="Nachtfalter")
    agreements.write(chat.counsellor, chat.case, "Bis Montag")
    agreements.write(chat.counsellor, chat.case, "Bis Dienstag\n<b>um fünf</b>")
    mine, team = at("agreed_now"), f"{at('agreed_of')}?case={chat.case}"

    for answer in (seeker_of(chat).get(mine), browser_of(chat.counsellor).get(team)):
        told = answer.json()["agreements"]
        assert [one["text"] for one in told] == ["Bis Dienstag\n<b>um fünf</b>", "Bis Montag"]
        assert told[0]["by"].startswith(f"Aufgeschrieben von {chat.counsellor.alias} am ")
    assert seeker_of(other).get(mine).json() == {"agreements": []}
    assert browser_of(other.counsellor).get(team).status_code == 404
    assert Client().get(mine, headers={"Accept": "application/json"}).status_code == 404
    assert Client().get(team, headers={"Accept": "application/json"}).status_code == 403


def test_a_chat_s_page_shows_what_was_agreed_from_the_first() -> None:
    chat = a_chat()
    assert 'data-testid="agreed" data-slot="agreed"' in seeker_of(chat).get("/chat/").content.decode()
    agreements.write(chat.counsellor, chat.case, "Bis Dienstag <b>")

    page = seeker_of(chat).get("/chat/").content.decode()

    assert page.count("Bis Dienstag &lt;b&gt;") == 2


def test_an_invited_colleague_is_offered_nothing_that_is_for_the_two() -> None:
    chat, jon = a_chat(), a_counsellor("Jon")
    agreements.write(chat.counsellor, chat.case, "Bis Dienstag")
    risk.assess(
        chat.counsellor, chat.case, Assessment("orange", review_on=timezone.localdate(), said="Ich kann nicht mehr.")
    )
    handover.invite(chat.counsellor, chat.case, to=jon.id)
    theirs = ("agreement-open", "plan-link", "dates-link", "partners-link")
    assert all(f'data-testid="{name}"' in shown_to(chat.counsellor, chat.case) for name in theirs)

    shown = shown_to(jon, chat.case)

    assert "Bis Dienstag" in shown
    assert not any(f'data-testid="{name}"' in shown for name in theirs)
    assert 'data-testid="note-open"' in shown
    assert put(page_of(jon), "agreement", chat.case, text="Bis Freitag").status_code == 403
    for address in ("case_dates", "case_partners"):
        assert page_of(jon).get(reverse(f"blended:{address}", args=[chat.case])).status_code == 403


def shown_to(actor: Actor, case: UUID) -> str:
    return str(page_of(actor).get(at("file", case)).content.decode())
