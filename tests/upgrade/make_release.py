"""Make the fixture of a release, so that the suite upgrades it from then on: once, when the release is tagged.

    python -m tests.upgrade.make_release 0.2            from the code here
    python -m tests.upgrade.make_release 0.1 --tree DIR from another tree (`git archive COMMIT | tar -x -C DIR`)

Writes tests/upgrade/release_0_1/: for each backend the filled database as SQL (`….sql.xz`) and what somebody has to
know to come in (`….json`, see fill.py), and one key file. All of it is made up; the key has never opened anything else.
"""

import argparse
import json
import lzma
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from counselling.vault import master
from tests.support import environment
from tests.support.server import Ground
from tests.support.services import Postgres

HERE = Path(__file__).parent
KEY = "test_only_key"


def make(release: str, tree: Path) -> Path:
    """The fixture's directory."""
    target = HERE / f"release_{release.replace('.', '_')}"
    target.mkdir(exist_ok=True)
    if tree != environment.ROOT:
        (tree / "tests" / "upgrade").mkdir(exist_ok=True)
        for file in ("__init__.py", "fill.py"):
            shutil.copy(HERE / file, tree / "tests" / "upgrade" / file)
    with tempfile.TemporaryDirectory() as directory:
        key = Path(directory) / "master.key"
        master.create(key)
        (target / KEY).write_bytes(key.read_bytes())
        _sqlite(target, tree, key)
        _postgres(target, tree, key)
    return target


def _sqlite(target: Path, tree: Path, key: Path) -> None:
    ground = Ground(settings={"COUNSELLING_KEY_FILE": str(key)})
    known = _filled(ground.environment, tree)
    connection = sqlite3.connect(ground.directory / "counselling.sqlite3")
    _keep(target, "sqlite", "\n".join(connection.iterdump()), known)
    connection.close()


def _postgres(target: Path, tree: Path, key: Path) -> None:
    with Postgres() as postgres:
        ground = Ground(database_url=postgres.url, settings={"COUNSELLING_KEY_FILE": str(key)})
        known = _filled(ground.environment, tree)
        _keep(target, "postgres", postgres.dump().decode(), known)


def _filled(environ: Mapping[str, str], tree: Path) -> str:
    for words in (
        ["django", "migrate", "--verbosity", "0"],
        ["django", "collectstatic", "--noinput", "--verbosity", "0"],
    ):
        subprocess.run([sys.executable, "-m", *words], env=environ, cwd=tree, check=True)
    command = [sys.executable, "-m", "tests.upgrade.fill", "fill"]
    done = subprocess.run(command, env=environ, cwd=tree, check=True, stdout=subprocess.PIPE, text=True)
    return done.stdout.splitlines()[-1]


def _keep(target: Path, backend: str, sql: str, known: str) -> None:
    (target / f"{backend}.sql.xz").write_bytes(lzma.compress(sql.encode(), preset=9 | lzma.PRESET_EXTREME))
    (target / f"{backend}.json").write_text(json.dumps(json.loads(known), indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("release")
    parser.add_argument("--tree", type=Path, default=environment.ROOT)
    words = parser.parse_args()
    os.umask(0o022)
    made = make(words.release, words.tree.resolve())
    sizes = {file.name: file.stat().st_size for file in sorted(made.iterdir())}
    print(f"{made}: {sizes}")
