"""The master key file changes in one step, keeps its mode, and is read again by processes that run."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from pytest_django import Settings

from counselling.vault import keyfile, master
from counselling.vault.master import KeyFileProblem
from tests.support.key_files import key_line

TODAY = date(2026, 11, 23)
Write = Callable[..., Path]


def test_a_new_key_comes_first_and_the_old_ones_stay(key_file: Write) -> None:
    path = key_file(key_line("k1"), key_line("k0"))
    before = master.read(path).keys

    kid = keyfile.add_key(path, TODAY)

    after = master.read(path)
    assert after.active_kid == kid
    assert kid.startswith("k20261123-")
    assert after.keys[1:] == before
    assert len({key for _, key in after.keys}) == 3


@pytest.mark.parametrize("mode", [0o400, 0o600])
def test_the_file_keeps_its_mode_and_owner(key_file: Write, mode: int) -> None:
    path = key_file(key_line("k1"), mode=mode)
    before = path.stat()

    keyfile.add_key(path, TODAY)

    after = path.stat()
    assert (after.st_mode & 0o777, after.st_uid, after.st_gid) == (mode, before.st_uid, before.st_gid)
    assert os.listdir(path.parent) == [path.name]  # noqa: PTH208 -- hidden files too


def test_what_a_killed_process_left_aside_is_no_hindrance(key_file: Write) -> None:
    path = key_file(key_line("k1"))
    path.with_name(f".{path.name}.new").write_text("half a li")

    kid = keyfile.add_key(path, TODAY)

    assert master.read(path).active_kid == kid


def test_a_link_to_the_file_stays_a_link(key_file: Write, tmp_path: Path) -> None:
    path, link = key_file(key_line("k1")), tmp_path / "elsewhere"
    link.mkdir()
    (link / "key").symlink_to(path)

    kid = keyfile.add_key(link / "key", TODAY)

    assert (link / "key").is_symlink()
    assert master.read(path).active_kid == kid


def test_an_old_key_goes_for_good(key_file: Write) -> None:
    path = key_file(key_line("k2"), key_line("k1"), key_line("k0"))

    keyfile.remove_key(path, "k1")

    assert [kid for kid, _ in master.read(path).keys] == ["k2", "k0"]


@pytest.mark.parametrize("kid", ["k2", "gone"])
def test_the_active_key_and_an_unknown_one_are_refused(key_file: Write, kid: str) -> None:
    path = key_file(key_line("k2"), key_line("k1"))

    with pytest.raises(KeyFileProblem, match=kid):
        keyfile.remove_key(path, kid)
    assert len(master.read(path).keys) == 2


def test_a_damaged_file_is_not_written_over(key_file: Write) -> None:
    path = key_file("k1 nonsense\n")

    with pytest.raises(KeyFileProblem):
        keyfile.add_key(path, TODAY)
    assert path.read_text() == "k1 nonsense\n"


@pytest.mark.parametrize(
    ("kid", "day"), [("k20261123-a1b2", TODAY), ("k1", None), ("ka3f9c1", None), ("k20261399-a1b2", None)]
)
def test_an_id_tells_its_day(kid: str, day: date | None) -> None:
    assert keyfile.day_of(kid) == day


# --- a process that runs ---------------------------------------------------------------------------------------------


def test_a_running_process_learns_a_new_key(key_file: Write, settings: Settings) -> None:
    settings.MASTER_KEY_FILE = path = key_file(key_line("k1"))
    assert master.keyring().active_kid == "k1"

    kid = keyfile.add_key(path, TODAY)

    assert master.keyring().active_kid == kid


@pytest.mark.parametrize("spoil", [Path.unlink, lambda path: (path.chmod(0o600), path.write_text("x"))])
def test_a_file_that_goes_while_it_runs_changes_nothing(
    key_file: Write, settings: Settings, spoil: Callable[[Path], object]
) -> None:
    settings.MASTER_KEY_FILE = path = key_file(key_line("k1"))
    before = master.keyring()

    spoil(path)

    assert master.keyring() == before


def test_a_file_that_is_missing_from_the_start_is_said(settings: Settings, tmp_path: Path) -> None:
    settings.MASTER_KEY_FILE = tmp_path / "none.key"

    with pytest.raises(KeyFileProblem):
        master.keyring()


def test_sessions_outlive_a_rotation(key_file: Write) -> None:
    path = key_file(key_line("k1"))
    before = master.django_secret(path)

    keyfile.add_key(path, TODAY)

    assert master.django_secret(path) != before
    assert master.django_fallbacks(path) == [before]
