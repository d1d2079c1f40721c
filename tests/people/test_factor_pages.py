"""My page of second steps, and the set-up in the middle of the first sign-in in production."""

import base64
import re
from types import SimpleNamespace
from typing import Any

import django
import pytest

# ruff: noqa: E402 -- models need the apps; the suite's settings are only known once its first conftest ran
django.setup()

from django.conf import settings as django_settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from counselling.people import halfway, proof
from counselling.people.domain import authenticator, factors, sparecodes
from counselling.people.domain.actors import Actor
from counselling.people.models import Passkey, RecoveryCode, Staff, Totp
from counselling.vault import recovery
from counselling.web import limits
from tests.people.sign_in_hands import PASSWORD, a_member, is_in, password, post_json, second
from tests.people.test_second_step import HERE, challenge_of
from tests.support import key_rings
from tests.support.authenticators import Authenticator
from tests.support.second_factor import SECRET, code, give_app, give_codes, give_passkey

pytestmark = pytest.mark.django_db
CODE = re.compile(r"<code>([0-9A-Z]{5}-[0-9A-Z]{5})</code>")
SECRET_TEXT = re.compile(r'data-testid="secret">([A-Z2-7 ]+)<')


@pytest.fixture(autouse=True)
def production(settings: Any) -> None:
    settings.DEMO = False
    settings.ORIGINS = ["http://127.0.0.1:8000", "http://localhost:8000"]


@pytest.fixture
def local() -> Client:
    """A browser at http://localhost, where passkeys work."""
    return Client(SERVER_NAME="localhost", SERVER_PORT="8000")


def shown_secret(page: str) -> bytes:
    """What somebody types into their app."""
    found = SECRET_TEXT.search(page)
    assert found
    return base64.b32decode(found[1].replace(" ", ""))


def shown_codes(client: Client) -> list[str]:
    return CODE.findall(client.get(reverse("people:factor_codes")).content.decode())


def keep_codes(client: Client) -> Any:
    return client.post(reverse("people:factor_codes"), {"kept": "on"})


def confirm_app(client: Client, **more: Any) -> Any:
    """Through the app's page with what it shows."""
    secret = shown_secret(client.get(reverse("people:factor_app")).content.decode())
    return client.post(reverse("people:factor_app"), {"code": code(secret, **more)})


def at_the_desk(staff: Staff, *, fresh: bool = True) -> Client:
    """A signed-in browser, whose password was right just now or long ago."""
    client = Client(SERVER_NAME="localhost", SERVER_PORT="8000")
    key_rings.sign_in(client, staff)
    session = client.session
    session["proved_at"] = proof.time.time() - (0 if fresh else proof.SECONDS + 1)
    session.save()
    return client


# --- The first sign-in in production ---


def test_first_sign_in_leads_through_app_and_codes_to_the_desk(local: Client) -> None:
    staff = a_member()

    assert password(local, next="/team/welcome/")["Location"] == reverse("people:factors")
    assert "Dein Passwort stimmt." in local.get(reverse("people:factors")).content.decode()
    assert confirm_app(local)["Location"] == reverse("people:factor_codes")
    codes = shown_codes(local)
    assert not is_in(local)
    assert keep_codes(local)["Location"] == "/team/welcome/"
    assert is_in(local)
    assert sparecodes.use(staff.pk, codes[4], timezone.now())


def test_first_sign_in_with_a_passkey(local: Client) -> None:
    staff = a_member()
    password(local)
    assert "Passkey machen" in local.get(reverse("people:factor_passkey")).content.decode()
    challenge = challenge_of(post_json(local, "people:new_passkey_question"))
    made = Authenticator(HERE.origins[0], HERE.id).make(challenge)

    answer = post_json(local, "people:new_passkey_answer", {"answer": made, "name": "Mein Handy"})

    assert answer.json() == {"next": reverse("people:factor_codes")}
    assert keep_codes(local)["Location"] == reverse("cases:desk")
    assert is_in(local)
    assert Passkey.objects.get().name == "Mein Handy"
    assert factors.has_any(staff.pk)


