"""All checks in their order. Each goes by itself: what one of them meets hides nothing of the others."""

from collections.abc import Callable
from typing import NamedTuple

from counselling.upkeep.checks import addresses, centre, chores, keys, machine, nudges, services, tables
from counselling.upkeep.checks.problem import Problem
from counselling.web.logs import kind_and_place


class Check(NamedTuple):
    """One of them by its name; `stored` needs the database and its tables."""

    name: str
    look: Callable[[], list[Problem]]
    stored: bool = False


CHECKS = (
    Check("settings", addresses.fitting),
    Check("key file", keys.readable),
    Check("database", tables.answering),
    Check("database settings", tables.keeping, stored=True),
    Check("keys", keys.fitting, stored=True),
    Check("Redis", nudges.answering),
    Check("relay", services.relay),
    Check("mail", services.mail),
    Check("room", machine.room),
    Check("time zone", machine.clocks),
    Check("static files", machine.static),
    Check("erasing", chores.pruned),
    Check("backups", chores.backed_up),
    Check("upgrade", chores.upgraded),
    Check("help contacts", centre.entered, stored=True),
    Check("people", centre.people, stored=True),
    Check("vaults", centre.vaults, stored=True),
)


def looked() -> dict[str, list[Problem] | None]:
    """What each check found, by name; None where there was nothing to ask. Needs `django.setup()`."""
    found: dict[str, list[Problem] | None] = {}
    for check in CHECKS:
        skipped = check.stored and bool(found["database"])
        found[check.name] = None if skipped else _carefully(check)
    return found


def sentences(found: dict[str, list[Problem] | None]) -> list[str]:
    """One per problem, and one about what was not looked at."""
    told = [problem.says for problems in found.values() for problem in problems or ()]
    skipped = [name for name, problems in found.items() if problems is None]
    return told + ([f"Not looked at without a database: {', '.join(skipped)}."] if skipped else [])


def _carefully(check: Check) -> list[Problem]:
    try:
        return check.look()
    except Exception as error:  # noqa: BLE001 -- a diagnosis goes on; what was passed along stays out of it
        return [Problem("failed", f"The check of {check.name} itself failed: {kind_and_place(error)}.")]
