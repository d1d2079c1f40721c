"""Floods of guesses at a colleague's name: from one address, from many, over midnight. The colleague still comes in."""

import time
from types import SimpleNamespace

import altcha
import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from counselling.people import attempts, known_browser
from counselling.web import limits
from tests.people.sign_in_hands import OFFICE, a_member, password
from tests.support import second_factor

pytestmark = pytest.mark.django_db

FLOOD = 2 * attempts.PER_NAME_ANYWHERE
MANY = "Das waren viele Versuche."
ATTACKER, NEW_PLACE = "203.0.113.250", "198.51.100.99"


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Windows stand side by side; a test that straddles two would count twice as far."""
    clock = SimpleNamespace(now=1_700_000_000.0)
    clock.time = lambda: clock.now
    monkeypatch.setattr(limits, "time", clock)
    return clock


def is_in(answer: HttpResponse) -> bool:
    return answer.status_code == 302


def from_one(address: str = ATTACKER, name: str = "linde") -> None:
    """More guesses within a minute than a name may get, all from one place."""
    for _ in range(FLOOD):
        attempts.allowed(RequestFactory().post("/", REMOTE_ADDR=address), name)


def from_many(name: str = "linde") -> None:
    """As many from places of which none does anything remarkable."""
    for number in range(FLOOD):
        attempts.allowed(RequestFactory().post("/", REMOTE_ADDR=f"203.0.113.{number}"), name)


def a_known_browser() -> Client:
    """Somebody signed in here fully, and signed out."""
    browser = Client()
    assert is_in(password(browser))
    browser.cookies.pop("team", None)
    browser.session.flush()
    return browser


def next_day() -> None:
    """At midnight the key of the day ends, and with it what was known of addresses."""
    limits.cache.clear()


def solved(browser: Client, address: str) -> str:
    """What the browser's worker finds."""
    challenge = altcha.Challenge.from_dict(browser.get("/chat/challenge/", REMOTE_ADDR=address).json())
    solution = altcha.solve_challenge(challenge)
    assert solution is not None
    return altcha.Payload(challenge, solution).to_base64()


def test_one_address_keeps_nobody_out_who_is_elsewhere() -> None:
    a_member()

    from_one()

    assert is_in(password(Client(), address=NEW_PLACE))


def test_one_address_is_itself_kept_out() -> None:
    a_member()

    from_one()

    assert MANY in password(Client(), address=ATTACKER).content.decode()


@pytest.mark.parametrize("address", [OFFICE, NEW_PLACE])
def test_a_known_browser_comes_in_whatever_comes_from_everywhere_on_a_new_day(address: str) -> None:
    a_member()
    browser = a_known_browser()
    next_day()
    from_many()

    assert MANY in password(Client(), address=address).content.decode()
    assert is_in(password(browser, address=address))


def test_a_known_browser_comes_in_from_the_flooding_office_itself() -> None:
    a_member()
    browser = a_known_browser()

    from_one(OFFICE)

    assert MANY in password(Client()).content.decode()
    assert is_in(password(browser))


def test_a_known_browser_cannot_guess_faster() -> None:
    a_member()
    browser = a_known_browser()
    for _ in range(attempts.PER_NAME_HERE):
        assert MANY not in password(browser, password="falsch").content.decode()

    assert MANY in password(browser).content.decode()


def test_it_is_known_for_this_user_name_alone() -> None:
    a_member()
    a_member("ahorn")
    browser = a_known_browser()

    from_many("ahorn")

    assert MANY in password(browser, "ahorn", address=NEW_PLACE).content.decode()


@pytest.mark.parametrize("forged", ["", "x", "a:b:c", "0" * 32, "ä", "x" * 5000])
def test_a_forged_cookie_is_none(forged: str, settings: Settings) -> None:
    request = RequestFactory().post("/")
    request.COOKIES[settings.KNOWN_COOKIE_NAME] = forged

    assert known_browser.number(request, "linde") == ""


def test_after_half_a_year_it_is_unknown(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    response, request = HttpResponse(), RequestFactory().post("/")
    known_browser.remember(response, "Linde ")
    request.COOKIES[settings.KNOWN_COOKIE_NAME] = response.cookies[settings.KNOWN_COOKIE_NAME].value
    assert known_browser.number(request, " linde")

    later = time.time() + known_browser.LIFE.total_seconds() + 5
    monkeypatch.setattr("django.core.signing.time", SimpleNamespace(time=lambda: later))

    assert known_browser.number(request, "linde") == ""


def test_the_cookie_names_nobody_and_is_for_this_host_alone(settings: Settings) -> None:
    settings.KNOWN_COOKIE_NAME, settings.SESSION_COOKIE_SECURE = "__Host-known", True
    one, two = HttpResponse(), HttpResponse()

    known_browser.remember(one, "linde")
    known_browser.remember(two, "linde")

    morsel = one.cookies["__Host-known"]
    assert (morsel["httponly"], morsel["secure"], morsel["samesite"]) == (True, True, "Lax")
    assert (morsel["path"], morsel["domain"], morsel["max-age"]) == ("/", "", 180 * 86_400)
    assert "linde" not in morsel.value
    assert morsel.value.split(":")[0] != two.cookies["__Host-known"].value.split(":")[0]


def test_the_password_alone_makes_no_known_browser(settings: Settings) -> None:
    settings.DEMO = False
    second_factor.give_app(a_member().pk)
    browser = Client()

    assert is_in(password(browser))

    assert settings.KNOWN_COOKIE_NAME not in browser.cookies


def test_in_a_new_browser_on_a_new_day_the_work_leads_in(settings: Settings, clock: SimpleNamespace) -> None:
    clock.now, settings.PROOF_OF_WORK = time.time(), 50
    a_member()
    from_many()
    browser = Client()

    refused = password(browser, address=NEW_PLACE).content.decode()
    assert MANY in refused
    assert 'data-challenge="/chat/challenge/"' in refused
    proof, wrong = solved(browser, NEW_PLACE), "falsch"

    assert MANY not in password(browser, address=NEW_PLACE, password=wrong, proof=proof).content.decode()
    assert MANY in password(browser, address=NEW_PLACE, proof=proof).content.decode()
    assert is_in(password(browser, address=NEW_PLACE, proof=solved(browser, NEW_PLACE)))


def test_the_work_is_asked_for_whether_or_not_the_name_is_known(settings: Settings) -> None:
    settings.PROOF_OF_WORK = 50
    a_member()
    pages = []
    for name in ("linde", "niemand"):
        from_many(name)
        pages.append(without_token(password(Client(), name, address=NEW_PLACE).content.decode(), name))

    assert pages[0] == pages[1]


def without_token(page: str, name: str) -> str:
    lines = [line for line in page.splitlines() if "csrfmiddlewaretoken" not in line]
    return "\n".join(lines).replace(f'value="{name}"', "")


def test_the_page_asks_for_no_work_before_that(settings: Settings) -> None:
    settings.PROOF_OF_WORK = 50

    assert "data-challenge" not in Client().get("/team/sign-in/").content.decode()
    assert "data-challenge" not in password(Client(), "niemand").content.decode()
