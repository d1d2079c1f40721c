"""Who may do what at the desk: each route, each role."""

from uuid import uuid4

import pytest
from django.urls import reverse

from tests.cases.desk_world import a_counsellor, browser_of, error_of, send, somebody, the_team
from tests.support import world

pytestmark = pytest.mark.django_db

READS = ["state", "case"]
ON_A_CASE = {
    "claim": {},
    "note": {"text": "Notiz"},
    "draft": {"text": "Entwurf"},
    "hand-over": {"to": str(uuid4()), "note": ""},
    "back-to-queue": {"note": ""},
    "invite": {"to": str(uuid4())},
    "leave-seat": {},
    "uncall": {},
    "still-here": {},
    "close": {"topics": [], "ending": "helped"},
    "block": {},
    "letter": {},
}
ON_MYSELF = {"next": {}, "status": {"status": "here"}, "capacity": {"capacity": 2}}
WRITES = ON_A_CASE | ON_MYSELF


def data_for(name, case):
    return WRITES[name] | ({"case": str(case)} if name in ON_A_CASE else {})


@pytest.mark.parametrize("name", WRITES)
def test_write_is_refused_to_strangers(name):
    assert error_of(send(browser_of(None), name, **data_for(name, uuid4()))) == (403, "not_allowed")


@pytest.mark.parametrize("name", READS)
def test_read_is_refused_to_strangers(name):
    assert error_of(browser_of(None).get(reverse(f"cases:{name}"))) == (403, "not_allowed")


@pytest.mark.parametrize("name", [*READS, *WRITES])
def test_seekers_cookie_opens_nothing_of_the_desk(name, settings):
    token = world.access.new_seeker()[1]
    browser = browser_of(None)
    browser.cookies[settings.SEEKER_COOKIE_NAME] = token

    response = browser.get(reverse("cases:state")) if name in READS else send(browser, name, **data_for(name, uuid4()))

    assert error_of(response) == (403, "not_allowed")


@pytest.mark.parametrize("role", ["supervisor", "administrator"])
@pytest.mark.parametrize("name", WRITES)
def test_write_is_refused_to_who_does_not_counsel(name, role):
    case = world.chat(the_team(), a_counsellor()).case

    response = send(browser_of(somebody(role)), name, **data_for(name, case))

    assert error_of(response) == (403, "not_allowed")


@pytest.mark.parametrize("role", ["supervisor", "administrator"])
@pytest.mark.parametrize("name", READS)
def test_read_is_refused_to_who_does_not_counsel(name, role):
    case = world.chat(the_team(), a_counsellor()).case

    response = browser_of(somebody(role)).get(reverse(f"cases:{name}"), {"case": str(case)})

    assert error_of(response) == (403, "not_allowed")


@pytest.mark.parametrize("name", sorted(set(ON_A_CASE) - {"claim", "uncall"}))
def test_colleagues_case_looks_like_no_case(name):
    case = world.chat(the_team(), a_counsellor()).case
    other = browser_of(a_counsellor("Ahorn"))

    theirs = error_of(send(other, name, **data_for(name, case)))
    nobodys = error_of(send(other, name, **data_for(name, uuid4())))

    assert theirs == nobodys == (404, "not_found")


@pytest.mark.parametrize("case", ["uuid", "", "x", "../1"])
def test_panel_of_a_case_that_is_not_mine_is_not_found(case):
    theirs = world.chat(the_team(), a_counsellor()).case
    query = {"case": str(theirs) if case == "uuid" else case}

    assert error_of(browser_of(a_counsellor("Ahorn")).get(reverse("cases:case"), query)) == (404, "not_found")


@pytest.mark.parametrize("name", WRITES)
def test_write_needs_the_form_token(name):
    response = send(browser_of(a_counsellor(), csrf=True), name, **data_for(name, uuid4()))

    assert error_of(response) == (403, "expired")


@pytest.mark.parametrize("name", WRITES)
def test_write_is_a_post(name):
    assert browser_of(a_counsellor()).get(reverse(f"cases:{name}")).status_code == 405


def test_page_leads_strangers_to_the_sign_in_and_back():
    response = browser_of(None, page=True).get(reverse("cases:desk"))

    assert response.headers["Location"] == f"{reverse('people:sign_in')}?next={reverse('cases:desk')}"


@pytest.mark.parametrize("role", ["supervisor", "administrator"])
def test_page_shows_others_what_they_can_do_instead(role):
    response = browser_of(somebody(role), page=True).get(reverse("cases:desk"))

    assert response.headers["Location"] == reverse("people:welcome")


def test_page_carries_no_case():
    mara = a_counsellor()
    world.chat(the_team(), mara, nickname="Nachtfalter")

    response = browser_of(mara, page=True).get(reverse("cases:desk"))

    assert response.status_code == 200
    assert "Nachtfalter" not in response.content.decode()
    assert response.headers["Cache-Control"] == "no-store"
