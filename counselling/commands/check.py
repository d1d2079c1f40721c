"""The one diagnostic a support person asks for."""

import argparse

from counselling.commands import Refusal
from counselling.upkeep.checks.tables import NO_TABLES, missing_tables


def add(parser: argparse.ArgumentParser) -> None:
    """The audit trail, the statistics or a report for others instead of everything in words."""
    parser.add_argument("--audit", action="store_true", help="examine the audit trail, and print its head")
    parser.add_argument("--head", default="", help="with --audit: a head written down earlier, NUMBER:HEX")
    parser.add_argument(
        "--statistics", action="store_true", help="look for numbers below 5 that publications give away"
    )
    parser.add_argument(
        "--support", action="store_true", help="print a report without names and addresses, to be sent to others"
    )


def run(words: argparse.Namespace) -> str:
    """Everything is fine, or Refusal with what is not, a line each. Raises KeyFileProblem."""
    import django  # noqa: PLC0415 -- set up only when a command runs

    django.setup()
    if words.audit or words.head:
        return examine_trail(words.head)
    if words.statistics:
        return attack_releases()
    return look_around(support=words.support)


def look_around(*, support: bool) -> str:
    """What all checks found; the report says it in codes and is never refused."""
    from counselling.upkeep.checks import everything  # noqa: PLC0415 -- after setup()
    from counselling.upkeep.checks import support as for_others  # noqa: PLC0415 -- as above

    found = everything.looked()
    if support:
        return for_others.report(found)
    if problems := everything.sentences(found):
        raise Refusal("\n".join(problems))
    return f"Everything is fine: {', '.join(found)}."


def examine_trail(head: str) -> str:
    """One sentence on the audit trail and its head; Refusal with what is wrong. Raises KeyFileProblem."""
    from counselling.upkeep.checks import trail  # noqa: PLC0415 -- after setup()

    try:
        trail.read(head)
        _refuse_without_tables()
        return trail.examine(head)
    except trail.Trouble as trouble:
        raise Refusal(str(trouble)) from None


def attack_releases() -> str:
    """One sentence when nothing published gives a small number away; Refusal with a line for each that it does."""
    from counselling.upkeep.checks import published  # noqa: PLC0415 -- after setup()

    _refuse_without_tables()
    number, found = published.attacked()
    if found:
        raise Refusal("\n".join(found))
    return f"Nothing to find: {number} releases of statistics give no number below 5 away."


def _refuse_without_tables() -> None:
    if missing_tables():
        raise Refusal(NO_TABLES)
