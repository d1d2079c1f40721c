"""A week of hours in words: "Montag bis Samstag, 14 bis 20 Uhr"."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext, pgettext

Span = tuple[dt.time, dt.time]
Row = tuple[int, dt.time, dt.time]
MIDNIGHT = dt.time(0)
ALL_DAY = (MIDNIGHT, MIDNIGHT)
DAYS = range(7)
_WORTH_A_RANGE = 3


@dataclass(frozen=True)
class DayHours:
    """The spans of one weekday (0 = Monday), in order; a span that closes at 00:00 lasts to the end of the day."""

    weekday: int
    spans: tuple[Span, ...]

    @property
    def name(self) -> str:
        """The weekday in the reader's language."""
        return str(WEEKDAYS[self.weekday])

    @property
    def text(self) -> str:
        """The spans in words, or that it is closed."""
        return spans_in_words(self.spans) if self.spans else gettext("geschlossen")


def group_by_day(rows: Iterable[Row]) -> list[DayHours]:
    """Rows of (weekday, opens, closes) as seven days, Monday first."""
    ordered = sorted(rows)
    return [
        DayHours(day, tuple((opens, closes) for weekday, opens, closes in ordered if weekday == day)) for day in DAYS
    ]


def clock(moment: dt.time, *, end: bool = False) -> str:
    """`14` or `14:30`; midnight as an end reads 24."""
    hour = 24 if end and moment == MIDNIGHT else moment.hour
    if moment.minute:
        return f"{hour}:{moment.minute:02d}"
    return pgettext("volle Stunde", "%(hour)s") % {"hour": hour}


def spans_in_words(spans: Iterable[Span]) -> str:
    """Every span, joined: "9 bis 12 Uhr und 14 bis 18 Uhr"."""
    texts = [
        gettext("rund um die Uhr")
        if span == ALL_DAY
        else gettext("%(opens)s bis %(closes)s Uhr") % {"opens": clock(span[0]), "closes": clock(span[1], end=True)}
        for span in spans
    ]
    return gettext(" und ").join(texts)


def in_words(days: Iterable[DayHours]) -> list[str]:
    """The week in as few lines as possible: days with equal hours share one; closed days say nothing."""
    by_spans: dict[tuple[Span, ...], list[int]] = defaultdict(list)
    for day in days:
        if day.spans:
            by_spans[day.spans].append(day.weekday)
    return [_line(weekdays, spans) for spans, weekdays in by_spans.items()]


def _line(weekdays: list[int], spans: tuple[Span, ...]) -> str:
    hours = spans_in_words(spans)
    if len(weekdays) == len(DAYS):
        return hours if spans == (ALL_DAY,) else gettext("täglich, %(hours)s") % {"hours": hours}
    return gettext("%(days)s, %(hours)s") % {"days": _enumerated(_runs(weekdays)), "hours": hours}


def _runs(weekdays: list[int]) -> list[str]:
    """Weekdays by name, three and more in a row as "Montag bis Freitag"."""
    names = []
    for _, group in groupby(enumerate(weekdays), key=lambda placed: placed[1] - placed[0]):
        run = [str(WEEKDAYS[weekday]) for _, weekday in group]
        long = len(run) >= _WORTH_A_RANGE
        names += [gettext("%(first)s bis %(last)s") % {"first": run[0], "last": run[-1]}] if long else run
    return names


def _enumerated(names: list[str]) -> str:
    return gettext(" und ").join(filter(None, (", ".join(names[:-1]), names[-1])))
