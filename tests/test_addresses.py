"""What holds for every address there is: no form is taken without its token, and no page is forgotten by the walks."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from counselling.web import exit as quick_exit
from tests.e2e import walked
from tests.support.addresses import Address, addresses

pytestmark = pytest.mark.django_db

# Leaving must never fail: an expired token would hold somebody back, and all it does is end this browser's own visit.
# Others cannot make a browser leave: tests/web/test_exit.py.
WITHOUT_TOKEN = {"web:exit": quick_exit.leave, "web:returned": quick_exit.returned}
ALL = list(addresses())


def taken_without_a_token(address: Address) -> bool:
    """Whether a POST without a token gets past the door."""
    browser = Client(enforce_csrf_checks=True, raise_request_exception=False)
    answer = browser.post(address.path, {"text": "x"}, headers={"Accept": "application/json"})
    return (answer.status_code, answer.get("Content-Type")) != (403, "application/json") or (
        answer.json()["error"]["code"] != "expired"
    )


def test_every_address_refuses_a_form_without_its_token() -> None:
    assert len(ALL) > 100
    assert {address.name for address in ALL if taken_without_a_token(address)} == set(WITHOUT_TOKEN)


def test_a_foreign_origin_is_refused_though_it_knows_a_token() -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.get("/accessibility/")
    token = browser.cookies[settings.CSRF_COOKIE_NAME].value

    answer = browser.post(
        "/accessibility/", {"text": "x", "csrfmiddlewaretoken": token}, headers={"Origin": "https://elsewhere.example"}
    )

    assert answer.status_code == 403


def answers_get(address: Address) -> bool:
    """A page or data, not only a form's target; where a door stands before it, that counts as yes."""
    return Client(raise_request_exception=False).get(address.path).status_code != 405


def test_every_address_that_shows_something_is_walked_or_says_why_not() -> None:
    shown = {address.name for address in ALL if not address.has_arguments and answers_get(address)}
    known = [*walked.PUBLIC.values(), *walked.ADMIN.values(), *walked.ELSEWHERE, *walked.NO_PAGE, *walked.ALIKE]

    assert shown - {""} == set(known)
    assert len(known) == len(set(known))


def test_the_walks_that_are_named_exist() -> None:
    folder = Path(walked.__file__).parent
    assert [file for file in set(walked.ELSEWHERE.values()) if "Walk(" not in (folder / file).read_text()] == []
