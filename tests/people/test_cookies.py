"""The seeker's cookie, on pages and on sockets."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from pytest_django import Settings

from counselling.people import cookies
from counselling.people.domain import access

pytestmark = pytest.mark.django_db
PAGES = RequestFactory()


@pytest.fixture
def real(settings: Settings) -> None:
    """As on a real server, not in the demo."""
    settings.SEEKER_COOKIE_NAME = "__Host-seat"
    settings.SESSION_COOKIE_SECURE = True


def test_a_page_knows_the_seeker_of_its_browser(settings: Settings) -> None:
    actor, token = access.new_seeker()
    request = PAGES.get("/")
    assert cookies.seeker_of(request) is None

    request.COOKIES[settings.SEEKER_COOKIE_NAME] = token

    assert cookies.seeker_of(request) == actor


@pytest.mark.parametrize("token", ["", "x", "ä", "a" * 5000])
def test_a_page_knows_nobody_by_a_broken_token(settings: Settings, token: str) -> None:
    request = PAGES.get("/")
    request.COOKIES[settings.SEEKER_COOKIE_NAME] = token

    assert cookies.seeker_of(request) is None


def test_the_cookie_is_for_this_host_alone_and_ends_with_the_browser(real: None) -> None:
    response = HttpResponse()

    cookies.set_seeker(response, "token")

    morsel = response.cookies["__Host-seat"]
    assert (morsel.value, morsel["httponly"], morsel["secure"], morsel["samesite"]) == ("token", True, True, "Lax")
    assert (morsel["path"], morsel["domain"], morsel["max-age"], morsel["expires"]) == ("/", "", "", "")


def test_clearing_expires_the_very_same_cookie(real: None) -> None:
    response = HttpResponse()

    cookies.clear_seeker(response)

    morsel = response.cookies["__Host-seat"]
    assert (morsel.value, morsel["max-age"], morsel["path"], morsel["domain"]) == ("", 0, "/", "")
    assert morsel["secure"]  # browsers ignore a __Host- cookie without it


def test_quick_exit_ends_this_browsers_way_in_on_the_server(settings: Settings) -> None:
    _, token = access.new_seeker()
    request = PAGES.post("/exit/")
    cookies.end_seeker_session(request)
    request.COOKIES[settings.SEEKER_COOKIE_NAME] = token

    cookies.end_seeker_session(request)

    assert access.seeker_by_token(token) is None
    cookies.end_seeker_session(request)


@pytest.mark.parametrize(
    "header",
    [b"seat=token", b"a=1; seat=token; b=2", b"seat=token;", b'other="x; y"; seat=token', b"bad name=1; seat=token"],
)
def test_a_socket_reads_its_cookie_among_others(header: bytes) -> None:
    assert cookies.from_header(header, "seat") == "token"


@pytest.mark.parametrize("other", [b'{"a":1}', b"=x", b"flag", b"caf\xc3\xa9=1", b"a[b]=1", b"x@y=1"])
def test_somebody_elses_odd_cookie_does_not_hide_ours(other: bytes) -> None:
    """Pages find their cookie beside it, so sockets must too."""
    assert cookies.from_header(other + b"; seat=token", "seat") == "token"


@pytest.mark.parametrize("header", [b"", b";", b"seat", b"xseat=token", b"\xff\xfe", b"a" * 20_000])
def test_a_socket_without_the_cookie_has_none(header: bytes) -> None:
    assert not cookies.from_header(header, "seat")
