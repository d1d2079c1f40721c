"""Signing out: nobody is left alone in an open chat."""

import pytest
from django.urls import reverse

from counselling.cases.domain import closing, handover
from counselling.cases.models import Case, FactTopic, Seat, Waiting
from counselling.people.models import Staff
from tests.cases.desk_world import a_counsellor, browser_of, somebody, the_team
from tests.support import world

pytestmark = pytest.mark.django_db


def leave(browser, **answers):
    """POST the answers, keyed "case": {field: value}."""
    fields = {f"{case}-{name}": value for case, given in answers.items() for name, value in given.items()}
    return browser.post(reverse("cases:sign_out"), fields)


def is_signed_in(browser):
    return browser.get(reverse("cases:desk")).status_code == 200


def test_page_asks_for_every_open_chat_and_signs_nobody_out():
    mara = a_counsellor()
    for name in ("Nachtfalter", "Blauer Bus"):
        world.chat(the_team(), mara, nickname=name)
    browser = browser_of(mara, page=True)

    page = browser.get(reverse("cases:sign_out")).content.decode()

    assert page.count('data-testid="leaving"') == 2
    assert "Nachtfalter" in page
    assert is_signed_in(browser)


def test_without_chats_one_tap_signs_out():
    mara = a_counsellor()
    browser = browser_of(mara, page=True)

    response = leave(browser)

    assert response.headers["Location"] == reverse("people:sign_in")
    assert not is_signed_in(browser)
    assert Staff.objects.get(pk=mara.id).status == "away"


@pytest.mark.parametrize("role", ["supervisor", "administrator"])
def test_others_sign_out_too(role):
    browser = browser_of(somebody(role), page=True)

    leave(browser)

    assert browser.get(reverse("people:welcome")).status_code == 302


def test_each_decision_is_carried_out():
    mara, linde = a_counsellor(), a_counsellor("Linde")
    chats = {name: str(world.chat(the_team(), mara).case) for name in ("queue", "colleague", "letter", "end")}
    FactTopic.objects.create(case_id=chats["end"], code="family")
    browser = browser_of(mara, page=True)

    leave(
        browser,
        **{
            chats["queue"]: {"how": "queue"},
            chats["colleague"]: {"how": "colleague", "to": linde.id},
            chats["letter"]: {"how": "letter"},
            chats["end"]: {"how": "end", "ending": "helped"},
        },
    )

    states = dict(Case.objects.values_list("pk", "state"))
    assert {name: states[Case.objects.get(pk=case).pk] for name, case in chats.items()} == {
        "queue": "waiting",
        "colleague": "active",
        "letter": "closed",
        "end": "closed",
    }
    assert Seat.objects.filter(case=chats["colleague"], staff=linde.id, ended_at=None).exists()
    assert [topic.code for topic in FactTopic.objects.filter(case=chats["end"])] == ["family"]
    assert not Seat.objects.filter(staff=mara.id, ended_at=None).exists()
    assert not is_signed_in(browser)


@pytest.mark.parametrize(
    "answer", [{}, {"how": "colleague"}, {"how": "end"}, {"how": "vanish"}, {"how": "colleague", "to": "x"}]
)
def test_undecided_chat_keeps_me_signed_in_and_everything_as_it_was(answer):
    mara = a_counsellor()
    decided, undecided = (str(world.chat(the_team(), mara).case) for _ in range(2))
    browser = browser_of(mara, page=True)

    response = leave(browser, **{decided: {"how": "queue"}, undecided: answer})

    assert response.status_code == 200
    assert is_signed_in(browser)
    assert set(Case.objects.values_list("state", flat=True)) == {"active"}


def test_refused_decision_is_asked_once_more_and_the_rest_is_done():
    mara, linde = a_counsellor(), a_counsellor("Linde", capacity=1)
    world.chat(the_team(), linde)
    done = str(world.chat(the_team(), mara, nickname="Nachtfalter").case)
    refused = str(world.chat(the_team(), mara, nickname="Blauer Bus").case)
    browser = browser_of(mara, page=True)

    response = leave(browser, **{done: {"how": "queue"}, refused: {"how": "colleague", "to": linde.id}})

    page = response.content.decode()
    assert "Diese Person hat schon so viele Chats" in page
    assert "Blauer Bus" in page
    assert "Nachtfalter" not in page
    assert is_signed_in(browser)


def test_ended_chat_only_needs_its_closing_form():
    mara = a_counsellor()
    chat = world.chat(the_team(), mara)
    closing.end(chat.seeker, chat.case)
    browser = browser_of(mara, page=True)

    page = browser.get(reverse("cases:sign_out")).content.decode()
    leave(browser, **{str(chat.case): {"how": "end", "ending": "other"}})

    assert "Zurück in die Warteschlange" not in page
    assert not is_signed_in(browser)


def test_calls_and_consultations_step_back_by_themselves():
    mara, linde = a_counsellor(), a_counsellor("Linde")
    call = world.call(the_team(), mara, nickname="kein_plan")
    advised = world.chat(the_team(), linde)
    handover.invite(linde, advised.case, to=mara.id)
    browser = browser_of(mara, page=True)

    page = browser.get(reverse("cases:sign_out")).content.decode()
    leave(browser)

    assert "kein_plan ist aufgerufen" in page
    assert Waiting.objects.get(case=call.case).called_by is None
    assert not Seat.objects.filter(staff=mara.id, ended_at=None).exists()
    assert not is_signed_in(browser)


def test_signing_out_needs_the_form_token():
    mara = a_counsellor()

    assert leave(browser_of(mara, page=True, csrf=True)).status_code == 403
