"""Writing a backup: parcels of one moment, each there whole or not at all."""

import datetime as dt
import secrets
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from counselling.cases.domain import erased
from counselling.upkeep.backup import (
    checking,
    keeping,
    kinds,
    lagging,
    places,
    release,
    schema,
    snapshot,
    stream,
    values,
)
from counselling.upkeep.backup.keeping import Parcel
from counselling.upkeep.backup.kinds import DATA, Kind
from counselling.upkeep.backup.places import Aside
from counselling.upkeep.backup.problems import BackupProblem
from counselling.vault import parcels

_TOGETHER = "The key file's parcel lies beside no other: a backup alone must open nothing. Name another directory."


@dataclass(frozen=True)
class Written:
    """A backup that lies there, looked at once more from the disk."""

    name: str  # of the set: what `restore --at` takes
    at: dt.datetime  # of the moment that it shows, UTC
    rows: dict[Kind, int]
    parcels: list[Parcel]
    swept: int = 0  # parcels of older backups that were deleted


@dataclass
class _Set:
    """What is being written."""

    name: str
    at: dt.datetime
    files: list[tuple[Parcel, Aside, Aside]] = field(default_factory=list)  # what it will be, its bytes, its manifest
    rows: dict[Kind, int] = field(default_factory=dict)


def write(directory: Path, *, only: Kind | None = None) -> Written:
    """Write the database, files and seals, or one parcel alone, into a directory, and delete what is too old there.

    Works while the server runs. All or nothing: when it raises, no parcel has appeared. Raises BackupProblem.
    """
    wanted = (only,) if only else DATA
    _check_recipients(wanted)
    try:
        places.own(directory)
        _keep_apart(directory, wanted)
        with places.alone(directory):
            swept = keeping.sweep(directory)
            done = _written(directory, wanted)
            return replace(done, swept=swept + keeping.sweep(directory))
    except OSError as problem:
        raise BackupProblem(f"No backup was written to {directory}: {places.said(problem)}.") from None
    except DatabaseError as problem:
        raise BackupProblem(f"No backup was written: the database broke off ({type(problem).__name__}).") from None


def _written(directory: Path, wanted: Sequence[Kind]) -> Written:
    at = timezone.now().astimezone(dt.UTC)
    made = _Set(f"{at.strftime(keeping.TIME)}-{secrets.token_hex(3)}", at)
    try:
        if Kind.KEY in wanted:
            _write_key(directory, made)
        else:
            _write_data(directory, wanted, made)
            _keep_list(directory)
        _appear(made)
    finally:
        for _parcel, *asides in made.files:
            for aside in asides:
                aside.forget()
    found = [parcel for parcel, *_ in made.files]
    for parcel in found:
        checking.verify(parcel)
    return Written(made.name, made.at, made.rows, found)


def _write_data(directory: Path, wanted: Sequence[Kind], made: _Set) -> None:
    with snapshot.taken():
        for kind in wanted:
            lines = _lines(kind, made)
            _pack(directory, kind, made, stream.compressed(lines), settings.BACKUP_RECIPIENTS)


def _lines(kind: Kind, made: _Set) -> Iterator[Any]:
    counts: dict[str, int] = {}
    yield {
        "format": stream.FORMAT,
        "kind": kind,
        "set": made.name,
        "at": made.at.isoformat(),
        "release": release.name(),
        "migrations": release.migrations(),
        "empty": not schema.is_filled(),
    }
    for table in kinds.tables(kind):
        name = kinds.name_of(table)
        yield {"table": name, "columns": values.columns(table)}
        counts[name] = 0
        for row in snapshot.rows(table):
            counts[name] += 1
            yield row
    yield {"rows": counts}
    made.rows[kind] = sum(counts.values())


def _write_key(directory: Path, made: _Set) -> None:
    """The file as it is, so that `age --decrypt` is enough on a bad day."""
    key = settings.MASTER_KEY_FILE.read_bytes()
    _pack(directory, Kind.KEY, made, iter([key]), settings.BACKUP_KEY_RECIPIENTS)


def _pack(directory: Path, kind: Kind, made: _Set, pieces: Iterator[bytes], recipients: Sequence[str]) -> None:
    places.own(directory / kind)
    parcel = Parcel(directory / kind / f"{made.name}-{kind}.age", made.name, kind, made.at)
    bytes_, manifest = Aside(parcel.path), Aside(parcel.manifest)
    made.files.append((parcel, bytes_, manifest))
    bytes_.write_by(lambda into: parcels.pack(pieces, into, recipients))
    told = checking.manifest(parcel, sha256=bytes_.sha256, size=bytes_.size)
    manifest.write_by(lambda into: into.write(told))


def _appear(made: _Set) -> None:
    """Manifests first: a parcel without one would look unfinished. What appeared goes again if one cannot."""
    shown: list[Path] = []
    try:
        for _parcel, bytes_, manifest in made.files:
            for aside in (manifest, bytes_):
                aside.appear()
                shown.append(aside.path)
    except BaseException:
        for path in shown:
            with suppress(OSError):
                path.unlink()
        raise


def _keep_list(directory: Path) -> None:
    """What was erased, outside the parcels as well: it is read when one of them is restored.

    Before an upgrade that is left to the servers, which know the tables as they are. An empty database knows nothing.
    """
    if lagging.is_behind() or not schema.is_filled():
        return
    try:
        erased.add(directory, erased.marks())
    except erased.DamagedList:
        raise BackupProblem(
            f"{directory / erased.NAME} is damaged. Move it away and keep it, then try again."
        ) from None
    erased.keep()


def _check_recipients(wanted: Sequence[Kind]) -> None:
    keys = settings.BACKUP_KEY_RECIPIENTS if Kind.KEY in wanted else settings.BACKUP_RECIPIENTS
    try:
        parcels.check_recipients(keys)
    except parcels.BadKey:
        raise BackupProblem(
            "COUNSELLING_BACKUP_RECIPIENT must name whom backups are encrypted to, such as age1… (docs/backup.md)."
        ) from None


def _keep_apart(directory: Path, wanted: Sequence[Kind]) -> None:
    """Raises BackupProblem where the key file's parcel would lie with the others."""
    there = {parcel.kind for parcel in keeping.parcels(directory)}
    if Kind.KEY in wanted:
        usual = settings.BACKUP_DIRECTORY
        beside = there & set(DATA) or (usual and directory.resolve().is_relative_to(usual.resolve()))
    else:
        beside = Kind.KEY in there
    if beside:
        raise BackupProblem(_TOGETHER)
