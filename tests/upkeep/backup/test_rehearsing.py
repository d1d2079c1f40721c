"""A rehearsal loads a backup into a database made for it and leaves nothing behind."""

import os
from pathlib import Path

import pytest
from django.conf import settings as project
from django.db import connection
from pytest_django import Settings

from counselling.cases.domain import erased, erasing
from counselling.cases.models import Case
from counselling.people.domain import canary
from counselling.upkeep.backup import rehearsing, writing
from counselling.upkeep.backup.problems import BackupProblem
from tests.support import identities
from tests.support.world import Chat


@pytest.fixture(autouse=True)
def var(tmp_path: Path, settings: Settings) -> Path:
    """Where SQLite's database to rehearse in is made."""
    settings.VAR = tmp_path / "var"
    settings.VAR.mkdir()
    return tmp_path / "var"


def left() -> list[str]:
    if connection.vendor == "sqlite":
        return [path.name for path in project.VAR.iterdir()]
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, 'counselling_check_')")
        return [name for (name,) in cursor.fetchall()]


def make(name: str) -> None:
    """As a rehearsal does that is killed then."""
    if connection.vendor == "sqlite":
        (project.VAR / name).mkdir()
        return
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")


def test_a_rehearsal_changes_nothing_and_leaves_nothing(chat: Chat, place: Path, identity: Path, listed: Path) -> None:
    canary.check()
    done = writing.write(place)
    erasing.erase_all(chat.seeker)
    before = erased.read(listed).marks
    usual = connection.settings_dict["NAME"]

    seen = rehearsing.rehearse(place, identity)

    assert (seen.name, seen.rows) == (done.name, sum(done.rows.values()))
    assert seen.erased >= 3
    assert not Case.objects.exists()
    assert erased.read(listed).marks == before
    assert (connection.settings_dict["NAME"], left()) == (usual, [])


def test_a_rehearsal_that_fails_leaves_nothing_either(chat: Chat, place: Path, identity: Path, tmp_path: Path) -> None:
    writing.write(place)
    identities.made(tmp_path / "other.txt")

    with pytest.raises(BackupProblem, match="does not open"):
        rehearsing.rehearse(place, tmp_path / "other.txt")

    assert left() == []
    assert Case.objects.exists()


def test_what_killed_rehearsals_left_is_cleared_up_and_no_other(transactional_db: None) -> None:
    gone, running = "counselling_check_999999999_ab", f"counselling_check_{os.getpid()}_cd"
    for name in (gone, running):
        make(name)

    rehearsing._clear_up()

    assert left() == [running]
    rehearsing._drop(running)
