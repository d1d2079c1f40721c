"""The page on which a young person has themselves told of news, and gives it up again. Works by forms alone."""

import pytest
from django.conf import settings as django_settings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from counselling.cases.domain import opening
from counselling.cases.domain.facts import FactsInput
from counselling.mail.models import NotifyAddress, OutgoingMail
from counselling.people.domain import access
from tests.mail import mails
from tests.mail.mails import ADDRESS
from tests.support import world

pytestmark = pytest.mark.django_db
PAGE = "/inbox/notify/"


@pytest.fixture
def otter() -> Client:
    """The browser of somebody who writes letters."""
    team = world.team()
    world.counsellor(team, "Linde")
    return browser(team)


def browser(team: object) -> Client:
    actor, token = access.new_seeker()
    opening.begin_letters(
        actor,
        team_id=team.pk,  # type: ignore[attr-defined]
        nickname=world.NICKNAME,
        facts=FactsInput(),
        language="de",
    )
    client = Client()
    client.cookies[django_settings.SEEKER_COOKIE_NAME] = token
    return client


def post(client: Client, step: str, **fields: str) -> tuple[int, str]:
    answer = client.post(PAGE, {"step": step, **fields})
    return answer.status_code, answer.headers.get("Location", "") or answer.content.decode()


def code() -> str:
    mails.deliver()
    return mails.code_of(str(mail.outbox[-1].body))


def test_an_address_a_code_and_it_is_on_and_one_tap_and_it_is_off(otter: Client) -> None:
    assert 'type="email"' in otter.get(PAGE).content.decode()

    assert post(otter, "address", email=f" {ADDRESS} ") == (303, PAGE)
    asked = otter.get(PAGE).content.decode()
    assert "s…@example.org" in asked
    assert ADDRESS not in asked
    assert post(otter, "code", code=code()) == (303, PAGE)
    assert "Eingeschaltet." in otter.get(PAGE).content.decode()

    assert post(otter, "off") == (303, f"{PAGE}?off=1")
    assert "Ausgeschaltet. Deine Adresse ist gelöscht." in otter.get(f"{PAGE}?off=1").content.decode()
    assert not NotifyAddress.objects.exists()


def test_it_warns_before_anything_is_typed(otter: Client) -> None:
    page = otter.get(PAGE).content.decode()

    assert "Liest noch jemand deine Mails?" in page
    assert "von wem die Mail kommt und wann" in page


@pytest.mark.parametrize("typed", ["", "otter", "a@b\r\nBcc: c@d.de"])
def test_what_is_no_address_stays_in_its_field_with_a_sentence(otter: Client, typed: str) -> None:
    status, page = post(otter, "address", email=typed)

    assert status == 422
    assert 'role="alert"' in page
    assert "name@example.org" in page
    assert not NotifyAddress.objects.exists()


def test_a_wrong_code_is_said_beside_the_field(otter: Client) -> None:
    post(otter, "address", email=ADDRESS)

    status, page = post(otter, "code", code="12 34 5x")

    assert status == 422
    assert "Der Code passt nicht." in page
    assert 'aria-invalid="true"' in page


def test_guessing_ends_after_six_tries_and_a_new_code_helps(otter: Client) -> None:
    post(otter, "address", email=ADDRESS)
    right = code()
    wrong = "000000" if right != "000 000" else "111111"
    said = [post(otter, "code", code=wrong)[1] for _try in range(7)]
    assert ["gilt nicht mehr" in page.partition('id="code-error"')[2][:400] for page in said] == [False] * 6 + [True]
    assert post(otter, "code", code=right)[0] == 422

    assert post(otter, "again") == (303, PAGE)

    assert post(otter, "code", code=code()) == (303, PAGE)
    assert NotifyAddress.objects.get().confirmed


def test_nobody_is_flooded_with_codes(otter: Client) -> None:
    post(otter, "address", email=ADDRESS)
    answers = [post(otter, "again") for _more in range(5)]

    assert [status for status, _page in answers] == [303, 303, 303, 422, 422]
    assert "viele Mails" in answers[-1][1]
    assert post(otter, "address", email="anders@example.org")[0] == 422
    assert OutgoingMail.objects.count() == 1  # each takes the place of the one before


def test_one_address_is_not_flooded_by_many_people() -> None:
    team = world.team()
    world.counsellor(team, "Linde")

    statuses = [post(browser(team), "address", email=ADDRESS)[0] for _one in range(6)]

    assert statuses == [303] * 5 + [422]


def test_the_cache_keeps_no_address(otter: Client) -> None:
    post(otter, "address", email=ADDRESS)

    assert "sentinel" not in repr(cache._cache)  # type: ignore[attr-defined]


def test_where_no_mail_is_sent_the_page_says_so(otter: Client, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"

    page = otter.get(PAGE).content.decode()

    assert "Das gibt es hier gerade nicht." in page
    assert 'type="email"' not in page
    assert post(otter, "address", email=ADDRESS)[0] == 422


def test_a_stranger_is_led_to_the_start() -> None:
    assert Client().get(PAGE).headers["Location"] == "/"
    assert Client().post(PAGE, {"step": "off"}).headers["Location"] == "/"


def test_unknown_steps_show_the_page(otter: Client) -> None:
    assert post(otter, "nonsense")[0] == 200
    assert post(otter, "again")[0] == 422
    assert post(otter, "code", code="1")[0] == 422


@pytest.mark.parametrize("confirmed", [True, False])
def test_my_data_name_it_masked(otter: Client, confirmed: bool) -> None:
    assert "s…@" not in otter.get("/mine/").content.decode()
    post(otter, "address", email=ADDRESS)
    if confirmed:
        post(otter, "code", code=code())

    page = otter.get("/mine/").content.decode()

    assert "s…@example.org" in page
    assert ADDRESS not in page
