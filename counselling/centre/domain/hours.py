"""When a team is open, in local time across changes of the clock. Each question costs one query.

A day's spans are taken from the wall clock of settings.TIME_ZONE and turned into UTC before anything is compared:
two aware times of the same zone would be compared by their wall clock, which is wrong in the two nights a year.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db.models import DateField, SmallIntegerField, Value
from django.utils import timezone

from counselling.centre.domain.week import MIDNIGHT, DayHours, group_by_day
from counselling.centre.models import HoursException, OpeningHour

LOOK_AHEAD_DAYS = 60
CLOSING_LOOK_AHEAD_DAYS = 7
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class _Rule:
    """One row: of every `weekday`, or of one `day`; a day's row without times cancels the weekly ones."""

    weekday: int | None
    day: dt.date | None
    opens: dt.time | None
    closes: dt.time | None


def is_within(team_id: UUID, channel: str, now: dt.datetime) -> bool:
    """Whether `now` (aware) lies within the hours of that team on that channel ("chat" or "office")."""
    return _containing(openings(team_id, channel, now, days=0), now) is not None


def closing(team_id: UUID, channel: str, now: dt.datetime) -> dt.datetime | None:
    """When the span that contains `now` ends (UTC). None when closed now, or open for the next 7 days on end."""
    found = _containing(openings(team_id, channel, now, days=CLOSING_LOOK_AHEAD_DAYS), now)
    horizon = now + dt.timedelta(days=CLOSING_LOOK_AHEAD_DAYS)
    return found[1] if found and found[1] < horizon else None


def next_opening(team_id: UUID, channel: str, now: dt.datetime) -> dt.datetime | None:
    """When it opens next after `now` (UTC), at most 60 days ahead; None when it does not, or never closes."""
    starts = (start for start, _ in openings(team_id, channel, now, days=LOOK_AHEAD_DAYS) if start > now)
    return next(starts, None)


def week(team_id: UUID, channel: str) -> list[DayHours]:
    """The regular week, Monday first, without exceptions."""
    rows = OpeningHour.objects.filter(team_id=team_id, channel=channel)
    return group_by_day(rows.values_list("weekday", "opens", "closes"))


def openings(team_id: UUID, channel: str, now: dt.datetime, *, days: int) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    """The open spans from the day of `now` to `days` later, in UTC, in order, touching ones joined."""
    first = timezone.localdate(now)
    dates = [first + _DAY * ahead for ahead in range(days + 1)]
    rules = _rules(team_id, channel, dates[0], dates[-1])
    return _joined(span for date in dates for span in _spans_of(date, rules))


def _rules(team_id: UUID, channel: str, first: dt.date, last: dt.date) -> list[_Rule]:
    """Weekly hours and exceptions between two dates, in one query."""
    weekly = OpeningHour.objects.filter(team_id=team_id, channel=channel).order_by()
    special = HoursException.objects.filter(team_id=team_id, channel=channel, day__range=(first, last)).order_by()
    rows = weekly.values_list("weekday", Value(None, DateField()), "opens", "closes").union(
        special.values_list(Value(None, SmallIntegerField()), "day", "opens", "closes"), all=True
    )
    return [_Rule(*row) for row in rows]


def _spans_of(date: dt.date, rules: list[_Rule]) -> list[tuple[dt.datetime, dt.datetime]]:
    special = [rule for rule in rules if rule.day == date]
    weekly = [rule for rule in rules if rule.weekday == date.weekday()]
    cancelled = any(rule.opens is None for rule in special)
    spans = [
        _in_utc(date, rule.opens, rule.closes)
        for rule in (special if cancelled else special + weekly)
        if rule.opens is not None and rule.closes is not None
    ]
    return sorted(span for span in spans if span[0] < span[1])


def _in_utc(date: dt.date, opens: dt.time, closes: dt.time) -> tuple[dt.datetime, dt.datetime]:
    """One span in UTC. When the wall clock says a time twice, or never, the span is the longer one."""
    ends = dt.datetime.combine(date + _DAY if closes == MIDNIGHT else date, closes)
    zone = timezone.get_default_timezone()
    start = dt.datetime.combine(date, opens, zone).astimezone(dt.UTC)
    return start, max(ends.replace(tzinfo=zone, fold=fold).astimezone(dt.UTC) for fold in (0, 1))


def _joined(spans: Iterable[tuple[dt.datetime, dt.datetime]]) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    held: tuple[dt.datetime, dt.datetime] | None = None
    for span in spans:
        if held and span[0] <= held[1]:
            held = (held[0], max(held[1], span[1]))
            continue
        if held:
            yield held
        held = span
    if held:
        yield held


def _containing(
    spans: Iterable[tuple[dt.datetime, dt.datetime]], now: dt.datetime
) -> tuple[dt.datetime, dt.datetime] | None:
    return next(((start, end) for start, end in spans if start <= now < end), None)
