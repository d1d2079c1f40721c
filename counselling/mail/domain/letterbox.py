"""What a young person is told around their letters: until when they are answered, who reads now, what cannot wait."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import timezone

from counselling.cases.domain import attention, keys, seats, timeline
from counselling.cases.domain.attention import Attention
from counselling.cases.domain.timeline import Line
from counselling.cases.models import Entry, Role
from counselling.mail.domain import deadlines
from counselling.mail.domain.deadlines import Promise
from counselling.mail.models import Correspondence
from counselling.people.domain.actors import Actor


@dataclass(frozen=True)
class Letterbox:
    """`due_on`: the last day of the answer that is owed now, None where nothing waits; `late`: that day is over.

    `first`: what waits was put first, because of what the young person said or wrote.
    """

    team: UUID
    attention: Attention
    promise: Promise
    due_on: date | None
    late: bool
    first: bool


def of_case(actor: Actor, case_id: UUID, now: datetime) -> Letterbox:
    """The actor's letterbox; a constant number of queries. Raises NotFound, NotAllowed."""
    case = seats.seated(actor, case_id).case
    owed = Correspondence.objects.filter(case=case_id, since__isnull=False).first() if case.unanswered_since else None
    due_at = owed.due_at if owed else None
    return Letterbox(
        team=case.team_id,
        attention=attention.of_case(case_id, now),
        promise=deadlines.promise(case.team_id, now),
        due_on=_last_day(due_at) if due_at else None,
        late=due_at is not None and now >= due_at and not (owed and (owed.urgent or owed.hinted)),
        first=owed is not None and (owed.urgent or owed.hinted),
    )


def last_answer(actor: Actor, case_id: UUID) -> Line | None:
    """The team's newest letter, to be read again while one writes back. Raises NotFound, NotAllowed, Locked."""
    seats.seated(actor, case_id)
    letters = Entry.objects.filter(case=case_id, kind=Entry.Kind.LETTER).exclude(role=Role.SEEKER)
    seq = letters.order_by("-seq").values_list("seq", flat=True).first()
    return timeline.since(case_id, keys.case_key(actor, case_id), seq - 1, 1)[0] if seq else None


def promised_on(promise: Promise) -> date:
    """The last day within which a letter that is sent now will be answered, in local time."""
    return _last_day(promise.due_at)


def _last_day(until: datetime) -> date:
    """Midnight ends the day before it."""
    return timezone.localdate(until - timedelta.resolution)
