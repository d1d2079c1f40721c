"""The key file: readable by us alone, the one of this database, and not where its backups are."""

from django.conf import settings

from counselling.people.domain import canary
from counselling.upkeep.checks.problem import Problem
from counselling.vault import master
from counselling.vault.master import KeyFileProblem


def readable() -> list[Problem]:
    """Whether a start would read it now, and where it lies."""
    problems = []
    try:
        master.read(settings.MASTER_KEY_FILE)
    except KeyFileProblem as problem:
        problems.append(Problem("key_file", str(problem)))
    backups = settings.BACKUP_DIRECTORY
    if backups and settings.MASTER_KEY_FILE.resolve().is_relative_to(backups.resolve()):
        problems.append(Problem("key_beside", "The master key file lies among the backups that it must be apart from."))
    return problems


def fitting() -> list[Problem]:
    """Whether this database was written with it; a key that is new is noted."""
    try:
        canary.check()
    except KeyFileProblem as problem:
        return [Problem("other_key", str(problem))]
    return []
