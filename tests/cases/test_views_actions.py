"""The desk's wishes and answers: what each does, and how refusals come back."""

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from counselling.cases.models import Case, Draft, Note, Seat, Waiting
from counselling.people.models import Staff
from tests.cases.desk_world import a_counsellor, browser_of, error_of, send, somebody, the_team
from tests.support import world

pytestmark = pytest.mark.django_db


def state_of(browser):
    return browser.get(reverse("cases:state")).json()


def panel_of(browser, case):
    return browser.get(reverse("cases:case"), {"case": str(case)}).json()


def test_state_shows_queue_and_my_chats():
    mara = a_counsellor()
    waiter = world.waiting(the_team(), nickname="Nachtfalter", minutes=6)
    chat = world.chat(the_team(), mara, nickname="Blauer Bus")

    state = state_of(browser_of(mara))

    assert [(row["case"], row["nickname"]) for row in state["queue"]] == [(str(waiter.case), "Nachtfalter")]
    assert [(row["case"], row["nickname"]) for row in state["mine"]] == [(str(chat.case), "Blauer Bus")]
    assert (state["me"]["alias"], state["me"]["status"], state["me"]["open"]) == ("Mara", "here", 1)


def test_state_costs_the_same_for_one_and_for_three():
    mara = a_counsellor()
    browser = browser_of(mara)
    costs = []
    for more in (1, 2):
        for _ in range(more):
            world.waiting(the_team())
            world.chat(the_team(), mara)
        state_of(browser)  # opens the team's vault and these cases' keys, once per session
        with CaptureQueriesContext(connection) as queries:
            state_of(browser)
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_claim_calls_somebody():
    mara = a_counsellor()
    waiter = world.waiting(the_team())

    assert send(browser_of(mara), "claim", case=waiter.case).json() == {"case": str(waiter.case)}
    assert Seat.objects.filter(case=waiter.case, staff=mara.id, ended_at=None).exists()


def test_second_claim_is_told_that_a_colleague_was_faster():
    linde = a_counsellor("Linde")
    waiter = world.waiting(the_team())
    send(browser_of(linde), "claim", case=waiter.case)

    response = send(browser_of(a_counsellor("Ahorn")), "claim", case=waiter.case)

    assert error_of(response) == (409, "taken")
    assert response.json()["error"]["sentence"] == "Jemand aus dem Team war gerade schneller."


def test_claim_beyond_my_capacity_is_refused():
    mara = a_counsellor(capacity=1)
    world.chat(the_team(), mara)
    waiter = world.waiting(the_team())

    assert error_of(send(browser_of(mara), "claim", case=waiter.case)) == (409, "at_capacity")


def test_next_takes_the_top_and_then_nobody():
    browser = browser_of(a_counsellor())
    waiter = world.waiting(the_team())

    assert send(browser, "next").json() == {"case": str(waiter.case)}
    assert error_of(send(browser, "next")) == (409, "nobody_waiting")


def test_status_and_capacity_are_mine_to_set():
    mara = a_counsellor()
    browser = browser_of(mara)

    send(browser, "status", status="pausing")
    send(browser, "capacity", capacity=3)

    assert Staff.objects.values_list("status", "capacity").get(pk=mara.id) == ("pausing", 3)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("status", {"status": "busy"}),
        ("status", {}),
        ("capacity", {"capacity": 0}),
        ("capacity", {"capacity": 13}),
        ("capacity", {"capacity": [2]}),
        ("capacity", {"capacity": None}),
        ("next", {"case": "x"}),
        ("claim", {"case": str(UUID(int=1)), "more": 1}),
    ],
)
def test_undeclared_values_and_fields_are_invalid(name, data):
    assert error_of(send(browser_of(a_counsellor()), name, **data)) == (422, "invalid")


@pytest.mark.parametrize("body", ["{", "[]", "1", '"x"', "\xff", "[" * 5_000, '{"status": NaN}'])
def test_broken_bodies_are_invalid(body):
    browser = browser_of(a_counsellor())

    response = browser.post(reverse("cases:status"), body.encode("latin-1"), content_type="application/json")

    assert error_of(response) == (422, "invalid")


@pytest.mark.parametrize("case", [5, {"a": 1}, "x", None, ["x"]])
def test_case_that_cannot_exist_is_not_found(case):
    assert error_of(send(browser_of(a_counsellor()), "claim", case=case)) == (404, "not_found")


