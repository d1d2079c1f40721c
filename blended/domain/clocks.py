"""From a day and a clock on the wall to the moment: twice a year an hour is missing, or comes twice.

People plan by the wall clock of settings.TIME_ZONE; everything is stored as UTC.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from blended.domain.refusals import Refused

Kind = Literal["once", "gap", "twice"]
DAY: Final = timedelta(days=1)


def resolve(day: date, at: time) -> tuple[datetime, Kind]:
    """The moment (UTC) at which the wall shows this, and whether that happens once, never or twice.

    Of two the first; in a gap the moment that the clock of before would show, which nobody should use.
    """
    zone = timezone.get_default_timezone()
    wall = datetime.combine(day, at)
    first, second = wall.replace(tzinfo=zone, fold=0), wall.replace(tzinfo=zone, fold=1)
    if first.utcoffset() == second.utcoffset():
        return first.astimezone(UTC), "once"
    shown = first.astimezone(UTC).astimezone(zone).replace(tzinfo=None)
    return first.astimezone(UTC), "twice" if shown == wall else "gap"


def single(day: date, at: time) -> datetime:
    """The one moment (UTC) that is meant. Raises Refused("starts"), with the reason, where there is none, or two."""
    found, kind = resolve(day, at)
    if kind == "gap":
        raise Refused("starts", gap(day, at))
    if kind == "twice":
        raise Refused("starts", twice(day, at))
    return found


def gap(day: date, at: time) -> str:
    """Why this time does not exist."""
    return _("Am %(day)s werden die Uhren vorgestellt, %(time)s Uhr gibt es da nicht. Nimm eine andere Zeit.") % {
        "day": date_format(day, "j. F Y"),
        "time": f"{at:%H:%M}",
    }


def twice(day: date, at: time) -> str:
    """Why this time is not clear."""
    return _(
        "Am %(day)s werden die Uhren zurückgestellt, %(time)s Uhr kommt da zweimal. Nimm eine Zeit, die eindeutig ist."
    ) % {"day": date_format(day, "j. F Y"), "time": f"{at:%H:%M}"}


def start_of(day: date) -> datetime:
    """The local day's first moment (UTC): days have 23, 24 or 25 hours."""
    return resolve(day, time.min)[0]


def hours_of(day: date) -> int:
    """How many hours this local day has."""
    return int((start_of(day + DAY) - start_of(day)).total_seconds() // 3600)


def stamp(moment: datetime) -> str:
    """As times stand in notices: `2026-11-25T14:00:00Z`."""
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def spoken(moment: datetime) -> str:
    """A moment in words of its reader: `Mi, 25. November, 15:00`."""
    local = timezone.localtime(moment)
    return f"{date_format(local, _('D, j. F'))}, {local:%H:%M}"
