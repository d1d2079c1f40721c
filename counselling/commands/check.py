"""The one diagnostic a support person asks for."""

import argparse
from typing import TYPE_CHECKING

from counselling.commands import Refusal

if TYPE_CHECKING:
    from counselling.people.domain.audit_proof import Problem

SECRET_LENGTH = 32
NO_TABLES = "The database's tables are not up to date. Run: counselling django migrate"


# What `counselling.people.domain.audit_proof.Problem` says, for the console.
AUDIT_PROBLEMS = {
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


def add(parser: argparse.ArgumentParser) -> None:
    """The audit trail or the statistics instead of everything else."""
    parser.add_argument("--audit", action="store_true", help="examine the audit trail, and print its head")
    parser.add_argument("--head", default="", help="with --audit: a head written down earlier, NUMBER:HEX")
    parser.add_argument(
        "--statistics", action="store_true", help="look for numbers below 5 that publications give away"
    )


def run(words: argparse.Namespace) -> str:
    """Everything is fine, or Refusal with what is not, a line each."""
    import django  # noqa: PLC0415 -- set up only when a command runs

    django.setup()
    if words.audit or words.head:
        return examine_trail(words.head)
    if words.statistics:
        return attack_releases()
    problems = find_problems()
    if problems:
        raise Refusal("\n".join(problems))
    return "Everything is fine: keys, tables, opening hours, help contacts for every hour of the week."


def find_problems() -> list[str]:
    """One sentence per problem. Raises KeyFileProblem when the key file does not fit."""
    from counselling.centre.domain import help as help_contacts  # noqa: PLC0415 -- after setup()
    from counselling.centre.domain import readiness  # noqa: PLC0415 -- as above
    from counselling.people.domain import canary  # noqa: PLC0415 -- as above

    if missing_tables():
        return [NO_TABLES]
    canary.check()
    problems = [f"No help contact: {gap}" for gap in help_contacts.gaps()]
    problems += [f"The centre's data lack: {field}" for field in readiness.missing()]
    return problems + _people() + _vaults() + _redis() + _relay()


def examine_trail(head: str) -> str:
    """One sentence on the audit trail and its head; Refusal with what is wrong. Raises KeyFileProblem.

    `head` is an earlier one to compare with, or "".
    """
    from counselling.people.domain import audit_chain, audit_proof, canary  # noqa: PLC0415 -- after setup()

    try:
        earlier = audit_proof.Head.read(head) if head else None
    except ValueError:
        raise Refusal("A head reads NUMBER:HEX with at least 16 digits, as `check --audit` printed it.") from None
    if missing_tables():
        raise Refusal(NO_TABLES)
    canary.check()
    audit_chain.chain()
    report = audit_proof.examine(head=earlier)
    if report.problems:
        raise Refusal(_trouble(report.problems))
    if report.head is None or report.since is None:
        return "The audit trail is empty."
    compared = f" and agrees with {earlier}" if earlier else ""
    return (
        f"The audit trail is unchanged{compared}: {report.entries} entries since {report.since:%Y-%m-%d}.\n"
        f"Head, to be written down elsewhere: {report.head}"
    )


def _trouble(problems: "list[Problem]") -> str:
    """One sentence with the first of them."""
    first = AUDIT_PROBLEMS[problems[0].kind].format(number=problems[0].number, detail=problems[0].detail)
    others = len(problems) - 1
    more = f", and {others} more problem{'s' if others > 1 else ''}" if others else ""
    return f"The audit trail is not as it was written: {first}{more}."


def attack_releases() -> str:
    """One sentence when nothing published gives a small number away; Refusal with a line for each that it does.

    The line names the place, never the number.
    """
    from counselling.statistics.domain import attacker, releases  # noqa: PLC0415 -- after setup()

    if missing_tables():
        raise Refusal(NO_TABLES)
    kept = releases.kept()
    if found := attacker.attack(kept):
        raise Refusal(
            "\n".join(
                f"{one.period} gives a number below 5 away: {' '.join(filter(None, (one.table, *one.key)))}"
                for one in found
            )
        )
    return f"Nothing to find: {len(kept)} releases of statistics give no number below 5 away."


def missing_tables() -> bool:
    """Whether a migration is still to be run."""
    from django.db import connection  # noqa: PLC0415 -- after setup()
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415 -- as above

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _people() -> list[str]:
    from counselling.centre.models import OpeningHour  # noqa: PLC0415 -- after setup()
    from counselling.people.models import Staff  # noqa: PLC0415 -- as above

    problems = []
    if not Staff.objects.filter(role=Staff.Role.COUNSELLOR, is_active=True, teams__isnull=False).exists():
        problems.append("Nobody counsels yet. Run: counselling createstaff NAME")
    if not OpeningHour.objects.filter(channel="chat").exists():
        problems.append("The chat has no opening hours yet; set them in the admin.")
    return problems


def _vaults() -> list[str]:
    """Teams that cannot be chatted with, and what the key file still opens."""
    from counselling.cases.domain import sealing_over  # noqa: PLC0415 -- after setup()
    from counselling.people.domain import teamkeys  # noqa: PLC0415 -- as above

    problems = [
        f"The vault of {team} is not set up, so its chat is closed. A counsellor does it at /team/vault/"
        for team in teamkeys.without_vault()
    ]
    if cases := sealing_over.left().count():
        problems.append(f"The master key file still opens {cases} old cases. Run: counselling sealcases")
    return problems


def _relay() -> list[str]:
    """Half a relay is none: then there is no voice and no video. None at all is a choice."""
    from django.conf import settings  # noqa: PLC0415 -- after setup()

    if bool(settings.TURN_URLS) != bool(settings.TURN_SECRET):
        return ["Voice and video are off: COUNSELLING_TURN_URLS and COUNSELLING_TURN_SECRET belong together."]
    if settings.TURN_SECRET and len(settings.TURN_SECRET) < SECRET_LENGTH:
        return [f"COUNSELLING_TURN_SECRET is shorter than {SECRET_LENGTH} characters."]
    schemes = ("turn:", "turns:")
    wrong = [url for url in settings.TURN_URLS if not url.startswith(schemes)]
    return ["Addresses in COUNSELLING_TURN_URLS begin with turn: or turns:."] if wrong else []


def _redis() -> list[str]:
    from django.conf import settings  # noqa: PLC0415 -- after setup()
    from django.core.cache import cache  # noqa: PLC0415 -- as above

    if not settings.REDIS_URL:
        return []
    import redis  # noqa: PLC0415 -- only where it is used

    try:
        cache.set("check", "1", 5)
    except redis.RedisError:
        return ["Redis does not answer at REDIS_URL."]
    return []
