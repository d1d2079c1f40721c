"""A centre as it is right after installing: default topics and help contacts, a made-up house, a team."""

from collections.abc import Callable, Iterator

import django
import pytest
from django.test import Client

# ruff: noqa: E402 -- models below need the apps; the suite's settings are only known once its first conftest ran
django.setup()

from counselling.centre import defaults
from counselling.centre.domain import help_store
from counselling.people.models import Staff, Team
from tests.support import key_rings


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    help_store.forget()
    yield
    help_store.forget()


@pytest.fixture
def team(db: None) -> Team:
    return Team.objects.create(name="Linde", slug="linde")


@pytest.fixture
def centre(team: Team) -> None:
    defaults.ensure()
    defaults.demo_centre()
    defaults.demo_hours(team)
    help_store.forget()


@pytest.fixture
def signed_in(db: None, client: Client) -> Callable[[str], Client]:
    """A browser of somebody with that role."""

    def sign_in(role: str) -> Client:
        key_rings.sign_in(client, Staff.objects.create(username=role, alias=role, role=role))
        return client

    return sign_in
