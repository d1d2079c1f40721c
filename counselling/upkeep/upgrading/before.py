"""What has to hold before anything is changed."""

import shutil
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from counselling.people.domain import canary
from counselling.upkeep.upgrading import UpgradeProblem, schema, state
from counselling.vault.master import KeyFileProblem

MARGIN_BYTES: Final = 256 * 1024**2
_AWAY: Final = "The database does not answer at DATABASE_URL ({}). Start it, then upgrade."
_NEWER: Final = (
    "This database was upgraded by a newer release than the code in place: it knows {}. Put the newer code back; to go "
    "back to this release, restore the backup from before that upgrade (docs/upgrade.md)."
)
_ORDER: Final = "The database's list of migrations is not in order. Nothing was changed; ask us before you go on."
NO_BACKUP: Final = (
    "No backup can be written: set COUNSELLING_BACKUP_DIRECTORY and COUNSELLING_BACKUP_RECIPIENT (docs/backup.md), or "
    "say --without-backup if you have just made one of your own."
)
_NO_DIRECTORY: Final = "The directory in {} is not there: {}"
_FULL: Final = "{} MB are free in {}, {} MB are needed: make room, then upgrade."


def reachable() -> None:
    """Raises UpgradeProblem when nobody answers."""
    try:
        connection.ensure_connection()
    except (DatabaseError, InterfaceError) as problem:
        raise UpgradeProblem(_AWAY.format(type(problem).__name__)) from None


def problems(*, backup: bool) -> list[str]:
    """One sentence each, for a database that answers; `backup`: whether one is to be written first."""
    return [*_newer(), *_keys(), *_damage(), *_backup(wanted=backup), *_room(backup=backup)]


def _newer() -> list[str]:
    if newer := schema.unknown():
        return [_NEWER.format(", ".join(newer))]
    return [] if schema.is_in_order() else [_ORDER]


def _keys() -> list[str]:
    if "people_keycanary" not in connection.introspection.table_names():
        return []
    try:
        canary.check()
    except KeyFileProblem as problem:
        return [str(problem)]
    return []


def _damage() -> list[str]:
    return [f"The database is not well: {what}. Nothing was changed." for what in schema.damage()]


def _backup(*, wanted: bool) -> list[str]:
    if not wanted or (settings.BACKUP_DIRECTORY and settings.BACKUP_RECIPIENTS):
        return []
    return [NO_BACKUP]


def _room(*, backup: bool) -> list[str]:
    """A table that is made anew lies there twice for a while; a backup is about as large as the database."""
    size = state.size()
    wanted = {"COUNSELLING_VAR": (settings.VAR, MARGIN_BYTES + (size if settings.EMBEDDED else 0))}
    if backup and settings.BACKUP_DIRECTORY:
        wanted["COUNSELLING_BACKUP_DIRECTORY"] = (settings.BACKUP_DIRECTORY, MARGIN_BYTES // 4 + size)
    return [said for name, (path, needed) in wanted.items() if (said := _too_small(name, path, needed))]


def _too_small(name: str, path: Path, needed: int) -> str:
    try:
        free = shutil.disk_usage(path).free
    except OSError:
        return _NO_DIRECTORY.format(name, path)
    return _FULL.format(free // 1024**2, name, needed // 1024**2) if free < needed else ""
