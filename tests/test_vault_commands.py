"""The vault's commands as an operator types them: one clear sentence each, safe to repeat, refusing clearly."""

import json
from collections.abc import Iterator

import pytest

from counselling.vault import master
from tests.faults.test_vault_killed import house
from tests.support.server import Ground
from tests.test_commands import counselling

pytestmark = pytest.mark.timeout(300)
NEXT = (
    "Restart the servers and keep the new file where the old one is kept.\n"
    "In some weeks run: counselling rotatekey --retire KID"
)


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    with Ground() as ground:
        yield ground


@pytest.fixture(scope="module")
def known(ground: Ground) -> dict[str, object]:
    found: dict[str, object] = house(ground, "build", "3", "3")
    return found


def kids(ground: Ground) -> list[str]:
    return [kid for kid, _ in master.read(ground.directory / "master.key").keys]


def test_rewrap_says_what_it_did_and_may_be_repeated(ground: Ground, known: dict[str, str]) -> None:
    house(ground, "leave")

    done = counselling(ground, "rewrap", "--team", "linde", typed=known["paper"] + "\n")
    again = counselling(ground, "rewrap", "--team", "linde", typed=known["paper"] + "\n")

    under = "every case of Linde is under the newest key of its vault."
    assert done == (0, f"Renewed 3 seals; {under}")
    assert again == (0, f"Renewed 0 seals; {under}")


@pytest.mark.parametrize("typed", ["", "falsch\n"])
def test_rewrap_refuses_what_is_no_recovery_key(ground: Ground, known: dict[str, str], typed: str) -> None:
    code, said = counselling(ground, "rewrap", "--team", "linde", typed=typed)

    assert (code, "Traceback" in said, len(said.splitlines())) == (1, False, 1)


def test_rewrap_knows_no_other_team(ground: Ground, known: dict[str, str]) -> None:
    assert counselling(ground, "rewrap", "--team", "eiche") == (1, "There is no team named eiche.")


def test_sealcases_says_what_it_did_and_may_be_repeated(ground: Ground, known: dict[str, str]) -> None:
    house(ground, "old", "2")
    assert "The master key file still opens 2 old cases. Run: counselling sealcases" in counselling(ground, "check")[1]

    done, again = counselling(ground, "sealcases"), counselling(ground, "sealcases")

    assert done == (0, "Sealed 2 cases to their teams; the master key opens none of them any more.")
    assert again == (0, "Sealed 0 cases to their teams; the master key opens none of them any more.")
    assert "master key file" not in counselling(ground, "check")[1]


def test_check_names_a_team_without_a_vault(ground: Ground, known: dict[str, str]) -> None:
    counselling(ground, "createstaff", "kim", "--team", "eiche", typed="ein-langes-wort-77\n")

    said = counselling(ground, "check")[1]

    assert "The vault of eiche is not set up, so its chat is closed. A counsellor does it at /team/vault/" in said
    assert "The vault of Linde" not in said


def test_rotatekey_moves_all_and_says_what_waits(ground: Ground, known: dict[str, str]) -> None:
    [old] = kids(ground)

    code, said = counselling(ground, "rotatekey")

    new, rest = kids(ground)
    assert (code, rest) == (0, old)
    assert said.splitlines()[0] == (
        f"{new} is the active key now. Moved to it: 4 passwords of staff, 3 authenticator apps, 8 public keys, "
        "3 reports."
    )
    assert said.endswith(NEXT)
    seen = house(ground, "everybody", json.dumps(known["passwords"]))
    assert (seen["signed_in"], seen["apps"], seen["reports"]) == (2, 3, 3)  # one left


def test_rotatekey_adds_first_where_servers_read_a_copy(ground: Ground, known: dict[str, str]) -> None:
    before = kids(ground)

    added = counselling(ground, "rotatekey", "--only-add")
    new = kids(ground)[0]
    moved = counselling(ground, "rotatekey")

    assert added == (0, f"{new} is the active key now. Restart all servers, then run: counselling rotatekey")
    assert kids(ground) == [new, *before]
    assert moved[1].startswith(f"{new} is the active key now. Moved to it: 4 passwords of staff")


def test_retiring_a_key_that_is_needed_asks_twice(ground: Ground, known: dict[str, str]) -> None:
    active, *_, oldest = kids(ground)

    refused = counselling(ground, "rotatekey", "--retire", oldest)
    assert refused[0] == 1
    assert refused[1].startswith(f"{oldest} is still needed by ")
    assert refused[1].endswith("With --even-so they lose what it opens, for good.")
    done = counselling(ground, "rotatekey", "--retire", oldest, "--even-so")

    assert done[0] == 0
    assert done[1].startswith(f"{oldest} is out of the key file. Lost with it: ")
    assert oldest not in kids(ground)
    assert counselling(ground, "rotatekey", "--retire", oldest) == (
        1,
        f"The master key file has no key named {oldest}.",
    )
    assert counselling(ground, "rotatekey", "--retire", active)[1].startswith(f"{active} is the active key.")
    assert "Traceback" not in counselling(ground, "check")[1]
