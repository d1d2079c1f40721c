"""One case in a list of the team: who, since when, until when, and what the young person told in codes."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, F, Max, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from counselling.cases.domain import danger, due, facts, keys
from counselling.cases.domain.due import Wanted
from counselling.cases.domain.timeline import SPOKEN
from counselling.cases.models import Case, Entry, FactTopic, Role, Seat
from counselling.centre.domain import topics as centre_topics
from counselling.mail.domain import lights
from counselling.mail.domain.lights import Light
from counselling.people.domain.actors import Actor

_AGES: Final = dict(facts.AGE_BANDS)
_NOTHING: Final = Wanted()
_OWN: Final = ("nickname", "state", "keeper", "unanswered_since", "last_at", "closed_at")
_OTHERS: Final = {
    "team_name": F("team__name"),
    "alias": F("keeper__alias"),
    **{name: F(f"facts__{name}") for name in ("strain", "age_band", "for_whom")},
    **{name: F(f"correspondence__{name}") for name in ("since", "due_at", "urgent", "hinted", "remind_on")},
}


@dataclass(frozen=True)
class Row:
    """A case as the lists show it; times in UTC. `light` is None where nothing waits for an answer.

    `place` says where it stands: free (nobody answers yet), mine, theirs, chat (it is in a chat now), closed.
    """

    case: UUID
    nickname: str = field(repr=False)
    team: str
    place: str
    keeper: str
    since: datetime | None  # since when the oldest letter waits
    light: Light | None
    urgent: bool
    hinted: bool
    danger: str  # orange or red as the newest assessment says, else ""
    worst: bool  # strain 5 of 5
    facts: list[str]
    unread: int  # words of the young person that nobody of the team has read
    last_at: datetime | None
    remind_on: date | None
    review_on: date | None  # the day of another look, once it has come; of tasks likewise
    task_on: date | None
    today: date
    closed_at: datetime | None

    @property
    def opens(self) -> bool:
        """Whether this session could open the case's key."""
        return self.nickname != keys.UNREADABLE_NICKNAME

    @property
    def reminds(self) -> bool:
        """Whether the day has come on which somebody wanted to remember."""
        return self.remind_on is not None and self.remind_on <= self.today


def of(actor: Actor, ids: Sequence[UUID], now: datetime) -> list[Row]:
    """The rows of these cases in their order; six queries, one more for keys that this session opens first."""
    found = {case.pk: case for case in _cases(ids)}
    opened, topics, wanted = keys.case_keys(actor, ids), _topics(ids), due.of_cases(ids, timezone.localdate(now))
    return [
        _row(actor, found[pk], opened.get(pk), topics.get(pk, []), wanted.get(pk, _NOTHING), now)
        for pk in ids
        if pk in found
    ]


def _cases(ids: Sequence[UUID]) -> QuerySet[Case, Any]:
    """With how many words of the young person lie behind what anybody of the team has read."""
    read = Seat.objects.filter(case=OuterRef("case"), staff__isnull=False).order_by()
    read_seq = Coalesce(Subquery(read.values("case").annotate(seq=Max("read_seq")).values("seq")), 0)
    theirs = Entry.objects.filter(case=OuterRef("pk"), role=Role.SEEKER, kind__in=SPOKEN).order_by()
    unread = theirs.annotate(read=read_seq).filter(seq__gt=F("read")).values("case").annotate(n=Count("pk")).values("n")
    cases = Case.objects.filter(pk__in=ids).only(*_OWN).annotate(**_OTHERS)  # of five tables, only what is shown
    return cases.annotate(unread=Coalesce(Subquery(unread), 0))


def _topics(ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """What it is about in words, by case."""
    labels, found = centre_topics.labels(), dict[UUID, list[str]]()
    for case, code in FactTopic.objects.filter(case__in=ids).order_by("code").values_list("case", "code"):
        found.setdefault(case, []).append(labels.get(code, code))
    return found


def _row(  # noqa: PLR0917 -- one for each source of a row
    actor: Actor, case: Any, key: bytes | None, topics: list[str], wanted: Wanted, now: datetime
) -> Row:
    waits, today = _waits(case), timezone.localdate(now)
    return Row(
        case=case.pk,
        nickname=keys.nickname(case, key),
        team=case.team_name,
        place=_place(actor, case),
        keeper=case.alias or "",
        since=case.since if waits else None,
        light=lights.of(case.due_at, now) if waits else None,
        urgent=waits and case.urgent,
        hinted=waits and case.hinted,
        danger=wanted.level if wanted.level in danger.SERIOUS else "",
        worst=case.strain == facts.URGENT_STRAIN,
        facts=_facts(case) + topics,
        unread=case.unread,
        last_at=case.last_at,
        remind_on=case.remind_on,
        review_on=wanted.review_on,
        task_on=wanted.task_on,
        today=today,
        closed_at=case.closed_at,
    )


def _waits(case: Any) -> bool:
    """As `lists.py` says it to the database."""
    if case.state != Case.State.LETTERS or case.due_at is None or case.since is None:
        return False
    return case.unanswered_since is not None and case.since >= case.unanswered_since


def _place(actor: Actor, case: Case) -> str:
    if case.state == Case.State.CLOSED:
        return "closed"
    if case.state in {Case.State.ACTIVE, Case.State.WAITING}:
        return "chat"
    if case.keeper_id is None:
        return "free"
    return "mine" if case.keeper_id == actor.id else "theirs"


def _facts(case: Any) -> list[str]:
    age = _AGES.get(case.age_band)
    told = [str(age)] if age else []
    if case.for_whom == "other":
        told.append(str(dict(facts.FOR_WHOM)["other"]))
    return told