@pytest.mark.parametrize("role", ["counsellor", "supervisor", "administrator"])
def test_nothing_else_opens_before(client: Client, role: str) -> None:
    a_member(role=role)
    password(client)

    for page in ("cases:desk", "people:welcome", "admin:index", "people:factor_codes", "people:proof"):
        assert client.get(reverse(page)).status_code == 302, page
        assert not is_in(client)
    assert client.get("/admin/people/staff/").status_code == 302


def test_set_up_gives_more_time_than_the_second_step(client: Client) -> None:
    a_member()
    password(client)

    assert client.cookies[django_settings.HALFWAY_COOKIE_NAME]["max-age"] == halfway.SET_UP_SECONDS


def test_aborted_set_up_begins_anew(local: Client) -> None:
    a_member()
    password(local)
    local.get(reverse("people:factor_app"))

    assert password(Client())["Location"] == reverse("people:factors")


def test_codes_that_were_never_kept_come_after_the_next_second_step(local: Client) -> None:
    staff = a_member()
    give_app(staff.pk)
    password(local)

    assert second(local, code())["Location"] == reverse("people:factor_codes")
    assert not is_in(local)
    assert local.get(reverse("people:second_step"))["Location"] == reverse("people:factor_codes")
    assert keep_codes(local)["Location"] == reverse("cases:desk")
    assert is_in(local)


def test_password_alone_sets_up_nothing_where_there_is_a_factor(local: Client) -> None:
    """Else a stolen password could bring a phone of its own."""
    staff = a_member()
    give_app(staff.pk)
    give_codes(staff.pk)
    password(local)

    for page in ("people:factors", "people:factor_app", "people:factor_codes", "people:factor_passkey"):
        assert local.get(reverse(page))["Location"] == reverse("people:second_step"), page
        assert local.post(reverse(page), {"code": "1", "kept": "on"}).status_code in {302, 405}, page
    for name in ("people:new_passkey_question", "people:new_passkey_answer"):
        assert post_json(local, name).status_code == 403
    assert (Totp.objects.count(), Passkey.objects.count(), RecoveryCode.objects.count()) == (1, 0, 10)
    assert RecoveryCode.objects.filter(used_at=None).count() == 10


def test_set_up_that_came_too_late_is_told(local: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    a_member()
    password(local)
    now = halfway.time.time()
    monkeypatch.setattr(halfway, "time", SimpleNamespace(time=lambda: now + halfway.SET_UP_SECONDS + 1))

    assert local.get(reverse("people:factor_app"))["Location"] == reverse("people:sign_in") + "?late=1"


def test_demo_needs_no_set_up(client: Client, settings: Any) -> None:
    settings.DEMO = True
    a_member()

    assert password(client)["Location"] == reverse("cases:desk")
    assert is_in(client)


def test_counsellor_is_not_sent_round_in_circles_by_an_admin_address(client: Client, settings: Any) -> None:
    settings.DEMO = True
    a_member()

    assert password(client, next="/admin/")["Location"] == reverse("cases:desk")
    assert client.get(reverse("people:sign_in") + "?next=/admin/")["Location"] == reverse("cases:desk")


# --- The codes' page ---


def test_codes_stay_the_same_until_they_are_kept_and_lie_wrapped(local: Client) -> None:
    client = at_the_desk(a_member())
    give_app(Staff.objects.get().pk)
    first = shown_codes(client)
    rows = " ".join(str(row.get_decoded()) for row in Session.objects.all())

    assert len(set(first)) == recovery.CODES
    assert shown_codes(client) == first
    assert not any(typed in rows for typed in first)
    assert "Setz den Haken" in client.post(reverse("people:factor_codes")).content.decode()
    assert not RecoveryCode.objects.exists()
    assert keep_codes(client)["Location"] == reverse("people:factors")
    assert shown_codes(client) != first


def test_renewing_says_that_the_old_ones_end(local: Client) -> None:
    staff = a_member()
    give_app(staff.pk)
    old = give_codes(staff.pk)
    client = at_the_desk(staff)

    page = client.get(reverse("people:factor_codes")).content.decode()
    assert "gelten nur noch diese" in page
    assert sparecodes.use(staff.pk, old[0], timezone.now())
    keep_codes(client)
    assert not sparecodes.use(staff.pk, old[1], timezone.now())


# --- My page ---


def test_page_lists_what_i_have(local: Client) -> None:
    staff = a_member()
    give_app(staff.pk)
    give_passkey(staff.pk, name="<b>Laptop</b>")
    codes = give_codes(staff.pk)
    for typed in codes[:7]:
        sparecodes.use(staff.pk, typed, timezone.now())

    page = at_the_desk(staff).get(reverse("people:factors")).content.decode()

    assert "noch 3 übrig" in page
    assert "&lt;b&gt;Laptop&lt;/b&gt;" in page
    assert "few" in page
    assert "Code aus einer App" in page


def test_page_costs_the_same_with_more_passkeys() -> None:
    staff = a_member()
    client = at_the_desk(staff)
    costs = []
    for number in range(3):
        give_passkey(staff.pk, credential=bytes((number,)))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("people:factors"))
        costs.append(len(queries))

    assert costs[0] == costs[2]


