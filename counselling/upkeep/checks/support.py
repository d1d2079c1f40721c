"""A report that may be sent by e-mail: versions, states and rounded counts. No name, address, host, path or secret.

It is made of words that stand here or in the source, and of numbers: nothing that somebody typed.
"""

import platform
import sqlite3
import time
from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import Final

import redis
from django.apps import apps
from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from counselling.upkeep.backup import release
from counselling.upkeep.checks.problem import Problem
from counselling.upkeep.nudges import client
from counselling.upkeep.watching import last

PACKAGES: Final = ("Django", "channels", "daphne", "channels-redis", "redis", "psycopg", "cryptography")
# Settings that are numbers or yes and no. What is a name, an address or a path is only said to be there.
SHOWN: Final = (
    "BEHIND_PROXY",
    "DEMO",
    "EMBEDDED",
    "SECURE_SSL_REDIRECT",
    "LOG",
    "DATABASE_CONNECTIONS",
    "MESSAGES_PER_SECOND",
    "MESSAGES_BURST",
    "PROOF_OF_WORK",
    "CLOSED_CHAT_HOURS",
    "KEPT_CASE_MONTHS",
    "SILENT_CHAT_MINUTES",
    "COUNSELLOR_GRACE_SECONDS",
    "CALL_MINUTES",
    "STAFF_IDLE_MINUTES",
    "AUDIT_MONTHS",
    "NOBODY_HERE_MINUTES",
)
THERE: Final = ("REDIS_URL", "EMAIL_HOST", "TURN_URLS", "TURN_SECRET", "BACKUP_DIRECTORY", "CONTROL_CENTRES")
COUNTED: Final = ("people.team", "people.staff", "people.seeker", "cases.case", "cases.entry", "mail.letter")
_SMALL: Final = 10
_SECONDS: Final = 3.0


def report(found: Mapping[str, list[Problem] | None]) -> str:
    """The whole report. Whatever does not answer is said to be away."""
    parts = {
        "Versions": _versions(),
        "Settings": _settings(),
        "Rows": _rows(),
        "Done last": _chores(),
        "Checks": _checks(found),
    }
    return "\n\n".join("\n".join([title, *(f"  {line}" for line in lines)]) for title, lines in parts.items())


def rounded(number: int) -> str:
    """`under 10`, or its first digit with noughts: 4321 is `about 4000`."""
    if number < _SMALL:
        return f"under {_SMALL}"
    unit = 10 ** (len(str(number)) - 1)
    return f"about {number // unit * unit}"


def _versions() -> Iterator[str]:
    yield f"Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    yield f"counselling {release.name()}"
    for package in PACKAGES:
        try:
            yield f"{package} {version(package)}"
        except PackageNotFoundError:
            yield f"{package} unknown"
    yield f"database {_database()}"
    yield f"redis-server {_redis()}"


def _database() -> str:
    try:
        connection.ensure_connection()
    except (DatabaseError, InterfaceError):
        return "away"
    if settings.EMBEDDED:
        return f"sqlite {sqlite3.sqlite_version}"
    return f"postgresql {connection.pg_version // 10000}"  # type: ignore[attr-defined]  # PostgreSQL's own


def _redis() -> str:
    if not settings.REDIS_URL:
        return "none"
    try:
        with client(_SECONDS) as line:
            return str(line.info("server")["redis_version"])
    except (redis.RedisError, OSError):
        return "away"


def _settings() -> Iterator[str]:
    for name in SHOWN:
        yield f"{name} {getattr(settings, name)}"
    for name in THERE:
        yield f"{name} {'set' if getattr(settings, name) else 'not set'}"
    yield f"{len(settings.ALLOWED_HOSTS)} hosts, {len(settings.ORIGINS)} origins"


def _rows() -> Iterator[str]:
    for label in COUNTED:
        try:
            number = rounded(apps.get_model(label)._default_manager.count())  # noqa: SLF001 -- Django's documented way
        except (DatabaseError, InterfaceError):
            number = "unknown"
        yield f"{label.partition('.')[2]} {number}"


def _chores() -> Iterator[str]:
    for what, moment in (("erasing", last.prune()), ("backup", last.backup())):
        yield f"{what} {f'{(time.time() - moment) / 3600:.0f} hours ago' if moment else 'never'}"


def _checks(found: Mapping[str, list[Problem] | None]) -> Iterator[str]:
    for name, problems in found.items():
        if problems is None:
            yield f"{name}: not looked at"
        else:
            codes = sorted({problem.code for problem in problems})
            yield f"{name}: {', '.join(codes) or 'fine'}"
