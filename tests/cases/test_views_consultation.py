"""Advice without a name from outside: step by step, refused, given and taken back."""

import pytest
from django.test import Client

from counselling.cases.domain import consultation
from counselling.cases.models import Case, Consultation
from counselling.people.models import Staff, Team
from tests.cases import panel_world
from tests.cases.panel_world import a_chat, at, page_of, put, seeker_of
from tests.support import world

pytestmark = pytest.mark.django_db


def test_advice_step_by_step() -> None:
    chat = a_chat()
    kim = world.counsellor(world.team("Insofa", is_open=False), "Kim")
    world.say(chat.seeker, chat.case, "Daheim wird geschrien")
    browser, path = page_of(chat.counsellor), at("consult", chat.case)
    assert "Daheim wird geschrien" in browser.get(path).content.decode()

    taken = browser.post(path, {"step": "take", "take": ["2"], "text": "Was tun?"}).content.decode()
    assert "Was tun?\n\nJunge Person: Daheim wird geschrien" in taken
    named = {"step": "share", "text": "Blauer Bus sagt, daheim wird geschrien", "to": str(kim.id)}
    refused = browser.post(path, named)
    assert refused.status_code == 422
    assert "<mark>Blauer Bus</mark>" in refused.content.decode()
    replaced = browser.post(path, named | {"step": "replace"}).content.decode()
    assert "X sagt, daheim wird geschrien" in replaced
    answer = browser.post(path, named | {"text": "X sagt, daheim wird geschrien"})

    assert answer.status_code == 303
    asked = page_of(kim).get(answer["Location"]).content.decode()
    assert "X sagt, daheim wird geschrien" in asked
    assert "Mara fragt dich um Rat" in asked
    assert str(chat.case) not in asked
    assert "Blauer Bus" not in asked


def test_an_old_letter_is_picked_and_what_was_written_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consultation, "LATELY", 2)
    chat = a_chat()
    for text in ("Ganz am Anfang", "Mittendrin", "Weiter", "Zuletzt"):
        world.say(chat.seeker, chat.case, text)
    browser, path = page_of(chat.counsellor), at("consult", chat.case)
    newest = browser.get(path).content.decode()
    assert "Zuletzt" in newest
    assert 'data-testid="later"' not in newest
    assert "Mittendrin" not in newest

    end = consultation.lately_said(chat.counsellor, chat.case).earlier
    turned = browser.post(path, {"step": "earlier", "take": [str(end)], "text": "Was tun?"}).content.decode()

    assert f'action="{path}?before={end}"' in turned
    assert "Was tun?\n\nJunge Person: Weiter" in turned  # what was ticked is in the text
    assert "Mittendrin" in turned
    taken = browser.post(f"{path}?before={end}", {"step": "take", "take": [str(end - 1)], "text": ""})
    assert "Junge Person: Mittendrin" in taken.content.decode()
    back = browser.post(f"{path}?before={end}", {"step": "later", "text": "Was tun?"}).content.decode()
    assert "Zuletzt" in back
    assert f'action="{path}"' in back


@pytest.mark.parametrize("before", ["", "x", "0", "-1", "9" * 30, "\u0663"])
def test_a_strange_place_in_the_conversation_is_the_newest(before: str) -> None:
    chat = a_chat()
    world.say(chat.seeker, chat.case, "Zuletzt")

    assert "Zuletzt" in page_of(chat.counsellor).get(at("consult", chat.case), {"before": before}).content.decode()


