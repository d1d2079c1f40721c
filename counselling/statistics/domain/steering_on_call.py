"""Who is called, without any content, when a letter of the night cannot wait: the list of a team, in its order."""

from dataclasses import dataclass
from typing import Final, Literal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from counselling.centre.domain import steering_changes
from counselling.centre.domain.steering_changes import Unfit
from counselling.errors import NotFound
from counselling.mail.models import OnCall
from counselling.people.domain import audit
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team

MOST: Final = 20
MAX_EMAIL: Final = 254
_ASIDE: Final = 10_000  # above all places: places are unique at every moment


@dataclass(frozen=True)
class Listed:
    """One entry; `able`: whether this person can still answer the team's letters. First and last end the list."""

    id: int
    staff: UUID
    alias: str
    email: str
    able: bool
    first: bool
    last: bool

    @property
    def mark(self) -> str:
        """What a form shows when it is drawn now."""
        return steering_changes.mark([self.email])


@dataclass(frozen=True)
class TeamList:
    """A team's list, and whom it may name: (id, alias) of its counsellors who may sign in."""

    team: Team
    entries: list[Listed]
    people: list[tuple[UUID, str]]


def of_teams(actor: Actor) -> list[TeamList]:
    """Each of my teams, by name; three queries. Raises NotAllowed."""
    teams = steering_changes.teams(actor)
    able = Staff.objects.filter(teams__in=teams, role=Staff.Role.COUNSELLOR, is_active=True)
    people = list(able.order_by("alias").values_list("teams", "pk", "alias"))
    rows = list(OnCall.objects.filter(team__in=teams).select_related("staff").order_by("place"))
    return [
        _list(team, [row for row in rows if row.team_id == team.pk], [row[1:] for row in people if row[0] == team.pk])
        for team in teams
    ]


def add(actor: Actor, team_id: UUID, staff: UUID, email: str) -> None:
    """Somebody at the end of the list; the same person and address once more changes nothing.

    Raises Unfit (staff, email), NotFound, NotAllowed.
    """
    with transaction.atomic():
        steering_changes.lock_team(actor, team_id)
        problems = _problem_of(email)
        able = Staff.objects.filter(pk=staff, teams=team_id, role=Staff.Role.COUNSELLOR, is_active=True)
        if not able.exists():
            problems["staff"] = _("Wähle jemanden, der in diesem Team berät.")
        rows = _rows(team_id)
        if len(rows) >= MOST:
            problems["staff"] = _("Die Liste ist voll. Nimm erst jemanden heraus.")
        if problems:
            raise Unfit(problems)
        if any((row.staff_id, row.email) == (staff, email) for row in rows):
            return  # the form came twice
        OnCall.objects.create(team_id=team_id, staff_id=staff, email=email, place=rows[-1].place + 1 if rows else 1)
        audit.note("on_call_changed", by=actor, subject=team_id)


def change(actor: Actor, number: int, email: str, *, seen: str) -> None:
    """Another address. Raises Unfit (email), Overtaken, NotFound (another team's, or gone), NotAllowed."""
    with transaction.atomic():
        row = _lock(actor, number)
        if row.email == email:
            return
        if problems := _problem_of(email):
            raise Unfit(problems)
        steering_changes.require_unchanged(seen, steering_changes.mark([row.email]))
        row.email = email
        row.save(update_fields=["email"])
        audit.note("on_call_changed", by=actor, subject=row.team_id)


def drop(actor: Actor, number: int) -> None:
    """Not called any more. Raises NotFound, NotAllowed."""
    with transaction.atomic():
        row = _lock(actor, number)
        row.delete()
        audit.note("on_call_changed", by=actor, subject=row.team_id)


def move(actor: Actor, number: int, where: Literal["up", "down"]) -> None:
    """Called one place earlier or later; at an end nothing happens. Raises NotFound, NotAllowed."""
    with transaction.atomic():
        row = _lock(actor, number)
        rows = _rows(row.team_id)
        at = rows.index(row)
        other = at + (1 if where == "down" else -1)
        if not 0 <= other < len(rows):
            return
        first, second = rows[at], rows[other]
        for one, place in ((first, first.place + _ASIDE), (second, first.place), (first, second.place)):
            OnCall.objects.filter(pk=one.pk).update(place=place)
        audit.note("on_call_changed", by=actor, subject=row.team_id)


def _lock(actor: Actor, number: int) -> OnCall:
    """An entry of one of my teams, whose list nobody else changes meanwhile; needs `atomic`."""
    actor.require_supervisor()
    row = OnCall.objects.filter(pk=number, team__staff=actor.id).first()
    if row is None:
        raise NotFound
    steering_changes.lock_team(actor, row.team_id)
    return _still_there(number)


def _still_there(number: int) -> OnCall:
    row = OnCall.objects.filter(pk=number).first()
    if row is None:
        raise NotFound
    return row


def _rows(team_id: UUID) -> list[OnCall]:
    return list(OnCall.objects.filter(team=team_id).order_by("place"))


def _problem_of(email: str) -> dict[str, str | Promise]:
    try:
        validate_email(email)
    except ValidationError:
        return {"email": _("Das ist keine E-Mail-Adresse.")}
    return {"email": _("Diese Adresse ist zu lang.")} if len(email) > MAX_EMAIL else {}


def _list(team: Team, rows: list[OnCall], people: list[tuple[UUID, str]]) -> TeamList:
    able = {pk for pk, _alias in people}
    entries = [
        Listed(
            row.pk,
            row.staff_id,
            row.staff.alias,
            row.email,
            able=row.staff_id in able,
            first=place == 0,
            last=place == len(rows) - 1,
        )
        for place, row in enumerate(rows)
    ]
    return TeamList(team, entries, people)
