"""From one release to the next, after the new code was put in place: back up, migrate, verify, say how to go back."""

import argparse
from typing import TYPE_CHECKING

from counselling.commands import Refusal

if TYPE_CHECKING:
    from counselling.upkeep.upgrading.steps import Upgraded


def add(parser: argparse.ArgumentParser) -> None:
    """Only look, or leave something out."""
    parser.add_argument("--check", action="store_true", help="say what would be done, and change nothing")
    parser.add_argument(
        "--without-backup", action="store_true", help="write no backup first, because you have just made one"
    )
    parser.add_argument(
        "--even-so",
        action="store_true",
        help="although there are fewer rows than before: people deleted them meanwhile",
    )


def run(words: argparse.Namespace) -> str:
    """Says each step before it is done; safe to repeat, also after it was stopped. Raises Refusal, KeyFileProblem."""
    import django  # noqa: PLC0415 -- set up only when a command runs

    django.setup()
    from counselling.upkeep.upgrading import UpgradeProblem, steps  # noqa: PLC0415 -- after setup()

    backup = not words.without_backup
    try:
        if words.check:
            return "\n".join(steps.look(backup=backup))
        done = steps.run(_tell, backup=backup, even_so=words.even_so)
    except UpgradeProblem as problem:
        raise Refusal(str(problem)) from None
    return _summary(done) if done else steps.NOTHING


def _tell(step: str) -> None:
    print(step, flush=True)  # noqa: T201 -- how far it is, for the person at the console


def _summary(done: "Upgraded") -> str:
    from counselling.upkeep.checks import everything  # noqa: PLC0415 -- after setup()

    ran = f"{len(done.ran)} migration{'s' if len(done.ran) != 1 else ''}"
    remarks = [f"`counselling check` says: {said}" for said in everything.sentences(everything.looked())]
    last = f"Upgraded: {ran}, nothing lost. Now restart the servers, one after the other (docs/upgrade.md)."
    return "\n".join([*remarks, last, f"To go back: {done.back}"])