def test_who_is_named_for_8a_is_labelled_and_stands_first() -> None:
    chat = a_chat()
    world.counsellor(world.team("Andere", is_open=False), "Anna")
    jon = world.counsellor(Case.objects.get(pk=chat.case).team, "Jon")
    Staff.objects.filter(pk=jon.id).update(insofa=True)

    page = page_of(chat.counsellor).get(at("consult", chat.case)).content.decode()

    assert "Insoweit erfahrene Fachkraft (§ 8a): Jon" in page
    assert page.index("Jon (") < page.index("Anna (")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"to": ""}, "Wähle aus, wen du fragst."),
        ({"to": "nobody"}, "Wie geht das?"),
        ({"text": ""}, "Da steht noch nichts."),
        ({"text": "x" * 8001}, "Das ist zu lang."),
    ],
)
def test_advice_that_is_refused_comes_back(change: dict[str, str], said: str) -> None:
    chat = a_chat()
    kim = world.counsellor(world.team("Insofa", is_open=False), "Kim")
    data = {"step": "share", "text": "Wie geht das?", "to": str(kim.id)} | change

    page = page_of(chat.counsellor).post(at("consult", chat.case), data)

    assert page.status_code == 422
    assert said in page.content.decode()
    assert data["text"] in page.content.decode()


@pytest.mark.parametrize("step", ["", "Share", "share ", "send", "delete"])
def test_a_step_that_no_button_says_shares_nothing(step: str) -> None:
    chat = a_chat()
    kim = world.counsellor(world.team("Insofa", is_open=False), "Kim")
    data = {"text": "Wie geht das?", "to": str(kim.id)}

    for sent in (data | {"step": step}, data):
        page = page_of(chat.counsellor).post(at("consult", chat.case), sent)

        assert page.status_code == 400
        assert "Wie geht das?" in page.content.decode()
        assert "Das passt so noch nicht." in page.content.decode()
    assert not Consultation.objects.exists()


@pytest.mark.parametrize("name", ["blauer\u200b BUS", "Ｂlauer  Bus", "Blaue\u0301r Bus"])
def test_a_name_that_is_written_another_way_is_shown_and_not_shared(name: str) -> None:
    chat = a_chat()
    kim = world.counsellor(world.team("Insofa", is_open=False), "Kim")
    data = {"step": "share", "text": f"{name} fragt", "to": str(kim.id)}
    browser, path = page_of(chat.counsellor), at("consult", chat.case)

    page = browser.post(path, data)

    assert page.status_code == 422
    assert f"<mark>{name}</mark>" in page.content.decode()
    assert not Consultation.objects.exists()
    assert "X fragt</textarea>" in browser.post(path, data | {"step": "replace"}).content.decode()


def test_advice_is_given_and_taken_back() -> None:
    chat = a_chat()
    kim = panel_world.consulted(chat)
    number = Consultation.objects.get().pk
    theirs, mine = page_of(kim), page_of(chat.counsellor)
    assert "Mara fragt dich" in theirs.get(at("consultations")).content.decode()
    assert "Du hast Kim gefragt" in mine.get(at("consultations")).content.decode()

    assert put(theirs, "consultation", number, text="Und der Bruder?").status_code == 303
    assert put(theirs, "consultation", number, text="").status_code == 422
    assert put(mine, "consultation", number, text="Danke").status_code == 403
    assert "Und der Bruder?" in mine.get(at("consultation", number)).content.decode()
    assert put(theirs, "consultation_end", number).status_code == 403
    assert put(mine, "consultation_end", number).status_code == 303
    assert theirs.get(at("consultation", number)).status_code == 404
    assert "Gerade fragt niemand" in mine.get(at("consultations")).content.decode()


def test_advice_is_between_two() -> None:
    chat = a_chat()
    panel_world.consulted(chat)
    number = Consultation.objects.get().pk

    team = Team.objects.exclude(name="Insofa").get()
    for actor, status in ((world.counsellor(team, "Jon"), 404), (world.staff(team, "Lea", "supervisor"), 403)):
        assert page_of(actor).get(at("consultation", number)).status_code == status
    assert page_of(world.staff(team, "Tek", "administrator")).get(at("consultations")).status_code == 403
    assert Client().get(at("consultations")).status_code == 302
    assert seeker_of(chat).get(at("consult", chat.case)).status_code == 302
