"""A release as a workbook of Excel: key figures, each table, definitions."""

import io

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from counselling.statistics.domain import comparing
from counselling.statistics.domain.comparing import Report
from counselling.statistics.exports import sheets

WIDEST, NARROW = 60, 14


def render(report: Report, *, centre: str) -> bytes:
    """The file; `centre` is named as its author."""
    book = Workbook()
    book.properties.creator = centre
    book.properties.title = comparing.named(report.period)
    del book[book.sheetnames[0]]
    for sheet in sheets.of(report):
        page = book.create_sheet(sheet.name)
        for row in sheet.rows:
            page.append(list(row))
        for cells in page.iter_rows(max_row=sheet.heads):
            for cell in cells:
                cell.font = Font(bold=True)
        page.freeze_panes = page.cell(sheet.heads + 1, 2)
        for number, column in enumerate(zip(*_even(sheet.rows), strict=True), start=1):
            longest = max(len(str(cell)) for cell in column)
            page.column_dimensions[get_column_letter(number)].width = min(WIDEST, max(NARROW, longest + 2))
        for cells in page.iter_rows(min_row=sheet.heads + 1):
            for cell in cells:
                cell.alignment = Alignment(wrap_text=isinstance(cell.value, str), vertical="top")
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _even(rows: sheets.Rows) -> list[list[sheets.Cell]]:
    """All rows as long as the longest."""
    longest = max(map(len, rows))
    return [[*row, *[""] * (longest - len(row))] for row in rows]
