"""What `counselling upgrade` refuses, in a sentence each, before anything was changed; and what it finds afterwards."""

import fcntl
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from counselling.upkeep.upgrading import before
from counselling.vault import master
from tests.support.services import free_port
from tests.upgrade.conftest import Old

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]


@contextmanager
def unchanged(old: Old) -> Iterator[None]:
    """Neither database nor trace nor backups are touched."""
    connection = sqlite3.connect(old.var / "counselling.sqlite3")
    was = connection.execute("SELECT count(*) FROM django_migrations").fetchone()
    yield
    assert connection.execute("SELECT count(*) FROM django_migrations").fetchone() == was
    connection.close()
    assert not (old.var / "upgrade.json").exists()
    assert list(old.backups.iterdir()) == []


def write(old: Old, statement: str) -> None:
    connection = sqlite3.connect(old.var / "counselling.sqlite3")
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_a_look_changes_nothing(old: Old) -> None:
    with unchanged(old):
        assert old.upgrade("--check")[0] == 0


def test_a_database_of_a_newer_release_is_no_way_back(old: Old) -> None:
    write(old, "INSERT INTO django_migrations (app, name, applied) VALUES ('cases', '0099_later', '2027-01-01')")
    with unchanged(old):
        code, said = old.upgrade()

    assert (code, said.partition(":")[0]) == (
        1,
        "This database was upgraded by a newer release than the code in place",
    )
    assert "cases.0099_later" in said


def test_a_key_file_of_another_server(old: Old) -> None:
    (old.var / "master.key").unlink()
    master.create(old.var / "master.key")
    with unchanged(old):
        code, said = old.upgrade()

    assert (code, said.partition(" has no key named ")[0]) == (1, "The master key file")


@pytest.mark.parametrize("missing", ["COUNSELLING_BACKUP_DIRECTORY", "COUNSELLING_BACKUP_RECIPIENT"])
def test_no_backup_without_saying_so(old: Old, missing: str) -> None:
    old.ground.settings.pop(missing)
    with unchanged(old):
        code, said = old.upgrade()
    assert (code, said.partition(":")[0]) == (1, "No backup can be written")

    code, said = old.upgrade("--without-backup")

    assert code == 0
    assert "restore your own backup" in said.splitlines()[-1]


def test_a_backup_that_fails_leaves_everything_as_it_was(old: Old) -> None:
    old.ground.settings["COUNSELLING_BACKUP_RECIPIENT"] = "age1nobody"

    code, said = old.upgrade()

    assert (code, said.splitlines()[-1].rpartition(". ")[2]) == (1, "Nothing was changed.")
    assert old.ask("SELECT count(*) FROM django_migrations WHERE name = '0008_erased'") == 0
    assert old.trace()["step"] == "backup"


def test_a_database_that_is_away(old: Old, monkeypatch: pytest.MonkeyPatch) -> None:
    away = f"postgresql://nobody@127.0.0.1:{free_port()}/nothing"
    monkeypatch.setitem(old.ground.settings, "DATABASE_URL", away)
    with unchanged(old):
        code, said = old.upgrade()

    assert (code, said) == (
        1,
        "The database does not answer at DATABASE_URL (OperationalError). Start it, then upgrade.\n",
    )


def test_a_database_that_is_not_well(old: Old) -> None:
    write(old, "DELETE FROM people_team")
    with unchanged(old):
        code, said = old.upgrade()

    assert (code, said.rpartition(" point to ")[2]) == (1, "rows of people_team that are gone. Nothing was changed.\n")


def test_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(before, "MARGIN_BYTES", 2**60)

    assert before._too_small("COUNSELLING_VAR", tmp_path, before.MARGIN_BYTES).endswith(
        "MB are needed: make room, then upgrade."
    )
    assert before._too_small("COUNSELLING_VAR", tmp_path / "gone", 1).startswith("The directory in COUNSELLING_VAR is")
    assert before._too_small("COUNSELLING_VAR", tmp_path, 1) == ""


def test_two_at_once(old: Old) -> None:
    held = os.open(old.var, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    with unchanged(old):
        code, said = old.upgrade()
    os.close(held)

    assert (code, said) == (1, "Another upgrade is running. Wait for its end; nothing was changed by this one.\n")


def test_a_busy_table_on_postgres_and_two_machines_at_once(installed: Callable[[str], Old]) -> None:
    old = installed("postgres")
    with psycopg.connect(old.ground.settings["DATABASE_URL"]) as busy:
        busy.execute("SELECT pg_advisory_lock(%s)", [0x434F554E])
        code, said = old.upgrade()
        assert (code, said.partition(".")[0]) == (1, "Another upgrade is running")
        busy.execute("SELECT pg_advisory_unlock_all()")

        busy.execute("LOCK TABLE cases_case IN ROW EXCLUSIVE MODE")
        code, said = old.upgrade()
        assert (code, said.splitlines()[-1].partition(": nothing of it")[0]) == (
            1,
            "The migration cases.0008_erased was not done (OperationalError)",
        )
        assert "--at " + old.trace()["backup"] in said
        busy.rollback()

    first = old.trace()["backup"]
    code, said = old.upgrade()

    assert (code, said.partition(" of ")[0]) == (0, "Going on with the upgrade")
    assert old.trace()["backup"] == first


def test_what_is_fewer_afterwards_is_said_and_may_be_accepted(old: Old) -> None:
    assert old.upgrade(cut="_verify")[0] == -9
    write(old, "DELETE FROM blended_partner")

    code, said = old.upgrade()

    assert (code, said.splitlines()[-1].partition(":")[0]) == (
        1,
        "After the migrations there are fewer rows than before",
    )
    assert "blended_partner 0 (before: " in said
    assert old.trace()["step"] == "verify"
    assert old.upgrade("--even-so")[0] == 0
    assert old.trace()["step"] == "done"


CHANGES = {
    "a byte": ("sealed", lambda row: row["sealed"][:20] + bytes([row["sealed"][20] ^ 1]) + row["sealed"][21:]),
    "another place": ("seq", lambda row: row["seq"] + 1000),
    "another form": ("sealed", lambda _row: b"\x01\x02"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_sealed_text_that_changed_is_never_accepted(old: Old, change: str) -> None:
    assert old.upgrade(cut="_verify")[0] == -9
    newest = max(int(number) for number in old.trace()["sealed"])
    column, changed = CHANGES[change]
    connection = sqlite3.connect(old.var / "counselling.sqlite3")
    connection.row_factory = sqlite3.Row
    row = connection.execute("SELECT seq, sealed FROM cases_entry WHERE id = ?", [newest]).fetchone()
    connection.execute(f"UPDATE cases_entry SET {column} = ? WHERE id = ?", [changed(row), newest])  # noqa: S608 -- of CHANGES
    connection.commit()
    connection.close()

    code, said = old.upgrade("--even-so")

    assert (code, said.splitlines()[-1].partition(",")[0]) == (1, "The migrations changed sealed texts")


def test_a_directory_that_takes_no_trace(old: Old) -> None:
    (old.var / ".upgrade.json.new").mkdir()

    code, said = old.upgrade()

    assert (code, said) == (1, f"{old.var} cannot be written to: Is a directory.\n")


@pytest.mark.long  # makes all tables from nothing
def test_an_empty_database_gets_its_tables(old: Old) -> None:
    for file in old.var.glob("counselling.sqlite3*"):
        file.unlink()
    shutil.rmtree(old.backups)

    code, said = old.upgrade("--without-backup")

    assert (code, said.splitlines()[-2][:9]) == (0, "Upgraded:")
    assert old.ask("SELECT count(*) FROM cases_case") == 0
