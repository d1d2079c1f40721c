"""Nothing of a visit is kept by caches, and pages ask a device for nothing."""

import pytest
from django.test import AsyncClient, Client

from tests.web.conftest import JSON

pytestmark = pytest.mark.django_db
PAGES = ["/", "/help/", "/exit/", "/nowhere/", "/refuse/Taken/", "/lose-database/", "/break-down/"]


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_is_kept_out_of_caches(visitor: Client, path: str) -> None:
    response = visitor.get(path)

    assert response["Cache-Control"] == "no-store"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]
    assert "autoplay" not in response["Permissions-Policy"]


@pytest.mark.parametrize("path", PAGES)
def test_every_answer_keeps_the_referrer_at_home_and_allows_no_inline_code(visitor: Client, path: str) -> None:
    response = visitor.get(path)

    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"
    assert "unsafe-inline" not in response["Content-Security-Policy"]
    assert "default-src 'none'" in response["Content-Security-Policy"]


def test_an_answer_that_calls_itself_public_may_be_kept(visitor: Client) -> None:
    assert visitor.get("/public.css")["Cache-Control"] == "public, max-age=60"


async def test_headers_stand_on_async_views_too(async_client: AsyncClient) -> None:
    response = await async_client.get("/async/")

    assert (response.status_code, response["Cache-Control"]) == (200, "no-store")


async def test_errors_of_async_views_are_answered(async_client: AsyncClient) -> None:
    response = await async_client.get("/refuse-async/", headers=JSON)

    assert (response.status_code, response.json()["error"]["code"]) == (409, "taken")
