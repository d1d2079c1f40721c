"""Commands and a young person's wish killed at any line by SIGKILL: nothing is half, and the next run ends it well.

`rewrap`, `rotatekey` and `sealcases` are killed by the clock in `test_vault_killed.py`.
"""

import json
import random
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from counselling.vault import master
from tests.faults.cut_short import SAID
from tests.faults.test_vault_killed import BIG, house
from tests.support.server import LIGHT, Ground
from tests.support.services import Postgres

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]
CASES, STAFF = 2, 3


@dataclass
class Home:
    """A house with a vault, everybody's password, and how often each of its commands is killed."""

    ground: Ground
    passwords: dict[str, str]
    kills: int

    def cut(self, at: int | str, *work: str) -> int:
        """The exit code of what was cut short; -9 unless it got through."""
        code, said = self.ground.forked("tests.faults.cut_short", str(at), *work)
        assert code in {-9, 0}, said
        return code

    def whole(self, *work: str) -> int:
        """How many lines of ours run when nobody kills it."""
        code, said = self.ground.forked("tests.faults.cut_short", "-", *work)
        assert code == 0, said
        return int(said.splitlines()[-1])

    def moments(self, *work: str) -> list[int]:
        """A line at random out of each of so many equal parts of the work, which is done once to the end for it."""
        lines = self.whole(*work)
        borders = [1 + part * lines // self.kills for part in range(self.kills + 1)]
        return [random.randrange(first, last) for first, last in pairwise(borders)]

    def look(self, *words: str) -> Any:
        code, said = self.ground.forked("tests.faults.cut_short", "look", *words)
        assert code == 0, said
        return json.loads(said.splitlines()[-1])

    def all_is_well(self) -> None:
        """Everybody signs in, every authenticator app and report opens, a server would start."""
        seen = self.look("keys", json.dumps(self.passwords))
        assert (seen["signed_in"], seen["apps"], seen["reports"]) == (len(self.passwords), STAFF, STAFF)

    def kids(self) -> list[str]:
        return [kid for kid, _ in master.read(self.ground.directory / "master.key").keys]


def built(ground: Ground, *, kills: int) -> Home:
    return Home(ground, house(ground, "build", str(CASES), str(STAFF))["passwords"], 20 if BIG else kills)


@pytest.fixture(scope="module")
def sqlite() -> Iterator[Home]:
    with Ground(settings=LIGHT) as ground:
        yield built(ground, kills=2)


@pytest.fixture(scope="module")
def production(postgres: Postgres) -> Iterator[Home]:
    with Ground(database_url=postgres.url, settings=LIGHT) as ground:
        yield built(ground, kills=1)


@pytest.fixture(params=["sqlite", "production"])
def home(request: pytest.FixtureRequest) -> Home:
    found: Home = request.getfixturevalue(request.param)
    return found


def test_a_new_key_file_is_whole_or_not_there(sqlite: Home) -> None:
    def work(number: int) -> tuple[Path, tuple[str, ...]]:
        path = sqlite.ground.directory / f"fresh-{number}" / "master.key"
        return path, ("command", "", "createkey", str(path))

    for number, line in enumerate(sqlite.moments(*work(0)[1]), 1):
        path, words = work(number)
        sqlite.cut(line, *words)
        before = master.read(path) if path.exists() else None

        assert sqlite.cut("-", *words) == 0

        assert len(master.read(path).keys) == 1
        assert before in {None, master.read(path)}
        assert [left.name for left in path.parent.iterdir()] == [path.name]


def test_somebody_let_in_has_both_password_and_key_or_neither(home: Home) -> None:
    def work(name: str, password: str) -> tuple[str, ...]:
        return "command", password, "createstaff", name, "--team", "linde"

    def new() -> tuple[str, str]:
        return f"neu{secrets.token_hex(4)}", f"Kiesel {secrets.token_hex(6)}"

    for line in home.moments(*work(*new())):
        name, password = new()
        home.cut(line, *work(name, password))
        seen = home.look("staff", name, password)
        assert seen["password"] == seen["key"] == seen["opens"][0]

        assert home.cut("-", *work(name, password)) == 0

        assert home.look("staff", name, password) == {"rows": 1, "password": True, "key": True, "opens": [True]}
    home.all_is_well()


def test_a_password_that_is_set_anew_is_the_old_one_or_the_new_one(home: Home) -> None:
    def work(password: str) -> tuple[str, ...]:
        return "command", password, "createstaff", "p1", "--team", "linde"

    home.passwords["p1"] = f"Kiesel {secrets.token_hex(6)}"
    for line in home.moments(*work(home.passwords["p1"])):
        old, new = home.passwords["p1"], f"Kiesel {secrets.token_hex(6)}"
        home.cut(line, *work(new))
        assert sorted(home.look("staff", "p1", old, new)["opens"]) == [False, True]

        assert home.cut("-", *work(new)) == 0

        home.passwords["p1"] = new
        assert home.look("staff", "p1", old, new)["opens"] == [False, True]
    home.all_is_well()


def test_pruning_erases_whole_cases_and_counts_each_once(home: Home) -> None:
    home.look("due", "3")
    moments = home.moments("command", "", "prune")
    assert home.look("prune") == {"due": 0, "whole": 0, "trail": [], "counted": 3, "noted": 3}
    made = 3
    for line in moments:
        home.look("due", "3")
        made += 3
        home.cut(line, "command", "", "prune")
        seen = home.look("prune")
        assert (seen["whole"], seen["counted"], seen["noted"]) == (seen["due"], *[made - seen["due"]] * 2)

        assert home.cut("-", "command", "", "prune") == 0

        assert home.look("prune") == {"due": 0, "whole": 0, "trail": [], "counted": made, "noted": made}


def test_an_old_master_key_that_is_taken_out_is_in_the_file_or_not(home: Home) -> None:
    def rotated() -> tuple[str, ...]:
        assert home.cut("-", "command", "", "rotatekey") == 0
        return "command", "", "rotatekey", "--retire", home.kids()[-1], "--even-so"

    for line in home.moments(*rotated()):
        work = rotated()
        home.cut(line, *work)
        home.all_is_well()

        if work[4] in home.kids():
            assert home.cut("-", *work) == 0

        assert len(home.kids()) == 1
    home.all_is_well()


def test_a_wish_destroys_all_or_nothing_and_is_ended_by_pruning(home: Home) -> None:
    for line in home.moments("wish", somebody(home)["seeker"]):
        young = somebody(home)
        look = "wish", young["seeker"], young["case"], young["id"]
        home.cut(line, "wish", young["seeker"])
        seen = home.look(*look)
        all_there, none = (SAID, 2), ([], 0)
        assert (seen["read"], seen["seals"]) == (all_there if seen["comes_in"] else none)

        again = ("wish", young["seeker"]) if seen["comes_in"] else ("command", "", "prune")
        assert home.cut("-", *again) == 0

        left = home.look(*look)
        assert [left[what] for what in ("comes_in", "read", "seals", "rows", "seeker")] == [False, [], 0, 0, 0]


def test_a_wish_that_pruning_ends_is_counted_once(home: Home) -> None:
    young = somebody(home)
    look = "wish", young["seeker"], young["case"], young["id"]
    before = home.look(*look)

    assert home.cut("_destroy_rows", "wish", young["seeker"]) == -9
    assert home.look(*look)["rows"] > 0
    assert home.cut("-", "command", "", "prune") == 0

    after = home.look(*look)
    assert (after["counted"], after["noted"]) == (before["counted"] + 1, before["noted"] + 1)


def somebody(home: Home) -> dict[str, str]:
    """A young person who talks with somebody; has said three things."""
    young: dict[str, str] = home.ground.seed("--pairs", "1")["pairs"][0]
    return {**young, "id": home.look("talk", young["seeker"], young["case"])}
