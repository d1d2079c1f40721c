"""The same numbers in every file, opened by other programs than the one that wrote them."""

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import django
import openpyxl
import pypdf
import pytest
from django.test import Client
from odf import opendocument, teletype
from odf.namespaces import OFFICENS, TABLENS
from odf.table import Table, TableCell, TableRow

# ruff: noqa: E402 -- models need the apps; the suite's settings are only known once its first conftest ran
django.setup()

from django.urls import reverse

from counselling.centre.models import Centre, Topic
from counselling.people.models import Staff, Team
from counselling.statistics.domain import definitions, forewords, shapes
from counselling.statistics.domain.shapes import HIDDEN, Shown, ShownRelease
from counselling.statistics.exports import FORMS, pdf, sheets
from tests.statistics import report_world
from tests.support import key_rings, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(db: None) -> Team:
    return world.team()


@pytest.fixture
def lead(team: Team) -> Client:
    client = Client()
    key_rings.sign_in(client, Staff.objects.get(pk=world.staff(team, "Uli", "supervisor").id))
    return client


def saved(client: Client, form: str, code: str = "2026-Q3") -> bytes:
    """A file's bytes, once its headers are what they should be."""
    response = client.get(reverse("statistics:export", args=[shapes.period(code), form]))
    assert response.status_code == 200
    assert response.headers["Content-Type"] == FORMS[form]
    assert response.headers["Content-Disposition"] == f'attachment; filename="statistik-{code}.{form}"'
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Cache-Control"] == "no-store"
    return bytes(response.content)


def rows_of_csv(raw: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"), newline="")))


def sheets_of_xlsx(raw: bytes) -> dict[str, list[list[Any]]]:
    book = openpyxl.load_workbook(io.BytesIO(raw))
    return {page.title: [list(row) for row in page.iter_rows(values_only=True)] for page in book}


def sheets_of_ods(raw: bytes) -> dict[str, list[list[Any]]]:
    document = opendocument.load(io.BytesIO(raw))
    found = {}
    for table in document.getElementsByType(Table):
        rows = [
            [_value(cell) for cell in row.getElementsByType(TableCell)] for row in table.getElementsByType(TableRow)
        ]
        found[table.getAttrNS(TABLENS, "name")] = rows
    return found


def _value(cell: Any) -> int | str:
    if cell.getAttrNS(OFFICENS, "value-type") == "float":
        return int(cell.getAttrNS(OFFICENS, "value"))
    return str(teletype.extractText(cell))


def numbers(rows: list[list[Any]]) -> list[Any]:
    """What stands in a table's cells, in order."""
    return [cell for row in rows for cell in row[1:] if cell not in {None, ""}]


def expected(shown: ShownRelease, code: str) -> list[int | str]:
    """A table's cells as they stand in a file, row by row."""
    table = shown.tables[code]
    sides = [values for _code, values in table.dimensions]
    if len(sides) == 1:
        return [_cell(table.cells[(value,)]) for value in sides[0]]
    if len(sides[1]) > len(sides[0]):
        return [_cell(table.cells[(one, two)]) for two in sides[1] for one in sides[0]]
    return [_cell(table.cells[(one, two)]) for one in sides[0] for two in sides[1]]


def _cell(shown: Shown) -> int | str:
    return HIDDEN if shown.value is None else shown.value


# --- the same numbers -------------------------------------------------------------------------------------------------


def test_csv_is_a_row_for_each_number(lead: Client) -> None:
    shown = report_world.release()

    raw = saved(lead, "csv")

    assert raw.startswith(b"\xef\xbb\xbfperiod,kind,code,label,dimension1,value1,dimension2,value2,number\r\n")
    rows = rows_of_csv(raw)
    assert {row["period"] for row in rows} == {"2026-Q3"}
    figures = {row["code"]: row["number"] for row in rows if row["kind"] == "figure"}
    assert figures == {code: str(_cell(one)) for code, one in shown.figures.items()}
    for code in shown.tables:
        cells = [row["number"] for row in rows if (row["kind"], row["code"]) == ("table", code)]
        assert cells == [str(cell) for cell in expected(shown, code)]
    defined = {row["code"]: row["label"] for row in rows if row["kind"] == "definition"}
    assert defined["demand"] == str(definitions.figure("demand").means)
    assert defined.keys() == {*shown.figures, *shown.tables, "<5"}


@pytest.mark.parametrize(("form", "opened"), [("xlsx", sheets_of_xlsx), ("ods", sheets_of_ods)])
def test_workbooks_hold_the_figures_each_table_and_the_definitions(
    lead: Client, form: str, opened: Callable[[bytes], dict[str, list[list[Any]]]]
) -> None:
    shown = report_world.release()
    report_world.release("2026-Q2", start=95)

    pages = list(opened(saved(lead, form)).values())

    assert len(pages) == len(shown.tables) + 2
    head, *rows = pages[0]
    assert head == ["Kennzahl", "3. Quartal 2026", "2. Quartal 2026", "3. Quartal 2025"]
    assert rows[0][:3] == ["Anfragen", 100, 95]
    assert [row[1] for row in rows] == [_cell(shown.figures[one.code]) for one in definitions.figures()]
    for table, page in zip(definitions.tables(), pages[1:-1], strict=True):
        assert numbers(page[2:]) == expected(shown, table.code)
    assert pages[-1][0] == ["Name", "Bedeutung"]
    assert ["Anfragen", str(definitions.figure("demand").means)] in pages[-1]


def test_page_says_the_same(lead: Client) -> None:
    shown = report_world.release()

    page = lead.get(reverse("statistics:report", args=[shown.period])).content.decode()

    for code in shown.tables:
        begin = page.index(f'data-table="{code}"')
        cells = re.findall(
            r'<td class="numbers count[^"]*">([^<]+)</td>', page[begin : page.index("</section>", begin)]
        )
        assert [cell.replace("&lt;", "<").replace(".", "") for cell in cells] == [
            str(cell) for cell in expected(shown, code)
        ]
    for figure in definitions.figures():
        value = shown.figures[figure.code].value
        if value is not None:
            assert re.search(
                rf'data-figure="{figure.code}"><dt>[^<]*</dt>\s*<dd class="report-now[^>]*>{value}\b', page
            )


def test_pdf_says_the_same(lead: Client) -> None:
    shown = report_world.release()

    reader = pypdf.PdfReader(io.BytesIO(saved(lead, "pdf")))
    text = "\n".join(one.extract_text() for one in reader.pages)

    for value in [*shown.figures.values(), *(cell for table in shown.tables.values() for cell in table.cells.values())]:
        assert value.value is None or re.search(rf"\b{value.value}\b", text.replace(".", ""))
    assert text.count(HIDDEN) >= sum(one.is_hidden for table in shown.tables.values() for one in table.cells.values())


# --- the activity report ----------------------------------------------------------------------------------------------


def text_of(raw: bytes) -> str:
    return "\n".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(raw)).pages)


