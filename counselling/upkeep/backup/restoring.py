"""Bringing a backup back: looked at to its end first, loaded in one transaction, what was erased since erased again."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.core.management import call_command
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from counselling.cases.domain import erased, retention
from counselling.people.domain import canary, staffkeys
from counselling.people.models import Staff
from counselling.upkeep.backup import again, checking, keeping, loading, places, reading, schema
from counselling.upkeep.backup.again import Marks
from counselling.upkeep.backup.keeping import Set
from counselling.upkeep.backup.kinds import Table
from counselling.upkeep.backup.problems import BackupProblem
from counselling.upkeep.backup.reading import Head


@dataclass(frozen=True)
class Restored:
    """What is in the database now."""

    name: str
    at: dt.datetime  # UTC
    rows: int
    erased: int  # rows that were erased again, or switched off again
    known_until: dt.datetime  # until when it is known what was erased since, UTC
    old_passwords: list[str] = field(default_factory=list)  # whose password is again the one of then


@dataclass
class _Plan:
    """A backup that was looked at to its end."""

    one: Set
    head: Head
    rows: Counter[str]
    identity: Path
    marks: Marks  # all that any list tells
    known_until: dt.datetime

    def since(self, known: Marks) -> Marks:
        """What the backup did not know yet."""
        return {name: mark for name, mark in self.marks.items() if name not in known}


def restore(
    directory: Path,
    identity: Path,
    *,
    at: str = "",
    replace: bool = False,
    even_so: bool = False,
    rehearsal: bool = False,
) -> Restored:
    """Load the newest whole backup, or the newest at or before `at`, into an empty database.

    `replace`: whatever is in it goes, in the same transaction where its tables are those of the backup. `even_so`:
    though nobody knows any more what was erased since. `rehearsal`: times have no effect, and no list
    is written. Raises BackupProblem; KeyFileProblem when the key file is another one.
    """
    try:
        plan = _planned(directory, identity, at, even_so=even_so)
        _check_target(replace=replace)
    except DatabaseError as problem:
        raise BackupProblem(
            f"The database that is here cannot be read ({type(problem).__name__}). Nothing was changed."
        ) from None
    try:
        return _restored(plan, rehearsal=rehearsal)
    except DatabaseError as problem:
        raise BackupProblem(
            f"The database broke off ({type(problem).__name__}). Run it again with --replace."
        ) from None


def choose(directory: Path, at: str) -> Set:
    """The newest whole backup, at or before this name, time or day (UTC). Raises BackupProblem."""
    try:
        sets = [one for one in keeping.sets(directory) if not one.missing]
        parts = keeping.parcels(directory)
    except OSError as problem:
        raise BackupProblem(f"{directory} cannot be read: {places.said(problem)}.") from None
    if not sets:
        what = "no whole backup: database, files and seals of one moment belong together" if parts else "no backup"
        raise BackupProblem(f"In {directory} there is {what}.")
    limit = _limit(at)
    found = [one for one in sets if one.name == at or (limit and one.at <= limit) or not at]
    if not found:
        raise BackupProblem(f"In {directory} there is no whole backup of {at} or before.")
    return found[-1]


def _limit(at: str) -> dt.datetime | None:
    """The moment that was meant: a day is meant to its end; None for the name of a backup."""
    try:
        moment = dt.datetime.fromisoformat(at)
    except ValueError:
        return None
    end = dt.timedelta(days=1) if len(at) == len("2026-11-24") else dt.timedelta()
    return (moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)) + end


def _planned(directory: Path, identity: Path, at: str, *, even_so: bool) -> _Plan:
    one = choose(directory, at)
    age = timezone.now() - one.at
    if age > dt.timedelta(days=erased.DAYS) and not even_so:
        raise BackupProblem(
            f"{one.name} is {age.days} days old: what was erased since is not known any more, and would come back. "
            "With --even-so it does."
        )
    told = []
    for parcel in one.parcels.values():
        checking.verify(parcel)
        told.append(reading.look(parcel, identity))
    head = told[0].head
    if any(other.head.migrations != head.migrations for other in told):
        raise BackupProblem(f"The parcels of {one.name} do not belong together.")
    schema.check_known(head.migrations)
    if head.empty and not at:
        raise BackupProblem(f"{one.name} was made of an empty database. Name one of before with --at.")
    rows = sum((part.rows for part in told), Counter())
    marks, until = again.known_here(directory)
    later, known = again.known_later(directory, one, identity, even_so=even_so)
    return _Plan(one, head, rows, identity, marks | later, max(known, until or known))


def _check_target(*, replace: bool) -> None:
    if schema.is_filled() and not replace:
        raise BackupProblem("The database is not empty. With --replace all that is in it goes.")
    if others := schema.others():
        raise BackupProblem(f"{others} others are connected to this database. Stop the servers first.")


def _restored(plan: _Plan, *, rehearsal: bool) -> Restored:
    tables = schema.make(plan.head.migrations)
    known, _head = again.known_to(plan.one, plan.identity)
    since = plan.since(known)
    with transaction.atomic():
        _load(plan, tables)
        number = again.erase(tables, since.values())
        again.write_down(tables, plan.marks | known)
        schema.raise_sequences(tables, again.highest([*plan.marks.values(), *known.values()]))
        canary.check()
    if not schema.is_present():
        call_command("migrate", verbosity=0)
    passwords = _settle(since, rehearsal=rehearsal)
    return Restored(plan.one.name, plan.one.at, plan.rows.total(), number, plan.known_until, passwords)


def _load(plan: _Plan, tables: Sequence[Table]) -> None:
    schema.empty(tables)
    try:
        for parcel in plan.one.parcels.values():
            loading.load(parcel, plan.identity, tables)
    except IntegrityError:
        raise reading.damaged(parcel) from None
    if wrong := loading.counted(tables, plan.rows):
        raise BackupProblem(f"The backup did not arrive whole: {', '.join(wrong)}. Nothing was changed.")


def _settle(since: Marks, *, rehearsal: bool) -> list[str]:
    """What rows alone do not say: who is out of the vaults, what is past its time. Whose password is an old one."""
    refs = {kind: [mark.ref for mark in since.values() if mark.kind == kind] for kind in (again.CLOSED, again.PASSWORD)}
    for person in Staff.objects.filter(pk__in=refs[again.CLOSED]):
        staffkeys.close(person)
    if not rehearsal:
        retention.prune(timezone.now())
    changed = Staff.objects.filter(pk__in=refs[again.PASSWORD], is_active=True).exclude(pk__in=refs[again.CLOSED])
    return sorted(changed.values_list("username", flat=True))
