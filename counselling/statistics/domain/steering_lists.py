"""What the teams keep themselves and those who lead look at: who is away, and which text modules there are."""

import datetime as dt
from dataclasses import dataclass

from counselling.centre.domain import steering_changes
from counselling.mail.models import Absence, TextModule
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team


@dataclass(frozen=True)
class Away:
    """One absence, both days included. `covered`: whether the substitute is there on all of its days."""

    alias: str
    begins: dt.date
    ends: dt.date
    substitute: str
    covered: bool


@dataclass(frozen=True)
class TeamLists:
    """A team's absences that are not over, the next one first, and its text modules in their order."""

    team: Team
    away: list[Away]
    modules: list[TextModule]


def of_teams(actor: Actor, today: dt.date) -> list[TeamLists]:
    """Each of my teams, by name. Four queries. Raises NotAllowed."""
    teams = steering_changes.teams(actor)
    members = list(Staff.objects.filter(teams__in=teams, is_active=True).values_list("teams", "pk"))
    modules = list(TextModule.objects.filter(team__in=teams).order_by("place", "pk"))
    rows = Absence.objects.filter(ends__gte=today).select_related("staff", "substitute").order_by("begins", "pk")
    absences = list(rows)
    return [
        TeamLists(
            team,
            [_away(row, absences) for row in absences if (team.pk, row.staff_id) in members],
            [row for row in modules if row.team_id == team.pk],
        )
        for team in teams
    ]


def _away(row: Absence, others: list[Absence]) -> Away:
    gone = any(
        other.staff_id == row.substitute_id and other.begins <= row.ends and other.ends >= row.begins
        for other in others
    )
    return Away(row.staff.alias, row.begins, row.ends, row.substitute.alias, covered=not gone)
