"""Could this server take visitors now? One word for each thing it needs: no version, no address, no error's text."""

import asyncio
import shutil
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

import redis
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.loader import MigrationLoader

from counselling.people.domain import canary
from counselling.upkeep.nudges import client
from counselling.upkeep.watching.asking import Question
from counselling.vault import master
from counselling.vault.master import KeyFileProblem

OK: Final = "ok"
NONE: Final = "none"  # not configured, and that is a choice
DOWN: Final = "down"
TIMEOUT: Final = "timeout"
UNKNOWN: Final = "unknown"  # what was asked before it did not answer
BEHIND: Final = "behind"  # a migration is still to be run
WRONG: Final = "wrong"  # missing, damaged, readable by others, or of another database
MISSING: Final = "missing"
FULL: Final = "full"

SECONDS: Final = 2.0
REDIS_SECONDS: Final = 1.0

Words = Mapping[str, str]


class Readiness:
    """All questions of one process."""

    def __init__(self) -> None:
        self._questions = [
            _question(stored, database=TIMEOUT, migrations=UNKNOWN, keys=UNKNOWN),
            _question(lambda: {"redis": nudges()}, redis=TIMEOUT),
            _question(lambda: {"disk": room_at(settings.VAR)}, disk=TIMEOUT),
            _question(lambda: {"backups": room_at(settings.BACKUP_DIRECTORY)}, backups=TIMEOUT),
        ]

    async def words(self) -> Words:
        """Each thing and its word, all asked at once; within SECONDS."""
        found = await asyncio.gather(*(question.answer() for question in self._questions))
        return {name: word for words in found for name, word in words.items()}


def is_ready(words: Words) -> bool:
    """Whether nothing is wrong."""
    return set(words.values()) <= {OK, NONE}


def stored() -> Words:
    """What the database knows, over one connection of its own: that one can be had is part of the question."""
    try:
        return {"database": OK, "migrations": migrated(), "keys": fitting()}
    except (DatabaseError, InterfaceError):
        return {"database": DOWN, "migrations": UNKNOWN, "keys": UNKNOWN}
    finally:
        connection.close()


def migrated() -> str:
    """Whether every migration of this code was run; a database that is ahead of it is fine (docs/upgrade.md)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        if "django_migrations" not in connection.introspection.table_names(cursor):
            return BEHIND
        cursor.execute("SELECT app, name FROM django_migrations")
        return OK if _known_migrations() <= set(cursor.fetchall()) else BEHIND


@lru_cache(maxsize=1)
def _known_migrations() -> frozenset[tuple[str, str]]:
    return frozenset(MigrationLoader(None).disk_migrations or ())


def fitting() -> str:
    """Whether the key file could be read at a start, and is the one that this database was written with."""
    try:
        master.read(settings.MASTER_KEY_FILE)
        return OK if canary.sings() else WRONG
    except KeyFileProblem:
        return WRONG


def nudges() -> str:
    """Whether Redis answers."""
    if not settings.REDIS_URL:
        return NONE
    try:
        with client(REDIS_SECONDS) as line:
            line.ping()
    except (redis.RedisError, OSError):
        return DOWN
    return OK


def room_at(directory: Path | None) -> str:
    """Whether there is room for some days (COUNSELLING_DISK_FREE_MB)."""
    if directory is None:
        return NONE
    try:
        free = shutil.disk_usage(directory).free
    except OSError:
        return MISSING
    return OK if free >= settings.DISK_FREE_BYTES else FULL


def _question(ask: Callable[[], Words], **otherwise: str) -> Question[Words]:
    return Question(ask, seconds=SECONDS, otherwise=lambda: otherwise)
