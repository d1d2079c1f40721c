"""Where everything in a chart stands, by numbers one can check by hand."""

import itertools
from xml.etree import ElementTree as ET

import pytest
from django.template.loader import render_to_string

from counselling.statistics.domain import charts
from counselling.statistics.domain.charts_tables import Laid, Row
from counselling.statistics.domain.shapes import Shown


def bars(*numbers: int | None, label: str = "Reihe") -> Laid:
    rows = tuple(Row(f"{label} {place}", (Shown(number),)) for place, number in enumerate(numbers))
    return Laid("ages", "Alter", "", (), "Alter", "", ("Anzahl",), rows, withheld=False)


def grid(*rows: tuple[int | None, ...], column: str = "Spalte") -> Laid:
    made = tuple(Row(f"Zeile {place}", tuple(map(Shown, row))) for place, row in enumerate(rows))
    columns = tuple(f"{column} {place}" for place in range(len(rows[0])))
    return Laid("when", "Wann", "", (), "Uhrzeit", "Tag", columns, made, withheld=False)


def drawn(table: Laid) -> charts.Chart:
    chart = charts.drawn(table)
    assert chart
    return chart


def test_longest_bar_leaves_room_for_its_number_and_others_are_in_proportion() -> None:
    chart = drawn(bars(100, 50, 25))

    assert [bar.width for bar in chart.bars] == ["82.0%", "41.0%", "20.5%"]
    assert [bar.text for bar in chart.bars] == ["100", "50", "25"]
    assert [bar.top for bar in chart.bars] == [0, 44, 88]
    assert chart.height == 132


def test_hidden_bar_is_as_long_as_it_may_be_and_never_nothing() -> None:
    chart = drawn(bars(40, None))
    assert [(bar.text, bar.hidden, bar.width) for bar in chart.bars] == [("40", False, "82.0%"), ("<5", True, "8.2%")]
    assert drawn(bars(10_000, None)).bars[1].width == "1.5%"
    assert drawn(bars(None, None)).bars[0].width == "82.0%"


def test_strongest_cell_is_the_largest_and_its_words_stay_readable() -> None:
    chart = drawn(grid((100, 50), (None, 5)))

    assert [cell.strength for cell in chart.cells] == ["0.34", "0.20", "0.06", "0.07"]
    assert [(cell.text, cell.hidden) for cell in chart.cells][2] == ("<5", True)


def test_cells_stand_in_rows_and_columns() -> None:
    chart = drawn(grid((5, 10, 15), (20, 25, 30)))

    assert [(cell.x, cell.y) for cell in chart.cells] == [(x, y) for y in (23, 63) for x in (168, 246, 324)]
    assert (chart.width, chart.height) == (402, 103)


def test_long_heads_wrap_and_the_last_line_stands_on_one_line() -> None:
    chart = drawn(grid((5, 10), column="ein ziemlich langer Name für eine schmale Spalte"))

    first = [words for words in chart.words if words.x == 168 + 39]
    assert [words.text for words in first] == ["ein", "ziemlich", "langer Name…"]
    assert [after.y - before.y for before, after in itertools.pairwise(first)] == [15, 15]


def test_label_that_is_too_long_is_cut_since_the_table_says_it_in_full() -> None:
    assert drawn(bars(5, label="x" * 80)).bars[0].label == "x" * 43 + "…"


def test_gist_names_the_largest_and_counts_the_hidden() -> None:
    assert charts.gist(bars(10, 1500, None, 20, 5)) == (
        "Am größten: Reihe 1 (1.500); Reihe 3 (20); Reihe 0 (10). 1 Zahl ist zu klein, um sie zu nennen."
    )
    assert charts.gist(grid((10, 20))) == "Am größten: Zeile 0, Spalte 1 (20); Zeile 0, Spalte 0 (10)."
    assert charts.gist(bars(None)) == "Alle Zahlen sind zu klein, um sie zu nennen."


def test_nothing_is_drawn_of_what_is_withheld() -> None:
    withheld = Laid("ages", "Alter", "", (), "", "", (), (), withheld=True)
    assert charts.drawn(withheld) is None


@pytest.mark.parametrize("table", [bars(100, None, label="<b>&"), grid((100, None), (5, 10))], ids=["bars", "grid"])
@pytest.mark.parametrize("paper", [{}, {"paper": 480, "brand": "#0b6b6f"}], ids=["page", "paper"])
def test_drawing_is_xml_that_says_its_gist_and_every_number(table: Laid, paper: dict[str, object]) -> None:
    chart = drawn(table)

    root = ET.fromstring(render_to_string("statistics/_chart.html", {"chart": chart, **paper}))  # noqa: S314 -- ours

    space = "{http://www.w3.org/2000/svg}"
    ids = {found.get("id"): found.text for found in root.iter() if found.get("id")}
    assert root.get("role") == "img"
    assert [ids[name] for name in (root.get("aria-labelledby") or "").split()] == [chart.title, chart.gist]
    texts = [found.text for found in root.iter(f"{space}text")]
    assert {"100", "<5"} <= set(texts)
    hatched = [found for found in root.iter(f"{space}rect") if found.get("fill") == f"url(#hatch-{chart.code})"]
    assert len(hatched) == 1
    assert all(found.get("stroke-dasharray") for found in hatched)
    assert (root.get("viewBox") is not None) == bool(paper)


def test_numbers_of_a_drawing_have_no_commas_in_german() -> None:
    page = render_to_string("statistics/_chart.html", {"chart": drawn(bars(*range(5, 200, 5)))})
    assert 'height="1716"' in page
    assert "," not in "".join(part for part in page.split('"')[1::2] if part.endswith("%"))
