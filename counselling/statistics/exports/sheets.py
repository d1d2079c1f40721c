"""What all spreadsheets of a release hold, before any format: plain cells that no program runs as a formula."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from django.utils.translation import gettext

from counselling.statistics.domain import comparing
from counselling.statistics.domain.charts_tables import Laid
from counselling.statistics.domain.comparing import Report
from counselling.statistics.domain.shapes import HIDDEN, Shown

Cell: TypeAlias = int | str
Rows: TypeAlias = Sequence[Sequence[Cell]]
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # OWASP: CSV injection
_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\'\x00-\x1f]")  # in the name of a sheet (Excel)
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # not allowed in XML 1.0
_LONGEST_NAME: Final = 31


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, unique in its file, and its rows, of which the first `heads` are headings."""

    name: str
    rows: Rows
    heads: int = 1


def harmless(cell: Cell) -> Cell:
    """A spreadsheet must not take a word for a formula, nor XML choke on it."""
    if isinstance(cell, int):
        return cell
    text = _CONTROL.sub("", cell)
    return f"'{text}" if text.startswith(_FORMULA) else text


def written(shown: Shown) -> Cell:
    """A cell of a table as a file holds it."""
    return HIDDEN if shown.value is None else shown.value


def of(report: Report) -> list[Sheet]:
    """The key figures, each table, and the definitions."""
    made: list[tuple[str, Rows, int]] = [
        (gettext("Kennzahlen"), _figures(report), 1),
        *((table.label, _table(table), 2) for table in report.tables),
        (gettext("Definitionen"), [(gettext("Name"), gettext("Bedeutung")), *definitions(report)], 1),
    ]
    names = _names(name for name, _rows, _heads in made)
    return [
        Sheet(name, [[harmless(cell) for cell in row] for row in rows], heads)
        for name, (_label, rows, heads) in zip(names, made, strict=True)
    ]


def definitions(report: Report) -> list[tuple[str, str]]:
    """What each figure and each table means: its name and its sentences."""
    figures = [(str(line.figure.label), str(line.figure.means)) for line in report.lines]
    tables = [(table.label, " ".join([table.means, *table.notes])) for table in report.tables]
    return [*figures, *tables, (HIDDEN, hidden_means())]


def hidden_means() -> str:
    """What "<5" and the rounding stand for."""
    return gettext(
        "Null bis vier. Andere Anzahlen sind auf Fünfer gerundet, damit keine Zahl auf eine einzelne Person zeigt."
    )


def _figures(report: Report) -> list[list[Cell]]:
    head: list[Cell] = [
        gettext("Kennzahl"),
        comparing.named(report.period),
        comparing.named(report.period.earlier()),
        comparing.named(report.period.year_before()),
    ]
    rows: list[list[Cell]] = [
        [
            comparing.with_unit(line.figure),
            comparing.written(line.figure, line.now),
            *(
                "" if shown is None else comparing.written(line.figure, shown)
                for shown in (line.before, line.year_before)
            ),
        ]
        for line in report.lines
    ]
    yearly = report.period.quarter is None
    return [[cell for place, cell in enumerate(row) if not (yearly and place == 2)] for row in (head, *rows)]  # noqa: PLR2004 -- for a year the two are one


def _table(table: Laid) -> list[list[Cell]]:
    if table.withheld:
        return [[table.label], [withheld()]]
    top: list[Cell] = ["", table.across, *[""] * (len(table.columns) - 1)] if table.across else [table.label]
    rows: list[list[Cell]] = [[row.label, *map(written, row.cells)] for row in table.rows]
    return [top, [table.down, *table.columns], *rows]


def withheld() -> str:
    """Why a table has no numbers."""
    return gettext(
        "Diese Tabelle gibt es für diesen Zeitraum nicht: Zu viele Zahlen darin wären zu klein, um sie zu nennen."
    )


def _names(labels: Iterable[str]) -> list[str]:
    """Names that every program takes: short, without signs, none twice."""
    found: list[str] = []
    for label in labels:
        name = short = _FORBIDDEN.sub(" ", label).strip()[:_LONGEST_NAME].strip() or "-"
        while name.casefold() in {one.casefold() for one in found}:
            number = f" {len(found) + 1}"
            name = short[: _LONGEST_NAME - len(number)] + number
        found.append(name)
    return found
