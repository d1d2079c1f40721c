"""The language is a choice of this browser session, and its form leads nowhere else."""

import pytest
from django.test import Client
from pytest_django import Settings

pytestmark = pytest.mark.django_db


def test_choice_is_kept_as_a_session_cookie(client: Client, settings: Settings) -> None:
    response = client.post("/language/", {"language": "en", "next": "/help/"})
    cookie = response.cookies[settings.LANGUAGE_COOKIE_NAME]

    assert (response.status_code, response["Location"]) == (302, "/help/")
    assert (cookie.value, cookie["max-age"], cookie["expires"]) == ("en", "", "")
    assert 'lang="en"' in client.get("/help/").content.decode()


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example", ""]
)
def test_form_leads_nowhere_else(client: Client, target: str) -> None:
    response = client.post("/language/", {"language": "en", "next": target})

    assert response["Location"] == "/"


def test_unknown_language_changes_nothing(client: Client, settings: Settings) -> None:
    response = client.post("/language/", {"language": "xx-evil", "next": "/"})

    assert settings.LANGUAGE_COOKIE_NAME not in response.cookies


def test_form_needs_its_token(visitor: Client) -> None:
    assert visitor.post("/language/", {"language": "en", "next": "/"}).status_code == 403
