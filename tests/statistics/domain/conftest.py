"""A team that is open with one counsellor who is here, and the topics that the program brings."""

import django
import pytest

# ruff: noqa: E402 -- models below need the apps; the suite's settings are only known once its first conftest ran
django.setup()

from counselling.centre import defaults
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from tests.support import world
from tests.support.world import Chat


@pytest.fixture
def team(db: None) -> Team:
    return world.team()


@pytest.fixture
def mara(team: Team) -> Actor:
    return world.counsellor(team, "Mara")


@pytest.fixture
def chat(team: Team, mara: Actor) -> Chat:
    return world.chat(team, mara)


@pytest.fixture
def topics(db: None) -> None:
    defaults.ensure()
