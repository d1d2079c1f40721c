"""How long a letter has waited and may still wait: in working days for the team's lists, in bands for statistics."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from django.utils import timezone

from counselling.centre.domain import worktime
from counselling.mail.domain import deadlines
from counselling.mail.domain.deadlines import Light as Colour

_DAY: Final = timedelta(days=1)
# Working time up to which a band reaches; a working day has its 24 hours.
_BANDS: Final = (
    ("u4h", timedelta(hours=4)),
    ("u1d", _DAY),
    ("1d", 2 * _DAY),
    ("2d", 3 * _DAY),
    ("3_5d", 6 * _DAY),
)
LONGEST: Final = "o5d"


@dataclass(frozen=True)
class Light:
    """Until when an answer is due. `days`: working days left, or since when it is over, whichever `colour` says.

    `hours`: working hours left. `today`: due on this very day. `ends_with_day`: at midnight, so that no hour needs to
    be named.
    """

    colour: Colour
    days: int
    hours: int
    due_at: datetime
    today: bool
    ends_with_day: bool


def of(due_at: datetime | None, now: datetime) -> Light | None:
    """The light of a letter that waits; None where nothing is due."""
    if due_at is None:
        return None
    last, today = timezone.localdate(due_at - timedelta.resolution), timezone.localdate(now)
    over = now >= due_at
    return Light(
        colour=deadlines.light(due_at, now),
        days=_days_over(due_at, now) if over else worktime.days_left(due_at, now),
        hours=0 if over else worktime.hours_left(due_at, now),
        due_at=due_at,
        today=last == today,
        ends_with_day=timezone.localtime(due_at).time() == time.min,
    )


def band(began: datetime, ended: datetime) -> str:
    """The coded waiting time between two moments: u4h, u1d, 1d, 2d, 3_5d, o5d. Days without work do not count."""
    waited = working_time(began, ended)
    return next((code for code, limit in _BANDS if waited < limit), LONGEST)


def hours(began: datetime, ended: datetime) -> int:
    """The waiting time in whole hours of working days, at most 144: from there on it is `LONGEST`."""
    return int(min(working_time(began, ended), _BANDS[-1][1]) / timedelta(hours=1))


def working_time(began: datetime, ended: datetime) -> timedelta:
    """How much of the time between two moments lies on working days (local days, of 24 hours)."""
    zone = timezone.get_default_timezone()
    day, total = timezone.localdate(began), timedelta()
    while day <= timezone.localdate(ended) and total < _BANDS[-1][1]:
        midnight, following = (
            datetime.combine(one, time.min, zone).astimezone(began.tzinfo) for one in (day, day + _DAY)
        )
        if worktime.is_working_day(day):
            total += max(timedelta(), min(ended, following) - max(began, midnight))
        day += _DAY
    return total


def _days_over(due_at: datetime, now: datetime) -> int:
    """How many working days have begun after the day on which it was due."""
    last, today = timezone.localdate(due_at - timedelta.resolution), timezone.localdate(now)
    return sum(worktime.is_working_day(last + _DAY * n) for n in range(1, (today - last).days + 1))
