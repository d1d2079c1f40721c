"""A release as those who lead read it: each figure beside what it was before, each table in words.

Only what was published is read, never a count row: whatever stands here may be printed in a newspaper.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import number_format
from django.utils.translation import gettext

from counselling.cases.models import CountRow
from counselling.errors import NotFound
from counselling.people.domain.actors import Actor
from counselling.statistics.domain import charts_tables, definitions, releases, shapes
from counselling.statistics.domain.charts_tables import Laid
from counselling.statistics.domain.shapes import Figure, Period, Shown, ShownRelease
from counselling.statistics.models import Release


@dataclass(frozen=True)
class Line:
    """A key figure and what it was before: None where nothing was published, or by other definitions.

    `now` is None where the attacker would have learned something from it, so that the release leaves it out.
    """

    figure: Figure
    now: Shown | None
    before: Shown | None
    year_before: Shown | None


@dataclass(frozen=True)
class Report:
    """One release, ready to be shown. `recounted`: an earlier one counted by other definitions is not compared."""

    period: Period
    frozen_at: datetime
    lines: list[Line]
    tables: list[Laid]
    recounted: bool


def published(actor: Actor) -> list[Period]:
    """The periods that were published, newest first, a year before its quarters; one query. Raises NotAllowed."""
    actor.require_supervisor()
    return releases.published()


def first_expected(actor: Actor, today: date) -> date:
    """The day the first release comes: once the quarter with the oldest count row is over and settled.

    A day that is past means that it is due. Raises NotAllowed.
    """
    actor.require_supervisor()
    oldest = CountRow.objects.order_by("month").values_list("month", flat=True).first()
    year, month = map(int, oldest.split("-")) if oldest else (today.year, today.month)
    return Period(year, (month + 2) // 3).after + releases.SETTLING


def report(actor: Actor, of: Period) -> Report:
    """What was published about a period, beside the one before and the year before; one query for all releases.

    Raises NotAllowed, and NotFound for what was never published.
    """
    actor.require_supervisor()
    wanted = {of.code, of.earlier().code, of.year_before().code}
    kept = {row.period: row for row in Release.objects.filter(period__in=wanted)}
    row = kept.pop(of.code, None)
    if row is None:
        raise NotFound
    alike = {
        code: shapes.from_json(shapes.period(code), one.data)
        for code, one in kept.items()
        if one.definitions == row.definitions
    }
    shown = shapes.from_json(of, row.data)
    return Report(
        of,
        row.frozen_at,
        _lines(_figures(row, shown), shown, alike.get(of.earlier().code), alike.get(of.year_before().code)),
        charts_tables.lay(shown),
        recounted=len(alike) < len(kept),
    )


def named(period: Period) -> str:
    """A period as people say it."""
    if period.quarter is None:
        return gettext("Jahr {year}").format(year=period.year)
    return gettext("{number}. Quartal {year}").format(number=period.quarter, year=period.year)


def said(figure: Figure, shown: Shown | None) -> str:
    """A published number in words, with its unit; or why there is none."""
    if shown is None:
        return gettext("diesmal nicht veröffentlicht, damit kleine Zahlen verborgen bleiben")
    if shown.value is None:
        return (
            gettext("zu klein, um sie zu nennen")
            if _is_number(figure)
            else gettext("zu wenige Angaben, um es zu sagen")
        )
    number = number_format(shown.value, force_grouping=True)
    return f"{number}\N{NO-BREAK SPACE}{unit}" if (unit := _unit(figure)) else number


def with_unit(figure: Figure) -> str:
    """A figure's name with its unit, for tables whose cells are bare numbers."""
    return f"{figure.label} ({unit})" if (unit := _unit(figure)) else str(figure.label)


def compared(line: Line) -> str:
    """What it was before, in plain words: "im Quartal davor 50, ein Jahr davor 45"; "" where nothing is known."""
    earlier = []
    if line.before is not None:
        earlier.append(gettext("im Quartal davor {number}").format(number=said(line.figure, line.before)))
    if line.year_before is not None:
        earlier.append(gettext("ein Jahr davor {number}").format(number=said(line.figure, line.year_before)))
    return ", ".join(earlier)


def written(figure: Figure, shown: Shown | None) -> int | str:
    """A published number for a table: itself, or why it is not there."""
    if shown is None:
        return gettext("nicht veröffentlicht")
    if shown.value is not None:
        return shown.value
    return shapes.HIDDEN if _is_number(figure) else gettext("zu wenige Angaben")


def _unit(figure: Figure) -> str:
    return "%" if figure.kind == "share" else str(figure.unit)


def _is_number(figure: Figure) -> bool:
    """Whether it counts, so that too little of it is less than five of something."""
    return figure.kind in {"count", "hours"}


def _figures(row: Release, shown: ShownRelease) -> list[Figure]:
    """What the release tells or leaves out, in the order of the definitions; of other editions what it tells."""
    known = {figure.code: figure for figure in definitions.figures()}
    current = row.definitions == definitions.EDITION
    found = [figure for code, figure in known.items() if current or code in shown.figures]
    return found + [Figure(code, code, "count", "") for code in shown.figures if code not in known]


def _lines(
    figures: list[Figure], now: ShownRelease, before: ShownRelease | None, year_before: ShownRelease | None
) -> list[Line]:
    """A year is compared with the year before alone."""
    quarterly = before if now.period.quarter else None
    return [
        Line(
            figure,
            now.figures.get(figure.code),
            quarterly.figures.get(figure.code) if quarterly else None,
            year_before.figures.get(figure.code) if year_before else None,
        )
        for figure in figures
    ]
