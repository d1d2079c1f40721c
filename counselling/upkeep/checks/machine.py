"""The machine itself: room, rights, the world's clocks, and the files that pages load."""

import filecmp
import shutil
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders

from counselling.upkeep.checks.problem import Problem

_STATIC: Final = "Static files are missing or from another release. Run: counselling django collectstatic --noinput"
_ZONE: Final = "The machine's time zone data are missing or wrong: install tzdata."
_SUMMER: Final = datetime(2026, 7, 1, tzinfo=UTC)
_WINTER: Final = datetime(2026, 1, 1, tzinfo=UTC)


def room() -> list[Problem]:
    """Where data and backups lie: there, with room, and closed to other users of this machine."""
    places = {"COUNSELLING_VAR": settings.VAR, "COUNSELLING_BACKUP_DIRECTORY": settings.BACKUP_DIRECTORY}
    return [problem for name, path in places.items() if path for problem in _place(name, path)]


def _place(name: str, path: Path) -> list[Problem]:
    try:
        free, mode = shutil.disk_usage(path).free, path.stat().st_mode
    except OSError as problem:
        return [Problem("no_directory", f"The directory in {name} cannot be looked at ({type(problem).__name__}).")]
    found = []
    if free < settings.DISK_FREE_BYTES:
        found.append(Problem("disk_full", f"{free // 1024**2} MB are free in {name}: make room, or messages get lost."))
    if mode & stat.S_IRWXO:
        found.append(Problem("open_directory", f"Everybody on this machine can look into {name}; run: chmod o= {path}"))
    return found


def clocks() -> list[Problem]:
    """Opening hours need the zone's winter and summer time."""
    try:
        zone = ZoneInfo(settings.TIME_ZONE)
    except ZoneInfoNotFoundError:
        return [Problem("zone", _ZONE)]
    offsets = [when.astimezone(zone).utcoffset() for when in (_WINTER, _SUMMER)]
    return [] if offsets == [timedelta(hours=1), timedelta(hours=2)] else [Problem("zone", _ZONE)]


def static() -> list[Problem]:
    """Whether what was collected is what this release has."""
    return [] if all(map(_is_collected, _found())) else [Problem("static", _STATIC)]


def _found() -> list[tuple[str, Path]]:
    return [
        (name, Path(storage.path(name)))
        for finder in get_finders()
        for name, storage in finder.list(ignore_patterns=["CVS", ".*", "*~"])
    ]


def _is_collected(file: tuple[str, Path]) -> bool:
    name, source = file
    try:
        return filecmp.cmp(source, settings.STATIC_ROOT / name, shallow=False)
    except OSError:
        return False
