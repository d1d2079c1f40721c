"""How a shift stands right now, in numbers alone: no name, no number of a case, nothing about anybody who waits.

Each number is one query, however many teams and cases there are.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, F, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest
from django.utils import timezone

from counselling.cases.domain import risk_records
from counselling.cases.models import Case, Level, Role, Seat, Waiting
from counselling.mail.domain import lists
from counselling.mail.models import Correspondence
from counselling.people.domain import presence, teamkeys
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team, TeamKey

_MINUTE: Final = 60


@dataclass(frozen=True)
class Load:
    """One team's shift. Minutes are whole ones, None where nobody waits.

    `waiting`: places in the queue, as the desk counts them; `longest_wait`: of those whom nobody has called yet.
    `unanswered`: the longest that somebody in an open chat waits for a word. `full`: those of `here` who have as many
    chats as they set. `red`, `orange`: cases that nobody but their author has looked at, each counted once.
    """

    team: UUID
    name: str
    waiting: int = 0
    longest_wait: int | None = None
    unanswered: int | None = None
    here: int = 0
    full: int = 0
    due_today: int = 0
    overdue: int = 0
    red: int = 0
    orange: int = 0

    @property
    def second_look(self) -> int:
        """All cases without one."""
        return self.red + self.orange


def of_teams(actor: Actor, now: datetime | None = None) -> list[Load]:
    """Each of my teams, by name. Raises NotAllowed for everybody but those who lead."""
    actor.require_supervisor()
    return measured(list(Team.objects.filter(staff=actor.id).order_by("name")), now or timezone.now())


def measured(teams: Sequence[Team], now: datetime) -> list[Load]:
    """These teams in their order; the caller decided who may see it. Seven queries."""
    ids = [team.pk for team in teams]
    queue, chats, letters = _queue(ids), _chats(ids), _letters(ids, now)
    here, full = _people(ids, now)
    red, orange = _without_second_look(ids)
    return [
        Load(
            team=team.pk,
            name=team.name,
            waiting=queue.get(team.pk, (0, None))[0],
            longest_wait=_minutes(queue.get(team.pk, (0, None))[1], now),
            unanswered=_minutes(chats.get(team.pk), now),
            here=here[team.pk],
            full=full[team.pk],
            due_today=letters.get(team.pk, (0, 0))[0],
            overdue=letters.get(team.pk, (0, 0))[1],
            red=red[team.pk],
            orange=orange[team.pk],
        )
        for team in teams
    ]


def _minutes(since: datetime | None, now: datetime) -> int | None:
    return None if since is None else max(0, int((now - since).total_seconds())) // _MINUTE


def _queue(teams: list[UUID]) -> dict[UUID, tuple[int, datetime | None]]:
    line = Waiting.objects.filter(team__in=teams, ended_at__isnull=True).order_by()
    rows = line.values_list("team").annotate(Count("pk"), oldest=Min("since", filter=Q(called_by__isnull=True)))
    return {team: (number, since) for team, number, since in rows}


def _chats(teams: list[UUID]) -> dict[UUID, datetime]:
    """Since when the longest waiting one waits: a letter of before counts from where the chat began."""
    open_chats = Case.objects.filter(team__in=teams, state=Case.State.ACTIVE, unanswered_since__isnull=False)
    since = Greatest("unanswered_since", Coalesce("waiting__ended_at", "unanswered_since"))
    return dict(open_chats.order_by().values_list("team").annotate(oldest=Min(since)))


def _letters(teams: list[UUID], now: datetime) -> dict[UUID, tuple[int, int]]:
    """Due by midnight, and overdue: as `mail.domain.load` counts what waits."""
    waits = Correspondence.objects.filter(
        team__in=teams,
        due_at__lte=lists.end_of_day(now),
        case__state=Case.State.LETTERS,
        case__last_seq__gt=0,
        case__unanswered_since__lte=F("since"),
    )
    today, over = (Count("pk", filter=which) for which in (Q(due_at__gt=now), Q(due_at__lte=now)))
    rows = waits.order_by().values_list("team").annotate(today=today, over=over)
    return {row[0]: (row[1], row[2]) for row in rows}


def _people(teams: list[UUID], now: datetime) -> tuple[Counter[UUID], Counter[UUID]]:
    """Who is behind the chat's door, as `presence.anyone_here` has it, and who of them takes no more."""
    keys = {key.team_id: key.pk for key in _confirmed(teams) if teamkeys.is_vouched(key)}
    largest = Team.objects.filter(staff=OuterRef("pk")).order_by("-default_capacity").values("default_capacity")
    people = Staff.objects.filter(
        teams=F("team_seals__team_key__team"),
        team_seals__team_key__in=list(keys.values()),
        role=Staff.Role.COUNSELLOR,
        is_active=True,
        status=Staff.Status.HERE,
        seen_at__isnull=False,
    ).exclude(presence.locked(now))
    rows = people.order_by().values_list(
        "team_seals__team_key__team", "seen_at", _talking() + _calling(), Coalesce("capacity", Subquery(largest[:1]))
    )
    seen = [(team, chats >= (room or 1)) for team, at, chats, room in rows if presence.was_seen(at, now)]
    return Counter(team for team, _full in seen), Counter(team for team, full in seen if full)


def _confirmed(teams: list[UUID]) -> QuerySet[TeamKey]:
    """A team's newest epoch last."""
    return TeamKey.objects.filter(team__in=teams, confirmed_at__isnull=False).order_by("epoch")


def _talking() -> Coalesce:
    seats = Seat.objects.filter(staff=OuterRef("pk"), role=Role.COUNSELLOR, ended_at__isnull=True)
    return _number(seats.filter(case__state=Case.State.ACTIVE), "staff")


def _calling() -> Coalesce:
    return _number(Waiting.objects.filter(called_by=OuterRef("pk"), ended_at__isnull=True), "called_by")


def _number(rows: QuerySet[Any], by: str) -> Coalesce:
    return Coalesce(Subquery(rows.order_by().values(by).annotate(n=Count("pk")).values("n")), 0)


def _without_second_look(teams: list[UUID]) -> tuple[Counter[UUID], Counter[UUID]]:
    """Cases by the gravest assessment that nobody else has looked at."""
    red, orange = (_courses(teams, level) for level in (Level.RED, Level.ORANGE))
    return _by_team(red), _by_team(orange - red)


def _courses(teams: list[UUID], level: str) -> set[tuple[UUID, UUID]]:
    return set(risk_records.unseen_of(level).filter(team__in=teams).values_list("team", "course"))


def _by_team(courses: Iterable[tuple[UUID, UUID]]) -> Counter[UUID]:
    return Counter(team for team, _course in courses)
