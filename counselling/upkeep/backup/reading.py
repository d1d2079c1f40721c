"""Opening a parcel of data and walking through it, a few rows at a time."""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from counselling.upkeep.backup import places, stream
from counselling.upkeep.backup.keeping import Parcel
from counselling.upkeep.backup.problems import BackupProblem
from counselling.upkeep.backup.release import Migration
from counselling.vault import parcels

Row = Callable[[str, list[str], list[Any]], None]  # table, columns, values as JSON has them


@dataclass(frozen=True)
class Head:
    """What a parcel of data says of itself."""

    set: str
    kind: str
    at: dt.datetime
    release: str
    migrations: list[Migration]
    empty: bool  # of a database in which nobody was


@dataclass(frozen=True)
class Told:
    """What was found in it."""

    head: Head
    rows: Counter[str]


class _Enough(Exception):
    """The caller has what they wanted."""


class _Walk:
    """Line after line."""

    def __init__(self, row: Row, until: str) -> None:
        self._row, self._until = row, until
        self.head: Head | None = None
        self.rows: Counter[str] = Counter()
        self.whole = False
        self._table, self._columns = "", list[str]()

    def line(self, line: Any) -> None:
        """Raises NotOurs for what has no place here."""
        if self.head is None:
            self.head = _head(line)
        elif isinstance(line, list) and len(line) == len(self._columns):
            self.rows[self._table] += 1
            self._row(self._table, self._columns, line)
        elif isinstance(line, dict) and "table" in line:
            if self._until and self._table == self._until:
                raise _Enough
            self._table, self._columns = line["table"], line["columns"]
            self.rows[self._table] += 0
        elif isinstance(line, dict) and "rows" in line:
            self.whole = line["rows"] == dict(self.rows)
        else:
            raise stream.NotOurs


def walk(parcel: Parcel, identity: Path, row: Row, *, until: str = "") -> Told:
    """Hand each row of a parcel to `row`; `until`: no more than this table, which is its first.

    Raises BackupProblem for whatever is wrong with parcel or identity, and what `row` raises.
    """
    walking = _Walk(row, until)
    try:
        _feed(parcel, identity, walking)
    except _Enough:
        pass
    except parcels.BadKey:
        raise BackupProblem(f"{identity} holds no age identity (a line AGE-SECRET-KEY-…) that can be read.") from None
    except parcels.NotForUs:
        raise BackupProblem(f"{identity} does not open {parcel.path.name}: it is another identity's.") from None
    except (parcels.Damaged, stream.NotOurs):
        raise damaged(parcel) from None
    except OSError as problem:
        raise BackupProblem(f"{parcel.path.name} cannot be read: {places.said(problem)}.") from None
    if walking.head is None:
        raise damaged(parcel)
    return Told(walking.head, walking.rows)


def _feed(parcel: Parcel, identity: Path, walking: _Walk) -> None:
    lines = stream.Lines(walking.line)
    with parcel.path.open("rb") as file:
        parcels.unpack(file, lines.feed, identity)
    lines.end()
    if not walking.whole:
        raise stream.NotOurs


def look(parcel: Parcel, identity: Path) -> Told:
    """Open all of it and keep nothing: it is whole, and what its name says. Raises BackupProblem."""
    told = walk(parcel, identity, lambda _table, _columns, _values: None)
    if (told.head.set, told.head.kind) != (parcel.set, parcel.kind):
        raise BackupProblem(f"{parcel.path.name} holds another parcel: the {told.head.kind} of {told.head.set}.")
    return told


def damaged(parcel: Parcel) -> BackupProblem:
    """What is said of a parcel that opens to no backup."""
    return BackupProblem(f"{parcel.path.name} is damaged or cut off. Take another backup.")


def _head(line: Any) -> Head:
    if not isinstance(line, dict) or line.get("format") != stream.FORMAT:
        raise stream.NotOurs
    migrations = [(app, name) for app, name in line["migrations"]]
    at = dt.datetime.fromisoformat(line["at"])
    return Head(line["set"], line["kind"], at, line["release"], migrations, empty=line.get("empty", False))
