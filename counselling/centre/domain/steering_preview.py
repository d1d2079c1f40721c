"""The next days as they will be: from the same spans that decide whether the door is open, cut at midnight."""

import datetime as dt
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext

from counselling.centre.domain import worktime
from counselling.centre.domain.hours import openings  # the spans themselves, since the preview must not differ
from counselling.centre.domain.week import Span, spans_in_words
from counselling.centre.models import HoursException

DAYS: Final = 14
_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True)
class PreviewDay:
    """One local day: when it is open, which public holiday it is ("" for none), whether an exception is entered."""

    day: dt.date
    spans: tuple[Span, ...]
    holiday: str
    special: bool

    @property
    def name(self) -> str:
        """The weekday in the reader's language."""
        return str(WEEKDAYS[self.day.weekday()])

    @property
    def text(self) -> str:
        """The hours in words, or that it is closed."""
        return spans_in_words(self.spans) if self.spans else gettext("geschlossen")

    @property
    def forgotten(self) -> bool:
        """Whether it is a public holiday on which the usual hours apply, since nobody entered anything."""
        return bool(self.holiday and self.spans and not self.special)


def days(team_id: UUID, channel: str, first: dt.date, number: int = DAYS) -> list[PreviewDay]:
    """`number` days from `first` (local dates). Two queries, however many days."""
    spans = list(openings(team_id, channel, _midnight(first), days=number - 1))
    dates = [first + _DAY * ahead for ahead in range(number)]
    special = set(_exceptions(team_id, channel, dates))
    return [PreviewDay(day, _within(day, spans), worktime.holiday(day), day in special) for day in dates]


def _exceptions(team_id: UUID, channel: str, dates: list[dt.date]) -> list[dt.date]:
    rows = HoursException.objects.filter(team_id=team_id, channel=channel, day__range=(dates[0], dates[-1]))
    return list(rows.values_list("day", flat=True))


def _within(day: dt.date, spans: list[tuple[dt.datetime, dt.datetime]]) -> tuple[Span, ...]:
    """The parts of these spans (UTC) that lie on this local day, by the wall clock; an end at midnight is 0:00."""
    first, last = _midnight(day), _midnight(day + _DAY)
    cut = [(max(start, first), min(end, last)) for start, end in spans]
    return tuple((_clock(start), _clock(end)) for start, end in cut if start < end)


def _clock(moment: dt.datetime) -> dt.time:
    return timezone.localtime(moment).time()


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(0), timezone.get_default_timezone()).astimezone(dt.UTC)
