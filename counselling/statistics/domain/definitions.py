"""What is counted and published: key figures and tables, with what each says and does not (docs/statistics.md).

Functions, since topics and campaign links are the centre's own. Which rows each one counts stands in `counted_rules`.
"""

from typing import Final

from counselling.statistics.domain import definitions_tables
from counselling.statistics.domain.definitions_figures import FIGURES
from counselling.statistics.domain.shapes import Figure, Table

EDITION: Final = 1  # of docs/statistics.md; counted up whenever a number would come out otherwise
_STATISTICS: Final = {"median", "p90", "mean"}


def figures() -> tuple[Figure, ...]:
    """The key figures in the order of the report."""
    return FIGURES


def tables() -> tuple[Table, ...]:
    """The tables in the order of the report. Two queries."""
    return definitions_tables.tables()


def figure(code: str) -> Figure:
    """One of them; raises KeyError."""
    return {one.code: one for one in figures()}[code]


def table(code: str) -> Table:
    """One of them; raises KeyError. Two queries."""
    return {one.code: one for one in tables()}[code]


def values() -> tuple[str, ...]:
    """The whole numbers of which a median, a percentile or a mean is published, by their codes."""
    return tuple(dict.fromkeys(one.base for one in FIGURES if one.kind in _STATISTICS))
