"""Bringing a table into the directory: looked at first, with every mistake and its line; then all of it or nothing."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blended.domain import found_by, partner_csv, partners
from blended.domain.partner_csv import Problem, Row, Table
from blended.domain.partner_fields import PartnerFields, cleaned
from blended.models import Partner, PartnerImport
from counselling.centre.domain import topics
from counselling.centre.models import Topic
from counselling.errors import Conflict, Invalid, NotFound
from counselling.people.domain import audit
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team

KEPT: Final = timedelta(hours=1)
NO_FILE: Final = _("Wähle zuerst eine Datei aus.")


@dataclass(frozen=True, slots=True)
class Change:
    """What one line would do: "new", "changed" or "same"."""

    line: int
    what: str
    name: str


@dataclass(frozen=True, slots=True)
class Preview:
    """A table before anything is written. `seen`: what a confirmation has to name, so that nothing else comes in."""

    team: Team
    seen: str
    changes: list[Change]
    problems: list[Problem]
    unknown: list[str]

    def number(self, what: str) -> int:
        """How many lines would do this."""
        return sum(change.what == what for change in self.changes)


@dataclass(slots=True)
class _Plan:
    table: Table
    steps: list[tuple[Change, Partner, PartnerFields]] = field(default_factory=list)


def hand_in(actor: Actor, team: UUID, data: bytes) -> None:
    """Keep this table for an hour, to be looked at; an earlier one of mine ends.

    Raises Invalid (no table at all), NotFound (team), NotAllowed.
    """
    actor.require_supervisor()
    mine = next((one for one in partners.teams(actor) if one.pk == team), None)
    if mine is None:
        raise NotFound
    text = partner_csv.decoded(data)
    values = {"team": mine, "text": text, "at": timezone.now()}
    PartnerImport.objects.update_or_create(staff_id=actor.id, defaults=values)


def preview(actor: Actor) -> Preview | None:
    """What my table would do; None when I handed none in. Raises NotAllowed."""
    actor.require_supervisor()
    kept = PartnerImport.objects.filter(staff=actor.id).select_related("team").first()
    if kept is None:
        return None
    plan = _plan(kept.text, {row.name: row for row in Partner.objects.filter(team=kept.team)})
    changes = [step[0] for step in plan.steps]
    return Preview(kept.team, _mark(kept), changes, plan.table.problems, plan.table.unknown)


def confirm(actor: Actor, seen: str) -> int:
    """Bring it in; how many lines were new or changed. A form that comes twice does nothing the second time.

    Raises Invalid (it has problems), Conflict (it is another table by now), NotAllowed.
    """
    actor.require_supervisor()
    with transaction.atomic():
        kept = PartnerImport.objects.select_for_update(of=("self",)).filter(staff=actor.id).first()
        if kept is None:
            return 0
        if _mark(kept) != seen:
            raise Conflict
        number = bring_in(actor, kept.team_id, kept.text)
        kept.delete()
    return number


def discard(actor: Actor) -> None:
    """Rather not. Raises NotAllowed."""
    actor.require_supervisor()
    PartnerImport.objects.filter(staff=actor.id).delete()


def bring_in(actor: Actor, team: UUID, text: str) -> int:
    """All lines of a table into a team's directory, or none; how many were new or changed.

    By name: what is there is changed, columns the table has not stay as they are, nothing is deleted. Raises Invalid
    with the first problem, NotFound, NotAllowed.
    """
    actor.require_supervisor()
    with transaction.atomic():
        rows = {row.name: row for row in partners.lock_team(actor, team)}
        number = _write(team, text, rows)
        audit.note("partners_imported", by=actor, subject=team)
    return number


def bring_in_here(slug: str, text: str) -> int:
    """The same by whoever has the server's console. Raises Invalid, NotFound."""
    with transaction.atomic():
        team = Team.objects.select_for_update().filter(slug=slug).first()
        if team is None:
            raise NotFound
        number = _write(team.pk, text, {row.name: row for row in Partner.objects.filter(team=team)})
        audit.note("partners_imported", subject=team.pk)
    return number


def problems_of(slug: str, text: str) -> list[Problem]:
    """What would keep a table from a team's directory."""
    rows = {row.name: row for row in Partner.objects.filter(team__slug=slug)}
    return _plan(text, rows).table.problems


def export(actor: Actor) -> str:
    """My teams' directories as a table. Raises NotAllowed."""
    return partner_csv.written(map(partners.of_row, partners.of_teams(actor)), topics.labels())


def table_of(slug: str) -> str:
    """A team's directory as a table, for whoever has the server's console."""
    rows = Partner.objects.filter(team__slug=slug).order_by("name")
    return partner_csv.written(map(partners.of_row, rows), topics.labels())


def forget(now: datetime) -> int:
    """Tables that nobody confirmed are gone after an hour; how many."""
    return PartnerImport.objects.filter(at__lte=now - KEPT).delete()[0]


def may_bring_in(actor: Actor) -> bool:
    """Tables come from those who lead."""
    return actor.role == Staff.Role.SUPERVISOR


def _write(team: UUID, text: str, rows: Mapping[str, Partner]) -> int:
    plan = _plan(text, rows)
    if plan.table.problems:
        first = plan.table.problems[0]
        raise Invalid(first.sentence)
    labels, wanted = partners.all_labels(), [step for step in plan.steps if step[0].what != "same"]
    ready = [partners.put(row, fields, labels) for _change, row, fields in wanted]
    new = [row for row in ready if row.pk is None]
    for row in new:
        row.team_id = team
    Partner.objects.bulk_create(new)
    Partner.objects.bulk_update([row for row in ready if row.pk], [*partners.NAMES, "found_by"], batch_size=100)
    return len(wanted)


def _plan(text: str, rows: Mapping[str, Partner]) -> _Plan:
    """What each line would do to these organisations, and every problem."""
    known = {found_by.fold(name): row for name, row in rows.items()}
    plan = _Plan(partner_csv.read(text, _labels()))
    codes = set(topics.labels())
    for line in plan.table.rows:
        row = known.get(found_by.fold(line.cells["name"]))
        step = _step(plan.table, line, row or Partner(), codes, is_new=row is None)
        plan.steps.append(step)
    if len(rows) + sum(step[0].what == "new" for step in plan.steps) > partners.MOST:
        plan.table.refuse(0, _("Euer Verzeichnis wäre dann zu voll: höchstens 5.000 Stellen."))
    return plan


def _step(
    table: Table, line: Row, row: Partner, codes: set[str], *, is_new: bool
) -> tuple[Change, Partner, PartnerFields]:
    before = PartnerFields() if is_new else partners.of_row(row)
    fields, problems = cleaned(replace(before, **line.cells), codes)
    told = {problem.column for problem in table.problems if problem.line == line.line}
    for name, sentence in problems.items():
        if str(partner_csv.COLUMNS[name]) not in told:
            table.refuse(line.line, sentence, name)
    what = "new" if is_new else "same" if fields == before else "changed"
    return Change(line.line, what, fields.name), row, fields


def _labels() -> list[dict[str, str]]:
    rows = list(Topic.objects.all())
    return [{row.code: row.label for row in rows}, {row.code: row.label_en for row in rows if row.label_en}]


def _mark(kept: PartnerImport) -> str:
    return hashlib.sha256(f"{kept.team_id}|{kept.text}".encode()).hexdigest()[:32]
