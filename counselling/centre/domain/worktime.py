"""Working days: until when an answer is promised. Weekends and the public holidays of Baden-Württemberg do not count.

`../shared/reference/domain.md` section 2: 2 working days, at the latest within one working week.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from math import ceil

import holidays
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language

_DAY = timedelta(days=1)
_SATURDAY = 5
_LANGUAGES = {"de": "de", "en": "en_US"}  # as the library names them


def is_working_day(day: date) -> bool:
    """Monday to Friday, and no public holiday of settings.HOLIDAYS_OF (country, state)."""
    return day.weekday() < _SATURDAY and day not in _holidays(day.year)


def holiday(day: date) -> str:
    """What public holiday this day is, in the reader's language; "" for an ordinary day."""
    return _holidays(day.year, _LANGUAGES.get(get_language() or "", "de")).get(day, "")


def end_of(began: datetime, days: int) -> datetime:
    """The end (24:00 local) of the `days`th working day after the day on which it `began`; UTC-aware.

    A letter of Friday evening with two days is due on Tuesday at midnight: its own day never counts.
    """
    last = _nth(after(timezone.localdate(began)), days)
    return datetime.combine(last + _DAY, time.min, timezone.get_default_timezone())


def after(day: date) -> Iterator[date]:
    """The working days after `day`, in order, without end."""
    while True:
        day += _DAY
        if is_working_day(day):
            yield day


def days_left(until: datetime, now: datetime) -> int:
    """How many working days are left up to the day before which it ends: 0 on the last day, negative when over."""
    last, today = timezone.localdate(until - timedelta.resolution), timezone.localdate(now)
    if now >= until:
        return -1
    return sum(is_working_day(today + _DAY * n) for n in range(1, (last - today).days + 1))


def hours_left(until: datetime, now: datetime) -> int:
    """How many working hours (settings.WORKDAY_HOURS of working days) lie between, the one that runs counted whole."""
    zone, left = timezone.get_default_timezone(), timedelta()
    day, last = timezone.localdate(now), timezone.localdate(until - timedelta.resolution)
    while day <= last:
        if is_working_day(day):
            begins, ends = (datetime.combine(day, time(hour), zone) for hour in settings.WORKDAY_HOURS)
            left += max(timedelta(), min(ends, until) - max(begins, now))
        day += _DAY
    return ceil(left / timedelta(hours=1))


def day_hours() -> int:
    """How many hours a working day has."""
    begins, ends = settings.WORKDAY_HOURS
    return int(ends - begins)


def _nth(days: Iterator[date], number: int) -> date:
    found = next(days)
    for _ in range(number - 1):
        found = next(days)
    return found


@lru_cache(maxsize=16)
def _holidays(year: int, language: str = "de") -> dict[date, str]:
    country, state = settings.HOLIDAYS_OF
    return dict(holidays.country_holidays(country, subdiv=state, years=year, language=language))
