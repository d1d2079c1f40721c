"""Visitors and caches for the guards at the door."""

from collections.abc import Callable

import pytest
from django.http import HttpRequest
from django.test import RequestFactory
from pytest_django import Settings

from counselling.web import limits

MakeRequest = Callable[..., HttpRequest]


@pytest.fixture
def visit() -> MakeRequest:
    """A request from an address, with the X-Forwarded-For header if one is given."""

    def make(address: str, forwarded: str = "") -> HttpRequest:
        headers = {"X-Forwarded-For": forwarded} if forwarded else {}
        return RequestFactory().get("/", headers=headers, REMOTE_ADDR=address)

    return make


@pytest.fixture
def no_cache(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A Redis that refuses connections: nobody listens on port 1."""
    monkeypatch.setattr(limits._Rest, "until", 0.0)  # what this test finds out is forgotten after it
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": "redis://127.0.0.1:1"}
    }
