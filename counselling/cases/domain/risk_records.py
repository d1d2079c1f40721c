"""Assessments from orange on as records of their own: sealed for the team, kept for as long as the centre's rule says.

A record outlives its case and leads to none. Two people look at each: whoever assessed, and somebody else, counsellor
or supervisor. A supervisor sees level and times; the text is for counsellors of the team.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, Max, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from counselling.cases import bell
from counselling.cases.domain import danger, lifetime, risk_seals, risk_words
from counselling.cases.domain.danger import SERIOUS
from counselling.cases.domain.risk_content import Assessment, unpacked
from counselling.cases.models import Case, Risk, RiskEvent, RiskRecord, Seat
from counselling.errors import Locked, NotAllowed, NotFound
from counselling.people.domain import audit, teamkeys
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff
from counselling.vault import keys, sealing

MOST_SHOWN: Final = 100


@dataclass(frozen=True, slots=True)
class LogLine:
    """Something that was done about a record."""

    at: datetime
    sentence: str


@dataclass(frozen=True, slots=True)
class RecordView:
    """A record as its list shows it. `seen`: who looked and when; `waits`: a second look is still missing."""

    id: UUID
    level: str
    label: str
    author: str
    mine: bool
    at: datetime
    review_on: date | None
    seen: list[tuple[str, datetime]]
    waits: bool
    may_see: bool
    case: UUID | None  # while it exists and I may open it; for counsellors alone
    log: list[LogLine]
    content: Assessment | None = field(default=None, repr=False)


def make(
    actor: Actor, team: UUID, assessment: Assessment, now: datetime, *, course: UUID | None, age: str
) -> RiskRecord:
    """Write a record, sealed under a fresh key, which is sealed to the team's newest epoch. Needs `atomic`.

    Whoever assesses after somebody else has thereby looked at what was there. Raises Unavailable without a vault.
    """
    to, key, number = teamkeys.sealing_key(team), keys.new_key(), uuid4()
    record = RiskRecord.objects.create(
        id=number,
        course=course or uuid4(),
        team_id=team,
        level=assessment.level,
        author_id=actor.id,
        at=now,
        review_on=assessment.review_on,
        epoch=to.epoch,
        sealed_key=risk_seals.seal_key(key, number, to),
        sealed=sealing.seal(key, assessment.packed(age_band=age), risk_seals.binding(number)),
    )
    log(record, "assessed", actor)
    for earlier in _unseen().filter(course=record.course).exclude(pk=record.pk).exclude(author=actor.id):
        log(earlier, "seen", actor)
    return record


def log(record: RiskRecord, code: str, actor: Actor | None = None, *, called: UUID | None = None) -> None:
    """Add a line to the record's log: what this actor did, or that this member of staff was called."""
    staff = actor.id if actor and actor.kind == "staff" else called
    RiskEvent.objects.create(record=record, code=code, staff_id=staff, at=timezone.now())


def newest(case: UUID) -> RiskRecord:
    """The newest record of a case that has one."""
    return RiskRecord.objects.filter(risk__case=case).latest("at")


def listed(actor: Actor) -> list[RecordView]:
    """The newest records of my teams, those without a second look first; no text. A constant number of queries.

    Raises NotAllowed for everybody but counsellors and supervisors.
    """
    records = list(_mine(actor).select_related("author").order_by("-at")[:MOST_SHOWN])
    views = _views(actor, records)
    return sorted(views, key=lambda view: not view.waits)


def waiting(actor: Actor) -> int:
    """How many records of my teams wait for a look that I could give; raises NotAllowed as `listed`."""
    return _mine(actor).filter(~_is_seen(), level__in=SERIOUS).exclude(author=actor.id).count()


def opened(actor: Actor, record_id: UUID) -> RecordView:
    """One record; with its text for a counsellor of the team who is let in, which is noted in log and trail.

    Raises NotFound, NotAllowed, Locked (not let in), and Unreadable when it was tampered with.
    """
    record = _found(actor, record_id)
    if actor.role != Staff.Role.COUNSELLOR:
        return _views(actor, [record])[0]
    content = _content(actor, record)
    with transaction.atomic():
        if (
            record.author_id != actor.id
            and not RiskEvent.objects.filter(record=record, code="read", staff=actor.id).exists()
        ):
            log(record, "read", actor)
        audit.note_once("risk_read", by=actor, code=str(record.pk)[:8])
    return _views(actor, [record], {record.pk: content})[0]


def outside(actor: Actor, record_id: UUID) -> RecordView:
    """One record without its text. Raises NotFound, NotAllowed."""
    return _views(actor, [_found(actor, record_id)])[0]


