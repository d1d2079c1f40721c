"""Free times by local day, a week at a time; weeks without any are stepped over."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.http import HttpRequest
from django.utils import timezone

from blended.domain.booking import Free
from blended.models import Channel

_MOST_DIGITS = 3


@dataclass(frozen=True)
class Week:
    """One page of times: days with what is free on them, and the numbers of the pages beside it (None: none)."""

    days: list[tuple[date, list[Free]]]
    earlier: int | None
    later: int | None


def way_of(request: HttpRequest, default: str = "") -> str:
    """The way that the address names, or the default."""
    how = request.GET.get("how", "")
    return how if how in Channel.values else default


def next_times(free: Iterable[Free]) -> dict[str, datetime]:
    """By way, when it is free first; `free` is in order."""
    found: dict[str, datetime] = {}
    for one in free:
        found.setdefault(one.channel, one.starts_at)
    return found


def week_of(request: HttpRequest, free: list[Free]) -> Week:
    """The week that the address names, or the first with free times."""
    weeks = {number: list(times) for number, times in groupby(free, _week)}
    asked = request.GET.get("week", "")
    wanted = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) <= _MOST_DIGITS else 0
    shown = min((number for number in weeks if number >= wanted), default=max(weeks, default=0))
    days = [(day, list(times)) for day, times in groupby(weeks.get(shown, []), _day)]
    return Week(
        days,
        earlier=max((number for number in weeks if number < shown), default=None),
        later=min((number for number in weeks if number > shown), default=None),
    )


def _day(one: Free) -> date:
    return timezone.localdate(one.starts_at)


def _week(one: Free) -> int:
    return (_day(one) - timezone.localdate()).days // 7
