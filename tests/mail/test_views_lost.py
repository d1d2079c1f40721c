"""A letter that is sent when its writer is not signed in any more: words bring both together again."""

import uuid

import pytest
from django.test import Client

from counselling.people.domain import access
from counselling.people.domain.actors import Actor
from tests.support import browser_letters as browser
from tests.support import world

pytestmark = pytest.mark.django_db

JSON = {"Accept": "application/json"}
SECRET = "Mein Stiefvater hat"


@pytest.fixture
def linde() -> Actor:
    return world.counsellor(world.team(), "Linde")


def test_a_letter_survives_a_session_that_is_over(client: Client, linde: Actor) -> None:
    browser.begin(client)
    words = browser.keep(client)
    fields = browser.composer(client) | {"text": SECRET}
    access.end_session(browser.whose(client))

    answer = client.post("/inbox/send/", fields)

    assert answer.status_code == 403
    assert "Dein Text ist noch da." in answer.content.decode()
    assert answer.context["text"] == SECRET
    wrong = client.post("/inbox/back/", {"nickname": "Niemand", "passphrase": "falsch", "text": SECRET})
    assert wrong.status_code == 422
    assert SECRET in wrong.content.decode()
    assert "falsch" not in wrong.content.decode()
    back = client.post("/inbox/back/", {"nickname": "stiller otter", "passphrase": " ".join(words), "text": SECRET})
    assert back.headers["Location"] == "/inbox/write/"
    assert browser.composer(client)["text"] == SECRET


def test_signing_in_again_doubles_and_overwrites_nothing(client: Client, linde: Actor) -> None:
    browser.begin(client)
    words = " ".join(browser.keep(client))
    client.post("/inbox/draft/", browser.composer(client) | {"text": "x" * 15_000})
    client.cookies.clear()

    fields = {"nickname": world.NICKNAME, "passphrase": words, "text": "y" * 15_000}
    both = client.post("/inbox/back/", fields)
    assert both.status_code == 409
    assert "y" * 15_000 in both.content.decode()
    assert "x" * 15_000 in both.content.decode()

    again = client.post("/inbox/back/", fields | {"text": "x" * 15_000})
    assert again.headers["Location"] == "/inbox/write/"
    assert browser.composer(client)["text"] == "x" * 15_000


def test_without_words_the_text_begins_a_new_case(client: Client, linde: Actor) -> None:
    shown = client.post("/inbox/send/", {"letter": str(uuid.uuid4()), "version": "0", "text": SECRET})
    assert shown.status_code == 403
    assert SECRET in client.post("/letter/", {"step": "new", "text": SECRET}).content.decode()
    named = client.post("/letter/", {"step": "name", "nickname": "Otter", "text": SECRET})
    assert SECRET in named.content.decode()
    client.post("/letter/", browser.FACTS | {"text": SECRET})
    assert browser.composer(client)["text"] == SECRET


def test_a_text_too_long_for_a_new_case_is_not_lost(client: Client, linde: Actor) -> None:
    answer = client.post("/letter/", {"step": "new", "text": "x" * 20_001})
    assert answer.status_code == 422
    assert "x" * 20_001 in answer.content.decode()


def test_a_script_without_a_case_is_told_so(client: Client, linde: Actor) -> None:
    answer = client.post("/inbox/draft/", {"text": SECRET}, headers=JSON)
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
