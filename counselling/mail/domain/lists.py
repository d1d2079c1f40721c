"""Which cases stand in which list of a team, in which order: by index, so that thousands cost what a page does.

What waits is asked of `Correspondence`, whose index has the order; a case is only looked up for whom it might concern.
What is mine is asked of `Case` by its keeper; what the whole team has by the index of the latest word.
"""

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from counselling.cases.domain import danger, due
from counselling.cases.models import Case, FactTopic, Role, Seat
from counselling.mail.models import Correspondence
from counselling.people.domain.actors import Actor
from counselling.people.models import Team

CLOSED_FOR: Final = timedelta(days=90)
TABS: Final = ("inbox", "mine", "due", "answered", "reminders", "closed")
SCOPES: Final = ("", "team")  # mine (and what nobody answers yet), or everybody's of my teams
STATES: Final = ("", "waits", "answered", "chat")

_GOING_ON: Final = (Case.State.LETTERS, Case.State.ACTIVE, Case.State.WAITING)
_STATES: Final = {"": _GOING_ON, "waits": _GOING_ON[:1], "answered": _GOING_ON[:1], "chat": _GOING_ON[1:]}

Teams = Sequence[UUID] | QuerySet[Team, Any]


@dataclass(frozen=True)
class Chosen:
    """What is looked at, in codes of the tuples above; `topic` is one of the centre's codes or ""."""

    tab: str = "inbox"
    scope: str = ""
    topic: str = ""
    state: str = ""
    page: int = 1

    def known(self) -> "Chosen":
        """The same without codes that do not exist."""
        return Chosen(
            tab=self.tab if self.tab in TABS else TABS[0],
            scope=self.scope if self.scope in SCOPES else "",
            topic=self.topic,
            state=self.state if self.state in STATES and self.tab == "mine" else "",
            page=max(1, self.page),
        )


def ids(actor: Actor, teams: Teams, chosen: Chosen, now: datetime, *, begin: int, end: int) -> list[UUID]:
    """The cases from one place of a list up to another. Nobody's letters are in it who has not sent one yet."""
    if chosen.tab in {"inbox", "due"}:
        return list(_waiting(actor, teams, chosen, now).values_list("case", flat=True)[begin:end])
    if chosen.tab == "reminders":
        return _reminded(actor, teams, chosen, timezone.localdate(now))[begin:end]
    if chosen.tab == "mine" and chosen.scope == "team":
        return _latest(_open(teams, chosen), _STATES[chosen.state], end)[begin:]
    found = {"mine": _mine, "answered": _answered, "closed": _closed}[chosen.tab](actor, teams, chosen, now)
    return list(found.values_list("pk", flat=True)[begin:end])


def number(actor: Actor, teams: Teams, chosen: Chosen, now: datetime, *, most: int) -> int:
    """How many stand in the inbox, wait for me, are due or want to be remembered; counted up to `most`."""
    if chosen.tab == "reminders":
        return min(most, len(_reminded(actor, teams, chosen, timezone.localdate(now))))
    if chosen.tab == "due":
        return _waiting(actor, teams, chosen, now).order_by()[:most].count()
    of_me = Q(keeper=actor.id) if chosen.tab == "mine" else Q(keeper__isnull=True)
    return _open(teams, Chosen(state="waits")).filter(of_me, state=Case.State.LETTERS)[:most].count()


def end_of_day(now: datetime) -> datetime:
    """Midnight after today, local: what is due up to then is due today."""
    tomorrow = timezone.localdate(now) + timedelta(days=1)
    return datetime.combine(tomorrow, time.min, timezone.get_default_timezone())


def _waiting(actor: Actor, teams: Teams, chosen: Chosen, now: datetime) -> QuerySet[Correspondence]:
    """What waits for an answer, the most pressing first: with nobody, or due today with me or nobody (or the team)."""
    cases = Case.objects.filter(_scope(actor, chosen), pk=OuterRef("case"), team=OuterRef("team"), last_seq__gt=0)
    cases = cases.filter(state=Case.State.LETTERS, unanswered_since__lte=OuterRef("since"))
    letters = Correspondence.objects.filter(Exists(cases), team__in=teams, due_at__isnull=False)
    if chosen.tab == "due":
        letters = letters.filter(due_at__lte=end_of_day(now))
    if chosen.topic:
        letters = letters.filter(_about(chosen, "case"))
    return letters.order_by("-urgent", "-hinted", "due_at", "pk")


