"""A release as one long table (RFC 4180): a row for each number, then a row for each definition."""

import csv
import io
from collections.abc import Iterator
from typing import Final

from counselling.statistics.domain import comparing
from counselling.statistics.domain.charts_tables import Laid
from counselling.statistics.domain.comparing import Report
from counselling.statistics.exports import sheets
from counselling.statistics.exports.sheets import Cell

BOM: Final = "\ufeff"  # tells spreadsheets that it is UTF-8
COLUMNS: Final = ("period", "kind", "code", "label", "dimension1", "value1", "dimension2", "value2", "number")


def render(report: Report) -> bytes:
    """The file, UTF-8. `kind`: figure, table, definition (its sentence is the label); hidden numbers are "<5"."""
    file = io.StringIO()
    rows = csv.writer(file)  # the excel dialect: commas, CRLF, quotes where needed
    rows.writerow(COLUMNS)
    rows.writerows([sheets.harmless(cell) for cell in row] for row in _rows(report))
    return (BOM + file.getvalue()).encode()


def _rows(report: Report) -> Iterator[list[Cell]]:
    of = report.period.code
    for line in report.lines:
        number = comparing.written(line.figure, line.now)
        yield [of, "figure", line.figure.code, comparing.with_unit(line.figure), "", "", "", "", number]
    for table in report.tables:
        yield from _cells(of, table)
    for line in report.lines:
        yield [of, "definition", line.figure.code, str(line.figure.means), "", "", "", "", ""]
    for table in report.tables:
        yield [of, "definition", table.code, " ".join([table.means, *table.notes]), "", "", "", "", ""]
    yield [of, "definition", "<5", sheets.hidden_means(), "", "", "", "", ""]


def _cells(of: str, table: Laid) -> Iterator[list[Cell]]:
    if table.withheld:
        yield [of, "table", table.code, table.label, "", "", "", "", sheets.withheld()]
    for row in table.rows:
        for column, shown in zip(table.columns, row.cells, strict=True):
            across = [table.across, column] if table.across else ["", ""]
            yield [of, "table", table.code, table.label, table.down, row.label, *across, sheets.written(shown)]
