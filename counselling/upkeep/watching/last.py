"""When the chores were done last, as seconds since 1970; 0 when never, so that an alert about age speaks up."""

from pathlib import Path

from django.conf import settings

from counselling import meters
from counselling.upkeep.backup import keeping


def prune() -> float:
    """When `prune` ran to its end, on this machine."""
    return _changed(meters.trace("prune"))


def backup() -> float:
    """Of when the newest whole backup is."""
    if settings.BACKUP_DIRECTORY is None:
        return 0.0
    try:
        newest = keeping.newest(settings.BACKUP_DIRECTORY)
    except OSError:
        return 0.0
    return newest.timestamp() if newest else 0.0


def _changed(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except OSError:
        return 0.0
