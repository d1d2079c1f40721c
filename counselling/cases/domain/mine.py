"""What is stored about a seeker right now, counted in the database for the page that says so."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.conf.locale import LANG_INFO
from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from counselling.cases.domain import seats
from counselling.cases.domain.seats import CaseBrief
from counselling.cases.models import Case, Draft, Entry, Facts, FactTopic, Note, Role, Seat
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
    audited: int
    language: str  # in its own words
    seen_at: datetime | None  # connected last
    waiting_since: datetime


class _More(NamedTuple):
    language: str
    seen_at: datetime | None
    waiting_since: datetime


@dataclass(frozen=True)
class Stored:
    """All there is: the row of the seeker, their ways in, their cases (the open one first, then newest first)."""

    since: date
    seen_on: date | None
    kept: bool
    browsers: int
    code_until: datetime | None
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
    answers, audited, more = _answers(ids), _audited(ids), _more(ids)
    drafts = set(Draft.objects.filter(seat__case__in=ids, seat__role=Role.SEEKER).values_list("seat__case", flat=True))
    return [
        StoredCase(
            brief,
            mine=mine[brief.id],
            theirs=theirs[brief.id],
            notices=notices[brief.id],
            notes=notes[brief.id],
            answers=answers[brief.id],
            draft=brief.id in drafts,
            audited=audited[brief.id],
            language=more[brief.id].language,
            seen_at=more[brief.id].seen_at,
            waiting_since=more[brief.id].waiting_since,
        )
        for brief in briefs
    ]


def _entries(ids: list[UUID]) -> tuple[Counter[UUID], Counter[UUID], Counter[UUID]]:
    """My messages, the team's, and notices, by case; what was taken back is a notice that it was."""
    mine, theirs, notices = Counter[UUID](), Counter[UUID](), Counter[UUID]()
    rows = Entry.objects.filter(case__in=ids).order_by().values_list("case", "kind", "role").annotate(Count("pk"))
    for case, kind, role, number in rows:
        said = mine if role == Role.SEEKER else theirs
        (said if kind == Entry.Kind.MESSAGE else notices)[case] += number
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
    columns = ("case", "case__language", "seen_at", "case__waiting__since")
    rows = Seat.objects.filter(case__in=ids, role=Role.SEEKER).values_list(*columns)
    return {case: _More(_in_its_own_words(code), seen_at, since) for case, code, seen_at, since in rows}


def _in_its_own_words(language: str) -> str:
    return str(LANG_INFO.get(language, {}).get("name_local", language))


def _audited(ids: list[UUID]) -> Counter[UUID]:
    """How often the audit trail names the case by its random number."""
    refs = dict(Case.objects.filter(pk__in=ids).values_list("audit_ref", "pk"))
    rows = AuditEntry.objects.filter(case_ref__in=refs).order_by().values_list("case_ref").annotate(Count("pk"))
    return Counter({refs[ref]: number for ref, number in rows})


def _number(rows: Iterable[tuple[UUID, int]]) -> Counter[UUID]:
    return Counter(dict(rows))
