"""The audit trail, examined and compared with a head written down earlier."""

from typing import Final

from counselling.people.domain import audit_chain, audit_proof, canary
from counselling.people.domain.audit_proof import Problem

# What `audit_proof.Problem` says, for the console.
PROBLEMS: Final = {
    "changed": "entry {number} was changed or moved",
    "missing": "entries are missing from number {number} on",
    "beginning": "it begins at number {number}, and no entry says why",
    "no_key": "from entry {number} on the key file lacks the key {detail}",
    "unreadable": "something around number {number} cannot be read",
    "unchained": "{number} entries got no number within a minute",
    "cut": "it ends before number {number}, which was there once",
    "rewritten": "entry {number} is another one than when its head was written down",
    "too_old": "entry {number} went on schedule, so that a later head is needed to compare",
}
_NO_HEAD: Final = "A head reads NUMBER:HEX with at least 16 digits, as `check --audit` printed it."


class Trouble(Exception):
    """What is wrong, in one sentence."""


def examine(head: str) -> str:
    """One sentence on the trail and its head; raises Trouble, KeyFileProblem.

    `head` is an earlier one to compare with, or "".
    """
    canary.check()
    audit_chain.chain()
    earlier = read(head)
    report = audit_proof.examine(head=earlier)
    if report.problems:
        raise Trouble(_trouble(report.problems))
    if report.head is None or report.since is None:
        return "The audit trail is empty."
    compared = f" and agrees with {earlier}" if earlier else ""
    return (
        f"The audit trail is unchanged{compared}: {report.entries} entries since {report.since:%Y-%m-%d}.\n"
        f"Head, to be written down elsewhere: {report.head}"
    )


def read(head: str) -> audit_proof.Head | None:
    """A head as it was printed; None for "". Raises Trouble."""
    try:
        return audit_proof.Head.read(head) if head else None
    except ValueError:
        raise Trouble(_NO_HEAD) from None


def _trouble(problems: list[Problem]) -> str:
    """One sentence with the first of them."""
    first = PROBLEMS[problems[0].kind].format(number=problems[0].number, detail=problems[0].detail)
    others = len(problems) - 1
    more = f", and {others} more problem{'s' if others > 1 else ''}" if others else ""
    return f"The audit trail is not as it was written: {first}{more}."