def _mine(actor: Actor, teams: Teams, chosen: Chosen, _now: datetime) -> QuerySet[Case]:
    """Everything of mine that goes on: first where the danger is open, then what waits."""
    waits = F("correspondence__due_at").asc(nulls_last=True)
    urgent, hinted = (F(f"correspondence__{name}").desc(nulls_last=True) for name in ("urgent", "hinted"))
    cases = _open(teams, chosen).filter(keeper=actor.id, state__in=_STATES[chosen.state])
    return cases.annotate(serious=danger.stands_at()).order_by("-serious", urgent, hinted, waits, "-last_at", "pk")


def _answered(actor: Actor, teams: Teams, chosen: Chosen, _now: datetime) -> QuerySet[Case]:
    """Where the young person's turn is, the latest first."""
    cases = _open(teams, Chosen(topic=chosen.topic, state="answered"))
    return cases.filter(_scope(actor, chosen), state=Case.State.LETTERS).order_by("-last_at", "pk")


def _closed(actor: Actor, teams: Teams, chosen: Chosen, now: datetime) -> QuerySet[Case]:
    """Cases with letters that were closed lately; mine are those in which I answered."""
    cases = Case.objects.filter(_about(chosen, "pk"), team__in=teams, last_seq__gt=0, correspondence__isnull=False)
    cases = cases.filter(state=Case.State.CLOSED, closed_at__gte=now - CLOSED_FOR)
    if chosen.scope != "team":
        mine = Seat.objects.filter(case=OuterRef("pk"), staff=actor.id, role=Role.COUNSELLOR)
        cases = cases.filter(Exists(mine))
    return cases.order_by("-closed_at", "pk")


def _reminded(actor: Actor, teams: Teams, chosen: Chosen, today: date) -> list[UUID]:
    """What somebody wanted to remember, to assess anew or to do by now: the longest overdue first. One query."""
    cases = Case.objects.filter(_scope(actor, chosen), _about(chosen, "pk"), pk=OuterRef("case"), team__in=teams)
    here = Exists(cases.filter(by_letter=True, last_seq__gt=0, state__in=_GOING_ON))
    reminders = Correspondence.objects.filter(here, remind_on__lte=today).values_list("case", "remind_on")
    reviews = due.reviews(today).filter(here).values_list("case", "review_on")
    tasks = due.tasks(today).filter(here).values_list("case", "due_on")
    days = dict[UUID, date]()
    for case, day in reminders.union(reviews, tasks, all=True):
        if day:  # it is: none was asked for that has none
            days[case] = min(day, days.get(case, day))
    return sorted(days, key=lambda case: (days[case], case))


def _open(teams: Teams, chosen: Chosen) -> QuerySet[Case]:
    """What goes on in letters or has gone on in them, by topic and by whether a letter waits; no order."""
    cases = Case.objects.filter(_about(chosen, "pk"), team__in=teams, by_letter=True, last_seq__gt=0)
    # A letter of the young person is the oldest that nobody answered; a word in a chat answers as well.
    waits = Exists(
        Correspondence.objects.filter(
            case=OuterRef("pk"), due_at__isnull=False, since__gte=OuterRef("unanswered_since")
        )
    )
    return cases.filter({"waits": waits, "answered": ~waits}.get(chosen.state, Q()))


def _latest(cases: QuerySet[Case], states: Sequence[str], end: int) -> list[UUID]:
    """The first so many by their latest word: from each state by its index, then together."""
    columns = [
        cases.filter(state=state).order_by("-last_at", "pk").values_list("last_at", "pk")[:end] for state in states
    ]
    merged = heapq.merge(*columns, key=lambda row: (-row[0].timestamp() if row[0] else 0, row[1]))
    return [pk for _, pk in merged][:end]


def _scope(actor: Actor, chosen: Chosen) -> Q:
    if chosen.tab == "inbox":
        return Q(keeper__isnull=True)
    return Q() if chosen.scope == "team" else Q(keeper=actor.id) | Q(keeper__isnull=True)


def _about(chosen: Chosen, of: str) -> Q | Exists:
    """Of this topic, where one was chosen; `of` names the case's id."""
    return Exists(FactTopic.objects.filter(case=OuterRef(of), code=chosen.topic)) if chosen.topic else Q()
