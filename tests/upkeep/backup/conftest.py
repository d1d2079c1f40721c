"""A house to back up, whom its backups are for, and where they lie. Snapshots are taken outside of transactions."""

from pathlib import Path

import pytest
from pytest_django import Settings

from counselling.cases.domain import erased
from counselling.cases.models import Erased
from counselling.people.models import Team
from tests.support import identities, world
from tests.support.world import Chat


@pytest.fixture
def identity(tmp_path: Path, settings: Settings) -> Path:
    """The private half of the one that backups are for."""
    path = tmp_path / "identity.txt"
    settings.BACKUP_RECIPIENTS = settings.BACKUP_KEY_RECIPIENTS = [identities.made(path)]
    return path


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Where parcels go."""
    return tmp_path / "parcels"


@pytest.fixture
def team(transactional_db: None) -> Team:
    """A team with a vault; nothing was erased before."""
    Erased.objects.all().delete()
    return world.team()


@pytest.fixture
def chat(team: Team) -> Chat:
    """Two who talk, and have said something."""
    chat = world.chat(team, world.counsellor(team))
    world.say(chat.seeker, chat.case, "Brombeersommer")
    return chat


@pytest.fixture
def listed(tmp_path: Path, settings: Settings) -> Path:
    """The list in BACKUP_DIRECTORY."""
    settings.BACKUP_DIRECTORY = tmp_path / "usual"
    settings.BACKUP_DIRECTORY.mkdir()
    return settings.BACKUP_DIRECTORY / erased.NAME
