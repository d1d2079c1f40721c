"""What is stored about a seeker right now, counted in the database for the page that says so."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.conf import settings
from django.conf.locale import LANG_INFO
from django.db import transaction
from django.db.models import Count, Model
from django.utils import timezone

from counselling.cases.domain import extras, seats, timeline
from counselling.cases.domain.seats import CaseBrief
from counselling.cases.models import (
    Agreement,
    Case,
    Consultation,
    Draft,
    Entry,
    Facts,
    FactTopic,
    Note,
    Risk,
    Role,
    Seat,
    Task,
    Whereabouts,
)
from counselling.errors import NotFound
from counselling.people.domain import audit
from counselling.people.domain.actors import Actor
from counselling.people.models import AuditEntry, Seeker, SeekerAccess


@dataclass(frozen=True)
class StoredCase:
    """What hangs on one case, as numbers."""

    brief: CaseBrief
    mine: int
    theirs: int
    notices: int
    notes: int
    answers: int
    draft: bool
    letter: bool  # one that is not sent yet
    their_letter: bool  # the team's
    remarks: int  # what two of the team said about it
    files: int
    by_letter: bool
    audited: int
    agreements: int
    tasks: int
    risks: int
    records: int  # of these, what stays when the case is deleted
    places: int
    consultations: int
    more: list[str]  # what rooms above this one keep, in words
    language: str  # in its own words
    seen_at: datetime | None  # connected last
    waiting_since: datetime


class _More(NamedTuple):
    language: str
    seen_at: datetime | None
    waiting_since: datetime
    by_letter: bool


@dataclass(frozen=True)
class Stored:
    """All there is: the row of the seeker, their ways in, their cases (the open one first, then newest first)."""

    since: date
    seen_on: date | None
    kept: bool
    browsers: int
    code_until: datetime | None
    record_months: int  # how long the assessment of a serious danger stays without its case
    cases: list[StoredCase]


def stored(actor: Actor) -> Stored:
    """Everything that is stored about this seeker; a constant number of queries. Raises NotFound once it is gone."""
    briefs = seats.own_cases(actor)
    seeker = Seeker.objects.filter(pk=actor.id).first()
    if seeker is None:
        raise NotFound
    now, kinds = timezone.now(), SeekerAccess.Kind
    ways = list(SeekerAccess.objects.filter(seeker=seeker).values_list("kind", "expires_at"))
    alive = [(kind, until) for kind, until in ways if until is None or until > now]
    return Stored(
        since=seeker.created_on,
        seen_on=seeker.seen_on,
        kept=any(kind == kinds.PASSPHRASE for kind, _ in alive),
        browsers=sum(kind == kinds.COOKIE for kind, _ in alive),
        code_until=next((until for kind, until in alive if kind == kinds.CODE), None),
        record_months=settings.RISK_RECORD_MONTHS,
        cases=_cases(briefs),
    )


def exported(actor: Actor) -> None:
    """Write down that a copy of the seeker's cases was handed out: their random numbers, nothing of the seeker."""
    with transaction.atomic():
        for ref in list(seats.own(actor).values_list("audit_ref", flat=True)):
            audit.note("exported", case_ref=ref, code="seeker")


