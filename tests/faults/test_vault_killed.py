"""The vault's commands killed by SIGKILL wherever it hits: whatever is left can be read, and the next run finishes."""

import json
import os
import random
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.support.server import LIGHT, Ground
from tests.support.services import Postgres

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1200)]
# BIG=1 is for an evening alone: more of everything, twenty kills of each command on each database.
BIG = bool(os.environ.get("BIG"))
CASES, OLD, STAFF = (2500, 1500, 24) if BIG else (300, 300, 3)


def house(ground: Ground, *words: str) -> Any:
    """What a verb of the house says."""
    return json.loads(ground.run("-m", "tests.faults.vault_house", *words).splitlines()[-1])


class House:
    """The ground, who lives there, and how long a command needs before it begins to work."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        known = house(ground, "build", str(CASES), str(STAFF))
        self.paper, self.passwords = known["paper"], known["passwords"]
        self.start_up = self.seconds("sealcases")  # with nothing to do

    def seconds(self, *words: str, typed: str = "") -> float:
        """How long a command takes when nobody kills it."""
        began = time.monotonic()
        assert self.run(*words, typed=typed) == 0
        return time.monotonic() - began

    def look(self) -> Any:
        return house(self.ground, "look", self.passwords["p0"])

    def everybody(self) -> Any:
        return house(self.ground, "everybody", json.dumps(self.passwords))

    def run(self, *words: str, typed: str = "", kill_after: float | None = None) -> int:
        """The exit code: -9 when it was killed before it had finished."""
        return self.ground.zygote.run("counselling", *words, typed=typed, kill_after=kill_after)[0]

    def within(self, whole: float) -> float:
        """A moment of the work of a command that needs `whole` seconds."""
        return random.uniform(0.9 * self.start_up, max(whole, 1.1 * self.start_up))


@pytest.fixture(scope="module")
def sqlite() -> Iterator[House]:
    with Ground(settings=LIGHT) as ground:
        yield House(ground)


@pytest.fixture(scope="module")
def production(postgres: Postgres) -> Iterator[House]:
    with Ground(database_url=postgres.url, settings=LIGHT) as ground:
        yield House(ground)


HOUSES = pytest.mark.parametrize(("which", "times"), [("sqlite", 20 if BIG else 2), ("production", 20 if BIG else 1)])


def kill_until(times: int, attempt: Callable[[], int], check: Callable[[], None], again: Callable[[], Any]) -> int:
    """Kill it so many times; whenever it got through, give it something to do again. How often it got through."""
    kills = through = 0
    while kills < times and (BIG or kills + through < 2 * times):
        code = attempt()
        check()
        if code == -9:
            kills += 1
        else:
            assert code == 0
            through += 1
            again()
    return through


@HOUSES
def test_renewing_seals_is_killed_and_goes_on(which: str, times: int, request: pytest.FixtureRequest) -> None:
    home: House = request.getfixturevalue(which)
    house(home.ground, "leave")
    whole = home.seconds("rewrap", "--team", "linde", typed=home.paper)
    house(home.ground, "leave")

    def check() -> None:
        seen = home.look()
        assert (seen["read"], seen["seals"], seen["cases"]) == (CASES, CASES, CASES)
        assert set(seen["epochs"]) <= set(seen["keys"])

    kill_until(
        times,
        lambda: home.run("rewrap", "--team", "linde", typed=home.paper, kill_after=home.within(whole)),
        check,
        lambda: house(home.ground, "leave"),
    )
    assert home.run("rewrap", "--team", "linde", typed=home.paper) == 0
    check()
    seen = home.look()
    assert len(seen["keys"]) == 1
    assert seen["epochs"] == seen["keys"]


@HOUSES
def test_rotating_the_master_key_is_killed_and_goes_on(which: str, times: int, request: pytest.FixtureRequest) -> None:
    home: House = request.getfixturevalue(which)
    key_file = home.ground.directory / "master.key"
    whole = home.seconds("rotatekey")

    def check() -> None:
        seen = home.everybody()
        assert (seen["signed_in"], seen["apps"], seen["reports"]) == (seen["active"], STAFF, STAFF)
        assert key_file.stat().st_mode & 0o777 == 0o400

    kill_until(times, lambda: home.run("rotatekey", kill_after=home.within(whole)), check, lambda: None)
    assert home.run("rotatekey") == 0
    check()
    assert home.look()["read"] == CASES
    for kid in home.everybody()["kids"][1:]:
        home.run("rotatekey", "--retire", kid, "--even-so")
        check()
    assert len(home.everybody()["kids"]) == 1


@HOUSES
def test_sealing_old_cases_is_killed_and_goes_on(which: str, times: int, request: pytest.FixtureRequest) -> None:
    home: House = request.getfixturevalue(which)

    def more() -> None:
        house(home.ground, "old", str(OLD))

    def check() -> None:
        seen = home.look()
        assert seen["read"] == seen["seals"] + seen["master"] == seen["cases"]

    more()
    whole = home.seconds("sealcases")
    more()
    kill_until(times // 2, lambda: home.run("sealcases", kill_after=home.within(whole)), check, more)
    assert home.run("sealcases") == 0
    check()
    assert home.look()["master"] == 0
