"""One's own new password: the same keys around it, so every case opens; other browsers are out."""

from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import Client

from counselling.cases.domain import keys
from counselling.people import attempts
from counselling.people.domain import members, rings, sessions, staffkeys
from counselling.people.models import AuditEntry, Staff, StaffKey, StaffSession, Team, TeamSeal
from counselling.vault import passwords
from counselling.web import limits
from tests.support import world

pytestmark = pytest.mark.django_db
OLD, NEW = "Linde-Kanu-Regen-42", "Ahorn-Boot-Sonne-77"


@pytest.fixture(autouse=True)
def still_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "time", SimpleNamespace(time=lambda: 1_700_000_000.0))


@pytest.fixture
def mara(team: Team) -> Staff:
    """Lets herself be let in by Jon after choosing a password."""
    jon, mara = world.counsellor(team, "Jon"), Staff.objects.get(pk=world.counsellor(team, "Mara").id)
    staffkeys.set_password(mara, OLD)
    mara = Staff.objects.get(pk=mara.pk)
    members.let_in(jon, team.pk, mara.pk, words=members.fingerprint(mara))
    return mara


def signed_in(staff: Staff) -> Client:
    browser = Client()
    browser.force_login(staff)
    private = staffkeys.open_private(staff, OLD)
    browser.cookies[settings.VAULT_COOKIE_NAME] = sessions.begin(staff, browser.session.session_key, private)[1]
    return browser


def change(browser: Client, old: str = OLD, new: str = NEW, again: str = ""):
    return browser.post("/team/password/", {"old": old, "new": new, "again": again or new})


def test_new_password_opens_the_same_keys(mara: Staff) -> None:
    before = bytes(StaffKey.objects.get(staff=mara).public)
    seals = set(TeamSeal.objects.filter(staff=mara).values_list("pk", flat=True))
    private = staffkeys.open_private(mara, OLD)

    assert change(signed_in(mara))["Location"] == "/team/password/changed/"

    assert staffkeys.recognise("mara", OLD) is None
    known = staffkeys.recognise("mara", NEW)
    assert known is not None
    assert known[1] == private
    assert bytes(StaffKey.objects.get(staff=mara).public) == before
    assert set(TeamSeal.objects.filter(staff=mara).values_list("pk", flat=True)) == seals


def test_cases_still_open_afterwards(mara: Staff, team: Team) -> None:
    """Password change re-wraps: with the new password a case of before opens, from a cold start."""
    chat = world.chat(team, world.counsellor(team, "Kim"))
    change(signed_in(mara))
    for access in rings.held():
        rings.drop(access)

    known = staffkeys.recognise("mara", NEW)
    assert known is not None
    actor, _ = sessions.begin(*known_session(known))

    assert keys.case_key(actor, chat.case) == world.key(chat.case)


def known_session(known: tuple[Staff, bytes]) -> tuple[Staff, str, bytes]:
    return known[0], "another-browser", known[1]


def test_this_browser_goes_on_and_the_others_are_out(mara: Staff) -> None:
    here, there = signed_in(mara), signed_in(mara)
    ending = there.session.session_key

    change(here)

    assert "Dein neues Passwort gilt." in here.get("/team/password/changed/").content.decode()
    assert here.get("/team/").status_code == 200
    assert there.get("/team/")["Location"].startswith("/team/sign-in/")
    assert StaffSession.objects.get(session_key=ending).wrapped is None
    assert AuditEntry.objects.get(event="password_changed").actor == mara.pk


def test_the_old_password_is_asked_for_and_tries_are_counted(mara: Staff) -> None:
    browser = signed_in(mara)
    for _ in range(attempts.PER_NAME_HERE):
        assert "Das Passwort passt nicht." in change(browser, old="falsch").content.decode()

    assert "Das waren viele Versuche." in change(browser).content.decode()
    assert staffkeys.recognise("mara", OLD)
    assert browser.get("/team/").status_code == 200


@pytest.mark.parametrize("new", ["x9-Q", "1234567890", "password123", "Sommer2026Sommer", "739182736451"])
def test_a_weak_new_one_is_refused_before_any_argon2(mara: Staff, new: str, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = signed_in(mara)
    stretched, real = [], passwords.stretch
    monkeypatch.setattr(passwords, "stretch", lambda *given: stretched.append(1) or real(*given))

    page = change(browser, new=new)

    assert page.status_code == 200
    assert OLD not in page.content.decode()
    assert new not in page.content.decode()
    assert stretched == []


def test_two_different_new_ones_are_said(mara: Staff) -> None:
    assert "Das ist nicht dasselbe." in change(signed_in(mara), again=OLD).content.decode()
    assert staffkeys.recognise("mara", OLD)


def test_a_failing_write_leaves_everything_as_it_was(mara: Staff) -> None:
    private = staffkeys.open_private(mara, OLD)
    assert private

    def fail() -> None:
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="full"):
        staffkeys.change_password(mara, private, NEW, session=StaffSession().pk, also=fail)

    assert staffkeys.recognise("mara", OLD)
    assert staffkeys.recognise("mara", NEW) is None


def test_strangers_come_to_the_sign_in() -> None:
    assert Client().get("/team/password/")["Location"].startswith("/team/sign-in/")
