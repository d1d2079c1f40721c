"""When made-up young people come: by year, month, weekday and hour, as `simulating_shares` says."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Final

from django.utils import timezone

from counselling.centre.domain import worktime
from counselling.statistics.domain import simulating_shares as shares
from counselling.statistics.domain.simulating_shares import Drawn

_DAY: Final = timedelta(days=1)
_DAYS_OF_A_YEAR: Final = 365.25
_MINUTES: Final = 60


@dataclass(frozen=True)
class Days:
    """The simulated days: whole calendar years, the last one up to and with `until`."""

    first: date
    until: date
    drawn: Drawn[date]

    @classmethod
    def before(cls, until: date, years: int) -> "Days":
        """So many calendar years, of which the last is the year of this day."""
        first = date(until.year - years + 1, 1, 1)
        every = (first + _DAY * number for number in range((until - first).days + 1))
        return cls(first, until, Drawn({day: _weight(day, first) for day in every}))

    @property
    def end(self) -> datetime:
        """The moment from which on nothing happens any more."""
        return _moment(self.until + _DAY, 0, 0)

    def arrival(self, rng: Random) -> datetime:
        """When somebody comes, in local time."""
        return _moment(self.drawn.by(rng), shares.HOURS.by(rng), int(rng.random() * _MINUTES))


def open_hours(when: Days, rng: Random) -> Iterator[datetime]:
    """Each hour in which the chat is really open: within its hours, and somebody is here."""
    for number in range((when.until - when.first).days + 1):
        day = when.first + _DAY * number
        hours = shares.OPEN[day.weekday()]
        for hour in range(*hours) if hours else ():
            if rng.random() >= shares.NOBODY_HERE:
                yield _moment(day, hour, 0)


def minutes_to_close(at: datetime) -> float:
    """How long the chat is open yet; 0 while it is closed."""
    hours = shares.OPEN[at.weekday()]
    if hours is None or not hours[0] <= at.hour < hours[1]:
        return 0
    return (hours[1] - at.hour) * _MINUTES - at.minute


def within_hours(at: datetime, rng: Random, *, after: float = 0) -> datetime:
    """Some moment within the chat's hours on the first day that has any, at least so many days after `at`."""
    day = at.date() + _DAY * (1 + int(after))
    hours = shares.OPEN[day.weekday()]
    while hours is None:
        day += _DAY
        hours = shares.OPEN[day.weekday()]
    return _moment(day, rng.randrange(*hours), int(rng.random() * _MINUTES))


def within_working_hours(at: datetime, rng: Random, *, after: int) -> datetime:
    """Some moment of a working day, at least so many days after `at`."""
    day = next(worktime.after(at.date() + _DAY * (after - 1)))
    return _moment(day, rng.randrange(*shares.WORKING_HOURS), int(rng.random() * _MINUTES))


def at_work(at: datetime, rng: Random, hours: tuple[float, float]) -> datetime:
    """When somebody has done what takes a log-normal number of hours, of which only those at work count."""
    begins, ends = shares.WORKING_HOURS
    left = rng.lognormvariate(*hours)
    day = at.date()
    now = at if worktime.is_working_day(day) and at.hour < ends else None
    begun = max(at.hour + at.minute / _MINUTES, begins) if now else ends
    while begun + left >= ends:
        left -= ends - begun
        day, begun = next(worktime.after(day)), begins
    return max(at, _moment(day, 0, 0) + timedelta(hours=begun + left))


def working_hours(began: datetime, ended: datetime) -> int:
    """Whole hours of working days between two moments, as `lights.hours` counts them; that takes ten times as long."""
    most = shares.LETTER_BANDS[-1][0]
    day, left = began.date(), timedelta()
    while day <= ended.date() and left < timedelta(hours=most):
        if worktime.is_working_day(day):
            left += min(ended, _moment(day + _DAY, 0, 0)) - max(began, _moment(day, 0, 0))
        day += _DAY
    return min(most, int(left / timedelta(hours=1)))


def _weight(day: date, first: date) -> float:
    growth: float = shares.GROWTH ** ((day - first).days / _DAYS_OF_A_YEAR)
    return growth * shares.MONTHS[day.month - 1] * shares.WEEKDAYS[day.weekday()]


def _moment(day: date, hour: int, minute: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=timezone.get_default_timezone())
