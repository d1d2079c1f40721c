"""Somebody who chats and comes back, the counsellor they talk with, and a clock that stands still."""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from asgiref.sync import SyncToAsync
from django.conf import settings
from django.db import connections
from django.test import Client

from counselling.cases.domain.facts import FactsInput
from counselling.people.domain import access
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from counselling.web import limits
from tests.cases.own.kept import MARKUP
from tests.support import world


@pytest.fixture
def still_clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """Windows stand side by side; a test that straddles two would count twice as far."""
    clock = SimpleNamespace(now=1_700_000_000.0)
    clock.time = lambda: clock.now
    monkeypatch.setattr(limits, "time", clock)
    return clock


@pytest.fixture
def team() -> Team:
    return world.team()


@pytest.fixture
def linde(team: Team) -> Actor:
    return world.counsellor(team, "Linde", capacity=9)


@pytest.fixture
def otter(team: Team, linde: Actor, client: Client) -> world.Chat:
    """Somebody who chats, and whose browser `client` is."""
    actor, token = access.new_seeker()
    client.cookies[settings.SEEKER_COOKIE_NAME] = token
    chat = world.chat(team, linde, seeker=actor, facts=FactsInput(age_band="15_17", strain=3))
    world.say(actor, chat.case, MARKUP)
    world.say(linde, chat.case, "Gut, dass du da bist")
    return chat


@pytest.fixture(scope="session", autouse=True)
def closed_thread(django_db_setup: None) -> Iterator[None]:
    """Of asgiref's thread, whose connection would keep the test database from being dropped."""
    yield
    SyncToAsync.single_thread_executor.submit(connections.close_all).result()
