"""Parcels in a directory: how they are called, which belong together, and how long they may stay.

`DIRECTORY/seals/20261124T013000Z-4f2a9c-seals.age` with its manifest `….age.json`: the kind's own directory, so that
another disk may lie there; the time (UTC) and the set's random name. What is gathered in one directory is found too.
"""

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils import timezone

from counselling.upkeep.backup.kinds import DATA, Kind
from counselling.upkeep.backup.places import UNFINISHED

TIME: Final = "%Y%m%dT%H%M%SZ"
MANIFEST: Final = ".json"
_NAME = re.compile(r"(?P<set>(?P<at>\d{8}T\d{6}Z)-[0-9a-f]{6})-(?P<kind>[a-z]+)\.age")
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Parcel:
    """One encrypted file."""

    path: Path
    set: str
    kind: Kind
    at: dt.datetime  # of the snapshot, UTC

    @property
    def manifest(self) -> Path:
        """What can be said of it without opening it."""
        return self.path.with_name(self.path.name + MANIFEST)


@dataclass(frozen=True, slots=True)
class Set:
    """Parcels of one moment; whole with one of each kind of data."""

    name: str
    at: dt.datetime
    parcels: dict[Kind, Parcel]

    @property
    def missing(self) -> list[Kind]:
        """What it cannot be restored without."""
        return [kind for kind in DATA if kind not in self.parcels]


def parcels(directory: Path) -> list[Parcel]:
    """All of a directory and of those in it, the oldest first; none where it is missing. Raises OSError."""
    found = (parcel for path in _files(directory) if (parcel := _parsed(path)))
    return sorted(found, key=lambda parcel: (parcel.at, parcel.set, parcel.kind))


def sets(directory: Path) -> list[Set]:
    """The oldest first. Raises OSError."""
    made: dict[str, Set] = {}
    for parcel in parcels(directory):
        if parcel.kind in DATA:
            made.setdefault(parcel.set, Set(parcel.set, parcel.at, {})).parcels[parcel.kind] = parcel
    return list(made.values())


def newest(directory: Path) -> dt.datetime | None:
    """Of when the newest whole backup there is (UTC); None without one. Raises OSError."""
    return max((one.at for one in sets(directory) if not one.missing), default=None)


def overdue(directory: Path, now: dt.datetime | None = None) -> list[Path]:
    """Parcels that are older than BACKUP_DAYS and should be gone. Raises OSError."""
    return [parcel.path for parcel in _older(directory, dt.timedelta(days=settings.BACKUP_DAYS), now)]


def sweep(directory: Path, now: dt.datetime | None = None) -> int:
    """Delete what will be overdue before the next night, and what killed backups left; how many parcels.

    The newest whole backup stays until it is overdue, since the next one may fail. The key file's parcel stays: it
    holds nothing of anybody. Needs the directory's lock. Raises OSError.
    """
    last = newest(directory)
    soon = _older(directory, dt.timedelta(days=settings.BACKUP_DAYS) - _DAY, now)
    due = overdue(directory, now)
    old = [parcel for parcel in soon if parcel.at != last or parcel.path in due]
    for parcel in old:
        parcel.path.unlink()
        parcel.manifest.unlink(missing_ok=True)
    for path in list(_files(directory)):
        if path.name.startswith(UNFINISHED) or (path.suffix == MANIFEST and not path.with_suffix("").exists()):
            path.unlink()
    return len(old)


def _files(directory: Path) -> Iterator[Path]:
    """Of the directory and of those of the kinds; others (lost+found) are nobody's business."""
    for place in [directory, *(directory / kind for kind in Kind)]:
        if place.is_dir():
            yield from place.iterdir()


def _older(directory: Path, age: dt.timedelta, now: dt.datetime | None) -> list[Parcel]:
    limit = (now or timezone.now()) - age
    return [parcel for parcel in parcels(directory) if parcel.kind in DATA and parcel.at < limit]


def _parsed(path: Path) -> Parcel | None:
    """None for what is no parcel of ours."""
    match = _NAME.fullmatch(path.name)
    if match is None or match["kind"] not in list(Kind):
        return None
    try:
        at = dt.datetime.strptime(match["at"], TIME).replace(tzinfo=dt.UTC)
    except ValueError:  # the 31st of February
        return None
    return Parcel(path, match["set"], Kind(match["kind"]), at)
