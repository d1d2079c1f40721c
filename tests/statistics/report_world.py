"""Releases for the tests of pages and files: every declared figure and table, each number another one.

Nothing is counted here: the rows are as `releases.freeze` would keep them.
"""

import datetime as dt
import itertools

from django.utils import timezone

from counselling.statistics.domain import definitions, shapes
from counselling.statistics.domain.shapes import Shown, ShownRelease, ShownTable, Table
from counselling.statistics.models import Release


def release(code: str = "2026-Q3", *, start: int = 100, edition: int | None = None) -> ShownRelease:
    """Keep a release; its numbers rise in fives from `start`, every third cell is hidden, and so is one figure."""
    rising = itertools.count(start, 5)
    figures = {one.code: Shown(next(rising)) for one in definitions.figures()}
    figures[hidden_figure()] = Shown(None)
    tables = {one.code: _table(one, rising) for one in definitions.tables()}
    shown = ShownRelease(shapes.period(code), figures, tables)
    keep(shown, edition)
    return shown


def keep(shown: ShownRelease, edition: int | None = None) -> None:
    """A row of it, frozen three weeks after its end."""
    day = dt.datetime.combine(shown.period.after + dt.timedelta(days=21), dt.time(3), timezone.get_current_timezone())
    Release.objects.create(
        period=shown.period.code,
        frozen_at=day,
        data=shown.as_json(),
        definitions=definitions.EDITION if edition is None else edition,
    )


def hidden_figure() -> str:
    """The last one that counts."""
    return [one.code for one in definitions.figures() if one.kind == "count"][-1]


def _table(declared: Table, rising: "itertools.count[int]") -> ShownTable:
    sides = tuple((one.code, tuple(shapes.codes_of(one.values))) for one in declared.dimensions)
    keys = list(itertools.product(*(values for _code, values in sides)))
    cells = {key: Shown(None if place % 3 == 2 else next(rising)) for place, key in enumerate(keys)}
    return ShownTable(declared.code, sides, cells)
