"""What has to be done again and again, and what was begun and not ended."""

import time
from pathlib import Path
from typing import Final

from django.conf import settings

from counselling.upkeep.backup import keeping
from counselling.upkeep.checks.problem import Problem
from counselling.upkeep.upgrading import trace
from counselling.upkeep.watching import last

_HOUR: Final = 3600
PRUNE_HOURS: Final = 3
BACKUP_HOURS: Final = 26
_RECIPIENT: Final = "COUNSELLING_BACKUP_RECIPIENT is not set: no backup can be encrypted (docs/backup.md)."
_NO_BACKUPS: Final = "COUNSELLING_BACKUP_DIRECTORY is not set: nobody knows of a backup (docs/backup.md)."


def pruned() -> list[Problem]:
    """Whether what is past its time was erased."""
    age = _hours_since(last.prune())
    if age is None:
        return [Problem("never_pruned", "Nothing was ever erased on this machine. Run: counselling prune")]
    if age <= PRUNE_HOURS:
        return []
    return [Problem("prune_late", f"Nothing was erased for {age} hours: does the server run? Run: counselling prune")]


def backed_up() -> list[Problem]:
    """Whether there is a backup of last night, and none that promised to be gone."""
    if settings.BACKUP_DIRECTORY is None:
        return [Problem("no_backups", _NO_BACKUPS)]
    if not settings.BACKUP_RECIPIENTS:
        return [Problem("no_recipient", _RECIPIENT)]
    return _newest() + _too_old(settings.BACKUP_DIRECTORY)


def _newest() -> list[Problem]:
    age = _hours_since(last.backup())
    if age is None:
        return [Problem("never_backed_up", "There is no whole backup yet. Run: counselling backup")]
    if age <= BACKUP_HOURS:
        return []
    return [Problem("backup_late", f"The newest backup is {age} hours old: look at counselling-backup.service.")]


def _too_old(directory: Path) -> list[Problem]:
    """Old parcels bring back what was erased: privacy pages promise that they are gone."""
    try:
        left = keeping.overdue(directory)
    except OSError as problem:
        return [Problem("backups_hidden", f"The directory of backups cannot be read ({type(problem).__name__}).")]
    says = f"older than {settings.BACKUP_DAYS} days, which should be gone. Delete, here and wherever copies are: {{}}"
    names = ", ".join(path.name for path in left[:3])
    return [Problem("old_backups", f"{len(left)} parcels of backups are {says.format(names)}")] if left else []


def upgraded() -> list[Problem]:
    """Whether the last upgrade came to its end."""
    known = trace.read(settings.VAR)
    if known is None or known.step == "done":
        return []
    return [Problem("half_upgrade", f"An upgrade stopped at its step {known.step!r}. Run: counselling upgrade")]


def _hours_since(moment: float) -> int | None:
    return None if not moment else int((time.time() - moment) // _HOUR)
