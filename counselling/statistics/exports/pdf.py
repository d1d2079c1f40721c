"""A release as tagged PDF (PDF/UA-1): a year's with cover and foreword as the activity report, a quarter's plainer.

Typst reads everything as data, so that no word of it is ever markup. What its tagging does not reach: first cells of
rows are plain cells, since the library's Python package cannot switch row headers on; column headers are headers.
"""

import json
import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import typst
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, gettext

from counselling.centre.domain import colour
from counselling.centre.models import Centre
from counselling.statistics.domain import charts, comparing, forewords
from counselling.statistics.domain.charts import Chart
from counselling.statistics.domain.charts_tables import Laid
from counselling.statistics.domain.comparing import Report
from counselling.statistics.exports import sheets

LAYOUT: Final = Path(__file__).with_name("report.typ")
_NEUTRAL: Final = "#0b6b6f"
_UNPRINTABLE: Final = "\N{WHITE SQUARE}"
# Latin, Greek, Cyrillic and the punctuation between them: the font has these (tests/statistics/test_exports.py).
_COMMON: Final = re.compile(
    r"[\n\x20-\x7e\xa0-\u017f\u0391-\u03a1\u03a3-\u03a9\u03b1-\u03c9\u0400-\u045f\u2013-\u201e\u2026]"
)


def render(report: Report, *, centre: Centre, foreword: str) -> bytes:
    """The file, 0.3 s. Signs that no built-in font has (emoji, Chinese) stand as a white square."""
    content = _content(report, centre, foreword)
    for is_kept in (_is_sign, _is_printable):
        try:
            return _compiled(_drawable(content, is_kept), report)
        except typst.TypstError:  # PDF/UA refuses what it cannot draw
            continue
    return _compiled(_drawable(content, _is_common), report)


def _drawable(content: Any, is_kept: Callable[[str], bool]) -> Any:
    """The content with a square for every sign that is not kept, in all of its texts."""
    if isinstance(content, str):
        return "".join(sign if sign == "\n" or is_kept(sign) else _UNPRINTABLE for sign in content)
    if isinstance(content, list):
        return [_drawable(one, is_kept) for one in content]
    if isinstance(content, dict):
        return {name: _drawable(one, is_kept) for name, one in content.items()}
    return content


def _is_sign(sign: str) -> bool:
    """Whether it is anything but a control character."""
    return unicodedata.category(sign) != "Cc"


def _is_common(sign: str) -> bool:
    """Whether the font is known to have it, alone and beside others."""
    return _COMMON.match(sign) is not None


@lru_cache(maxsize=4096)
def _is_printable(sign: str) -> bool:
    """Whether a font has it; the library tells only by trying, 3 ms each."""
    if _is_common(sign):
        return True
    source = b'#set document(title: "x")\n#set text(font: ("Libertinus Serif", "DejaVu Sans Mono"))\n#sys.inputs.sign'
    try:
        typst.compile(source, format="pdf", pdf_standards=["ua-1"], ignore_system_fonts=True, sys_inputs={"sign": sign})
    except typst.TypstError:
        return False
    return True


def _compiled(content: dict[str, Any], report: Report) -> bytes:
    made = typst.compile(
        str(LAYOUT),
        format="pdf",
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(content)},
        timestamp=report.frozen_at.replace(microsecond=0),
    )
    return bytes(made)


def _content(report: Report, centre: Centre, foreword: str) -> dict[str, Any]:
    yearly = report.period.quarter is None
    brand = centre.brand_light if colour.is_hex(centre.brand_light) else _NEUTRAL
    frozen = date_format(timezone.localtime(report.frozen_at), "DATE_FORMAT")
    return {
        "language": get_language() or "de",
        "title": gettext("Jahresbericht") if yearly else gettext("Zahlen der Beratung"),
        "period": comparing.named(report.period),
        "centre": centre.name,
        "operator": centre.operator,
        "brand": brand,
        "yearly": yearly,
        "foreword": forewords.paragraphs(foreword),
        "figures": [
            {
                "label": str(line.figure.label),
                "now": comparing.said(line.figure, line.now),
                "before": comparing.compared(line),
                "means": str(line.figure.means),
            }
            for line in report.lines
        ],
        "tables": [_table(table, brand) for table in report.tables],
        "definitions": [{"label": label, "means": means} for label, means in sheets.definitions(report)],
        "words": {
            "contents": gettext("Inhalt"),
            "foreword": gettext("Vorwort"),
            "figures": gettext("Kennzahlen"),
            "figure": gettext("Kennzahl"),
            "before": gettext("Zum Vergleich"),
            "tables": gettext("Tabellen und Diagramme"),
            "definitions": gettext("Definitionen"),
            "withheld": sheets.withheld(),
            "rounded": sheets.hidden_means(),
            "frozen": gettext("Stand {day}, seitdem unverändert.").format(day=frozen),
        },
    }


def _table(table: Laid, brand: str) -> dict[str, Any]:
    chart = charts.drawn(table)
    drawing = _drawing(chart, brand) if chart else ""
    return {
        "label": table.label,
        "means": table.means,
        "notes": list(table.notes),
        "drawing": drawing,
        "width": chart.width or charts.PAPER if chart else 0,
        "height": chart.height if chart else 0,
        "alternative": chart.gist if chart else "",
        "across": table.across,
        "down": table.down,
        "columns": list(table.columns),
        "rows": [[row.label, *row.texts] for row in table.rows],
    }


def _drawing(chart: Chart, brand: str) -> str:
    """A chart for paper, without marks above letters that have no sign of their own: the library loses them there."""
    drawing = render_to_string("statistics/_chart.html", {"chart": chart, "brand": brand, "paper": charts.PAPER})
    whole = unicodedata.normalize("NFC", drawing)
    return "".join(sign for sign in whole if unicodedata.category(sign) != "Mn")
