"""Backup and restore killed at any line, and a full disk: nothing is half, and the next run ends it well."""

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import identities
from tests.support.server import LIGHT, Ground

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]
KILLS = 3

FULL = """
import resource, sys
import django; django.setup()
from django.db import connection
connection.cursor().execute("SELECT 1 FROM people_staff")  # SQLite's own files are there already
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
from counselling.__main__ import main
sys.argv = ["counselling", *sys.argv[2:]]
sys.exit(main())
"""


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with Ground(settings=LIGHT) as ground:
        place = tmp_path_factory.mktemp("backup")
        ground.settings |= {"COUNSELLING_BACKUP_RECIPIENT": identities.made(place / "identity.txt")}
        ground.settings |= {"COUNSELLING_BACKUP_DIRECTORY": str(place / "parcels")}
        ground.seed("--pairs", "1")
        yield ground


def parcels(ground: Ground) -> Path:
    return Path(ground.settings["COUNSELLING_BACKUP_DIRECTORY"])


def cut(ground: Ground, at: int | str, *words: str) -> tuple[int, str]:
    """The exit code, and how many lines it took or what it said."""
    code, said = ground.forked("tests.faults.cut_short", str(at), "command", "", *words)
    return code, said


def moments(ground: Ground, *words: str) -> list[int]:
    code, said = cut(ground, "-", *words)
    assert code == 0, said
    lines = int(said.splitlines()[-1])
    return sorted(random.randrange(1, lines) for _ in range(KILLS))


def seen(ground: Ground) -> list[int]:
    """Numbers of rows of everything but sign-ins, marks and the canary."""
    code = (
        "from django.apps import apps; import json;"
        "print(json.dumps([t._base_manager.count() for t in apps.get_models(include_auto_created=True)"
        " if t._meta.model_name not in ('erased', 'session', 'staffsession', 'keycanary')]))"
    )
    return list(json.loads(ground.run("-c", code).splitlines()[-1]))


def test_a_killed_backup_leaves_no_half_parcel_and_the_next_clears_up(ground: Ground) -> None:
    for line in moments(ground, "backup"):
        code, said = cut(ground, line, "backup")
        assert code in {-9, 0}, said
        assert ground.forked("counselling", "backup", "--check")[0] == 0

        code, said = ground.forked("counselling", "backup")
        assert code == 0, said
        assert [path for path in parcels(ground).rglob("*") if path.name.startswith(".unfinished")] == []


def test_a_killed_restore_leaves_the_database_as_it_was_or_as_it_shall_be(ground: Ground) -> None:
    ground.forked("counselling", "backup")
    backed_up = seen(ground)
    words = ("restore", str(parcels(ground)), "--identity", str(parcels(ground).with_name("identity.txt")), "--replace")
    for line in moments(ground, *words):
        ground.seed("--pairs", "1")
        now = seen(ground)
        assert now != backed_up
        code, said = cut(ground, line, *words)
        assert code in {-9, 0}, said
        assert seen(ground) in (now, backed_up)

        code, said = cut(ground, "-", *words)
        assert (code, seen(ground)) == (0, backed_up), said


@pytest.mark.parametrize("room", [300, 700, 3000])
def test_a_full_disk_is_one_sentence_and_leaves_nothing(ground: Ground, tmp_path: Path, room: int) -> None:
    code, said = ground.forked("-c", FULL, str(room), "backup", str(tmp_path / "full"))

    assert code == 1
    assert f"No backup was written to {tmp_path / 'full'}: No space left on device." in said
    assert [path.name for path in (tmp_path / "full").rglob("*") if path.is_file()] == [".lock"]