def test_pdf_is_tagged_and_says_so(lead: Client) -> None:
    report_world.release()

    reader = pypdf.PdfReader(io.BytesIO(saved(lead, "pdf")))

    root: Any = reader.trailer["/Root"]
    assert "/StructTreeRoot" in root
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712 -- an object of pypdf
    assert root["/Lang"] == "de"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712 -- as above
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    tags = names_below(root["/StructTreeRoot"])
    assert {"/H1", "/H2", "/Table", "/TR", "/TH", "/TD", "/Figure", "/TOC", "/P"} <= tags.keys()
    assert all(tags["/Figure"])


def names_below(node: Any) -> dict[str, list[str]]:
    """The tags of a structure tree, each with its alternative texts."""
    found: dict[str, list[str]] = {}
    todo = [node]
    while todo:
        one = todo.pop()
        one = one.get_object() if hasattr(one, "get_object") else one
        if isinstance(one, list):
            todo += one
        elif isinstance(one, dict):
            if "/S" in one:
                found.setdefault(str(one["/S"]), []).append(str(one.get("/Alt", "")))
            todo += [one["/K"]] if "/K" in one else []
    return found


def test_every_drawing_has_the_gist_as_its_alternative(lead: Client) -> None:
    shown = report_world.release()

    root: Any = pypdf.PdfReader(io.BytesIO(saved(lead, "pdf"))).trailer["/Root"]

    alternatives = names_below(root["/StructTreeRoot"])["/Figure"]
    assert len(alternatives) == len(shown.tables)
    assert all(one.startswith("Am größten: ") for one in alternatives)


def test_activity_report_has_the_centres_name_and_foreword(lead: Client) -> None:
    report_world.release("2026", start=1500)
    Centre.objects.create(id=1, name="Jugendberatung Lindenau", operator="Stadt Lindenau")
    lead.post(
        reverse("statistics:foreword", args=[shapes.period("2026")]), {"text": "Liebe Stadt,\n\ndanke *sehr* #x."}
    )

    text = text_of(saved(lead, "pdf", "2026"))

    for words in ("Jugendberatung Lindenau", "Stadt Lindenau", "Jahresbericht", "Jahr 2026", "Vorwort", "Inhalt"):
        assert words in text
    assert "danke *sehr* #x." in text  # words, never markup


def test_quarter_has_neither_foreword_nor_the_yearly_name(lead: Client) -> None:
    report_world.release()

    text = text_of(saved(lead, "pdf"))

    assert "Zahlen der Beratung" in text
    assert "Jahresbericht" not in text
    assert "Vorwort" not in text


