"""`counselling check --audit` and `counselling prune` as an operator types them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import test_commands
from tests.support.server import Ground

pytestmark = pytest.mark.timeout(180)

EMPTY = (0, "The audit trail is empty.")
FINE = re.compile(
    r"The audit trail is unchanged: (\d+) entries since \d{4}-\d\d-\d\d\.\n"
    r"Head, to be written down elsewhere: (\d+:[0-9a-f]{16})"
)
WRITE = """
import django; django.setup()
from counselling.people.domain import audit
for _ in range({}):
    audit.note("claimed")
"""
TAMPER = """
import django; django.setup()
from counselling.people.models import AuditEntry
AuditEntry.objects.filter(number={}).{}
"""


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    with Ground() as ground:
        yield ground


@pytest.fixture(autouse=True)
def empty(ground: Ground) -> None:
    ground.run("-c", TAMPER.format("None", "none(); AuditEntry.objects.all().delete()"))


def counselling(ground: Ground, *words: str, **settings: str) -> tuple[int, str]:
    """(exit code, everything said) of a command of the product; with settings of its own in a process of its own."""
    if settings:
        return test_commands.counselling(ground, *words, **settings)
    code, said = ground.forked("counselling", *words)
    return code, said.strip()


def head_of(ground: Ground, entries: int) -> str:
    """The head it prints when all is well with so many entries."""
    code, said = counselling(ground, "check", "--audit")
    found = FINE.fullmatch(said)
    assert (code, found and int(found[1])) == (0, entries), said
    return found[2] if found else ""


def test_empty_trail(ground: Ground) -> None:
    assert counselling(ground, "check", "--audit") == EMPTY


def test_untouched_trail_gets_its_numbers_and_says_its_head(ground: Ground) -> None:
    ground.run("-c", WRITE.format(3))

    head = head_of(ground, 3)

    assert head.startswith("3:")
    assert head_of(ground, 3) == head
    code, said = counselling(ground, "check", "--audit", "--head", head)
    assert (code, said.splitlines()[0].split(":")[0]) == (0, "The audit trail is unchanged and agrees with 3")


def test_tampering_is_one_sentence_and_exit_1(ground: Ground) -> None:
    ground.run("-c", WRITE.format(4))
    head_of(ground, 4)
    ground.run("-c", TAMPER.format(2, "update(event='closed')"))

    said = "The audit trail is not as it was written: entry 2 was changed or moved."
    assert counselling(ground, "check", "--audit") == (1, said)

    ground.run("-c", TAMPER.format(3, "update(event='closed')"))
    assert counselling(ground, "check", "--audit") == (1, said[:-1] + ", and 1 more problem.")


def test_cut_end_shows_against_the_head(ground: Ground) -> None:
    ground.run("-c", WRITE.format(4))
    head = head_of(ground, 4)
    ground.run("-c", TAMPER.format(4, "delete()"))

    head_of(ground, 3)
    assert counselling(ground, "check", "--audit", "--head", head) == (
        1,
        "The audit trail is not as it was written: it ends before number 4, which was there once.",
    )


@pytest.mark.parametrize("head", ["4", "x", "4:abc", "4:zzzzzzzzzzzzzzzz"])
def test_head_that_is_none_is_refused(ground: Ground, head: str) -> None:
    code, said = counselling(ground, "check", "--head", head)

    assert (code, said) == (1, "A head reads NUMBER:HEX with at least 16 digits, as `check --audit` printed it.")


def test_database_without_its_tables(ground: Ground, tmp_path: Path) -> None:
    assert counselling(ground, "check", "--audit", DATABASE_URL=f"sqlite:///{tmp_path / 'empty.sqlite3'}") == (
        1,
        "The database's tables are not up to date. Run: counselling django migrate",
    )


def test_prune_brings_the_head_to_the_journal(ground: Ground) -> None:
    ground.run("-c", WRITE.format(2))

    code, said = counselling(ground, "prune")

    assert (code, said.splitlines()[2]) == (0, f"Audit trail: head {head_of(ground, 2)}.")


def test_every_problem_has_its_words() -> None:
    import django  # noqa: PLC0415 -- the command sets up by itself

    django.setup()
    from counselling.people.domain import audit_proof, audit_words  # noqa: PLC0415 -- as above
    from counselling.upkeep.checks import trail  # noqa: PLC0415 -- as above

    kinds = {"changed", "missing", "beginning", "no_key", "unreadable", "unchained", "cut", "rewritten", "too_old"}
    assert set(trail.PROBLEMS) == kinds
    assert kinds - set(audit_words.PROBLEMS) == {"cut", "rewritten", "too_old"}  # only against a head, not on the page
    assert all(kind in (audit_proof.Problem.__doc__ or "") for kind in kinds)
