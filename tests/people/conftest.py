"""A team, and key files of a test's own."""

from collections.abc import Callable
from pathlib import Path

import django
import pytest
from pytest_django import Settings

# ruff: noqa: E402 -- models below need the apps; the suite's settings are only known once its first conftest ran
django.setup()

from counselling.people.models import Team
from tests.support import key_files, world


@pytest.fixture
def team(db: None) -> Team:
    return world.team()


@pytest.fixture
def use_keys(tmp_path: Path, settings: Settings) -> Callable[..., None]:
    """The server now runs with a key file of these lines."""

    def use(*lines: str) -> None:
        settings.MASTER_KEY_FILE = key_files.write(tmp_path, *lines)

    return use