def see(actor: Actor, record_id: UUID) -> None:
    """Confirm, as a second professional, to have seen it; twice is fine.

    Raises NotFound, NotAllowed (another role, or whoever assessed).
    """
    record = _found(actor, record_id)
    if record.author_id == actor.id:
        raise NotAllowed(_("Das hast du selbst eingeschätzt. Ansehen muss es jemand anderes."))
    with transaction.atomic():
        new = RiskEvent(record=record, code="seen", staff_id=actor.id, at=timezone.now())
        if RiskEvent.objects.filter(record=record, code="seen", staff=actor.id).exists():
            return
        RiskEvent.objects.bulk_create([new], ignore_conflicts=True)
        audit.note("risk_seen", by=actor, code=record.level)
        bell.ring(teams=[record.team_id])


def prune(now: datetime) -> int:
    """Erase what is older than RISK_RECORD_MONTHS and whose case is gone, a whole course at once; how many records."""
    limit = lifetime.add_months(timezone.localdate(now), -settings.RISK_RECORD_MONTHS)
    linked = RiskRecord.objects.filter(risk__isnull=False).values("course")
    old = RiskRecord.objects.exclude(course__in=linked).values("course").annotate(last=Max("at"))
    courses = [row["course"] for row in old if timezone.localdate(row["last"]) < limit]
    gone = 0
    for course in courses:
        with transaction.atomic():
            gone += RiskRecord.objects.filter(course=course).count()
            RiskRecord.objects.filter(course=course).delete()
    return gone


def tell_erased(case: UUID) -> None:
    """A case is about to go: its records' logs say so. Needs `atomic`."""
    for record in RiskRecord.objects.filter(risk__case=case):
        log(record, "case_erased")


def without_look(case: UUID) -> set[UUID]:
    """The records of a case that nobody else has looked at. One query."""
    return set(_unseen().filter(risk__case=case).values_list("pk", flat=True))


def unseen_of(level: str) -> QuerySet[RiskRecord]:
    """Records of a level that nobody else has looked at, of cases that are there."""
    return _unseen().filter(level=level, risk__isnull=False)


def _unseen() -> QuerySet[RiskRecord]:
    return RiskRecord.objects.filter(~_is_seen(), level__in=SERIOUS)


def _is_seen() -> Exists:
    return Exists(RiskEvent.objects.filter(record=OuterRef("pk"), code="seen"))


def _mine(actor: Actor) -> QuerySet[RiskRecord]:
    if actor.kind != "staff" or actor.role not in {Staff.Role.COUNSELLOR, Staff.Role.SUPERVISOR}:
        raise NotAllowed
    return RiskRecord.objects.filter(team__staff=actor.id)


def _found(actor: Actor, record_id: UUID) -> RiskRecord:
    record = _mine(actor).select_related("author").filter(pk=record_id).first()
    if record is None:
        raise NotFound
    return record


def _content(actor: Actor, record: RiskRecord) -> Assessment:
    private = teamkeys.private_half(actor, record.team_id, record.epoch)
    if private is None:
        raise Locked
    text = sealing.open_sealed(risk_seals.open_key(private, record), record.sealed, risk_seals.binding(record.pk))
    return unpacked(text, record.level, record.review_on)


def _views(actor: Actor, records: list[RiskRecord], contents: dict[UUID, Assessment] | None = None) -> list[RecordView]:
    """Two queries, however many there are."""
    ids = [record.pk for record in records]
    seen: dict[UUID, list[tuple[str, datetime]]] = defaultdict(list)
    lines: dict[UUID, list[LogLine]] = defaultdict(list)
    events = RiskEvent.objects.filter(record__in=ids).order_by("at", "pk")
    for record, code, alias, at in events.values_list("record", "code", "staff__alias", "at"):
        lines[record].append(LogLine(at, risk_words.event(code, alias)))
        if code == "seen":
            seen[record].append((alias or "", at))
    cases = _cases(actor, ids) if actor.role == Staff.Role.COUNSELLOR else {}
    return [
        RecordView(
            id=record.pk,
            level=record.level,
            label=str(risk_words.SHORT_LEVELS.get(record.level, record.level)),
            author=record.author.alias,
            mine=record.author_id == actor.id,
            at=record.at,
            review_on=record.review_on,
            seen=seen[record.pk],
            waits=record.level in SERIOUS and not seen[record.pk],
            may_see=record.level in SERIOUS
            and record.author_id != actor.id
            and actor.alias not in [name for name, _at in seen[record.pk]],
            case=cases.get(record.pk),
            log=lines[record.pk],
            content=(contents or {}).get(record.pk),
        )
        for record in records
    ]


def _cases(actor: Actor, ids: list[UUID]) -> dict[UUID, UUID]:
    """The cases of these records that I may open: I am seated there, or the danger is open."""
    seated = Seat.objects.filter(staff=actor.id, ended_at__isnull=True)
    may_open = Case.objects.filter(Exists(seated.filter(case=OuterRef("pk"))) | danger.stands_at())
    return dict(Risk.objects.filter(record__in=ids, case__in=may_open).values_list("record", "case"))
