"""What every test process of a run needs, made once for all of them: whoever asks first makes it, the others wait.

Nothing of it depends on a key, a port or the database that is used.
"""

import atexit
import fcntl
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import LiteralString
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from tests.support import environment
from tests.support.services import Postgres, copy_with_owner

# Names the directory to the processes that this one starts, and to theirs; it goes when its maker goes.
SHARED = "TESTS_SHARED"


def place() -> Path:
    """The run's directory, made by its first process."""
    if SHARED not in os.environ:
        made = tempfile.mkdtemp(prefix="counselling-shared-")
        atexit.register(shutil.rmtree, made, ignore_errors=True)
        os.environ[SHARED] = made
    return Path(os.environ[SHARED])


def template(environ: Mapping[str, str]) -> Path:
    """The directory with `counselling.sqlite3` and `static`, to be copied and read: making them takes seconds."""
    return _once("template", lambda where: _fill(environ, where))


def cluster(environ: Mapping[str, str]) -> Path:
    """The data directory of a PostgreSQL that stands still, its tables made; to be copied with its owner."""
    return _once("cluster", lambda where: _fill_cluster(environ, where)) / "data"


def database(environ: Mapping[str, str]) -> str:
    """The name of a database at DATABASE_URL's server with its tables made, to be copied; it goes with its maker."""
    return (_once("database", lambda where: _fill_database(environ, where)) / "name").read_text()


def django(environ: Mapping[str, str], *words: str) -> None:
    """A command of Django's."""
    command = [sys.executable, "-m", "django", *words, "--verbosity", "0"]
    subprocess.run(command, env=environ, cwd=environment.ROOT, check=True, capture_output=True)


def _once(name: str, fill: Callable[[Path], None]) -> Path:
    made, begun = place() / name, place() / f"{name}-begun"
    with (place() / f"{name}-lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(begun, ignore_errors=True)  # the first try failed
            begun.mkdir()
            fill(begun)
            begun.rename(made)
    return made


def _fill(environ: Mapping[str, str], where: Path) -> None:
    ours = {"DATABASE_URL": f"sqlite:///{where / 'counselling.sqlite3'}", "COUNSELLING_STATIC": str(where / "static")}
    django({**environ, **ours}, "migrate")
    django({**environ, **ours}, "collectstatic", "--noinput")


def _fill_database(environ: Mapping[str, str], where: Path) -> None:
    server, name = environ["DATABASE_URL"], f"tests_{secrets.token_hex(4)}"
    _at(server, "CREATE DATABASE {}", name)
    atexit.register(_at, server, "DROP DATABASE {}", name)
    django({**environ, "DATABASE_URL": urlsplit(server)._replace(path=f"/{name}").geturl()}, "migrate")
    (where / "name").write_text(name)


def _at(server: str, statement: LiteralString, name: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


def _fill_cluster(environ: Mapping[str, str], where: Path) -> None:
    with Postgres() as postgres:
        django({**environ, "DATABASE_URL": postgres.url}, "migrate")
        postgres.stop(gently=True)
        copy_with_owner(postgres.data, where / "data")
