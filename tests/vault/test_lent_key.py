"""A key file that systemd lends (LoadCredential): root's, with an access list that lets the server's user in."""

import os
import stat
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from counselling.vault import master
from counselling.vault.master import KeyFileProblem
from tests.support.key_files import key_line

KeyFile = Callable[..., Path]
OWNER, USER, GROUP, NAMED_GROUP, MASK, OTHER = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
READ, NOBODY, SOMEBODY = 4, 0xFFFFFFFF, 4711
ME = os.geteuid()
AS_SYSTEMD = ((OWNER, READ, NOBODY), (USER, READ, ME), (GROUP, 0, NOBODY), (MASK, READ, NOBODY), (OTHER, 0, NOBODY))
REFUSED = {
    "somebody else too": (AS_SYSTEMD[0], AS_SYSTEMD[1], (USER, READ, SOMEBODY), *AS_SYSTEMD[2:]),
    "somebody else": (AS_SYSTEMD[0], (USER, READ, SOMEBODY), *AS_SYSTEMD[2:]),
    "its group": (*AS_SYSTEMD[:2], (GROUP, READ, NOBODY), *AS_SYSTEMD[3:]),
    "another group": (*AS_SYSTEMD[:3], (NAMED_GROUP, READ, SOMEBODY), *AS_SYSTEMD[3:]),
    "everybody": (*AS_SYSTEMD[:4], (OTHER, READ, NOBODY)),
    "us to write": (AS_SYSTEMD[0], (USER, READ | 2, ME), (GROUP, 0, NOBODY), (MASK, READ | 2, NOBODY), AS_SYSTEMD[4]),
}
Entries = tuple[tuple[int, int, int], ...]


def lend(path: Path, entries: Entries) -> Path:
    """With this access list, as the kernel takes it."""
    os.setxattr(
        path, "system.posix_acl_access", struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *e) for e in entries)
    )
    return path


def test_read_takes_what_systemd_lends(key_file: KeyFile) -> None:
    path = lend(key_file(key_line("a")), AS_SYSTEMD)

    assert stat.S_IMODE(path.stat().st_mode) == 0o440  # the list's mask
    assert master.read(path).active_kid == "a"


@pytest.mark.parametrize("who", REFUSED)
def test_read_refuses_a_list_that_lets_in(key_file: KeyFile, who: str) -> None:
    path = lend(key_file(key_line("a")), REFUSED[who])

    with pytest.raises(KeyFileProblem, match="can be read by others"):
        master.read(path)


def test_read_refuses_a_group_that_reads_without_any_list(key_file: KeyFile) -> None:
    with pytest.raises(KeyFileProblem, match="can be read by others"):
        master.read(key_file(key_line("a"), mode=0o440))
