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

environment.stay_in_memory()
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
    """The tables are a copy: each test process making them would take seconds, on PostgreSQL half a minute."""
    test = connection.settings_dict["TEST"]
    test["MIGRATE"] = False  # nothing is left to do, and finding that out takes a second
    if not settings.EMBEDDED:
        test["TEMPLATE"] = once.database(os.environ)
        connection.ops.sql_flush = emptied
        return False
    shutil.copy(once.template(os.environ) / "counselling.sqlite3", test["NAME"])
    return True


def emptied(_style: object, tables: list[str], **_more: bool) -> list[str]:
    """In place of TRUNCATE, which on PostgreSQL makes a hundred files anew, a second after each test that commits."""
    names = ", ".join(f"'{table}'" for table in tables)
    return [
        f"""DO $$ DECLARE name text; filled boolean; BEGIN
        SET LOCAL session_replication_role = replica;  -- keys between tables are not looked at
        FOREACH name IN ARRAY ARRAY[{names}] LOOP
            EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO filled;
            IF filled THEN EXECUTE format('DELETE FROM %I', name); END IF;
        END LOOP; END $$"""  # noqa: S608 -- names of our own tables
    ]


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
# Every page is walked in these two; what other files walk are states of their own room.
ALWAYS_WALKED = {"test_every_page.py", "test_seeker_pages.py"}
# What happens on PostgreSQL as on SQLite, but slower.
LONG_ON_POSTGRES = {"test_vault_killed.py", "test_thief.py", "test_commands_killed.py"}


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The slowest files first: of several processes none should begin one when the others are done.

    With BROWSERS_SPEAK browser tests that go through pages in several languages do so in this one only (.ci/run).
    """
    if language := os.environ.get("BROWSERS_SPEAK"):
        others = [item for item in items if item.path.parent.name == "e2e" and _language(item, language) != language]
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if item not in others]
    for item in filter(_is_long, items):
        item.add_marker(pytest.mark.long)
    rooms = {"faults": 1, "e2e": 2}
    items.sort(key=lambda item: 0 if item.path.name in LONGEST else rooms.get(item.path.parent.name, 3))


def _language(item: pytest.Item, default: str) -> str:
    """In which language a test goes through pages."""
    callspec = getattr(item, "callspec", None)
    return str(callspec.params.get("language", default)) if callspec else default


def _is_long(item: pytest.Item) -> bool:
    """Walks of one room in all looks, and faults once more on PostgreSQL: `make test` has them, .ci/run has not."""
    if item.path.parent.name == "e2e":
        return item.name.startswith(("test_axe", "test_how_it_looks")) and item.path.name not in ALWAYS_WALKED
    return item.path.name in LONG_ON_POSTGRES and ("postgres" in item.name or "production" in item.name)
