"""Everything is lost but the parcels: the conversation reads again, and what was deleted in between stays deleted."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from tests.faults import lost_house
from tests.support import identities, once
from tests.support.server import LIGHT, Ground
from tests.support.services import Postgres

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]


@dataclass
class Loss:
    """What is left of a house: its parcels, and in a drawer the private half of whom they are for."""

    parcels: Path
    key: Path
    identity: Path
    asked: tuple[str, str]  # the three chats, and the place of a message that is taken back
    before: dict[str, Any]  # on Monday
    after: dict[str, Any]  # on Tuesday

    def restore(self, ground: Ground, *words: str) -> str:
        [key] = self.key.rglob("*.age")
        words = ("restore", str(self.parcels), "--identity", str(self.identity), "--key", str(key), *words)
        return ground.run("-m", "counselling", *words)


def ask(ground: Ground, *words: str) -> Any:
    code, said = ground.forked("tests.faults.lost_house", *words)
    assert code == 0, said
    return json.loads(said.splitlines()[-1])


def lost(ground: Ground, place: Path) -> Loss:
    """A life, a backup on Monday, a Tuesday with the list beside it; then nothing but the parcels is left."""
    identity = place / "identity.txt"
    ground.settings |= {"COUNSELLING_BACKUP_RECIPIENT": identities.made(identity)}
    ground.settings |= {"COUNSELLING_BACKUP_DIRECTORY": str(place / "parcels")}
    filled = ask(ground, "fill")
    asked = json.dumps(filled["pairs"]), str(filled["last"])
    before = ask(ground, "look", *asked)
    for words in ([], [str(place / "key"), "--only", "key"]):
        code, said = ground.forked("counselling", "backup", *words)
        assert code == 0, said
    ask(ground, "tuesday", *asked)
    after = ask(ground, "look", *asked)
    code, said = ground.forked("counselling", "prune")
    assert code == 0, said
    return Loss(place / "parcels", place / "key", identity, asked, before, after)


@pytest.fixture(scope="module")
def on_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loss]:
    with Ground(settings=LIGHT) as ground:
        yield lost(ground, tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="module")
def on_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loss]:
    with postgres() as cluster, Ground(database_url=cluster.url, settings=LIGHT) as ground:
        yield lost(ground, tmp_path_factory.mktemp("postgres"))


def postgres() -> Postgres:
    return Postgres(like=once.cluster(os.environ))


@pytest.fixture
def loss(request: pytest.FixtureRequest) -> Loss:
    found: Loss = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def fresh(request: pytest.FixtureRequest) -> Iterator[Ground]:
    """A machine that was set up anew: tables without a row, and no key file."""
    with ExitStack() as stack:
        url = stack.enter_context(postgres()).url if request.param == "postgres" else ""
        ground = stack.enter_context(Ground(database_url=url, settings=LIGHT))
        (ground.directory / "master.key").unlink()
        yield ground


BOTH = pytest.mark.parametrize(
    ("loss", "fresh"), [("on_sqlite", "sqlite"), ("on_postgres", "postgres")], indirect=True, ids=["sqlite", "postgres"]
)


def stays_erased(seen: dict[str, Any], loss: Loss) -> None:
    """All of Tuesday's deletions, and nothing else of Monday."""
    assert (seen["reads"], seen["picture"]) == (loss.before["reads"], loss.before["picture"])
    assert (seen["comes in"], seen["mara"]) == (True, True)
    names = ["wished away", "their way in", "revoked ways in", "letters", "files", "cards", "addresses", "last"]
    names += ["works here", "their seals", "their calendar"]
    assert {name: seen[name] for name in names} == {name: loss.after[name] for name in names}
    assert all(loss.before[name] != loss.after[name] for name in names), loss.before
    assert seen["sessions"] == 0


@BOTH
def test_a_lost_house_is_restored_and_what_was_deleted_stays_deleted(loss: Loss, fresh: Ground) -> None:
    said = loss.restore(fresh)

    assert "The master key file is at" in said
    assert "Everybody of the team signs in anew" in said
    stays_erased(ask(fresh, "look", *loss.asked), loss)
    code, said = fresh.forked("counselling", "prune")  # a server that goes on
    assert code == 0, said


@pytest.mark.long  # a variant of the one above
@pytest.mark.parametrize(("loss", "fresh"), [("on_sqlite", "postgres")], indirect=True, ids=["from sqlite to postgres"])
def test_a_small_house_moves_into_a_large_one(loss: Loss, fresh: Ground) -> None:
    loss.restore(fresh)

    stays_erased(ask(fresh, "look", *loss.asked), loss)


@pytest.mark.long  # tests/upkeep/backup tells it of single rows
def test_without_the_list_what_was_deleted_is_back_and_that_is_said(on_sqlite: Loss, tmp_path: Path) -> None:
    parcels = shutil.copytree(on_sqlite.parcels, tmp_path / "parcels", ignore=shutil.ignore_patterns("erased.jsonl"))
    loss = replace(on_sqlite, parcels=parcels)
    with Ground(settings=LIGHT) as fresh:
        (fresh.directory / "master.key").unlink()
        said = loss.restore(fresh)
        seen = ask(fresh, "look", *loss.asked)

    assert "what went later may be back" in said
    assert seen["wished away"] == on_sqlite.before["wished away"]


@pytest.mark.parametrize("loss", ["on_sqlite", "on_postgres"], indirect=True)
def test_who_has_all_parcels_but_no_identity_has_nothing(loss: Loss) -> None:
    words = [lost_house.SAID, lost_house.MARA, "Aaa Test", *(pair["case"] for pair in json.loads(loss.asked[0]))]
    files = [path for place in (loss.parcels, loss.key) for path in place.rglob("*") if path.is_file()]
    held = {path: path.read_bytes() for path in files}
    found = {
        word
        for path, inside in held.items()
        for word in words
        if path.name != "erased.jsonl" and (word.encode() in inside or word.replace("-", "").encode() in inside)
    }

    assert found == set()
    parcels = [inside for path, inside in held.items() if path.suffix == ".age"]
    assert len(parcels) == 4
    assert all(inside.startswith(b"age-encryption.org/v1\n-> X25519 ") for inside in parcels)


@pytest.mark.parametrize(
    ("loss", "fresh"),
    [("on_sqlite", "sqlite"), ("on_postgres", "postgres")],
    indirect=True,
    ids=["sqlite", "postgres"],
)
@pytest.mark.long  # tests/upkeep/backup looks at each table
def test_who_lacks_the_seals_alone_opens_no_text(loss: Loss, fresh: Ground) -> None:
    """With the other parcels opened, the key file, and even the password of somebody who may read everything."""
    loss.restore(fresh, "--only", "key")

    had = ask(fresh, "bare", str(loss.parcels), str(loss.identity))
    alone = steal(fresh)
    with_password = steal(fresh, "--password", f"{lost_house.MARA}:{lost_house.PASSWORD}")

    assert had["cases"] >= 3
    assert had["seals"] == 0
    assert alone["records"] > 10
    assert (alone["opened"], with_password["opened"]) == ({}, {})


def steal(ground: Ground, *words: str) -> Any:
    code, said = ground.forked("tests.support.thief", *words)
    assert code == 0, said
    return json.loads(said.splitlines()[-1])
