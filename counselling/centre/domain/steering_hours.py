"""The regular week of a team on a channel, as those who lead change it."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from counselling.centre.domain import hours, steering_changes, steering_preview
from counselling.centre.domain.steering_changes import Unfit
from counselling.centre.domain.steering_preview import PreviewDay
from counselling.centre.domain.week import MIDNIGHT, DayHours, Row, group_by_day, in_words
from counselling.centre.models import HoursException, OpeningHour
from counselling.centre.models.hours import Channel
from counselling.errors import NotFound
from counselling.people.domain import audit
from counselling.people.domain.actors import Actor
from counselling.people.models import Team

BACKWARDS: Final = _("Das Ende liegt vor dem Beginn. Bis Mitternacht heißt 00:00.")
OVERLAPS: Final = _("Diese Zeit überschneidet sich mit einer anderen an diesem Tag.")


@dataclass(frozen=True)
class Offer:
    """One team on one channel: its week in words (no lines: never open), and how many special days lie ahead."""

    team: Team
    channel: str
    week: list[str]
    special: int

    @property
    def label(self) -> str:
        """The channel in the reader's language."""
        return str(Channel(self.channel).label)


def offers(actor: Actor, today: dt.date) -> list[Offer]:
    """Each of my teams on each channel. Three queries. Raises NotAllowed."""
    teams = steering_changes.teams(actor)
    rows = list(OpeningHour.objects.filter(team__in=teams).values_list("team", "channel", "weekday", "opens", "closes"))
    ahead = HoursException.objects.filter(team__in=teams, day__gte=today).values_list("team", "channel", "day")
    special = set(ahead.order_by())
    return [
        Offer(
            team,
            channel,
            in_words(group_by_day(row[2:] for row in rows if row[:2] == (team.pk, channel))),
            sum(row[:2] == (team.pk, channel) for row in special),
        )
        for team in teams
        for channel in Channel.values
    ]


def week(actor: Actor, team_id: UUID, channel: str) -> tuple[list[DayHours], str]:
    """The week, Monday first, and its mark for `write`. Raises NotFound, NotAllowed."""
    require_offer(actor, team_id, channel)
    days = hours.week(team_id, channel)
    return days, _mark(days)


def write(actor: Actor, team_id: UUID, channel: str, rows: Sequence[Row], *, seen: str) -> None:
    """These are the week's hours from now on; `closes` 00:00 is the end of the day.

    Raises Unfit (problems by a row's place in `rows`, as text), Overtaken, NotFound, NotAllowed.
    """
    _check(rows)
    with transaction.atomic():
        _require_channel(channel)
        steering_changes.lock_team(actor, team_id)
        before = hours.week(team_id, channel)
        if group_by_day(rows) == before:
            return  # the form came twice
        steering_changes.require_unchanged(seen, _mark(before))
        _replace(team_id, channel, rows)
        audit.note("hours_changed", by=actor, subject=team_id, code=channel)


def tried(actor: Actor, team_id: UUID, channel: str, rows: Sequence[Row], first: dt.date) -> list[PreviewDay]:
    """What the next two weeks would be with these hours; nothing is kept. Raises Unfit, NotFound, NotAllowed."""
    _check(rows)
    with transaction.atomic():
        _require_channel(channel)
        steering_changes.lock_team(actor, team_id)
        _replace(team_id, channel, rows)
        days = steering_preview.days(team_id, channel, first)
        transaction.set_rollback(True)
    return days


def require_offer(actor: Actor, team_id: UUID, channel: str) -> Team:
    """My team, on a channel that there is. Raises NotFound, NotAllowed."""
    found = steering_changes.team(actor, team_id)
    _require_channel(channel)
    return found


def problem_of(opens: dt.time, closes: dt.time, others: Sequence[tuple[dt.time, dt.time]]) -> str | Promise:
    """What is wrong with one span of a day beside the day's others; "" when nothing is. Touching is allowed."""
    if closes != MIDNIGHT and closes <= opens:
        return BACKWARDS
    if any(opens < _end(other[1]) and other[0] < _end(closes) for other in others):
        return OVERLAPS
    return ""


def _end(closes: dt.time) -> dt.time:
    return dt.time.max if closes == MIDNIGHT else closes


def _check(rows: Sequence[Row]) -> None:
    problems = {}
    for place, (weekday, opens, closes) in enumerate(rows):
        earlier = [(row[1], row[2]) for row in rows[:place] if row[0] == weekday]
        if problem := problem_of(opens, closes, earlier):
            problems[str(place)] = problem
    if problems:
        raise Unfit(problems)


def _replace(team_id: UUID, channel: str, rows: Sequence[Row]) -> None:
    OpeningHour.objects.filter(team_id=team_id, channel=channel).delete()
    OpeningHour.objects.bulk_create(
        OpeningHour(team_id=team_id, channel=channel, weekday=weekday, opens=opens, closes=closes)
        for weekday, opens, closes in rows
    )


def _require_channel(channel: str) -> None:
    if channel not in Channel.values:
        raise NotFound


def _mark(days: list[DayHours]) -> str:
    return steering_changes.mark((day.weekday, [(f"{a}", f"{b}") for a, b in day.spans]) for day in days)
