"""Where every test begins. Nothing above `prepare()` may import Django's settings."""

import os
from collections.abc import Iterator
from pathlib import Path

import django
import pytest
from django.conf import settings
from django.utils import translation

from tests.support import environment

VAR = environment.prepare()
django.setup()  # pytest-django looks for settings before this file names them

settings.ARGON2_MEMORY_KIB = 1024  # in this process; real servers under test stretch as they will


@pytest.fixture(scope="session")
def var() -> Path:
    """The suite's own data directory: key file, SQLite files, collected static files."""
    return VAR


@pytest.fixture(autouse=True)
def fresh_cache() -> Iterator[None]:
    """Rate limits and hints of one test never reach the next. Given a REDIS_URL, that database is emptied."""
    from django.core.cache import cache  # noqa: PLC0415 -- settings are read only after `prepare()`

    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def fresh_language() -> None:
    """A page asked for in English leaves the thread speaking English."""
    translation.deactivate()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes() -> None:
    """Each test process lays its own ground: pytest-django reads settings it finds named before `prepare()` runs."""
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The slowest files first: of several processes none should begin one when the others are done."""
    rooms = {"faults": 0, "e2e": 1}
    items.sort(key=lambda item: rooms.get(item.path.parent.name, 2))