def test_app_is_added_and_taken_away(local: Client) -> None:
    staff = a_member()
    give_passkey(staff.pk)
    give_codes(staff.pk)
    client = at_the_desk(staff)

    assert confirm_app(client)["Location"] == reverse("people:factors")
    assert Totp.objects.count() == 1
    assert "entfernen?" in client.get(reverse("people:factor_app_remove")).content.decode()
    assert client.post(reverse("people:factor_app_remove"))["Location"] == reverse("people:factors")
    assert Totp.objects.count() == 0
    assert client.get(reverse("people:factor_app_remove")).status_code == 404


def test_wrong_code_keeps_the_same_secret_on_the_page(local: Client) -> None:
    client = at_the_desk(a_member())
    before = shown_secret(client.get(reverse("people:factor_app")).content.decode())

    page = client.post(reverse("people:factor_app"), {"code": "000000"}).content.decode()

    assert "Der Code passt nicht." in page
    assert shown_secret(page) == before
    assert Totp.objects.count() == 0


def test_waiting_secret_lies_sealed(local: Client) -> None:
    client = at_the_desk(a_member())
    secret = shown_secret(client.get(reverse("people:factor_app")).content.decode())
    rows = " ".join(str(row.get_decoded()) for row in Session.objects.all())

    assert secret.hex() not in rows


def test_picture_is_an_image_of_data_without_styles(local: Client) -> None:
    page = at_the_desk(a_member()).get(reverse("people:factor_app")).content.decode()

    assert 'src="data:image/svg+xml' in page
    assert "style=" not in page


def test_last_factor_stays_in_production(local: Client) -> None:
    staff = a_member()
    give_app(staff.pk)
    client = at_the_desk(staff)

    answer = client.post(reverse("people:factor_app_remove"))

    assert answer.status_code == 409
    assert "einziger zweiter Schritt" in answer.content.decode()
    assert Totp.objects.count() == 1


def test_passkey_is_renamed_and_removed(local: Client) -> None:
    staff = a_member()
    give_app(staff.pk)
    passkey = give_passkey(staff.pk)
    client = at_the_desk(staff)
    address = reverse("people:factor_rename", args=[passkey])

    assert 'value="Handy"' in client.get(address).content.decode()
    assert client.post(address, {"name": " "}).status_code == 200
    assert client.post(address, {"name": "Laptop"})["Location"] == reverse("people:factors")
    assert Passkey.objects.get().name == "Laptop"
    removal = reverse("people:factor_remove", args=[passkey])
    assert "Laptop" in client.get(removal).content.decode()
    assert client.post(removal)["Location"] == reverse("people:factors")
    assert not Passkey.objects.exists()


def test_passkey_of_somebody_else_is_not_here(local: Client) -> None:
    passkey = give_passkey(a_member().pk)
    client = at_the_desk(a_member("ahorn"))

    for name in ("people:factor_rename", "people:factor_remove"):
        for method in (client.get, client.post):
            assert method(reverse(name, args=[passkey]), {"name": "x"}).status_code == 404
    assert Passkey.objects.get().name == "Handy"


def test_passkey_is_added_at_the_desk(local: Client) -> None:
    staff = a_member()
    give_app(staff.pk)
    give_codes(staff.pk)
    client = at_the_desk(staff)
    challenge = challenge_of(post_json(client, "people:new_passkey_question"))
    made = Authenticator(HERE.origins[0], HERE.id).make(challenge)

    answer = post_json(client, "people:new_passkey_answer", {"answer": made, "name": "Laptop"})

    assert answer.json() == {"next": reverse("people:factors")}
    again = post_json(client, "people:new_passkey_answer", {"answer": made, "name": "Laptop"})
    assert again.json()["error"]["code"] == "invalid"


