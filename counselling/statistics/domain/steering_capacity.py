"""How many chats at once: a number for the team, and one of their own for whoever needs another."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from counselling.cases import bell
from counselling.centre.domain import steering_changes
from counselling.centre.domain.steering_changes import Unfit
from counselling.people.domain import audit
from counselling.people.domain.actors import Actor
from counselling.people.models import MAX_CAPACITY, Staff, Team


@dataclass(frozen=True)
class Colleague:
    """A counsellor with a capacity of their own, or None where the team's number holds."""

    id: UUID
    alias: str
    capacity: int | None


@dataclass(frozen=True)
class Capacity:
    """A team's number and its counsellors, by name; `mark` for `write`."""

    team: Team
    default: int
    colleagues: list[Colleague]

    @property
    def mark(self) -> str:
        """What a form shows when it is drawn now."""
        return steering_changes.mark([self.default, *((f"{one.id}", one.capacity) for one in self.colleagues)])


def of_teams(actor: Actor) -> list[Capacity]:
    """Each of my teams, by name; two queries. Raises NotAllowed."""
    teams = steering_changes.teams(actor)
    people = _counsellors().filter(teams__in=teams).values_list("teams", "pk", "alias", "capacity")
    rows = list(people.order_by("alias"))
    return [
        Capacity(team, team.default_capacity, [Colleague(*row[1:]) for row in rows if row[0] == team.pk])
        for team in teams
    ]


def write(actor: Actor, team_id: UUID, default: int, own: Mapping[UUID, int | None], *, seen: str) -> None:
    """The team's number and those of its counsellors (None: the team's); who is missing in `own` keeps theirs.

    Raises Unfit ("default" or somebody's id, as text) outside 1-12, Overtaken, NotFound, NotAllowed.
    """
    with transaction.atomic():
        team = steering_changes.lock_team(actor, team_id)
        before = _capacity(team)
        after = Capacity(
            team, default, [Colleague(c.id, c.alias, own.get(c.id, c.capacity)) for c in before.colleagues]
        )
        _check(after)
        if after.mark == before.mark:
            return  # the form came twice
        steering_changes.require_unchanged(seen, before.mark)
        _put(actor, before, after)
        bell.ring(teams=_teams_of(after))


def _put(actor: Actor, before: Capacity, after: Capacity) -> None:
    if after.default != before.default:
        Team.objects.filter(pk=after.team.pk).update(default_capacity=after.default)
        audit.note("capacity_set", by=actor, subject=after.team.pk)
    for old, new in zip(before.colleagues, after.colleagues, strict=True):
        if old != new:
            Staff.objects.filter(pk=new.id).update(capacity=new.capacity)
            audit.note("capacity_set", by=actor, subject=new.id)


def _check(after: Capacity) -> None:
    numbers = {"default": after.default} | {f"{one.id}": one.capacity for one in after.colleagues}
    problems = {
        name: _("Eine Zahl von 1 bis 12.")
        for name, number in numbers.items()
        if number is not None and not 1 <= number <= MAX_CAPACITY
    }
    if problems:
        raise Unfit(problems)


def _capacity(team: Team) -> Capacity:
    people = _counsellors().filter(teams=team).order_by("alias")
    people = people.select_for_update(no_key=True, of=("self",))
    return Capacity(team, team.default_capacity, [Colleague(one.pk, one.alias, one.capacity) for one in people])


def _teams_of(after: Capacity) -> list[UUID]:
    """Whose desks show these people: they may belong to several teams."""
    people = [one.id for one in after.colleagues]
    return list({*Team.objects.filter(staff__in=people).values_list("pk", flat=True), after.team.pk})


def _counsellors() -> QuerySet[Staff]:
    return Staff.objects.filter(role=Staff.Role.COUNSELLOR, is_active=True)
