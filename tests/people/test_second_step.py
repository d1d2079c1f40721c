"""Between the password and the desk: nobody is signed in, nothing lies in clear, guesses wait, the owner gets in."""

import base64
import json
from types import SimpleNamespace
from typing import Any

import django
import pytest

# ruff: noqa: E402 -- models need the apps; the suite's settings are only known once its first conftest ran
django.setup()

from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from counselling.people import code_attempts, halfway
from counselling.people.domain import factors, passkeys, sessions, staffkeys
from counselling.people.domain.actors import Actor
from counselling.people.domain.passkeys import Party
from counselling.people.models import AuditEntry, RecoveryCode, Staff, StaffSession
from counselling.web import limits
from tests.people.sign_in_hands import ELSEWHERE, OFFICE, PASSWORD, a_member, is_in, password, post_json, second
from tests.support.authenticators import Authenticator
from tests.support.second_factor import code, give_app, give_codes

pytestmark = pytest.mark.django_db
HERE = Party("localhost", ("http://localhost:8000",))


@pytest.fixture(autouse=True)
def production(settings: Any) -> None:
    """Cookies stay the demo's, whose names were made at the start."""
    settings.DEMO = False
    settings.ORIGINS = ["http://127.0.0.1:8000", "http://localhost:8000"]


@pytest.fixture(autouse=True)
def still_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows of a minute stand side by side; a test that straddles two would count twice as far."""
    monkeypatch.setattr(limits, "time", SimpleNamespace(time=lambda: 1_700_000_000.0))


@pytest.fixture
def linde() -> Staff:
    """Somebody with an app and spare codes."""
    staff = a_member()
    give_app(staff.pk)
    give_codes(staff.pk)
    return staff


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Moves the clock of the sign-in by so many seconds."""

    def move(seconds: float) -> None:
        real = halfway.time.time()
        monkeypatch.setattr(halfway, "time", SimpleNamespace(time=lambda: real + seconds))

    return move


def test_password_alone_opens_nothing(client: Client, linde: Staff) -> None:
    answer = password(client)

    assert answer["Location"] == reverse("people:second_step")
    assert not is_in(client)
    assert "_auth_user_id" not in client.session
    assert not StaffSession.objects.exists()
    for page in ("cases:desk", "people:welcome", "admin:index"):
        assert client.get(reverse(page))["Location"].startswith(("/team/sign-in/", "/admin/login/")), page
    assert client.get(reverse("cases:state"), HTTP_ACCEPT="application/json").status_code == 403


def test_code_of_the_app_opens(client: Client, linde: Staff) -> None:
    password(client)

    answer = second(client, code())

    assert answer["Location"] == reverse("cases:desk")
    assert is_in(client)
    assert AuditEntry.objects.filter(event="signed_in").values_list("subject", "code").get() == (linde.pk, "app")


def test_keys_are_open_afterwards(client: Client, linde: Staff) -> None:
    password(client)
    second(client, code())
    key, token = client.session.session_key or "", client.cookies[django_settings.VAULT_COOKIE_NAME].value

    actor = sessions.actor_of(linde, key, token, StaffSession.objects.get().active_at)

    assert actor
    assert actor.private == staffkeys.open_private(linde, PASSWORD)


def test_where_somebody_was_going_is_kept(client: Client, linde: Staff) -> None:
    password(client, next="/team/factors/")

    assert second(client, code())["Location"] == "/team/factors/"


def test_spare_code_opens_and_says_how_many_are_left(client: Client) -> None:
    staff = a_member()
    give_app(staff.pk)
    codes = give_codes(staff.pk)
    password(client)

    page = client.get(second(client, codes[0].lower())["Location"]).content.decode()

    assert "noch 9 übrig" in page
    assert "gerade einen Ersatz-Code benutzt" in page
    again = Client()
    password(again)
    assert "passt nicht" in second(again, codes[0]).content.decode()
    assert not is_in(again)


@pytest.mark.parametrize("typed", ["", "000000", "12345", "7K3MQ-R2X9B", "x" * 200])
def test_wrong_code_opens_nothing_and_loses_nothing(client: Client, linde: Staff, typed: str) -> None:
    password(client)

    answer = second(client, typed)

    assert (answer.status_code, is_in(client)) == (200, False)
    assert second(client, code())["Location"] == reverse("cases:desk")


def test_code_counts_once_also_in_another_browser(client: Client, linde: Staff) -> None:
    other, typed = Client(), code()
    for browser in (client, other):
        password(browser)

    assert [second(browser, typed).status_code for browser in (client, other)] == [302, 200]


def test_code_without_a_password_is_nothing(client: Client, linde: Staff) -> None:
    assert second(client, code())["Location"] == reverse("people:sign_in") + "?late=1"
    assert not is_in(client)


