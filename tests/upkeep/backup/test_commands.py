"""The two commands: one sentence each, and refusals as an operator reads them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support import identities
from tests.support.server import LIGHT, Ground

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with Ground(settings=LIGHT) as ground:
        place = tmp_path_factory.mktemp("backup")
        ground.settings |= {"COUNSELLING_BACKUP_RECIPIENT": identities.made(place / "identity.txt")}
        ground.settings |= {"COUNSELLING_VAR": str(ground.directory), "PLACE": str(place)}
        ground.seed("--pairs", "1")
        yield ground


def place(ground: Ground) -> Path:
    return Path(ground.settings["PLACE"])


def said(ground: Ground, *words: str) -> tuple[int, str]:
    code, told = ground.forked("counselling", *words)
    return code, told.strip()


def test_backup_says_what_it_wrote_and_where_and_may_be_looked_at(ground: Ground) -> None:
    there = str(place(ground) / "parcels")

    code, told = said(ground, "backup", there)
    assert code == 0
    assert f" to {there}, and compared it: database (" in told

    code, told = said(ground, "backup", there, "--check")
    assert (code, told.partition(". ")[0]) == (0, f"All 3 parcels in {there} are as they were written")


def test_backup_asks_where_to(ground: Ground) -> None:
    assert said(ground, "backup") == (1, "Where to? Name a directory, or set COUNSELLING_BACKUP_DIRECTORY.")
    there = place(ground) / "empty"
    assert said(ground, "backup", str(there), "--check") == (1, f"There is no backup in {there}.")


def test_restore_leaves_a_database_that_is_not_empty_alone(ground: Ground) -> None:
    there = str(place(ground) / "refused")
    assert said(ground, "backup", there)[0] == 0

    told = said(ground, "restore", there, "--identity", str(place(ground) / "identity.txt"))

    assert told == (1, "The database is not empty. With --replace all that is in it goes.")


def test_the_key_file_alone_is_put_in_place_once(ground: Ground, tmp_path: Path) -> None:
    """By a process of its own: no setting can be read without it."""
    drawer, words = tmp_path / "drawer", ("--identity", str(place(ground) / "identity.txt"), "--only", "key")
    assert said(ground, "backup", str(drawer), "--only", "key")[0] == 0
    key = ground.directory / "master.key"
    text, home = key.read_bytes(), ground.settings["COUNSELLING_KEY_FILE"]
    ground.settings["COUNSELLING_KEY_FILE"] = str(tmp_path / "new" / "master.key")
    try:
        first = ground.run("-m", "counselling", "restore", str(drawer), *words)
        again = ground.run("-m", "counselling", "restore", str(drawer), *words)
        ground.settings["COUNSELLING_KEY_FILE"] = str(tmp_path / "other" / "master.key")
        with pytest.raises(RuntimeError, match="Put it there, or name its parcel with --key"):
            ground.run("-m", "counselling", "restore", str(tmp_path), *words)
    finally:
        ground.settings["COUNSELLING_KEY_FILE"] = home

    made = tmp_path / "new" / "master.key"
    assert first.strip() == f"The master key file is at {made} again."
    assert again.strip() == "The master key file is there already and was left as it is."
    assert (made.read_bytes(), oct(made.stat().st_mode)) == (text, "0o100400")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [(b"nothing of age", "is damaged or cut off. Take another one."), (None, "cannot be read: No such file")],
)
def test_a_bad_parcel_of_the_key_file_is_named(
    ground: Ground, tmp_path: Path, data: bytes | None, sentence: str
) -> None:
    from counselling.upkeep.backup import masterkey  # noqa: PLC0415 -- of this test alone
    from counselling.upkeep.backup.problems import BackupProblem  # noqa: PLC0415 -- as above

    parcel = tmp_path / "k-key.age"
    if data is not None:
        parcel.write_bytes(data)
    identity = place(ground) / "identity.txt"
    with pytest.raises(BackupProblem, match=sentence):
        masterkey.ensure(tmp_path / "master.key", parcel=parcel, directory=tmp_path, identity=identity)
    assert not (tmp_path / "master.key").exists()
