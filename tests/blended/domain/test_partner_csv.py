"""Tables as spreadsheets save them, and every way in which one can be broken."""

import csv
import datetime as dt
import io

import pytest
from django.utils import translation

from blended.domain import partner_csv
from blended.domain.partner_csv import Table
from blended.domain.partner_fields import PartnerFields
from counselling.errors import Invalid

LABELS = [{"school": "Schule, Ausbildung, Arbeit", "family": "Familie"}, {"family": "Family"}]


def read(text: str) -> Table:
    return partner_csv.read(text, LABELS)


def told(table: Table) -> list[tuple[int, str]]:
    return [(problem.line, problem.column) for problem in table.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("mark", [";", ",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_spreadsheets_tables_are_read(encoding: str, mark: str, end: str) -> None:
    rows = ["Name|Wofür|Gebiet|Öffnungszeiten", '"Café; Möwe, hier"|Reden|Süd|"Mo 9\nDi 10"', "", "Anker|Mut|Nord|"]
    data = end.join(rows).replace("|", mark).encode(encoding)

    table = read(partner_csv.decoded(data))

    assert table.problems == []
    assert [row.cells["name"] for row in table.rows] == ["Café; Möwe, hier", "Anker"]
    assert table.rows[0].cells["hours"] == "Mo 9\nDi 10"
    assert [row.line for row in table.rows] == [2, 5]


def test_headers_are_known_in_both_languages_and_others_left_out() -> None:
    table = read("NAME;purpose;Tel.;E-mail;Homepage;accessibility;Geprüft am;Farbe\nA;B;1;c;d;e;31.12.2025;rot")

    assert table.columns == ("name", "purpose", "telephone", "email", "website", "access", "checked_on", "")
    assert (table.unknown, table.rows[0].cells["checked_on"]) == (["Farbe"], dt.date(2025, 12, 31))


def test_excels_own_first_line_is_passed_over() -> None:
    assert read("sep=;\r\nName;Ort\r\nA;B").rows[0].line == 3


def test_topics_and_languages_come_as_codes_or_words() -> None:
    table = read(
        "Name;Themen;Sprachen;Aktiv\nA;Schule, Ausbildung, Arbeit;de/TÜRKISCH;nein\nB;family|school;Deutsch, dgs;\n"
        "C;FAMILIE;;x"
    )

    assert table.problems == []
    cells = [(row.cells["topics"], row.cells["languages"], row.cells["active"]) for row in table.rows]
    assert cells == [
        (("school",), ("de", "tr"), False),
        (("family", "school"), ("de", "dgs"), True),
        (("family",), (), True),
    ]


def test_mistakes_are_told_with_line_and_column() -> None:
    table = read(
        "Name;Themen;Sprachen;Geprüft am;Aktiv\n"
        "A;Angeln;Klingonisch;30.02.2026;vielleicht\n"
        '"B\nb";;;;\n'
        "a ;;;;\n"
        "C;;;;;zu viel"
    )

    assert told(table) == [(2, "Themen"), (2, "Sprachen"), (2, "Geprüft am"), (2, "Aktiv"), (5, "Name"), (6, "")]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('Name;Ort\nA;"offen\nB;c', 3),
        ('Name;Ort\nA;"zu" viel', 2),
        ("Name;Ort\nA;" + "x" * 140_000, 2),
        ("Ort;Thema\nA;B", 1),
        ("Name;name\nA;B", 1),
        ("Name;Ort", 0),
        (";;;\n;;;", 1),
        ("Name;Ort\nA;" + "x" * 5000, 2),
    ],
)
def test_broken_tables_say_where(text: str, line: int) -> None:
    assert [problem.line for problem in read(text).problems] == [line]


def test_too_many_rows_are_too_many_and_problems_end() -> None:
    assert told(read("Name\n" + "\n".join(f"A{n}" for n in range(2001)))) == [(0, "")]
    assert len(read("Name;Aktiv\n" + "\n".join(f"A{n};so so" for n in range(500))).problems) == 100


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"  \n",
        b"\xef\xbb\xbf",
        b"Name\0;Ort",
        "Name;Ort".encode("utf-16"),
        b"PK\x03\x04\0\0",
        b"Name\x81;\x9d",
        b"x" * 1_000_001,
    ],
)
def test_what_is_no_table_is_refused_in_words(data: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        partner_csv.decoded(data)
    assert str(refused.value.sentence) != str(Invalid.sentence)


@pytest.mark.parametrize("language", ["de", "en"])
def test_what_is_written_is_read_again(language: str) -> None:
    fields = PartnerFields(
        name="=1+1",
        purpose='Er sagte "ja"; sie: nein,\nbeide lachten',
        topics=("school", "family"),
        languages=("de", "hr"),
        telephone="+49 69 90009 201",
        address="-Weg 1\n@Haus",
        checked_on=dt.date(2026, 1, 2),
        active=False,
    )
    with translation.override(language):
        text = partner_csv.written([fields], LABELS[0])
        table = read("\ufeff" + text)
        cells = list(csv.reader(io.StringIO(text), delimiter=";" if language == "de" else ","))[1]

    assert (table.problems, PartnerFields(**table.rows[0].cells)) == ([], fields)
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


def test_an_empty_directory_is_a_table_of_columns() -> None:
    assert partner_csv.written([], {}).strip().split(";") == [str(name) for name in partner_csv.COLUMNS.values()]
