"""The master key file: one that is not right is one clear sentence, and derived keys never change."""

import base64
import hashlib
import stat
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from counselling.vault import master
from counselling.vault.master import KeyFileProblem
from tests.support import environment, world
from tests.support.key_files import key_line

KeyFile = Callable[..., Path]

KNOWN = bytes(range(32))


def sentence_of(path: Path) -> str:
    with pytest.raises(KeyFileProblem) as problem:
        master.read(path)
    sentence = str(problem.value)
    assert "\n" not in sentence
    assert str(path) in sentence
    assert problem.value.__suppress_context__ or problem.value.__context__ is None
    return sentence


def test_create_writes_one_key_that_only_its_owner_reads(tmp_path: Path) -> None:
    path = tmp_path / "new" / "master.key"

    master.create(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o400
    [(kid, key)] = master.read(path).keys
    assert path.read_text() == f"{kid} {base64.b64encode(key).decode()}\n"
    assert len(key) == 32


def test_create_makes_another_key_each_time(tmp_path: Path) -> None:
    paths = [tmp_path / str(number) for number in range(20)]

    for path in paths:
        master.create(path)

    assert len({master.read(path).keys[0] for path in paths}) == 20


def test_create_never_replaces_a_key_file(key_file: KeyFile) -> None:
    path = key_file(key_line("a", KNOWN))

    with pytest.raises(FileExistsError):
        master.create(path)

    assert master.read(path).keys == (("a", KNOWN),)


def test_create_takes_away_what_a_killed_process_left_half_written(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    aside(path).write_text("k1 hal")
    aside(path).chmod(0o400)

    master.create(path)

    assert len(master.read(path).keys) == 1
    assert names(tmp_path) == [path.name]


def test_create_takes_away_a_second_name_and_leaves_the_key(key_file: KeyFile) -> None:
    """Killed after the file had its name and before it lost the other one."""
    path = key_file(key_line("a", KNOWN))
    aside(path).hardlink_to(path)

    with pytest.raises(FileExistsError):
        master.create(path)

    assert master.read(path).keys == (("a", KNOWN),)
    assert names(path.parent) == [path.name]


def test_create_does_not_write_through_a_link_that_leads_nowhere(tmp_path: Path) -> None:
    path = tmp_path / "master.key"
    path.symlink_to(tmp_path / "elsewhere" / "master.key")

    with pytest.raises(FileExistsError):
        master.create(path)

    assert names(tmp_path) == [path.name]


def test_create_by_many_at_once_makes_one_key(tmp_path: Path) -> None:
    path = tmp_path / "master.key"

    results = world.together(*[partial(master.create, path)] * 8)

    assert world.kinds(results) == ["FileExistsError"] * 7 + ["NoneType"]
    assert len(master.read(path).keys) == 1
    assert names(tmp_path) == [path.name]


def test_create_killed_at_any_line_leaves_a_whole_file_or_none(tmp_path: Path) -> None:
    """Every line of it in turn, by SIGKILL; what is left never hinders the next run."""
    done = subprocess.run(
        [sys.executable, "-c", KILLED_AT_EVERY_LINE, tmp_path],
        cwd=environment.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    kills, whole = map(int, done.stdout.split())
    assert kills > 10
    assert 0 < whole < kills


def aside(path: Path) -> Path:
    return path.with_name(f".{path.name}.new")


def names(directory: Path) -> list[str]:
    """Hidden ones too."""
    return sorted(path.name for path in directory.iterdir())


# Prints how often it was killed and how often the file was there then. A process of its own: ours has threads.
KILLED_AT_EVERY_LINE = """
import os, signal, sys
from itertools import count
from pathlib import Path
from counselling.vault import master

def tracer(lines):
    def trace(frame, event, _arg):
        nonlocal lines
        if frame.f_code.co_filename != master.__file__:
            return None
        lines -= event == "line"
        if lines < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return trace
    return trace

def survives(path, lines):
    child = os.fork()
    if child == 0:
        sys.settrace(tracer(lines))
        master.create(path)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

whole = 0
for lines in count():
    path = Path(sys.argv[1], str(lines), "master.key")
    code = survives(path, lines)
    assert code in (0, -signal.SIGKILL), code
    there = path.exists()
    before = there and master.read(path)  # raises for half a file
    try:
        master.create(path)
        assert not there
    except FileExistsError:
        assert there and master.read(path) == before
    assert os.listdir(path.parent) == [path.name]
    if code == 0:
        break
    whole += there
print(lines, whole)
"""


@pytest.mark.parametrize("mode", [0o400, 0o600])
def test_read_accepts_modes_of_the_owner(key_file: KeyFile, mode: int) -> None:
    assert master.read(key_file(key_line("a", KNOWN), mode=mode)).active_kid == "a"


@pytest.mark.parametrize("mode", [0o404, 0o440, 0o644, 0o420, 0o410, 0o777])
def test_read_refuses_a_file_that_others_reach(key_file: KeyFile, mode: int) -> None:
    assert "chmod 0400" in sentence_of(key_file(key_line("a"), mode=mode))


def test_read_refuses_a_missing_file(tmp_path: Path) -> None:
    assert "cannot be read" in sentence_of(tmp_path / "nowhere.key")


def test_read_refuses_a_directory(tmp_path: Path) -> None:
    assert "cannot be read" in sentence_of(tmp_path)


def test_read_refuses_bytes_that_are_no_text(key_file: KeyFile) -> None:
    path = key_file("", mode=0o600)
    path.write_bytes(b"\xff\xfe\x00")

    assert "cannot be read" in sentence_of(path)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "\n\n",
        "a\n",
        base64.b64encode(KNOWN).decode() + "\n",
        f"a {base64.b64encode(KNOWN[:31]).decode()}\n",
        f"a {base64.b64encode(KNOWN + b'x').decode()}\n",
        f"A {base64.b64encode(KNOWN).decode()}\n",
        f"{'a' * 17} {base64.b64encode(KNOWN).decode()}\n",
        f"a {KNOWN.hex()}\n",
        key_line("a", KNOWN) + "# a comment\n",
        key_line("a", KNOWN)[:-9] + "\n",
    ],
)
def test_read_refuses_a_damaged_file_without_showing_it(key_file: KeyFile, content: str) -> None:
    sentence = sentence_of(key_file(content))

    assert "damaged" in sentence
    assert base64.b64encode(KNOWN).decode()[:20] not in sentence


def test_read_refuses_a_key_that_is_named_twice(key_file: KeyFile) -> None:
    assert "twice" in sentence_of(key_file(key_line("a"), key_line("a")))


def test_read_overlooks_blank_lines_and_keeps_the_order(key_file: KeyFile) -> None:
    ring = master.read(key_file(key_line("new", KNOWN), "\n", key_line("old", bytes(32))))

    assert ring.keys == (("new", KNOWN), ("old", bytes(32)))
    assert ring.active_kid == "new"


def test_derive_is_hkdf_of_the_purpose(key_file: KeyFile) -> None:
    ring = master.read(key_file(key_line("a", KNOWN)))
    expected = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"kek|v1").derive(KNOWN)

    assert ring.derive("kek|v1") == ring.derive("kek|v1", "a") == expected


def test_derive_gives_every_purpose_and_key_another_value(key_file: KeyFile) -> None:
    ring = master.read(key_file(key_line("a"), key_line("b")))

    assert len({ring.derive(purpose, kid) for purpose in ("kek|v1", "kek|v2", "lookup") for kid in ("a", "b")}) == 6


def test_derive_refuses_a_key_that_the_file_lost(key_file: KeyFile) -> None:
    ring = master.read(key_file(key_line("new")))

    with pytest.raises(KeyFileProblem, match="no key named old"):
        ring.derive("kek|v1", "old")


def test_keyring_is_the_one_of_the_settings(use_keys: Callable[..., None]) -> None:
    use_keys(key_line("mine", KNOWN))

    assert master.keyring().keys == (("mine", KNOWN),)


def test_django_secret_is_derived_and_stays_the_same(key_file: KeyFile) -> None:
    path = key_file(key_line("a", KNOWN))
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"django|v1").derive(KNOWN)

    assert master.django_secret(path) == hashlib.sha256(derived).hexdigest()