def test_wrong_password_never_tells_of_a_factor(linde: Staff) -> None:
    a_member("ahorn")

    pages = [
        Client().post(reverse("people:sign_in"), {"username": name, "password": "falsch"})
        for name in ("linde", "ahorn")
    ]

    assert [page.status_code for page in pages] == [200, 200]
    assert not any(django_settings.HALFWAY_COOKIE_NAME in page.cookies for page in pages)
    assert not any(word in page.content.decode() for page in pages for word in ("Ersatz-Code", "Passkey"))


def test_private_half_lies_in_the_session_only_wrapped(client: Client, linde: Staff) -> None:
    password(client)
    private = staffkeys.open_private(linde, PASSWORD)
    assert private
    row = json.dumps(Session.objects.get().get_decoded())

    assert private.hex() not in row
    assert base64.b64encode(private).decode() not in row
    assert client.cookies[django_settings.HALFWAY_COOKIE_NAME].value not in row
    cookie = client.cookies[django_settings.HALFWAY_COOKIE_NAME]
    assert (cookie["httponly"], cookie["max-age"], cookie["samesite"]) == (True, 300, "Lax")


@pytest.mark.parametrize("lost", ["cookie", "session", "other"])
def test_both_cookies_are_needed(client: Client, linde: Staff, lost: str) -> None:
    password(client)
    if lost == "cookie":
        del client.cookies[django_settings.HALFWAY_COOKIE_NAME]
    elif lost == "session":
        del client.cookies[django_settings.SESSION_COOKIE_NAME]
    else:
        client.cookies[django_settings.HALFWAY_COOKIE_NAME] = "x" * 43

    assert second(client, code())["Location"] == reverse("people:sign_in") + "?late=1"
    assert not is_in(client)


def test_five_minutes_are_the_end_of_it(client: Client, linde: Staff, later: Any) -> None:
    password(client)
    later(halfway.SECONDS + 1)

    answer = client.get(reverse("people:second_step"))

    assert answer["Location"] == reverse("people:sign_in") + "?late=1"
    assert "zu lange gedauert" in client.get(answer["Location"]).content.decode()
    assert "halfway" not in client.session


def test_password_change_in_between_ends_it(client: Client, linde: Staff) -> None:
    password(client)
    staffkeys.set_password(linde, "ein-ganz-anderer-Satz")

    assert second(client, code())["Location"] == reverse("people:sign_in") + "?late=1"


def test_switching_off_in_between_ends_it(client: Client, linde: Staff) -> None:
    password(client)
    Staff.objects.update(is_active=False)

    assert second(client, code())["Location"] == reverse("people:sign_in") + "?late=1"


def test_session_is_a_new_one_at_each_step(client: Client, linde: Staff) -> None:
    session = client.session
    session["planted"] = True
    session.save()
    keys = [session.session_key]
    password(client)
    keys.append(client.session.session_key)
    assert "planted" not in client.session
    second(client, code())
    keys.append(client.session.session_key)

    assert len(set(keys)) == 3
    assert set(Session.objects.values_list("session_key", flat=True)) == {keys[2]}
    assert "halfway" not in client.session
    assert client.cookies[django_settings.HALFWAY_COOKIE_NAME].value == ""
    assert client.session.get_expire_at_browser_close()


def test_second_step_needs_the_form_token(linde: Staff) -> None:
    client = Client(enforce_csrf_checks=True)
    session = Client()
    password(session)
    client.cookies = session.cookies

    assert second(client, code()).status_code == 403
    assert post_json(client, "people:passkey_question").status_code == 403


def test_reset_in_between_leads_to_the_set_up(client: Client, linde: Staff) -> None:
    password(client)
    for model in (RecoveryCode,):
        model.objects.all().delete()
    linde.totp.delete()

    assert client.get(reverse("people:second_step"))["Location"] == reverse("people:factors")


def test_demo_asks_whoever_has_a_factor(client: Client, linde: Staff, settings: Any) -> None:
    settings.DEMO = True
    a_member("ahorn")

    assert password(client)["Location"] == reverse("people:second_step")
    assert password(Client(), "ahorn")["Location"] == reverse("cases:desk")


# --- Guessing ---


def guess(times: int, address: str = ELSEWHERE) -> Client:
    """Somebody with the password who tries codes."""
    client = Client()
    password(client, address=address)
    for number in range(times):
        second(client, f"{number:06}", address)
    return client


def test_guesses_wait(linde: Staff) -> None:
    client = guess(code_attempts.HERE)

    assert "Das waren viele Versuche." in second(client, code(), ELSEWHERE).content.decode()
    assert not is_in(client)
    assert list(AuditEntry.objects.filter(event="factor_refused").values_list("subject", "actor")) == [(linde.pk, None)]
    second(client, code(), ELSEWHERE)
    assert AuditEntry.objects.filter(event="factor_refused").count() == 1


def test_guesses_from_many_addresses_wait_too_but_not_the_owner(linde: Staff, client: Client) -> None:
    known = Client()
    password(known)
    assert second(known, code()).status_code == 302
    thief = Client()
    password(thief, address=ELSEWHERE)
    for number in range(code_attempts.ANYWHERE):
        second(thief, f"{number:06}", f"203.0.113.{number}")

    assert "Das waren viele Versuche." in second(thief, code(steps=1), "203.0.113.99").content.decode()
    password(client)
    assert second(client, code(steps=1)).status_code == 302


