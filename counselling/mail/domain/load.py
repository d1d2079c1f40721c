"""How much lies with a team, for those who lead: numbers and deadlines, never a name or a word of a young person.

A case is called by the beginning of its number in the audit trail.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import BooleanField, Count, ExpressionWrapper, F, Min, Q
from django.utils import timezone

from counselling.cases.domain import by_letter
from counselling.cases.models import Case
from counselling.errors import NotFound
from counselling.mail.domain import lights, lists
from counselling.mail.domain.lights import Light
from counselling.people.domain import teamkeys
from counselling.people.domain.actors import Actor
from counselling.people.models import Team

PAGE: Final = 50
_WAITS: Final = Q(correspondence__due_at__isnull=False, correspondence__since__gte=F("unanswered_since"))


@dataclass(frozen=True)
class Keeper:
    """How much one counsellor answers; `alias` is "" and `id` None for what nobody answers yet."""

    id: UUID | None
    alias: str
    cases: int
    waiting: int
    overdue: int


@dataclass(frozen=True)
class TeamLoad:
    """One team's letters. `oldest_days`: since how many days the oldest one waits, None when none does."""

    name: str
    waiting: int
    due_today: int
    overdue: int
    unclaimed: int
    oldest_days: int | None
    keepers: list[Keeper]


@dataclass(frozen=True)
class Due:
    """A case as somebody who does not read may see it; `since` and `light` are None where nothing waits."""

    ref: UUID
    team: str
    keeper: str
    since: datetime | None
    light: Light | None
    urgent: bool
    colleagues: list[tuple[str, str]]

    @property
    def short(self) -> str:
        """How people call it: the beginning of its number in the audit trail."""
        return str(self.ref)[:8]


def of_teams(actor: Actor, now: datetime) -> list[TeamLoad]:
    """Each of my teams, by name; two queries. Raises NotAllowed."""
    actor.require_supervisor()
    teams = Team.objects.filter(staff=actor.id).order_by("name")
    overdue = _WAITS & Q(correspondence__due_at__lte=now)
    today = _WAITS & Q(correspondence__due_at__gt=now, correspondence__due_at__lte=lists.end_of_day(now))
    cases = Case.objects.filter(team__staff=actor.id, state=Case.State.LETTERS, last_seq__gt=0)
    counted = (
        cases.order_by()
        .values("team", "keeper", "keeper__alias")
        .annotate(
            cases=Count("pk"),
            waits=Count("pk", filter=_WAITS),
            overdue=Count("pk", filter=overdue),
            today=Count("pk", filter=today),
            oldest=Min("correspondence__since", filter=_WAITS),
        )
    )
    rows: list[dict[str, Any]] = [dict(row) for row in counted]
    return [_load(team.name, [row for row in rows if row["team"] == team.pk], now) for team in teams]


@dataclass(frozen=True)
class Kept:
    """Whose cases are looked at: all that lie with this person, waiting or not; None for what nobody answers yet."""

    by: UUID | None


def waiting(actor: Actor, page: int, now: datetime, kept: Kept | None = None) -> tuple[list[Due], bool]:
    """PAGE open cases, the most pressing first, and whether there are more: what waits, or all that `kept` names.

    Raises NotAllowed.
    """
    actor.require_supervisor()
    begin = (max(1, page) - 1) * PAGE
    cases = Case.objects.filter(team__staff=actor.id, by_letter=True, state=Case.State.LETTERS, last_seq__gt=0)
    cases = cases.annotate(waits=ExpressionWrapper(_WAITS, output_field=BooleanField()))
    cases = (
        cases.filter(keeper=kept.by) if kept and kept.by else cases.filter(Q(keeper__isnull=True) if kept else _WAITS)
    )
    urgent, hinted = (F(f"correspondence__{name}").desc(nulls_last=True) for name in ("urgent", "hinted"))
    ordered = cases.order_by(urgent, hinted, F("correspondence__due_at").asc(nulls_last=True), "pk")
    fields = ("audit_ref", "team", "team__name", "keeper", "keeper__alias", "waits")
    letters = ("correspondence__since", "correspondence__due_at", "correspondence__urgent")
    found = list(ordered.values_list(*fields, *letters)[begin : begin + PAGE + 1])
    people = {team: _colleagues(team) for team in {row[1] for row in found}}
    rows = [
        Due(
            ref=ref,
            team=name,
            keeper=alias or "",
            since=since if waits else None,
            light=lights.of(due_at, now) if waits else None,
            urgent=bool(waits and urgent),
            colleagues=[one for one in people[team] if one[0] != str(keeper)],
        )
        for ref, team, name, keeper, alias, waits, since, due_at, urgent in found[:PAGE]
    ]
    return rows, len(found) > PAGE


def reassign(actor: Actor, ref: UUID, *, to: UUID) -> None:
    """Give any open case of letters, by its audit number, to a counsellor of its team; raises as `by_letter`.

    Whoever had it may have fallen ill: whether it waits makes no difference. Nothing of it is opened.
    """
    actor.require_supervisor()
    with transaction.atomic():
        case = Case.objects.filter(team__staff=actor.id, by_letter=True, audit_ref=ref).first()
        if case is None:
            raise NotFound
        by_letter.reassign(actor, case.pk, to=to)


def _load(name: str, rows: list[dict[str, Any]], now: datetime) -> TeamLoad:
    oldest = min((row["oldest"] for row in rows if row["oldest"]), default=None)
    return TeamLoad(
        name=name,
        waiting=sum(row["waits"] for row in rows),
        due_today=sum(row["today"] for row in rows),
        overdue=sum(row["overdue"] for row in rows),
        unclaimed=sum(row["waits"] for row in rows if row["keeper__alias"] is None),
        oldest_days=(timezone.localdate(now) - timezone.localdate(oldest)).days if oldest else None,
        keepers=sorted(
            (
                Keeper(row["keeper"], row["keeper__alias"] or "", row["cases"], row["waits"], row["overdue"])
                for row in rows
            ),
            key=lambda keeper: keeper.alias,
        ),
    )


def _colleagues(team: UUID) -> list[tuple[str, str]]:
    """Who could take over: everybody whose vault opens."""
    people = teamkeys.openers(team).order_by("alias")
    return [(str(pk), alias) for pk, alias in people.values_list("pk", "alias")]
