"""Signing in: one sentence for every failure, a fresh session, and nobody locked out by others."""

from types import SimpleNamespace

import django
import pytest

# ruff: noqa: E402 -- models need the apps; the suite's settings are only known once its first conftest ran
django.setup()

from django.test import Client
from django.urls import reverse

from counselling.people import attempts
from counselling.people.domain import staffkeys
from counselling.people.models import Staff
from counselling.web import limits
from tests.support import key_rings

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def still_clock(monkeypatch):
    """Windows of a minute stand side by side; a test that straddles two would count twice as far."""
    monkeypatch.setattr(limits, "time", SimpleNamespace(time=lambda: 1_700_000_000.0))


PASSWORD = "drei-Worte-und-mehr"
MISMATCH = "Benutzername und Passwort passen nicht zusammen."
MANY = "Das waren viele Versuche."


def a_member(username="linde", role="counsellor", *, active=True):
    staff = Staff(username=username, alias=username.title(), role=role, is_active=active)
    staff.set_unusable_password()
    staff.save(force_insert=True)
    staffkeys.set_password(staff, PASSWORD)
    return staff


def sign_in(client=None, username="linde", password=PASSWORD, address="192.0.2.1", **fields):
    data = {"username": username, "password": password, **fields}
    return (client or Client()).post(reverse("people:sign_in"), data, REMOTE_ADDR=address)


def test_counsellor_comes_to_the_desk():
    a_member()

    assert sign_in().headers["Location"] == reverse("cases:desk")


def test_user_name_may_be_typed_in_any_case():
    a_member()

    assert sign_in(username=" Linde ").status_code == 302


@pytest.mark.parametrize(
    ("role", "shown", "hidden"),
    [("supervisor", "Du leitest das Team:", "/admin/"), ("administrator", "/admin/", "Du leitest das Team:")],
)
def test_others_come_to_a_page_that_says_what_they_can_do(role, shown, hidden):
    a_member(role=role)
    client = Client()

    page = client.get(sign_in(client).headers["Location"]).content.decode()

    assert shown in page
    assert hidden not in page


def test_welcome_sends_counsellors_to_their_desk():
    client = Client()
    key_rings.sign_in(client, a_member())

    assert client.get(reverse("people:welcome")).headers["Location"] == reverse("cases:desk")


def test_signed_in_needs_no_second_sign_in():
    client = Client()
    key_rings.sign_in(client, a_member())

    assert client.get(reverse("people:sign_in")).headers["Location"] == reverse("cases:desk")


def test_unknown_wrong_and_switched_off_read_alike():
    a_member()
    a_member("ahorn", active=False)

    pages = {
        without_token(sign_in(username=name, password=password).content.decode(), name)
        for name, password in [("linde", "falsch"), ("niemand", PASSWORD), ("ahorn", PASSWORD)]
    }

    assert len(pages) == 1
    assert MISMATCH in pages.pop()


def without_token(page, name):
    """What differs by nature: the form's token and the name that was typed."""
    lines = [line for line in page.splitlines() if "csrfmiddlewaretoken" not in line]
    return "\n".join(lines).replace(f'value="{name}"', "")


def test_password_never_comes_back():
    assert "geheim-und-falsch" not in sign_in(password="geheim-und-falsch").content.decode()


def test_session_is_a_new_one():
    a_member()
    client = Client()
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key

    sign_in(client)

    assert client.session.session_key != before


@pytest.mark.parametrize("target", ["/team/sign-out/", "/team/?a=b"])
def test_next_leads_to_our_own_pages(target):
    a_member()

    assert sign_in(next=target).headers["Location"] == target


@pytest.mark.parametrize(
    "target",
    ["https://evil.test/", "//evil.test", "/\\evil.test", "javascript:alert(1)", "evil", "", "http:///evil.test"],
)
def test_next_never_leads_elsewhere(target):
    a_member()

    assert sign_in(next=target).headers["Location"] == reverse("cases:desk")


def test_signing_in_needs_the_form_token():
    a_member()

    assert sign_in(Client(enforce_csrf_checks=True)).status_code == 403


def test_guessing_is_slowed_down_per_name_and_address():
    a_member()
    for _ in range(attempts.PER_NAME_HERE):
        assert MISMATCH in sign_in(password="falsch").content.decode()

    assert MANY in sign_in().content.decode()


def test_unknown_names_are_slowed_down_alike():
    for _ in range(attempts.PER_NAME_HERE):
        sign_in(username="niemand", password="falsch")

    assert MANY in sign_in(username="niemand").content.decode()


def test_address_is_slowed_down_over_all_names():
    a_member()
    for number in range(attempts.PER_ADDRESS):
        sign_in(username=f"niemand{number}", password="falsch")

    assert MANY in sign_in().content.decode()
    assert sign_in(address="198.51.100.7").status_code == 302


def test_colleague_who_signed_in_today_is_not_locked_out_by_others(rf):
    a_member()
    assert sign_in().status_code == 302
    flood(rf)

    assert MANY in sign_in(address="203.0.113.99").content.decode()
    assert sign_in().status_code == 302


def flood(rf):
    """Guesses at one name from so many addresses that only the name's own limit counts."""
    for number in range(attempts.PER_NAME_ANYWHERE):
        attempts.allowed(rf.post("/", REMOTE_ADDR=f"203.0.113.{number}"), "linde")


def test_cache_keeps_neither_name_nor_address(settings, monkeypatch):
    kept = []
    real = limits.cache.add
    monkeypatch.setattr(limits.cache, "add", lambda key, *more: kept.append(key) or real(key, *more))
    a_member()

    sign_in(address="192.0.2.77")

    assert kept
    assert not any("linde" in key or "192.0.2.77" in key for key in kept)


@pytest.mark.parametrize("page", ["people:sign_in", "people:welcome", "people:factors", "admin:index"])
def test_only_the_demo_says_that_the_second_step_may_be_left_out(settings, page):
    client = Client()
    if page != "people:sign_in":
        key_rings.sign_in(client, a_member(role="administrator"))

    settings.DEMO = True
    assert "Vorführung:" in client.get(reverse(page)).content.decode()

    settings.DEMO = False
    assert "Vorführung:" not in client.get(reverse(page)).content.decode()
