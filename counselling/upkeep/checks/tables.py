"""The database as such: whether it answers, has our tables, keeps what it acknowledges, and keeps quiet."""

import time
from typing import Final

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor

from counselling.upkeep.checks.problem import Problem

NO_TABLES: Final = "The database's tables are not up to date. Run: counselling django migrate"
_AWAY: Final = "The database does not answer at DATABASE_URL ({}). Does it run, and does it let this user in?"
_MOST_SECONDS_APART: Final = 2.0
# What must read so, since only what is on disk is acknowledged.
_SAFE: Final = {"synchronous_commit": "on", "fsync": "on", "full_page_writes": "on"}
# What writes statements, and with them what is in them, into PostgreSQL's own log (deploy/postgresql).
_QUIET: Final = {
    "log_statement": {"none"},
    "log_min_duration_statement": {"-1"},
    "log_min_error_statement": {"fatal", "panic"},
}


def missing_tables() -> bool:
    """Whether a migration is still to be run. Raises DatabaseError."""
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def answering() -> list[Problem]:
    """Whether there is a database with our tables; nothing else can be asked of one without."""
    try:
        connection.ensure_connection()
        return [Problem("no_tables", NO_TABLES)] if missing_tables() else []
    except (DatabaseError, InterfaceError) as problem:
        return [Problem("database_away", _AWAY.format(type(problem).__name__))]


def keeping() -> list[Problem]:
    """Whether PostgreSQL keeps what it acknowledged, writes no statement down, and has room for our connections."""
    if settings.EMBEDDED:
        return []
    return [*_unsafe(), *_talkative(), *_crowded(), *_clock()]


def _unsafe() -> list[Problem]:
    wrong = [name for name, wanted in _SAFE.items() if _show(name) != wanted]
    return [
        Problem("unsafe_commit", f"PostgreSQL may lose what it acknowledged: set {name} = on (deploy/postgresql).")
        for name in wrong
    ]


def _talkative() -> list[Problem]:
    return [
        Problem("database_log", f"PostgreSQL may write statements into its log: set {name} as deploy/postgresql does.")
        for name, quiet in _QUIET.items()
        if _show(name) not in quiet
    ]


def _crowded() -> list[Problem]:
    room = int(_show("max_connections")) - int(_show("superuser_reserved_connections"))
    if room > settings.DATABASE_CONNECTIONS:
        return []
    return [
        Problem(
            "connections",
            f"One process may open {settings.DATABASE_CONNECTIONS} connections, PostgreSQL allows {room} in all: lower "
            "COUNSELLING_DATABASE_CONNECTIONS or raise max_connections.",
        )
    ]


def _clock() -> list[Problem]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT extract(epoch FROM clock_timestamp())")
        apart = abs(float(cursor.fetchone()[0]) - time.time())
    if apart <= _MOST_SECONDS_APART:
        return []
    return [
        Problem("clock", f"The clocks of this machine and of the database are {apart:.0f} s apart: let both use NTP.")
    ]


def _show(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", [name])
        return str(cursor.fetchone()[0])