def test_note_is_added_for_the_team():
    mara = a_counsellor()
    chat = world.chat(the_team(), mara)
    browser = browser_of(mara)

    note = send(browser, "note", case=chat.case, text="Großmutter als Rückhalt").json()["note"]

    assert (note["author"], note["text"], note["mine"]) == ("Mara", "Großmutter als Rückhalt", True)
    assert panel_of(browser, chat.case)["notes"] == [note]


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        ("", (422, "invalid")),
        ("x" * 4_001, (422, "too_long")),
        ("\ud800", (422, "invalid")),
        ("a\0b", (422, "invalid")),
    ],
)
def test_note_refuses_what_is_no_text(text, refusal):
    mara = a_counsellor()
    chat = world.chat(the_team(), mara)

    assert error_of(send(browser_of(mara), "note", case=chat.case, text=text)) == refusal
    assert not Note.objects.exists()


def test_draft_belongs_to_its_case_and_goes_when_emptied():
    mara = a_counsellor()
    browser = browser_of(mara)
    first, second = world.chat(the_team(), mara).case, world.chat(the_team(), mara).case

    send(browser, "draft", case=first, text="  halber Satz \n")
    assert [panel_of(browser, case)["draft"] for case in (first, second)] == ["  halber Satz \n", ""]

    send(browser, "draft", case=first, text="")
    assert not Draft.objects.exists()


def test_hand_over_moves_seat_and_note():
    mara, linde = a_counsellor(), a_counsellor("Linde")
    chat = world.chat(the_team(), mara)

    send(browser_of(mara), "hand-over", case=chat.case, to=linde.id, note="Bitte morgen anrufen")

    panel = panel_of(browser_of(linde), chat.case)
    assert [note["text"] for note in panel["notes"]] == ["Bitte morgen anrufen"]
    assert error_of(browser_of(mara).get(reverse("cases:case"), {"case": chat.case})) == (404, "not_found")


def test_back_to_queue_puts_the_case_on_top():
    mara = a_counsellor()
    chat = world.chat(the_team(), mara)
    world.waiting(the_team(), minutes=30)

    send(browser_of(mara), "back-to-queue", case=chat.case, note="")

    assert state_of(browser_of(mara))["queue"][0]["case"] == str(chat.case)


def test_invited_colleague_reads_along_and_leaves():
    mara, linde = a_counsellor(), a_counsellor("Linde")
    chat = world.chat(the_team(), mara)

    send(browser_of(mara), "invite", case=chat.case, to=linde.id)
    assert [seat["name"] for seat in panel_of(browser_of(linde), chat.case)["seats"]] == ["Mara", "Linde"]

    send(browser_of(linde), "leave-seat", case=chat.case)
    assert [seat["name"] for seat in panel_of(browser_of(mara), chat.case)["seats"]] == ["Mara"]


def test_call_can_be_taken_back():
    mara = a_counsellor()
    call = world.call(the_team(), mara)

    send(browser_of(mara), "uncall", case=call.case)

    assert Waiting.objects.values_list("called_by", "front").get(case=call.case) == (None, True)


def test_close_files_codes_and_ends_the_chat():
    mara = a_counsellor()
    chat = world.chat(the_team(), mara)

    send(browser_of(mara), "close", case=chat.case, topics=["family", "school"], ending="helped")

    case = Case.objects.get(pk=chat.case)
    assert (case.state, {topic.code for topic in case.topics.all()}) == ("closed", {"family", "school"})


@pytest.mark.parametrize(
    "answers", [{"topics": ["nonsense"], "ending": "helped"}, {"topics": [], "ending": "x"}, {"topics": []}]
)
def test_close_takes_only_offered_codes(answers):
    mara = a_counsellor()
    chat = world.chat(the_team(), mara)

    assert error_of(send(browser_of(mara), "close", case=chat.case, **answers)) == (422, "invalid")
    assert Case.objects.get(pk=chat.case).state == "active"


@pytest.mark.parametrize(("name", "ending"), [("block", "blocked"), ("letter", "letter")])
def test_chat_ends_otherwise(name, ending):
    mara = a_counsellor()
    chat = world.chat(the_team(), mara)

    send(browser_of(mara), name, case=chat.case)

    assert Case.objects.values_list("state", "ending").get(pk=chat.case) == ("closed", ending)


def test_refusals_to_pages_are_pages():
    response = browser_of(somebody("supervisor"), page=True).get(reverse("cases:state"))

    assert response.status_code == 403
    assert "Das geht mit diesem Zugang nicht." in response.content.decode()
