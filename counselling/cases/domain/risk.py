"""How great the danger is: assessed by professionals, written down for good. No row is ever changed or taken away."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from counselling.cases import bell
from counselling.cases.domain import alarm, counting, danger, keys, risk_records, risk_words, seats, timeline, trail
from counselling.cases.domain.danger import SERIOUS
from counselling.cases.domain.risk_content import Assessment, unpacked
from counselling.cases.domain.twice import SENT_TWICE
from counselling.cases.models import Case, Facts, Level, Risk, RiskRecord, Role, Seat
from counselling.errors import NotFound
from counselling.people.domain import audit, teamkeys
from counselling.people.domain.actors import Actor
from counselling.vault import sealing
from counselling.vault.sealing import Binding, Kind


@dataclass(frozen=True, slots=True)
class RiskView:
    """One assessment as the team reads it; `content` is None when it does not open.

    In the place of one that was deleted `level` and `author` are "" too, and `at` is that of its neighbour.
    """

    number: int
    level: str
    label: str
    author: str
    at: datetime
    review_on: date | None
    record: UUID | None
    content: Assessment | None = field(repr=False)


def assess(actor: Actor, case_id: UUID, assessment: Assessment) -> int:
    """Add an assessment; its number. From orange on it becomes a record of its own, and colleagues are called.

    For those seated from the team; while the danger is open for every counsellor of the team, so that somebody can
    look again after the chat is over. Raises Invalid, TooLong, NotFound, NotAllowed, Locked.
    """
    assessment = assessment.clean()
    with transaction.atomic():
        case = seats.lock(case_id)
        require_reader(actor, case)
        key, now = keys.case_key(actor, case_id), timezone.now()
        before = _rows(case_id).order_by("-number").first()
        if before and _is_repeat(actor, before, key, assessment, now):
            return before.number
        number = before.number + 1 if before else 1
        _count(case, assessment.level)
        record = _record(actor, case, assessment, now)
        Risk.objects.create(
            case=case,
            number=number,
            level=assessment.level,
            author_id=actor.id,
            at=now,
            review_on=assessment.review_on,
            sealed=sealing.seal(key, assessment.packed(), _binding(case_id, number)),
            record=record,
        )
        danger.weighed(case, assessment.level)
        if assessment.level == Level.RED and (before is None or before.level != Level.RED):
            _pin(case)
        # A record outlives its case: nobody shall find that case's trail by the same moment (pitfalls 23).
        audit.note("risk_assessed", by=actor, case_ref=None if record else case.audit_ref, code=assessment.level)
        bell.ring(cases=[case.pk], teams=[case.team_id])
    return number


def require_reader(actor: Actor, case: Case) -> None:
    """Raises NotFound, NotAllowed unless seated from the team, or of the team while the danger is open."""
    actor.require_counsellor()
    try:
        seats.seated(actor, case.pk)
    except NotFound:
        if not (danger.is_open(case.pk) and teamkeys.counselling(case.team_id).filter(pk=actor.id).exists()):
            raise


def is_seated(actor: Actor, case_id: UUID) -> bool:
    """Whether this member of staff sits in the case, or only looks because the danger is open."""
    return Seat.objects.filter(case=case_id, staff=actor.id, ended_at__isnull=True).exists()


def opened(actor: Actor, case_id: UUID) -> tuple[Case, bytes]:
    """A case and its key for whoever may read its assessments; noted in the trail. Raises as `require_reader`."""
    actor.require_counsellor()
    case = Case.objects.filter(pk=case_id).first()
    if case is None:
        raise NotFound
    require_reader(actor, case)
    key = keys.case_key(actor, case_id)
    trail.opened(actor, case)
    return case, key


def of_case(actor: Actor, case_id: UUID, key: bytes) -> list[RiskView]:
    """All assessments, the newest first. For the team; the caller checked the seat. One query.

    Without gaps up to the newest that is there: a row that was deleted stands in its place as unreadable.
    """
    actor.require_counsellor()
    fields = ("number", "level", "author__alias", "at", "review_on", "record", "sealed")
    found = [
        RiskView(
            number=number,
            level=level,
            label=str(risk_words.SHORT_LEVELS.get(level, level)),
            author=author,
            at=at,
            review_on=review_on,
            record=record,
            content=_open(key, _binding(case_id, number), sealed, level, review_on),
        )
        for number, level, author, at, review_on, record, sealed in _rows(case_id)
        .order_by("-number")
        .values_list(*fields)
    ]
    return _without_gaps(case_id, found)


def _without_gaps(case_id: UUID, found: list[RiskView]) -> list[RiskView]:
    """They are numbered from 1 on, and none is ever taken away: what is missing is shown and told."""
    views, expected = list[RiskView](), found[0].number if found else 0
    for view in found:
        views += [_deleted(number, view.at) for number in range(expected, view.number, -1)]
        views.append(view)
        expected = view.number - 1
    views += [_deleted(number, views[-1].at) for number in range(expected, 0, -1)]
    if gone := len(views) - len(found):
        alarm.missing(Kind.RISK.name, case_id, gone)
    return views


def _deleted(number: int, at: datetime) -> RiskView:
    """In the place of one that is not there any more; nobody knows what it said."""
    return RiskView(number, "", str(risk_words.GONE), "", at, None, None, None)


def _is_repeat(actor: Actor, before: Risk, key: bytes, assessment: Assessment, now: datetime) -> bool:
    """Whether a form was sent twice: the same words by the same person within half a minute."""
    if before.author_id != actor.id or now - before.at > SENT_TWICE:
        return False
    place = _binding(before.case_id, before.number)
    return _open(key, place, before.sealed, before.level, before.review_on) == assessment


def _count(case: Case, level: str) -> None:
    """The level alone: with the case's facts beside it, somebody could recognise whose record it is (pitfalls 23).

    `new`: the first of this level in its case; `serious`: the first orange or red one.
    """
    before = set(_rows(case.pk).values_list("level", flat=True))
    codes = {"level": level, "new": level not in before, "serious": level in SERIOUS and not before & set(SERIOUS)}
    counting.count("risk", team_id=case.team_id, channel=case.channel, codes=codes)


def _record(actor: Actor, case: Case, assessment: Assessment, now: datetime) -> RiskRecord | None:
    """From orange on, and from then on for whatever follows in the same case, so that the record shows how it ended."""
    last = RiskRecord.objects.filter(risk__case=case).order_by("-at").first()
    if last is None and assessment.level not in SERIOUS:
        return None
    age = Facts.objects.filter(case=case).values_list("age_band", flat=True).first() or ""
    return risk_records.make(actor, case.team_id, assessment, now, course=last.course if last else None, age=age)


def _pin(case: Case) -> None:
    timeline.add_notice(case, "help_pinned")
    risk_records.log(risk_records.newest(case.pk), "where_asked")


def _rows(case_id: UUID) -> QuerySet[Risk]:
    return Risk.objects.filter(case=case_id)


def _open(
    key: bytes, place: Binding, sealed: bytes | memoryview, level: str, review_on: date | None
) -> Assessment | None:
    text = alarm.opened(key, sealed, place)
    return None if text is None else unpacked(text, level, review_on)


def _binding(case_id: UUID, number: int) -> Binding:
    return Binding(Kind.RISK, case_id, Role.COUNSELLOR, number)