def test_flood_keeps_nobody_from_their_spare_codes(client: Client) -> None:
    staff = a_member()
    give_app(staff.pk)
    codes = give_codes(staff.pk)
    thief = Client()
    password(thief, address=ELSEWHERE)
    for number in range(code_attempts.ANYWHERE + 5):
        second(thief, f"{number:06}", f"203.0.113.{number}")

    password(client)
    assert "Das waren viele Versuche." in second(client, code()).content.decode()
    assert second(client, codes[0]).status_code == 302


def test_cache_keeps_no_ids(client: Client, linde: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    kept: list[str] = []
    for name in ("add", "set"):
        real = getattr(limits.cache, name)
        monkeypatch.setattr(limits.cache, name, lambda key, *more, real=real: kept.append(key) or real(key, *more))
    password(client)
    second(client, code())

    assert kept
    assert not any(part in key for key in kept for part in (str(linde.pk), linde.pk.hex, "linde", OFFICE))


# --- Passkeys ---


@pytest.fixture
def local() -> Client:
    """A browser at http://localhost, where passkeys work."""
    return Client(SERVER_NAME="localhost", SERVER_PORT="8000")


def give_real_passkey(staff: Staff) -> Authenticator:
    actor, made = Actor.for_staff(staff, ""), Authenticator(HERE.origins[0], HERE.id)
    challenge = passkeys.question_to_add(actor, HERE).challenge
    passkeys.add(actor, HERE, challenge, made.make(challenge), "Handy")
    return made


def challenge_of(answer: Any) -> bytes:
    """What the browser was asked."""
    text = answer.json()["challenge"]
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_passkey_opens(local: Client, linde: Staff) -> None:
    made = give_real_passkey(linde)
    password(local)
    assert "Mit Passkey weiter" in local.get(reverse("people:second_step")).content.decode()
    challenge = challenge_of(post_json(local, "people:passkey_question"))

    answer = post_json(local, "people:passkey_answer", {"answer": made.show(challenge)})

    assert answer.json() == {"next": reverse("cases:desk")}
    assert is_in(local)
    assert AuditEntry.objects.filter(event="signed_in").values_list("code", flat=True).get() == factors.PASSKEY


def test_challenge_counts_once_in_its_session_alone(local: Client, linde: Staff) -> None:
    made, other = give_real_passkey(linde), Client(SERVER_NAME="localhost", SERVER_PORT="8000")
    password(local)
    password(other)
    challenge = challenge_of(post_json(local, "people:passkey_question"))
    post_json(other, "people:passkey_question")
    answer = {"answer": made.show(challenge)}

    assert post_json(other, "people:passkey_answer", answer).json()["error"]["code"] == "passkey_refused"
    wrong = post_json(local, "people:passkey_answer", {"answer": {"id": "x"}})
    assert wrong.json()["error"]["code"] == "passkey_refused"
    assert post_json(local, "people:passkey_answer", answer).json()["error"]["code"] == "invalid"
    assert not is_in(local)


def test_challenge_ends_after_five_minutes(local: Client, linde: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    made = give_real_passkey(linde)
    password(local)
    challenge = challenge_of(post_json(local, "people:passkey_question"))
    session = local.session
    session["challenge"] = {**session["challenge"], "at": session["challenge"]["at"] - passkeys.CHALLENGE_SECONDS - 1}
    session.save()

    answer = post_json(local, "people:passkey_answer", {"answer": made.show(challenge)})

    assert answer.json()["error"]["code"] == "invalid"


@pytest.mark.parametrize("name", ["people:passkey_question", "people:passkey_answer"])
def test_passkey_without_a_password_is_nothing(local: Client, linde: Staff, name: str) -> None:
    assert post_json(local, name).status_code == 403


def test_bare_number_offers_no_passkey_and_says_why(client: Client, linde: Staff) -> None:
    give_real_passkey(linde)
    numbered = Client(SERVER_NAME="127.0.0.1")
    password(numbered)

    page = numbered.get(reverse("people:second_step")).content.decode()

    assert "nicht über eine Zahlenadresse" in page
    assert "Mit Passkey weiter" not in page
    assert post_json(numbered, "people:passkey_question").status_code == 403


@pytest.mark.parametrize("body", ["", "[]", "{", "[" * 30_000, '{"answer": 1}', "\xff"])
def test_broken_json_is_a_plain_refusal(local: Client, linde: Staff, body: str) -> None:
    give_real_passkey(linde)
    password(local)
    post_json(local, "people:passkey_question")

    answer = local.post(
        reverse("people:passkey_answer"), body, content_type="application/json", HTTP_ACCEPT="application/json"
    )

    assert answer.status_code == 422
    assert not is_in(local)
