"""The shapes that counting, publishing and showing share: a period, a declared figure or table, counts, a release."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, TypeAlias

from django.utils.functional import Promise

Text: TypeAlias = str | Promise
Key: TypeAlias = tuple[str, ...]  # one code per dimension of a table, in its order
HIDDEN = "<5"


@dataclass(frozen=True, order=True)
class Period:
    """A quarter ("2026-Q3") or a year ("2026"); nothing shorter is ever published (security.md section 4)."""

    year: int
    quarter: int | None = None

    @property
    def code(self) -> str:
        """As it stands in tables and addresses."""
        return f"{self.year}-Q{self.quarter}" if self.quarter else str(self.year)

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.quarter - 2 if self.quarter else 1, 1)

    @property
    def after(self) -> date:
        """The first day that is no longer in it."""
        ends_year = self.quarter in {None, 4}
        return date(self.year + ends_year, 1 if ends_year else 3 * (self.quarter or 0) + 1, 1)

    @property
    def months(self) -> list[str]:
        """As count rows name them: 2026-07."""
        first = self.first.month
        return [f"{self.year}-{month:02}" for month in range(first, first + (3 if self.quarter else 12))]

    @property
    def quarters(self) -> list["Period"]:
        """The quarters of a year; a quarter is its own."""
        return [self] if self.quarter else [Period(self.year, number) for number in (1, 2, 3, 4)]

    def earlier(self) -> "Period":
        """The period just before, of the same length."""
        if self.quarter is None:
            return Period(self.year - 1)
        return Period(self.year, self.quarter - 1) if self.quarter > 1 else Period(self.year - 1, 4)

    def year_before(self) -> "Period":
        """The same period a year earlier."""
        return Period(self.year - 1, self.quarter)


def period(code: str) -> Period:
    """From its code; raises ValueError for anything else."""
    year, _dash, quarter = code.partition("-Q")
    if not re.fullmatch(r"20[0-9]{2}(-Q[1-4])?", code, re.ASCII):
        raise ValueError(code)
    return Period(int(year), int(quarter) if quarter else None)


@dataclass(frozen=True)
class Dimension:
    """What events are told apart by.

    `merges` lists unions to try in this order when too much would be hidden: new code, label, the codes it replaces.
    """

    code: str
    label: Text
    values: tuple[tuple[str, Text], ...]
    merges: tuple[tuple[str, Text, tuple[str, ...]], ...] = ()


@dataclass(frozen=True)
class Table:
    """Events of one figure by one or two dimensions. `overlaps`: an event may stand in several cells (topics)."""

    code: str
    label: Text
    figure: str
    dimensions: tuple[Dimension, ...]
    means: Text  # one sentence under it: what it says, and what it does not
    overlaps: bool = False


@dataclass(frozen=True)
class Figure:
    """A key figure: a number of events, or a statistic of a whole number that each event carries."""

    code: str
    label: Text
    kind: Literal["count", "hours", "share", "median", "p90", "mean"]
    means: Text
    unit: Text = ""
    base: str = ""  # share: the figure it is a share of; median …: the values it is taken from


@dataclass
class Counted:
    """Exact numbers of a period. They stay in memory: only what `publishing` makes of them is kept."""

    figures: Counter[str] = field(default_factory=Counter)  # by figure of kind count (hours: minutes)
    tables: dict[str, Counter[Key]] = field(default_factory=dict)  # by table
    values: dict[str, Counter[int]] = field(default_factory=dict)  # by base of median, p90, mean: how often each number


@dataclass(frozen=True)
class Shown:
    """A published number: `value` None stands for "<5" (count) or "too few to say" (share, median …)."""

    value: int | None

    @property
    def is_hidden(self) -> bool:
        """Whether it is too small to be said."""
        return self.value is None


@dataclass(frozen=True)
class ShownTable:
    """A published table: per dimension its codes after merging, and every cell, empty ones as hidden ones.

    `merged` names the unions that were used, as dimension code and new code. There are no totals.
    """

    code: str
    dimensions: tuple[tuple[str, tuple[str, ...]], ...]
    cells: dict[Key, Shown]
    merged: tuple[tuple[str, str], ...] = ()
    withheld: bool = False  # nothing of it can be said without pointing at somebody


@dataclass(frozen=True)
class ShownRelease:
    """All that is published about one period."""

    period: Period
    figures: dict[str, Shown]
    tables: dict[str, ShownTable]

    def as_json(self) -> dict[str, Any]:
        """To be kept in a row."""
        return {
            "figures": {code: shown.value for code, shown in self.figures.items()},
            "tables": {
                table.code: {
                    "dimensions": [[code, list(values)] for code, values in table.dimensions],
                    "cells": [[list(key), shown.value] for key, shown in table.cells.items()],
                    "merged": [list(one) for one in table.merged],
                    "withheld": table.withheld,
                }
                for table in self.tables.values()
            },
        }


def from_json(of: Period, data: dict[str, Any]) -> ShownRelease:
    """The other way round; raises KeyError, TypeError for what no release ever was."""
    return ShownRelease(
        of,
        {code: Shown(value) for code, value in data["figures"].items()},
        {code: _table(code, table) for code, table in data["tables"].items()},
    )


def _table(code: str, data: dict[str, Any]) -> ShownTable:
    return ShownTable(
        code,
        tuple((dimension, tuple(values)) for dimension, values in data["dimensions"]),
        {tuple(key): Shown(value) for key, value in data["cells"]},
        tuple((dimension, new) for dimension, new in data["merged"]),
        data["withheld"],
    )


def codes_of(values: Iterable[tuple[str, Text]]) -> list[str]:
    """Only the codes of coded values."""
    return [code for code, _label in values]