def test_challenge_to_prove_adds_nothing(local: Client) -> None:
    """A question for one purpose is no question for the other."""
    staff = a_member()
    client = at_the_desk(staff)
    challenge = challenge_of(post_json(client, "people:new_passkey_question"))
    session = client.session
    session["challenge"] = {**session["challenge"], "purpose": "prove"}
    session.save()
    made = Authenticator(HERE.origins[0], HERE.id).make(challenge)

    assert post_json(client, "people:new_passkey_answer", {"answer": made}).status_code == 422


def test_bare_number_says_why_there_are_no_passkeys() -> None:
    staff = a_member()
    client = at_the_desk(staff)
    pages = [
        client.get(reverse(name), SERVER_NAME="127.0.0.1").content.decode()
        for name in ("people:factors", "people:factor_passkey")
    ]

    assert all("nicht über eine Zahlenadresse" in page for page in pages)
    assert post_json(Client(SERVER_NAME="127.0.0.1"), "people:new_passkey_question").status_code == 403


# --- The password again ---

CHANGES = ("people:factor_app", "people:factor_codes", "people:factor_passkey", "people:factor_app_remove")


@pytest.mark.parametrize("name", CHANGES)
def test_changes_ask_for_the_password_after_ten_minutes(name: str) -> None:
    staff = a_member()
    give_app(staff.pk)
    give_passkey(staff.pk)
    client = at_the_desk(staff, fresh=False)

    assert client.get(reverse("people:factors")).status_code == 200
    assert client.get(reverse(name))["Location"] == f"{reverse('people:proof')}?next={reverse(name)}"
    if name != "people:factor_passkey":  # nothing is posted there
        assert client.post(reverse(name), {"kept": "on"})["Location"].startswith(reverse("people:proof"))
    assert (Totp.objects.count(), Passkey.objects.count()) == (1, 1)
    assert post_json(client, "people:new_passkey_question").json()["error"]["code"] == "proof_needed"


def test_password_opens_for_ten_minutes() -> None:
    staff = a_member()
    client = at_the_desk(staff, fresh=False)
    asked = reverse("people:proof") + "?next=/team/factors/app/"
    assert 'value="/team/factors/app/"' in client.get(asked).content.decode()

    wrong = client.post(asked, {"password": "falsch", "next": "/team/factors/app/"})
    assert "Das Passwort passt nicht." in wrong.content.decode()
    assert client.get(reverse("people:factor_app")).status_code == 302
    right = client.post(asked, {"password": PASSWORD, "next": "/team/factors/app/"})
    assert right["Location"] == "/team/factors/app/"
    assert client.get(reverse("people:factor_app")).status_code == 200


def test_password_page_leads_nowhere_else() -> None:
    client = at_the_desk(a_member(), fresh=False)

    answer = client.post(reverse("people:proof"), {"password": PASSWORD, "next": "https://evil.test/"})

    assert answer["Location"] == reverse("people:factors")


def test_guessing_the_password_here_waits_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "time", SimpleNamespace(time=lambda: 1_700_000_000.0))
    client = at_the_desk(a_member(), fresh=False)
    for _ in range(6):
        client.post(reverse("people:proof"), {"password": "falsch"})

    assert "Das waren viele Versuche." in client.post(reverse("people:proof"), {"password": PASSWORD}).content.decode()


def test_strangers_are_led_to_the_sign_in(client: Client) -> None:
    for name in ("people:factors", *CHANGES, "people:proof"):
        assert client.get(reverse(name))["Location"].startswith(reverse("people:sign_in")), name


def test_secret_of_another_session_is_not_shown(local: Client) -> None:
    """A secret that was sealed for somebody else is replaced, not shown."""
    linde, ahorn = a_member(), a_member("ahorn")
    client = at_the_desk(linde)
    session = client.session
    session["new-app"] = base64.b64encode(authenticator.new_secret(Actor.for_staff(ahorn, ""))).decode()
    session.save()

    assert confirm_app(client).status_code == 302
    assert authenticator.check(linde.pk, code(SECRET), timezone.now()) is False
