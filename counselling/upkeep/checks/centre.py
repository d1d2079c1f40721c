"""What the centre itself has to enter before it opens."""

from counselling.cases.domain import sealing_over
from counselling.centre.domain import help as help_contacts
from counselling.centre.domain import readiness
from counselling.centre.models import OpeningHour
from counselling.people.domain import teamkeys
from counselling.people.models import Staff
from counselling.upkeep.checks.problem import Problem

_SHOWN = 3


def entered() -> list[Problem]:
    """Somebody to call or write to at every hour of the week, and what law wants to be said."""
    gaps = [Problem("help_gap", f"No help contact: {gap}") for gap in _some(help_contacts.gaps())]
    return gaps + [Problem("centre_data", f"The centre's data lack: {field}") for field in readiness.missing()]


def _some(gaps: list[str]) -> list[str]:
    """The first hours, and how many more: a new server has 336 of them."""
    shown, more = gaps[:_SHOWN], len(gaps) - _SHOWN
    return [*shown, f"and in {more} more hours of the week"] if more > 0 else shown


def people() -> list[Problem]:
    """Somebody who counsels, at some time."""
    problems = []
    if not Staff.objects.filter(role=Staff.Role.COUNSELLOR, is_active=True, teams__isnull=False).exists():
        problems.append(Problem("nobody", "Nobody counsels yet. Run: counselling createstaff NAME"))
    if not OpeningHour.objects.filter(channel="chat").exists():
        problems.append(Problem("no_hours", "The chat has no opening hours yet; set them in the admin."))
    return problems


def vaults() -> list[Problem]:
    """Teams that cannot be chatted with, and what the key file still opens."""
    problems = [
        Problem(
            "no_vault",
            f"The vault of {team} is not set up, so its chat is closed. A counsellor does it at /team/vault/",
        )
        for team in teamkeys.without_vault()
    ]
    if cases := sealing_over.left().count():
        says = f"The master key file still opens {cases} old cases. Run: counselling sealcases"
        problems.append(Problem("old_cases", says))
    return problems
