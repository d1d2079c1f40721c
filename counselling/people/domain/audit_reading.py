"""Reading the audit trail: for supervisors, filtered, in sentences, and as a table to keep."""

import csv
import datetime as dt
import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

from counselling.people.domain import audit, audit_chain, audit_proof, audit_words
from counselling.people.domain.actors import Actor
from counselling.people.domain.audit_proof import Problem, Report
from counselling.people.models import AuditEntry, Staff, Team

PAGE: Final = 50
QUICK: Final = 200  # entries that every look at the page examines: a few ms
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # OWASP: CSV injection


@dataclass(frozen=True)
class Filters:
    """What to show; `month` is its first day. Nothing set: everything."""

    person: UUID | None = None
    event: str = ""
    month: dt.date | None = None
    case: UUID | None = None


@dataclass(frozen=True)
class Line:
    """One entry as its reader sees it."""

    number: int
    at: dt.datetime
    event: str
    sentence: str
    who: str
    whom: str
    case: UUID | None

    @property
    def day(self) -> dt.date:
        """The day it was here."""
        return timezone.localdate(self.at)


def page(actor: Actor, filters: Filters, number: str) -> "tuple[Page[AuditEntry], list[Line]]":
    """One page of the trail, the newest first. A constant number of queries. Raises NotAllowed."""
    actor.require_supervisor()
    audit_chain.chain()
    found: Page[AuditEntry] = Paginator(_entries(filters), PAGE).get_page(number)
    return found, _lines(found.object_list)


def state(actor: Actor, *, thorough: bool = False) -> Report:
    """Whether the trail is as it was written: its last QUICK entries, or all of them. Raises NotAllowed."""
    actor.require_supervisor()
    return audit_proof.examine(last=None if thorough else QUICK)


def table(actor: Actor, filters: Filters) -> str:
    """The entries as CSV for a spreadsheet, in the reader's language; that it was taken is told in the trail."""
    actor.require_supervisor()
    with transaction.atomic():
        audit.note("exported", by=actor, code="trail")
    audit_chain.chain()
    file = io.StringIO()
    rows = csv.writer(file, delimiter=";" if get_language() == "de" else ",")
    rows.writerow(str(name) for name in audit_words.COLUMNS)
    rows.writerows([_harmless(cell) for cell in _cells(line)] for line in _lines(_entries(filters)))
    return file.getvalue()


def people(actor: Actor) -> list[tuple[UUID, str]]:
    """Everybody who works here, for the filter. Raises NotAllowed."""
    actor.require_supervisor()
    return list(Staff.objects.order_by("alias").values_list("pk", "alias"))


def months(actor: Actor) -> list[dt.date]:
    """The months the trail reaches over, the newest first. Raises NotAllowed."""
    actor.require_supervisor()
    first = audit_chain.numbered().exclude(event=audit_chain.ANCHOR).order_by("number").first()
    month = timezone.localdate().replace(day=1)
    last = timezone.localdate(first.at).replace(day=1) if first else month
    found = [month]
    while found[-1] > last:
        found.append((found[-1] - dt.timedelta(days=1)).replace(day=1))
    return found


def in_words(problem: Problem) -> str:
    """What is wrong with the trail, in one sentence."""
    return str(audit_words.PROBLEMS[problem.kind]).format(number=problem.number, detail=problem.detail)


def _entries(filters: Filters) -> QuerySet[AuditEntry]:
    found = audit_chain.numbered().exclude(event=audit_chain.ANCHOR).order_by("-number")
    if filters.person:
        found = found.filter(Q(actor=filters.person) | Q(subject=filters.person))
    if filters.event:
        found = found.filter(event=filters.event)
    if filters.case:
        found = found.filter(case_ref=filters.case)
    if filters.month:
        begins = timezone.make_aware(dt.datetime.combine(filters.month, dt.time()))
        after = (filters.month + dt.timedelta(days=31)).replace(day=1)
        found = found.filter(at__gte=begins, at__lt=timezone.make_aware(dt.datetime.combine(after, dt.time())))
    return found


def _lines(entries: Iterable[AuditEntry]) -> list[Line]:
    rows = list(entries)
    names = _names({one for row in rows for one in (row.actor, row.subject) if one})
    return [_line(row, names) for row in rows]


def _line(row: AuditEntry, names: dict[UUID, str]) -> Line:
    who = _name(row.actor, names)
    whom = "" if row.event == audit_chain.PRUNED else _name(row.subject, names)
    to_themselves = row.subject is None or row.subject == row.actor
    words = audit_words.sentence(row.event, row.code, who=who, whom=whom, to_themselves=to_themselves)
    return Line(row.number or 0, row.at, row.event, words, who, whom, row.case_ref)


def _name(one: UUID | None, names: dict[UUID, str]) -> str:
    return names.get(one, str(audit_words.SOMEBODY)) if one else ""


def _names(ids: set[UUID]) -> dict[UUID, str]:
    """Aliases of staff and names of teams."""
    teams = {
        pk: gettext("Team {name}").format(name=name) for pk, name in _named(Team.objects.filter(pk__in=ids), "name")
    }
    return teams | dict(_named(Staff.objects.filter(pk__in=ids), "alias"))


def _named(rows: "QuerySet[Team] | QuerySet[Staff]", field: str) -> Iterable[tuple[UUID, str]]:
    return rows.values_list("pk", field)


def _cells(line: Line) -> list[str]:
    at = date_format(timezone.localtime(line.at), "Y-m-d H:i:s")
    what = str(audit_words.EVENTS.get(line.event, line.event))
    return [str(line.number), at, what, line.sentence, line.who, line.whom, str(line.case or "")]


def _harmless(cell: str) -> str:
    """A spreadsheet must not take a name for a formula."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
