"""The lock: keys are dropped, the password opens the same session again, and nothing is lost meanwhile."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from counselling.people import attempts
from counselling.people.domain import members, presence, sessions, staffkeys
from counselling.people.models import Staff, StaffSession, Team
from counselling.vault import passwords
from counselling.web import limits
from tests.support import world

pytestmark = pytest.mark.django_db
PASSWORD = "Linde-Kanu-Regen-42"
JSON = {"Accept": "application/json"}


@pytest.fixture(autouse=True)
def still_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "time", SimpleNamespace(time=lambda: 1_700_000_000.0))


@pytest.fixture
def mara(team: Team) -> Staff:
    person = Staff.objects.get(pk=world.staff(team, "Mara", "supervisor").id)
    staffkeys.set_password(person, PASSWORD)
    return Staff.objects.get(pk=person.pk)


@pytest.fixture
def browser(mara: Staff) -> Client:
    return signed_in(mara)


def signed_in(staff: Staff) -> Client:
    """A browser with both cookies, and keys that the password opens again."""
    browser = Client()
    browser.force_login(staff)
    private = staffkeys.open_private(staff, PASSWORD)
    browser.cookies[settings.VAULT_COOKIE_NAME] = sessions.begin(staff, browser.session.session_key, private)[1]
    return browser


def lock(browser: Client) -> None:
    assert browser.post("/team/lock", headers=JSON).status_code == 204


def unlock(browser: Client, password: str = PASSWORD, **more: str):
    return browser.post("/team/locked/", {"password": password, **more})


def row() -> StaffSession:
    return StaffSession.objects.get(revoked_at=None)


def test_locking_drops_the_key_and_covers_every_page(browser: Client) -> None:
    lock(browser)

    assert row().wrapped is None
    assert browser.get("/team/welcome/?a=b")["Location"] == "/team/locked/?next=/team/welcome/%3Fa%3Db"
    assert browser.get("/admin/")["Location"] == "/team/locked/?next=/admin/"
    assert browser.get("/team/left.json", headers=JSON).status_code == 423
    page = browser.get("/team/locked/").content.decode()
    assert "Kurz gesperrt" in page
    assert "/team/password/" not in page


def test_button_works_without_scripts(browser: Client) -> None:
    answer = browser.post("/team/lock", {"next": "/team/sessions/"})

    assert answer["Location"] == "/team/locked/?next=/team/sessions/"
    assert row().locked_at


def test_fifteen_minutes_without_activity_lock(browser: Client) -> None:
    StaffSession.objects.update(active_at=timezone.now() - timedelta(minutes=15, seconds=1))

    assert browser.get("/team/welcome/")["Location"].startswith("/team/locked/")
    assert row().wrapped is None


def test_the_password_opens_the_same_session(browser: Client) -> None:
    browser.get("/team/welcome/")
    before = browser.session.session_key, browser.cookies[settings.CSRF_COOKIE_NAME].value, row().pk
    token = browser.cookies[settings.VAULT_COOKIE_NAME].value
    lock(browser)

    assert unlock(browser, next="/team/sessions/")["Location"] == "/team/sessions/"

    assert (browser.session.session_key, browser.cookies[settings.CSRF_COOKIE_NAME].value, row().pk) == before
    assert browser.cookies[settings.VAULT_COOKIE_NAME].value == token
    assert row().wrapped is not None
    assert browser.get("/team/welcome/").status_code == 200


def test_a_form_from_before_the_lock_still_sends(mara: Staff) -> None:
    """Its token is the same after unlocking, so what was written in another tab is not lost."""
    browser = signed_in(mara)
    browser.handler.enforce_csrf_checks = True
    page = browser.get("/team/sessions/").content.decode()
    token = page.split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]
    browser.post("/team/lock", {"csrfmiddlewaretoken": token})
    unlock(browser, csrfmiddlewaretoken=token)

    assert browser.post("/team/sessions/", {"others": "1", "csrfmiddlewaretoken": token}).status_code == 302


def test_a_wrong_password_is_refused_kindly_and_counted(browser: Client) -> None:
    lock(browser)

    for _ in range(attempts.PER_NAME_HERE):
        assert "Das Passwort passt nicht." in unlock(browser, "falsch").content.decode()

    assert "Das waren viele Versuche." in unlock(browser).content.decode()
    assert row().locked_at


def test_guessing_elsewhere_keeps_nobody_locked_out(browser: Client) -> None:
    lock(browser)
    for number in range(attempts.PER_NAME_ANYWHERE + 5):
        guess = {"username": "mara", "password": "falsch"}
        Client().post("/team/sign-in/", guess, REMOTE_ADDR=f"203.0.113.{number}")

    assert unlock(browser).status_code == 302


def test_a_flood_of_sign_ins_from_the_same_office_keeps_nobody_locked(browser: Client) -> None:
    lock(browser)
    for number in range(attempts.PER_ADDRESS + 5):
        Client().post("/team/sign-in/", {"username": f"niemand{number}", "password": "falsch"})

    assert unlock(browser).status_code == 302


def test_unlocking_costs_one_argon2_right_or_wrong(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    lock(browser)
    stretched, real = [], passwords.stretch
    monkeypatch.setattr(passwords, "stretch", lambda *given: stretched.append(1) or real(*given))

    unlock(browser, "falsch")
    assert len(stretched) == 1
    unlock(browser)
    assert len(stretched) == 2


def test_another_tab_goes_on_after_unlocking(browser: Client) -> None:
    lock(browser)
    assert browser.post("/team/still-here/", headers=JSON).json() == {"locked": True}
    unlock(browser)

    assert browser.post("/team/still-here/", headers=JSON).json() == {"locked": False}
    assert browser.get("/team/locked/?next=/team/sessions/")["Location"] == "/team/sessions/"
    assert unlock(browser, "egal", next="/team/sessions/")["Location"] == "/team/sessions/"


def test_another_tab_cannot_bring_the_key_back(browser: Client) -> None:
    """Pitfalls 7: a tab that saves its Django session after the lock changes nothing of the lock."""
    session = browser.session
    lock(browser)
    session["something"] = "of another tab"
    session.save()

    assert row().wrapped is None
    assert browser.get("/team/welcome/").status_code == 302
    assert browser.post("/team/active", headers=JSON).status_code == 423
    assert row().wrapped is None


def test_other_browsers_stay_open(mara: Staff) -> None:
    here, there = signed_in(mara), signed_in(mara)

    lock(here)

    assert there.get("/team/welcome/").status_code == 200


def test_a_session_that_was_ended_is_not_unlocked(mara: Staff) -> None:
    here, there = signed_in(mara), signed_in(mara)
    lock(there)
    here.post("/team/sessions/", {"others": "1"})

    assert unlock(there)["Location"].startswith("/team/sign-in/")
    assert there.post("/team/still-here/", headers=JSON).json() == {"locked": False}


def test_locked_page_keeps_its_person_seen(mara: Staff, browser: Client) -> None:
    lock(browser)
    Staff.objects.update(seen_at=None)

    browser.post("/team/still-here/")

    assert Staff.objects.get(pk=mara.pk).seen_at
    assert row().locked_at


def test_behind_a_lock_nobody_is_here_for_long(team: Team) -> None:
    """Chats stay, but nobody waits before a dark screen: after the grace the door knows. An open browser counts."""
    person = Staff.objects.get(pk=world.counsellor(team, "Jon").id)
    staffkeys.set_password(person, PASSWORD)
    members.let_in(world.counsellor(team, "Kim"), team.pk, person.pk, words=members.fingerprint(fresh(person)))
    Staff.objects.filter(alias="Kim").update(status="away")
    here, now = signed_in(fresh(person)), timezone.now()
    lock(here)

    here.post("/team/still-here/")
    assert presence.anyone_here(team.pk, now)
    StaffSession.objects.update(locked_at=now - timedelta(seconds=settings.COUNSELLOR_GRACE_SECONDS))
    assert presence.was_seen(fresh(person).seen_at, now)
    assert not presence.anyone_here(team.pk, now)

    signed_in(fresh(person))
    assert presence.anyone_here(team.pk, now)


def fresh(person: Staff) -> Staff:
    return Staff.objects.get(pk=person.pk)


def test_still_here_of_a_stranger_is_nothing() -> None:
    assert Client().post("/team/still-here/").json() == {"locked": False}


def test_leaving_from_the_lock_ends_the_session(browser: Client) -> None:
    lock(browser)

    assert browser.post("/team/locked/", {"leave": "1"})["Location"] == "/team/sign-in/"

    assert not StaffSession.objects.filter(revoked_at=None).exists()
    assert browser.cookies[settings.VAULT_COOKIE_NAME].value == ""


def test_lock_page_of_a_stranger_is_the_sign_in() -> None:
    assert Client().get("/team/locked/")["Location"] == "/team/sign-in/"


@pytest.mark.parametrize("target", ["https://evil.test/", "//evil.test"])
def test_unlocking_never_leads_elsewhere(browser: Client, target: str) -> None:
    lock(browser)

    assert unlock(browser, next=target)["Location"] == "/team/welcome/"
