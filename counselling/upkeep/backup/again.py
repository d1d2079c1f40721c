"""What was erased after a backup was made is erased again when it comes back: on evidence, never for being absent."""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet

from counselling.cases.domain import erased
from counselling.cases.domain.erased import Listed, Mark
from counselling.cases.models import Entry
from counselling.upkeep.backup import keeping, kinds, places, reading, values
from counselling.upkeep.backup.keeping import Set
from counselling.upkeep.backup.kinds import Kind, Table
from counselling.upkeep.backup.problems import BackupProblem
from counselling.upkeep.backup.reading import Head

Marks = dict[str, Mark]

PASSWORD: Final = "people_staff.password"  # noqa: S105 -- the kind of a mark
CLOSED: Final = "people_staffkey"
_AT_ONCE: Final = 500
_DIGITS: Final = 15  # no table ever has a higher number; a forged one would leave none for new rows


def _delete(rows: QuerySet[Any]) -> object:
    return rows.delete()


# Rows that go again, and what is done for other marks; a list that names anything else cannot take it away.
_GO: Final = {
    "cases_case",
    "cases_consultation",
    "centre_barrierreport",
    "people_seeker",
    "people_seekeraccess",
    "people_invitation",
    "people_totp",
    "people_passkey",
    "people_recoverycode",
    CLOSED,
    "people_staff_teams",
    "mail_letter",
    "mail_file",
    "mail_secondlook",
    "mail_notifyaddress",
    "mail_outgoingmail",
    "mail_oncall",
    "blended_feed",
    "blended_jointtext",
    "blended_partnercard",
    "blended_referral",
}
_STEPS: Final[dict[str, Callable[[QuerySet[Any]], object]]] = {
    "people_staff.is_active": lambda rows: rows.update(is_active=False),
    "people_recoverycode.used_at": _delete,
    "people_invitation.digest": _delete,  # another code took its place
    "cases_entry.sealed": lambda rows: rows.update(kind=Entry.Kind.TAKEN_BACK, sealed=None),
    "blended_feed.lookup": _delete,
    "blended_referral.parcel": lambda rows: rows.update(parcel=None),
    "blended_referral.state": _delete,
    PASSWORD: lambda _rows: None,  # told instead: nobody is to be locked out of a vault for good
}


def known_here(directory: Path) -> tuple[Marks, dt.datetime | None]:
    """Of the list beside this backup, the list in BACKUP_DIRECTORY, and the database that is about to be replaced.

    With the time until which it is known. Raises BackupProblem.
    """
    found: Marks = {}
    until: list[dt.datetime] = []
    for place in filter(None, (directory, settings.BACKUP_DIRECTORY)):
        listed = _list(place / erased.NAME)
        found |= listed.marks
        until += filter(None, [listed.until])
    if kinds.ERASED in connection.introspection.table_names():
        found |= {mark.id: mark for mark in erased.marks()}
    return found, max(until, default=None)


def _list(path: Path) -> Listed:
    try:
        return erased.read(path)
    except erased.DamagedList:
        raise BackupProblem(f"{path} is damaged: it tells what was erased since. Mend it, or move it away.") from None
    except OSError as problem:
        raise BackupProblem(f"{path} cannot be read: {places.said(problem)}.") from None


def known_to(one: Set, identity: Path) -> tuple[Marks, Head]:
    """What had been erased already when this backup was made, and what it says of itself. Raises BackupProblem."""
    found: Marks = {}

    def keep(table: str, columns: list[str], row: list[Any]) -> None:
        if table == kinds.ERASED:
            mark = Mark(**dict(zip(columns, row, strict=True)))
            found[mark.id] = mark

    told = reading.walk(one.parcels[Kind.DATABASE], identity, keep, until=kinds.ERASED)
    return found, told.head


def known_later(directory: Path, than: Set, identity: Path, *, even_so: bool) -> tuple[Marks, dt.datetime]:
    """Of the newer backups, with the time until which it is known; that of an empty database knows nothing.

    `even_so`: those that cannot be read are passed over. Raises BackupProblem.
    """
    found, until = Marks(), than.at
    for one in keeping.sets(directory):
        if one.at < than.at or Kind.DATABASE not in one.parcels:
            continue
        try:
            marks, head = known_to(one, identity)
        except BackupProblem as problem:
            if even_so:
                continue
            raise BackupProblem(
                f"{one.name} is newer and would tell what was erased since. {problem} With --even-so it is passed over."
            ) from None
        if not head.empty:
            found |= marks
            until = one.at
    return found, until


def erase(tables: Sequence[Table], marks: Iterable[Mark]) -> int:
    """Do again what these marks tell of; in how many rows it did something. Needs `atomic`. Raises BackupProblem."""
    by_name = {kinds.name_of(table): table for table in tables}
    sorted_out: dict[str, list[str]] = defaultdict(list)
    for mark in marks:
        sorted_out[mark.kind].append(mark.ref)
    return sum(_erase(by_name.get(kind.partition(".")[0]), kind, refs) for kind, refs in sorted_out.items())


def _erase(table: Table | None, kind: str, refs: list[str]) -> int:
    step = _delete if kind in _GO else _STEPS.get(kind)
    if table is None or step is None:  # of a release to come
        return 0
    done, waiting = 0, iter(refs)
    while some := list(islice(waiting, _AT_ONCE)):
        rows = kinds.rows_of(table).filter(pk__in=[_key(table, ref) for ref in some])
        done += 0 if kind == PASSWORD else rows.count()
        step(rows)
    return done


def write_down(tables: Sequence[Table], marks: Marks) -> None:
    """These are the database's marks from now on: those of its own erasing again say nothing new. Needs `atomic`."""
    ledger = next((table for table in tables if kinds.name_of(table) == kinds.ERASED), None)
    if ledger is None:
        return
    kinds.rows_of(ledger).all().delete()
    rows = (ledger(id=mark.id, kind=mark.kind, ref=mark.ref, day=mark.day) for mark in marks.values())
    kinds.rows_of(ledger).bulk_create(rows, batch_size=_AT_ONCE)


def highest(marks: Iterable[Mark]) -> dict[str, int]:
    """Of each table with numbered rows the highest number that was erased."""
    found: dict[str, int] = {}
    for mark in marks:
        table = mark.kind.partition(".")[0]
        if mark.ref.isdecimal() and len(mark.ref) <= _DIGITS:
            found[table] = max(found.get(table, 0), int(mark.ref))
    return found


def _key(table: Table, ref: str) -> Any:
    try:
        return values.unpacked(values.key_of(table), ref)
    except values.BadValue:
        raise BackupProblem(f"A list of erased rows names a row of {kinds.name_of(table)} that cannot be.") from None
