"""What was erased lately, and the list of it that lies beside the backups (docs/backup.md, decision 0023).

A restored backup of Monday must not bring back what was erased on Tuesday. Triggers write that down in the database
(`cases/remembering.py`); since the database may be lost with it, a list outside follows within the hour, and at once
after a wish. Such a list only ever grows, but for what is older than any backup.
"""

import datetime as dt
import fcntl
import json
import logging
import os
import tempfile
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from counselling.cases.models import Erased
from counselling.people.models import Team

log = logging.getLogger("counselling.cases")

NAME = "erased.jsonl"
DAYS = 15  # a day longer than any backup
_ASIDE = f".{NAME}-"


class DamagedList(Exception):
    """A list that cannot be read as one; nothing may be written over it."""


@dataclass(frozen=True, slots=True)
class Mark:
    """One row that is gone: a random id of this mark, which table, which row (see `Erased`), the day as YYYY-MM-DD."""

    id: str
    kind: str
    ref: str
    day: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A list: its marks by their ids, and until when it knows (UTC)."""

    marks: dict[str, Mark] = field(default_factory=dict)
    until: dt.datetime | None = None


def remember(kind: str, ref: object) -> None:
    """Write down by hand what a trigger cannot know: a letter is erased when it is thrown away, not when it is sent."""
    Erased.objects.create(kind=kind, ref=str(ref), day=_today())


def marks() -> Iterator[Mark]:
    """The database's own."""
    for row in Erased.objects.iterator():
        yield Mark(str(row.pk), row.kind, row.ref, row.day.isoformat())


def keep() -> None:
    """Forget marks that are older than any backup, and bring the list in BACKUP_DIRECTORY up to date.

    Never fails: what was erased is erased whether or not somebody can write it down. A database without a team, on a
    machine where nothing is restored yet, says nothing: its word would make the list look newer than it is.
    """
    with transaction.atomic():
        Erased.objects.filter(day__lt=_oldest()).delete()
    if settings.BACKUP_DIRECTORY is None or not Team.objects.exists():
        return
    try:
        add(settings.BACKUP_DIRECTORY, marks())
    except (OSError, DamagedList) as problem:
        log.warning("the list of erased rows beside the backups was not kept: %s", type(problem).__name__)


def add(directory: Path, more: Iterable[Mark]) -> None:
    """Bring these into a directory's list. Raises OSError, and DamagedList, which leaves it as it is."""
    with _alone(directory):
        for left in directory.glob(f"{_ASIDE}*"):  # by somebody who was killed at it
            left.unlink()
        path = directory / NAME
        every = read(path).marks | {mark.id: mark for mark in more}
        _write(path, [mark for mark in every.values() if mark.day >= _oldest().isoformat()])


def read(path: Path) -> Listed:
    """Nothing where there is no list. Raises OSError, DamagedList."""
    if not path.exists():
        return Listed()
    try:
        first, *lines = path.read_text().splitlines()
        found = [_parsed(line) for line in lines]
        return Listed({mark.id: mark for mark in found}, dt.datetime.fromisoformat(json.loads(first)["until"]))
    except (ValueError, TypeError, KeyError):  # not JSON, other fields, no UUID
        raise DamagedList from None


def _parsed(line: str) -> Mark:
    mark = Mark(**json.loads(line))
    uuid.UUID(mark.id)
    dt.date.fromisoformat(mark.day)
    return mark


def _write(path: Path, every: Iterable[Mark]) -> None:
    """Aside to the end and then in place."""
    handle, aside = tempfile.mkstemp(prefix=_ASIDE, dir=path.parent)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(json.dumps({"until": timezone.now().isoformat()}) + "\n")
            file.writelines(json.dumps(asdict(mark)) + "\n" for mark in every)
            file.flush()
            os.fsync(handle)
        Path(aside).replace(path)
    except BaseException:
        Path(aside).unlink(missing_ok=True)
        raise


@contextmanager
def _alone(directory: Path) -> Iterator[None]:
    """Several processes erase at once; each has marks of its own to add."""
    handle = os.open(directory, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
        os.fsync(handle)
    finally:
        os.close(handle)


def _oldest() -> dt.date:
    return _today() - dt.timedelta(days=DAYS)


def _today() -> dt.date:
    return timezone.now().astimezone(dt.UTC).date()