def _cases(briefs: list[CaseBrief]) -> list[StoredCase]:
    ids = [brief.id for brief in briefs]
    mine, theirs, notices = _entries(ids)
    notes = _number(Note.objects.filter(case__in=ids).values_list("case").annotate(Count("pk")))
    of_team = {name: _number_of(model, ids) for name, model in _OF_TEAM.items()}
    records = _number(Risk.objects.filter(case__in=ids, record__isnull=False).values_list("case").annotate(Count("pk")))
    answers, audited, more = _answers(ids), _audited(ids), _more(ids)
    above = extras.stored(ids)
    drafts = set(Draft.objects.filter(seat__case__in=ids, seat__role=Role.SEEKER).values_list("seat__case", flat=True))
    unsent = set(Case.objects.filter(pk__in=ids, letters__seat__role=Role.SEEKER).values_list("pk", flat=True))
    theirs_unsent = set(
        Case.objects.filter(pk__in=ids, letters__seat__staff__isnull=False).values_list("pk", flat=True)
    )
    remarks = _number(Case.objects.filter(pk__in=ids).values_list("pk").annotate(Count("second_looks__remarks")))
    files = _number(Case.objects.filter(pk__in=ids).values_list("pk").annotate(Count("files")))
    return [
        StoredCase(
            brief,
            mine=mine[brief.id],
            theirs=theirs[brief.id],
            notices=notices[brief.id],
            notes=notes[brief.id],
            answers=answers[brief.id],
            draft=brief.id in drafts,
            letter=brief.id in unsent,
            their_letter=brief.id in theirs_unsent,
            remarks=remarks[brief.id],
            files=files[brief.id],
            by_letter=more[brief.id].by_letter,
            audited=audited[brief.id],
            records=records[brief.id],
            **{name: numbers[brief.id] for name, numbers in of_team.items()},
            more=above[brief.id],
            language=more[brief.id].language,
            seen_at=more[brief.id].seen_at,
            waiting_since=more[brief.id].waiting_since,
        )
        for brief in briefs
    ]


def _entries(ids: list[UUID]) -> tuple[Counter[UUID], Counter[UUID], Counter[UUID]]:
    """My messages and letters, the team's, and notices, by case; what was taken back is a notice that it was."""
    mine, theirs, notices = Counter[UUID](), Counter[UUID](), Counter[UUID]()
    rows = Entry.objects.filter(case__in=ids).order_by().values_list("case", "kind", "role").annotate(Count("pk"))
    for case, kind, role, number in rows:
        said = mine if role == Role.SEEKER else theirs
        (said if kind in timeline.SPOKEN else notices)[case] += number
    return mine, theirs, notices


def _answers(ids: list[UUID]) -> Counter[UUID]:
    """How many voluntary questions were answered: each fact, and the topics as one."""
    found = Counter[UUID]()
    columns = ("for_whom", "age_band", "gender", "strain")
    for case, *facts in Facts.objects.filter(case__in=ids).values_list("case", *columns):
        found[case] += sum(bool(fact) for fact in facts)
    found.update(set(FactTopic.objects.filter(case__in=ids).values_list("case", flat=True)))
    return found


def _more(ids: list[UUID]) -> dict[UUID, _More]:
    """What the case, the seeker's seat and their place in the queue say of them."""
    columns = ("case", "case__language", "seen_at", "case__waiting__since", "case__by_letter")
    rows = Seat.objects.filter(case__in=ids, role=Role.SEEKER).values_list(*columns)
    return {case: _More(_in_its_own_words(code), *rest) for case, code, *rest in rows}


def _in_its_own_words(language: str) -> str:
    return str(LANG_INFO.get(language, {}).get("name_local", language))


def _audited(ids: list[UUID]) -> Counter[UUID]:
    """How often the audit trail names the case by its random number."""
    refs = dict(Case.objects.filter(pk__in=ids).values_list("audit_ref", "pk"))
    rows = AuditEntry.objects.filter(case_ref__in=refs).order_by().values_list("case_ref").annotate(Count("pk"))
    return Counter({refs[ref]: number for ref, number in rows})


_OF_TEAM: Final[dict[str, type[Model]]] = {
    "agreements": Agreement,
    "tasks": Task,
    "risks": Risk,
    "places": Whereabouts,
    "consultations": Consultation,
}


def _number_of(model: type[Model], ids: list[UUID]) -> Counter[UUID]:
    return _number(model._default_manager.filter(case__in=ids).values_list("case").annotate(Count("pk")))  # noqa: SLF001 -- the documented name of a model's manager


def _number(rows: Iterable[tuple[UUID, int]]) -> Counter[UUID]:
    return Counter(dict(rows))
