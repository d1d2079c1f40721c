"""A release as an open document (LibreOffice): key figures, each table, definitions."""

import io

from odf.dc import Creator, Title
from odf.opendocument import OpenDocumentSpreadsheet
from odf.style import Style, TextProperties
from odf.table import Table, TableCell, TableHeaderRows, TableRow
from odf.text import P

from counselling.statistics.domain import comparing
from counselling.statistics.domain.comparing import Report
from counselling.statistics.exports import sheets
from counselling.statistics.exports.sheets import Cell, Sheet


def render(report: Report, *, centre: str) -> bytes:
    """The file; `centre` is named as its author."""
    document = OpenDocumentSpreadsheet()
    document.meta.addElement(Title(text=comparing.named(report.period)))
    document.meta.addElement(Creator(text=sheets.harmless(centre)))
    bold = Style(name="head", family="table-cell")
    bold.addElement(TextProperties(fontweight="bold"))
    document.automaticstyles.addElement(bold)
    for sheet in sheets.of(report):
        document.spreadsheet.addElement(_table(sheet, bold))
    file = io.BytesIO()
    document.write(file)
    return file.getvalue()


def _table(sheet: Sheet, bold: Style) -> Table:
    table, heads = Table(name=sheet.name), TableHeaderRows()
    table.addElement(heads)
    for number, cells in enumerate(sheet.rows):
        is_head = number < sheet.heads
        row = TableRow()
        for cell in cells:
            row.addElement(_cell(cell, {"stylename": bold} if is_head else {}))
        (heads if is_head else table).addElement(row)
    return table


def _cell(cell: Cell, style: dict[str, Style]) -> TableCell:
    if isinstance(cell, int):
        made = TableCell(valuetype="float", value=cell, **style)
    else:
        made = TableCell(valuetype="string", **style)
    made.addElement(P(text=str(cell)))
    return made
