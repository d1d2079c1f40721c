"""A backup is put back and life goes on: no nonce repeats, and a record of the lost days opens at no other place."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.faults import two_futures
from tests.faults.two_futures import NOT_SEALED, SEALED
from tests.support.server import Ground

pytestmark = [pytest.mark.faults, pytest.mark.timeout(120)]
Chats = list[dict[str, Any]]


@dataclass
class Story:
    """What lay in the sealed columns before and in both futures; two chats as they were read in each."""

    ground: Ground
    pairs: str
    before: dict[str, list[str]]
    futures: list[dict[str, list[str]]]
    read: list[Chats]

    def ask(self, verb: str, *words: str) -> Any:
        return ask(self.ground, verb, *words)

    @property
    def cases(self) -> list[str]:
        return [pair["case"] for pair in json.loads(self.pairs)]


def ask(ground: Ground, verb: str, *words: str) -> Any:
    code, said = ground.forked("tests.faults.two_futures", verb, *words)
    assert code == 0, said
    return json.loads(said.splitlines()[-1])


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    """Both futures are forks of one process, so that random numbers that were drawn before a fork would show."""
    with Ground() as ground:
        pairs = json.dumps(ground.seed("--pairs", "2")["pairs"])
        told = Story(ground, pairs, ask(ground, "records"), [], [])
        backup = kept(ground)
        for word, first in (("eins", "seeker"), ("zwei", "counsellor")):
            put_back(ground, backup)
            assert ask(ground, "records") == told.before
            ask(ground, "live", word, first, pairs)
            told.futures.append(ask(ground, "records"))
            told.read.append(ask(ground, "read", pairs))
        yield told


def kept(ground: Ground) -> Path:
    """A copy of the database's files."""
    backup = ground.directory / "backup"
    backup.mkdir()
    for file in ground.directory.glob("counselling.sqlite3*"):
        shutil.copy(file, backup)
    return backup


def put_back(ground: Ground, backup: Path) -> None:
    for file in ground.directory.glob("counselling.sqlite3*"):
        file.unlink()
    shutil.copytree(backup, ground.directory, dirs_exist_ok=True)


def test_every_column_of_bytes_is_known() -> None:
    unknown = {name for name in two_futures.columns() if name.partition(".")[2] not in NOT_SEALED}

    assert unknown == SEALED


@pytest.mark.parametrize("column", sorted(SEALED - {"KeyCanary.sealed"}))
def test_no_nonce_occurs_twice_over_both_futures(story: Story, column: str) -> None:
    fresh = [set(future[column]) - set(story.before[column]) for future in story.futures]
    sealed = [bytes.fromhex(record) for record in set(story.before[column]).union(*fresh)]

    assert all(fresh)
    assert len({two_futures.nonce(column, record) for record in sealed}) == len(sealed)


def test_both_futures_wrote_at_the_same_places(story: Story) -> None:
    places = [[[line[0] for line in chat["lines"]] for chat in read] for read in story.read]

    assert places[0] == places[1]
    assert all(len(seqs) == 6 for seqs in places[0])
    assert {line[3].split()[0] for read in story.read for chat in read for line in chat["lines"]} == {"eins", "zwei"}


@pytest.mark.parametrize(
    ("chat", "later", "what"),
    [(0, 0, "role"), (0, 1, "seq"), (1, 0, "case")],
    ids=["another role", "another seq", "another case"],
)
def test_a_record_of_the_lost_days_opens_at_no_other_place(story: Story, chat: int, later: int, what: str) -> None:
    """The second future's rows differ from the record's own place in one thing only."""
    seq, _, role, _ = story.read[0][0]["lines"][0]
    there = seq + later
    now = story.read[1][chat]["lines"]
    own = {"case": 0, "seq": seq, "role": role}
    place = {"case": chat, "seq": there, "role": next(line[2] for line in now if line[0] == there)}
    assert {name for name in own if own[name] != place[name]} == {what}

    assert story.ask("replay", story.read[0][0]["sealed"][str(seq)], story.cases[chat], str(there)) == 1
    seen = story.ask("read", story.pairs)
    story.ask("replay", story.read[1][chat]["sealed"][str(there)], story.cases[chat], str(there))

    unreadable = [[at, "unreadable", by, None] if at == there else [at, kind, by, text] for at, kind, by, text in now]
    assert seen[chat]["lines"] == unreadable
    assert seen[1 - chat] == story.read[1][1 - chat]
    assert story.ask("read", story.pairs) == story.read[1]


def test_a_note_of_the_lost_days_opens_in_no_other_case(story: Story) -> None:
    assert story.ask("replay", story.read[0][0]["note"], story.cases[1], "0") == 1
    seen = story.ask("read", story.pairs)
    story.ask("replay", story.read[1][1]["note"], story.cases[1], "0")

    assert [chat["notes"] for chat in seen] == [["zwei als Notiz"], [None]]
