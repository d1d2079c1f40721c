"""Danger from outside: assessed, passed on, seen by two, and who is turned away."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from counselling.cases.domain import danger, emergency, risk, risk_records
from counselling.cases.domain.risk_content import Assessment
from counselling.cases.models import Risk, RiskEvent, RiskRecord
from counselling.centre.models import Centre
from counselling.people.middleware import BY_ITSELF
from tests.cases.desk_world import a_counsellor, somebody, the_team
from tests.cases.panel_world import a_chat, at, page_of, put
from tests.support import world

pytestmark = pytest.mark.django_db


def orange() -> dict[str, str]:
    return {"level": "orange", "said": "Ich kann nicht mehr", "review_on": str(timezone.localdate()), "plan": "vague"}


def test_an_assessment_is_written_and_shown() -> None:
    chat = a_chat()
    browser = page_of(chat.counsellor)

    answer = put(browser, "risk", chat.case, **orange())

    assert (answer.status_code, answer["Location"]) == (303, at("risk", chat.case))
    shown = browser.get(at("risk", chat.case)).content.decode()
    assert "Ich kann nicht mehr" in shown
    assert "ja, ungefähr" in shown
    assert danger.level(chat.case) == "orange"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"level": ""}, "Wähle eine Stufe."),
        ({"review_on": ""}, "an dem ihr wieder hinschaut"),
        ({"review_on": "2001-01-01"}, "Der Tag liegt schon hinter uns."),
        ({"review_on": "morgen"}, "Diesen Tag gibt es nicht."),
        ({"said": "", "decision": "Ich kann nicht mehr"}, "worauf sich die Einschätzung stützt"),
        ({"observed": "x" * 2001}, "Ein Feld hat höchstens 2.000 Zeichen."),
    ],
)
def test_what_is_incomplete_comes_back_with_its_text(change: dict[str, str], said: str) -> None:
    chat = a_chat()

    page = put(page_of(chat.counsellor), "risk", chat.case, **(orange() | change))

    assert page.status_code == 422
    assert said in page.content.decode()
    assert "Ich kann nicht mehr" in page.content.decode()
    assert not Risk.objects.exists()


def test_a_code_that_was_never_offered_is_refused() -> None:
    chat = a_chat()

    assert put(page_of(chat.counsellor), "risk", chat.case, **(orange() | {"plan": "x"})).status_code == 422
    assert put(page_of(chat.counsellor), "risk", chat.case, level="purple").status_code == 422


def test_red_at_once_with_what_stands_there() -> None:
    chat = a_chat()
    browser = page_of(chat.counsellor)

    put(browser, "risk", chat.case, now="1", said="Jetzt gleich")

    assert danger.pinned(chat.case)
    shown = browser.get(at("risk", chat.case)).content.decode()
    assert "Was jetzt zu tun ist" in shown
    assert "tel:112" in shown
    assert "Jetzt gleich" in shown


def test_the_protocol_promises_a_call_only_where_there_is_an_address_and_mail(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    chat = a_chat()
    risk.assess(chat.counsellor, chat.case, Assessment("red"))
    browser = page_of(chat.counsellor)
    assert "Sag der Leitung selbst Bescheid" in browser.get(at("risk", chat.case)).content.decode()

    Centre.objects.update_or_create(pk=1, defaults={"alert_email": "leitung@example.org"})
    assert "Sag der Leitung selbst Bescheid" in browser.get(at("risk", chat.case)).content.decode()
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"

    shown = browser.get(at("risk", chat.case)).content.decode()
    assert "alle fünf Minuten die nächste Person" in shown
    assert "vorgemerkt" not in shown

    emergency.unseen(timezone.now())

    assert "Ruf per E-Mail vorgemerkt: die Adresse für Alarme." in browser.get(at("risk", chat.case)).content.decode()


def test_other_chats_are_passed_on_once() -> None:
    chat = a_chat()
    other = world.chat(the_team(), chat.counsellor, nickname="Nachtfalter")
    risk.assess(chat.counsellor, chat.case, Assessment("red"))
    browser = page_of(chat.counsellor)
    assert "Meinen anderen Chat abgeben" in browser.get(at("risk", chat.case)).content.decode()

    answer = put(browser, "others", chat.case)

    assert answer["Location"] == f"{at('risk', chat.case)}?passed=1"
    assert "1 Chat ist jetzt ganz oben" in browser.get(answer["Location"]).content.decode()
    assert world.row(other.case).state == "waiting"
    assert "Du hattest keine" in browser.get(put(browser, "others", chat.case)["Location"]).content.decode()
    assert browser.get(f"{at('risk', chat.case)}?passed=<b>").status_code == 200


def test_the_control_centres_are_shown_with_the_town_that_was_told(settings: Any) -> None:
    settings.CONTROL_CENTRES = (("Alphastadt", "0123 1"), ("Betadorf", "0123 2"))
    chat = a_chat()
    risk.assess(chat.counsellor, chat.case, Assessment("red"))
    emergency.tell_where(chat.seeker, chat.case, "am Bahnhof in Betadorf")

    shown = page_of(chat.counsellor).get(at("risk", chat.case)).content.decode()

    assert shown.index("0123 2") < shown.index("0123 1")
    assert "wurde genannt" in shown


def test_the_list_and_the_second_look_of_those_who_lead() -> None:
    chat = a_chat()
    risk.assess(chat.counsellor, chat.case, Assessment("red", said="Ich kann nicht mehr"))
    record = RiskRecord.objects.get()
    browser = page_of(somebody("supervisor"))

    for path in (at("records"), at("record", record.pk)):
        shown = browser.get(path).content.decode()
        assert "Mara" in shown
        assert "Ich kann nicht mehr" not in shown
        assert str(chat.case) not in shown
    assert put(browser, "seen", record.pk).status_code == 303

    assert RiskEvent.objects.filter(record=record, code="seen").count() == 1
    assert "Gesehen von" in browser.get(at("records")).content.decode()


def test_a_colleague_reads_and_confirms() -> None:
    chat = a_chat()
    risk.assess(chat.counsellor, chat.case, Assessment("red", said="Ich kann nicht mehr"))
    record = RiskRecord.objects.get()
    browser = page_of(a_counsellor("Jon"))

    assert "Ich kann nicht mehr" in browser.get(at("record", record.pk)).content.decode()
    assert put(browser, "seen", record.pk, one="1")["Location"] == at("record", record.pk)

    assert risk_records.listed(chat.counsellor)[0].waits is False
    assert put(page_of(chat.counsellor), "seen", record.pk).status_code == 403


def test_a_record_that_was_tampered_with_says_so() -> None:
    chat = a_chat()
    risk.assess(chat.counsellor, chat.case, Assessment("red"))
    RiskRecord.objects.update(sealed=b"x" * 300)

    page = page_of(chat.counsellor).get(at("record", RiskRecord.objects.get().pk))

    assert page.status_code == 200
    assert "Der Text lässt sich nicht öffnen." in page.content.decode()


def test_the_bell_counts_what_waits_for_me_and_is_no_activity() -> None:
    chat = a_chat()
    lead, mine = page_of(somebody("supervisor")), page_of(chat.counsellor)
    assert lead.get(at("waiting")).json() == {"waiting": 0}
    risk.assess(chat.counsellor, chat.case, Assessment("red"))

    assert (lead.get(at("waiting")).json(), mine.get(at("waiting")).json()) == ({"waiting": 1}, {"waiting": 0})
    assert at("waiting") in BY_ITSELF
    put(lead, "seen", RiskRecord.objects.get().pk)
    assert lead.get(at("waiting")).json() == {"waiting": 0}


def test_an_empty_list_says_so() -> None:
    assert "Gerade gibt es keine" in page_of(a_counsellor()).get(at("records")).content.decode()


def test_the_list_is_for_counsellors_and_those_who_lead() -> None:
    chat = a_chat()
    risk.assess(chat.counsellor, chat.case, Assessment("red"))
    record = RiskRecord.objects.get()

    technician = page_of(somebody("administrator"))
    for path in (at("records"), at("record", record.pk)):
        assert technician.get(path).status_code == 403
        assert Client().get(path).status_code == 302
    assert page_of(chat.counsellor).get(at("record", uuid4())).status_code == 404
