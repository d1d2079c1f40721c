"""Somebody who reads every release and reckons which numbers below 5 they give away.

It knows the definitions, the rounding, the headlines, all tables and periods, and narrows every number by every rule
until nothing changes. It is not told the numbers. What it could miss is a number that only several rules looked at
together give away (tests/statistics/domain/test_attacker.py compares it with trying everything).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from counselling.statistics.domain import definitions
from counselling.statistics.domain.bounds import Contradiction
from counselling.statistics.domain.bounds_known import families
from counselling.statistics.domain.bounds_tables import Year
from counselling.statistics.domain.publishing import SMALLEST
from counselling.statistics.domain.shapes import Figure, Key, ShownRelease, Table


@dataclass(frozen=True, order=True)
class Finding:
    """A number below 5 that the releases give away. `table` "": a figure, then `key` begins with its code.

    "*" in a key is a sum over a dimension, "+" a sum of codes.
    """

    period: str
    table: str
    key: Key
    value: int


def attack(
    releases: Sequence[ShownRelease],
    *,
    figures: Sequence[Figure] | None = None,
    tables: Sequence[Table] | None = None,
) -> list[Finding]:
    """All that these releases together give away, in order; by the declared figures and tables unless given others.

    Years say nothing about one another, nor do figures of different families: each is attacked for itself.
    """
    figures = definitions.figures() if figures is None else figures
    tables = definitions.tables() if tables is None else tables
    found: list[Finding] = []
    ordered = sorted(releases, key=lambda release: (release.period.year, release.period.quarter or 0))
    for _year, group in groupby(ordered, key=lambda release: release.period.year):
        of_year = list(group)
        for family in families(figures):
            kin = [figure for figure in figures if figure.code in family]
            found += _found(of_year, kin, [table for table in tables if table.figure in family])
    return sorted(found)


def _found(releases: Sequence[ShownRelease], figures: Sequence[Figure], tables: Sequence[Table]) -> list[Finding]:
    """What follows if everything is complete; where that cannot be, as little as need be is believed.

    Codes may be gone from the definitions, or definitions have changed in the middle of a year: then a table is less
    than its figure, or a year not the sum of its quarters.
    """
    for totals, years in ((True, True), (True, False), (False, True), (False, False)):
        year = Year(releases, figures, tables, totals=totals, years=years)
        try:
            year.bounds.settle()
        except Contradiction:
            continue
        break
    known = ((name, place, *year.bounds.of(name)) for name, place in year.places.items())
    return [
        Finding(name.period, place.table, place.key, low) for name, place, low, high in known if low == high < SMALLEST
    ]
