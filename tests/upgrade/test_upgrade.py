"""`counselling upgrade` on a filled database of each release before: everything is there afterwards, for everybody."""

import json
import re
from collections.abc import Callable

import pytest

from tests.upgrade.conftest import RELEASES, Old

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]


@pytest.mark.parametrize("backend", ["sqlite", "postgres"])
@pytest.mark.parametrize("release", RELEASES)
def test_everybody_finds_everything_again(installed: Callable[[str, str], Old], backend: str, release: str) -> None:
    old = installed(backend, release)
    looked = old.upgrade("--check")

    code, said = old.upgrade()

    assert (code, looked[0]) == (0, 0), said
    assert f"Would write a backup to {old.backups}." in looked[1].splitlines()
    assert "Would migrate: cases.0008_erased." in looked[1].splitlines()
    last, back = said.splitlines()[-2:]
    assert re.match(r"Upgraded: \d+ migrations?, nothing lost\. Now restart the servers", last)
    assert f"counselling restore {old.backups} --at {old.trace()['backup']} --replace --identity FILE" in back
    assert sorted(path.name for path in old.backups.rglob(f"{old.trace()['backup']}-*.age")) == [
        f"{old.trace()['backup']}-{kind}.age" for kind in ("database", "files", "seals")
    ]
    seen, before = old.look(), old.known["seen"]
    assert seen.pop("at the desk") == [302, 302, 200]
    assert seen == {what: found for what, found in before.items() if what != "at the desk"}
    assert old.ground.forked("counselling", "check", "--audit")[0] == 0
    assert old.upgrade() == (0, "Nothing to upgrade: tables and static files are those of this code.\n")
    assert old.upgrade("--check") == old.upgrade()


def test_nothing_of_anybody_is_in_the_trace(old: Old) -> None:
    assert old.upgrade()[0] == 0

    text = json.dumps(old.trace())

    assert (old.var / "upgrade.json").stat().st_mode & 0o777 == 0o600
    assert old.known["chat"] not in text
    assert not [name for name in old.known["passwords"] if name in text]
