"""Leaving always works, ends the visit on the server, and nobody else can make a browser leave."""

import logging
from collections.abc import Iterator

import pytest
from django.http import HttpRequest
from django.test import Client
from pytest_django import Settings

from counselling.web import exit as quick_exit
from tests.web.conftest import OURS

ELSEWHERE = "https://neutral.example/"


@pytest.fixture(autouse=True)
def ended(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The methods of requests whose visit was ended; the registries are this test's own."""
    settings.EXIT_URL = ELSEWHERE
    calls: list[str] = []
    monkeypatch.setattr(quick_exit, "on_exit", [lambda request: calls.append(request.method)])
    monkeypatch.setattr(quick_exit, "exit_sites", [])
    return iter([calls])


@pytest.fixture
def calls(ended: Iterator[list[str]]) -> list[str]:
    return next(ended)


def test_button_is_answered_with_an_empty_page_that_goes_on(visitor: Client, calls: list[str]) -> None:
    response = visitor.post("/exit/", headers=OURS)

    assert response.status_code == 200
    assert f'<meta http-equiv="refresh" content="0; url={ELSEWHERE}">' in response.content.decode()
    assert "<title>neutral.example</title>" in response.content.decode()
    assert calls == ["POST"]


def test_link_is_answered_with_a_redirect(visitor: Client, calls: list[str]) -> None:
    response = visitor.get("/exit/")

    assert (response.status_code, response["Location"]) == (303, ELSEWHERE)
    assert calls == ["GET"]


@pytest.mark.parametrize("method", ["get", "post"])
def test_leaving_expires_every_cookie_of_ours(visitor: Client, settings: Settings, method: str) -> None:
    response = getattr(visitor, method)("/exit/", headers=OURS)

    expired = {name for name, morsel in response.cookies.items() if morsel["max-age"] == 0}
    assert expired == {
        settings.SEEKER_COOKIE_NAME,
        settings.SESSION_COOKIE_NAME,
        settings.VAULT_COOKIE_NAME,
        settings.CSRF_COOKIE_NAME,
        settings.LANGUAGE_COOKIE_NAME,
    }


def test_leaving_marks_the_browser_for_minutes_and_returning_forgets_it(visitor: Client) -> None:
    left = visitor.post("/exit/", headers=OURS).cookies[quick_exit.away_cookie_name()]
    back = visitor.post("/exit/returned/")

    assert (left.value, left["max-age"], left["httponly"]) == ("1", quick_exit.AWAY_SECONDS, "")
    assert back.status_code == 204
    assert back.cookies[quick_exit.away_cookie_name()]["max-age"] == 0


def test_leaving_twice_is_the_same(visitor: Client) -> None:
    first, second = visitor.post("/exit/", headers=OURS), visitor.post("/exit/", headers=OURS)

    assert first.content == second.content


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "same-origin", "Sec-Purpose": "prefetch;prerender"},
    ],
)
def test_foreign_pages_and_prefetches_end_nothing(visitor: Client, calls: list[str], headers: dict[str, str]) -> None:
    response = visitor.get("/exit/", headers=headers)

    assert response["Location"] == ELSEWHERE
    assert (calls, response.cookies) == ([], {})


def test_a_failing_hook_holds_nobody_back(
    visitor: Client, calls: list[str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(request: HttpRequest) -> None:
        raise RuntimeError("Sentinel")

    monkeypatch.setattr(quick_exit, "on_exit", [fail, *quick_exit.on_exit])

    with caplog.at_level(logging.WARNING):
        response = visitor.post("/exit/", headers=OURS)

    assert response.status_code == 200
    assert calls == ["POST"]
    assert "RuntimeError" in caplog.text
    assert "Sentinel" not in caplog.text


def test_the_centre_chooses_where_to_go(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown() -> str:
        raise RuntimeError

    monkeypatch.setattr(quick_exit, "exit_sites", [unknown, lambda: "", lambda: "https://wish.example/"])

    assert quick_exit.neutral_site() == "https://wish.example/"


def test_other_methods_are_not_for_leaving(visitor: Client) -> None:
    assert visitor.put("/exit/").status_code == 405
    assert visitor.get("/exit/returned/").status_code == 405
