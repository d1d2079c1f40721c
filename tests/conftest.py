"""Where every test begins. Nothing above `prepare()` may import Django's settings."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import django
import pytest
from django.conf import settings
from django.db import connection
from django.utils import translation

from tests.support import environment, once

VAR = environment.prepare()
once.place()  # before other test processes are started, so that they know it
django.setup()  # pytest-django looks for settings before this file names them

settings.ARGON2_MEMORY_KIB = 1024  # in this process; real servers under test stretch as they will


@pytest.fixture(scope="session")
def var() -> Path:
    """The suite's own data directory: key file, SQLite files, collected static files."""
    return VAR


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None) -> bool:
    """On SQLite the tables are a copy: each test process making them would take seconds."""
    if not settings.EMBEDDED:
        return False
    test = connection.settings_dict["TEST"]
    shutil.copy(once.template(os.environ) / "counselling.sqlite3", test["NAME"])
    test["MIGRATE"] = False  # nothing is left to do, and finding that out takes a second
    return True


@pytest.fixture(autouse=True)
def fresh_cache() -> Iterator[None]:
    """Rate limits and hints of one test never reach the next. Given a REDIS_URL, that database is emptied."""
    from django.core.cache import cache  # noqa: PLC0415 -- settings are read only after `prepare()`

    from counselling.cases.domain import danger_words  # noqa: PLC0415 -- as above

    cache.clear()
    danger_words.forget()
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


# Each of these files takes a process longer than most rooms do.
LONGEST = {"test_vault_killed.py", "test_vault_properties.py"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The slowest files first: of several processes none should begin one when the others are done.

    With BROWSERS_SPEAK browser tests that go through pages in several languages do so in this one only (.ci/run).
    """
    if language := os.environ.get("BROWSERS_SPEAK"):
        others = [item for item in items if item.path.parent.name == "e2e" and _language(item, language) != language]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in others]
    rooms = {"faults": 1, "e2e": 2}
    items.sort(key=lambda item: 0 if item.path.name in LONGEST else rooms.get(item.path.parent.name, 3))


def _language(item: pytest.Item, default: str) -> str:
    """In which language a test goes through pages."""
    callspec = getattr(item, "callspec", None)
    return str(callspec.params.get("language", default)) if callspec else default
