"""Who of my teams is away and who answers meanwhile; whom those who lead may enter when somebody falls ill.

What is entered here follows the rules of one's own absence (`mail.domain.absences`), which checks and notes it.
"""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from counselling.centre.domain import steering_changes
from counselling.centre.domain.steering_changes import Unfit
from counselling.mail.domain import absences
from counselling.mail.models import Absence
from counselling.people.domain import teamkeys
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team


@dataclass(frozen=True)
class Away:
    """One absence, both days included. `covered`: whether the substitute is there on all of its days."""

    id: int
    staff: UUID
    alias: str
    begins: dt.date
    ends: dt.date
    substitute: str
    runs: bool
    covered: bool


@dataclass(frozen=True)
class TeamAbsences:
    """A team's absences that are not over, the next one first; who counsels there, and who of them opens its letters.

    People are (id, alias), by name.
    """

    team: Team
    away: list[Away]
    people: list[tuple[UUID, str]]
    openers: list[tuple[UUID, str]]

    @property
    def possible(self) -> bool:
        """Whether anybody could answer for anybody."""
        return bool(self.openers) and len(self.people) > 1


def of_teams(actor: Actor, today: dt.date) -> list[TeamAbsences]:
    """Each of my teams, by name. Three queries and two for each team. Raises NotAllowed."""
    teams = steering_changes.teams(actor)
    able = Staff.objects.filter(teams__in=teams, is_active=True, role=Staff.Role.COUNSELLOR)
    people = list(able.order_by("alias").values_list("teams", "pk", "alias"))
    rows = Absence.objects.filter(ends__gte=today).select_related("staff", "substitute").order_by("begins", "pk")
    known = list(rows)
    return [_of(team, [(pk, alias) for at, pk, alias in people if at == team.pk], known) for team in teams]


def plan(actor: Actor, staff: UUID, *, begins: dt.date, ends: dt.date, substitute: UUID) -> None:
    """Enter that a colleague is away. Raises Unfit (begins, ends, substitute), NotFound, NotAllowed."""
    try:
        absences.plan(actor, begins=begins, ends=ends, substitute=substitute, of=staff)
    except absences.Refused as refusal:
        raise Unfit({refusal.field: refusal.sentence}) from None


def _of(team: Team, people: list[tuple[UUID, str]], known: list[Absence]) -> TeamAbsences:
    here = {pk for pk, _alias in people}
    openers = set(teamkeys.openers(team.pk).values_list("pk", flat=True))
    away = [_away(row, known) for row in known if row.staff_id in here]
    return TeamAbsences(team, away, people, [one for one in people if one[0] in openers])


def _away(row: Absence, others: list[Absence]) -> Away:
    gone = any(
        other.staff_id == row.substitute_id and other.begins <= row.ends and other.ends >= row.begins
        for other in others
    )
    return Away(
        row.pk,
        row.staff_id,
        row.staff.alias,
        row.begins,
        row.ends,
        row.substitute.alias,
        runs=row.begun,
        covered=not gone,
    )