def test_signs_no_font_has_stand_as_squares(lead: Client) -> None:
    report_world.release("2026")
    Centre.objects.create(id=1, name="Beratung 🌳")
    lead.post(reverse("statistics:foreword", args=[shapes.period("2026")]), {"text": "Türkçe, Ελληνικά, 漢, Привіт 😀"})

    text = text_of(saved(lead, "pdf", "2026"))

    assert "Beratung □" in text
    assert "Türkçe, Ελληνικά, □, Привіт □" in text


def test_signs_that_are_not_tried_can_be_drawn() -> None:
    known = [chr(code) for code in range(0x20, 0x2100) if pdf._COMMON.match(chr(code))]
    source = b'#set document(title: "x")\n#set text(font: ("Libertinus Serif", "DejaVu Sans Mono"))\n#sys.inputs.sign'
    made = pdf.typst.compile(
        source,
        format="pdf",
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
        sys_inputs={"sign": "".join(known)},
    )
    assert made
    assert len(known) > 400


def test_colour_of_the_centre_is_the_reports(lead: Client) -> None:
    report_world.release()
    plain = saved(lead, "pdf")
    Centre.objects.create(id=1, brand_light="#5b2a86")

    assert saved(lead, "pdf") != plain


def test_same_release_is_the_same_file(lead: Client) -> None:
    report_world.release()
    assert saved(lead, "pdf") == saved(lead, "pdf")


# --- what a stranger's words could do ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)"])
def test_topic_is_no_formula(lead: Client, name: str) -> None:
    Topic.objects.create(code="own", label=name)
    report_world.release()

    assert f"'{name}" in {row[place] for row in rows_of_csv(saved(lead, "csv")) for place in ("value1", "value2")}
    for opened in (sheets_of_xlsx(saved(lead, "xlsx")), sheets_of_ods(saved(lead, "ods"))):
        cells = {cell for rows in opened.values() for row in rows for cell in row}
        assert f"'{name}" in cells
        assert name not in cells


def test_signs_that_break_a_file_are_left_out() -> None:
    assert sheets.harmless("a\x00b\x0bc") == "abc"
    assert sheets.harmless("\t=1") == "'\t=1"
    assert sheets.harmless(-5) == -5


def test_names_of_sheets_fit_every_program() -> None:
    names = sheets._names(["Alter", "alter", "a/b:c?*[d]", "x" * 40, "x" * 41, "", "'"])
    assert names == ["Alter", "alter 2", "a b c   d", "x" * 31, "x" * 29 + " 5", "-", "- 7"]


# --- who and what -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_year_has_every_file(lead: Client, form: str) -> None:
    report_world.release("2026", start=1500)
    assert saved(lead, form, "2026")


def test_year_is_compared_once(lead: Client) -> None:
    report_world.release("2026", start=1500)
    report_world.release("2025", start=1400)

    page = sheets_of_xlsx(saved(lead, "xlsx", "2026"))["Kennzahlen"]

    assert page[0] == ["Kennzahl", "Jahr 2026", "Jahr 2025"]
    assert page[1] == ["Anfragen", 1500, 1400]


def test_withheld_table_says_so_in_every_file(lead: Client) -> None:
    shown = report_world.release("2025")
    report_world.keep(
        ShownRelease(shapes.period("2026"), shown.figures, {"risk": shapes.ShownTable("risk", (), {}, withheld=True)})
    )

    for form in ("xlsx", "ods"):
        opened = {"xlsx": sheets_of_xlsx, "ods": sheets_of_ods}[form](saved(lead, form, "2026"))
        assert opened["Gefährdungsstufen"][1][0] == sheets.withheld()
    assert sheets.withheld() in {row["number"] for row in rows_of_csv(saved(lead, "csv", "2026"))}
    assert "gibt es für diesen Zeitraum nicht" in " ".join(text_of(saved(lead, "pdf", "2026")).split())


@pytest.mark.parametrize("form", ["exe", "html", "typ", "foreword2"])
def test_other_forms_do_not_exist(lead: Client, form: str) -> None:
    report_world.release()
    assert lead.get(f"/team/statistics/2026-Q3/{form}/").status_code == 404


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("role", ["counsellor", "administrator"])
def test_files_are_for_those_who_lead(team: Team, role: str, form: str) -> None:
    report_world.release()
    client = Client()
    key_rings.sign_in(client, Staff.objects.get(pk=world.staff(team, "Mara", role).id))

    assert client.get(reverse("statistics:export", args=[shapes.period("2026-Q3"), form])).status_code == 403


def test_foreword_limits_are_the_tables() -> None:
    assert forewords.Foreword._meta.get_field("text").max_length == forewords.LONGEST
