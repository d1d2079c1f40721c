"""A restore into a database made for it, which goes afterwards: the only proof that a backup is one."""

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import DatabaseError, connection

from counselling.upkeep.backup import restoring
from counselling.upkeep.backup.problems import BackupProblem
from counselling.upkeep.backup.restoring import Restored

PREFIX: Final = "counselling_check_"


def rehearse(directory: Path, identity: Path, *, at: str = "") -> Restored:
    """As `restore`, elsewhere: nothing of this server changes, and no list is written. Raises BackupProblem."""
    _clear_up()
    with _elsewhere():
        return restoring.restore(directory, identity, at=at, even_so=True, rehearsal=True)


@contextmanager
def _elsewhere() -> Iterator[None]:
    """The ORM's database is another one inside."""
    name = f"{PREFIX}{os.getpid()}_{secrets.token_hex(4)}"
    usual = connection.settings_dict["NAME"]
    there = _make(name)
    connection.close()
    connection.settings_dict["NAME"] = there
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = usual
        _drop(name)


def _make(name: str) -> str:
    """A database of this name; what a connection calls it."""
    if connection.vendor == "sqlite":
        place = settings.VAR / name
        place.mkdir(mode=0o700)
        return str(place / "counselling.sqlite3")
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    except DatabaseError:
        role = connection.settings_dict["USER"] or "counselling"
        raise BackupProblem(f"No database can be made to rehearse in. In psql: ALTER ROLE {role} CREATEDB") from None
    return name


def _drop(name: str) -> None:
    if connection.vendor == "sqlite":
        shutil.rmtree(settings.VAR / name, ignore_errors=True)
        return
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")


def _clear_up() -> None:
    """What rehearsals left that were killed."""
    for name in _left():
        with suppress(DatabaseError):  # somebody is in it after all
            _drop(name)


def _left() -> list[str]:
    if connection.vendor == "sqlite":
        names = [place.name for place in settings.VAR.glob(f"{PREFIX}*")]
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
            names = [name for (name,) in cursor.fetchall()]
    return [name for name in names if not _runs(name)]


def _runs(name: str) -> bool:
    """Whether the process that made it is still there, on this machine."""
    number = name.removeprefix(PREFIX).partition("_")[0]
    try:
        os.kill(int(number), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True
