"""Databases of releases before this one, filled by fill.py with their own code, and upgraded with ours."""

import base64
import json
import lzma
import os
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db.backends.sqlite3._functions import register

from tests.support import once
from tests.support.server import Ground
from tests.support.services import Postgres
from tests.upgrade.make_release import HERE, KEY

RELEASES = sorted(path.name for path in HERE.glob("release_*"))
# Public half of a pair whose private half is known to nobody: these backups are for nobody to open.
RECIPIENT = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj"


@dataclass
class Old:
    """An installation of a release before, whose servers stand still."""

    ground: Ground
    known: dict[str, Any]

    @property
    def var(self) -> Path:
        return self.ground.directory

    @property
    def backups(self) -> Path:
        return self.var / "backups"

    def upgrade(self, *words: str, cut: str = "-") -> tuple[int, str]:
        """Exit code and all it says; -9 when it was cut at a line or function (see tests/faults/cut_short.py)."""
        if cut != "-":
            return self.ground.forked("tests.faults.cut_short", cut, "command", "", "upgrade", *words)
        return self.ground.forked("counselling", "upgrade", *words)

    def trace(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.var / "upgrade.json").read_text())
        return found

    def ask(self, question: str) -> Any:
        """The first column of the first row."""
        code, said = self.ground.forked(
            "-c",
            f"import json\nfrom django.db import connection as c\nwith c.cursor() as k:\n k.execute({question!r})\n"
            " print(json.dumps(k.fetchone()[0] if k.description else None))",
        )
        assert code == 0, said
        return json.loads(said)

    def look(self) -> Any:
        """What people see who come in (see fill.py)."""
        words = base64.b64encode(json.dumps(self.known).encode()).decode()
        code, said = self.ground.forked("tests.upgrade.fill", "look", words)
        assert code == 0, said
        return json.loads(said.splitlines()[-1])


@pytest.fixture(scope="session")
def statics(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Collected files, to be copied: collecting them into an empty directory takes seconds."""
    return once.template(os.environ) / "static"


@pytest.fixture(scope="module")
def cluster() -> Iterator[Postgres]:
    with Postgres(like=once.cluster(os.environ)) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def embedded_as_it_was(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The newest release's SQLite file, to be copied."""
    path = tmp_path_factory.mktemp("embedded") / "counselling.sqlite3"
    load_embedded(path, RELEASES[-1])
    return path


@pytest.fixture(scope="module")
def houses(request: pytest.FixtureRequest, statics: Path) -> Iterator[Callable[[str, str], Old]]:
    """Makes an installation of a release, with a backend."""
    with ExitStack() as stack:

        def make(backend: str, release: str = RELEASES[-1]) -> Old:
            url = request.getfixturevalue("cluster").url if backend == "postgres" else ""
            ground = Ground(database_url=database(url, release) if url else "")
            stack.callback(shutil.rmtree, ground.directory, ignore_errors=True)
            stack.callback(ground._end_zygote)
            ground.directory.chmod(0o700)
            shutil.copytree(statics, ground.directory / "static")
            old = Old(ground, json.loads((HERE / release / f"{backend}.json").read_text()))
            put_back(old, release)
            if not url:
                load_embedded(ground.directory / "counselling.sqlite3", release)
            return old

        yield make


@pytest.fixture
def installed(houses: Callable[[str, str], Old]) -> Callable[[str, str], Old]:
    """One more of its own for this test."""
    return houses


@pytest.fixture(scope="module")
def house(houses: Callable[[str], Old]) -> Old:
    return houses("sqlite")


@pytest.fixture
def old(house: Old, embedded_as_it_was: Path) -> Old:
    """The release before this one, embedded: as on the day before its upgrade, with the same process to fork from."""
    put_back(house, RELEASES[-1])
    shutil.copy(embedded_as_it_was, house.var / "counselling.sqlite3")
    return house


def put_back(old: Old, release: str) -> None:
    """Settings, key file and directories as before any upgrade."""
    for path in old.var.iterdir():
        if path.name != "static":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    (old.var / "master.key").write_bytes((HERE / release / KEY).read_bytes())
    (old.var / "master.key").chmod(0o400)
    old.backups.mkdir(mode=0o700)
    old.ground.settings |= {
        "COUNSELLING_BACKUP_DIRECTORY": str(old.backups),
        "COUNSELLING_BACKUP_RECIPIENT": RECIPIENT,
        "COUNSELLING_DISK_FREE_MB": "1",
    }


def load_embedded(path: Path, release: str) -> None:
    connection = sqlite3.connect(path)
    register(connection)  # constraints use Django's functions
    connection.executescript(sql(release, "sqlite"))
    connection.close()


def sql(release: str, backend: str) -> str:
    """The dump, without what is for `psql` alone."""
    text = lzma.decompress((HERE / release / f"{backend}.sql.xz").read_bytes()).decode()
    return "".join(line for line in text.splitlines(keepends=True) if not line.startswith("\\"))


def database(server: str, release: str) -> str:
    """A database of its own in the cluster, filled; its address. It goes with the cluster."""
    name = f"old_{secrets.token_hex(4)}"
    url = urlsplit(server)._replace(path=f"/{name}").geturl()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0".encode())
    with psycopg.connect(url) as connection:
        connection.execute(sql(release, "postgres").encode())
    return url
