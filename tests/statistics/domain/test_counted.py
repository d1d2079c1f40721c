"""Exact numbers out of count rows: every example of docs/statistics.md, and what a whole year costs."""

import re
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from counselling.cases.domain import counting
from counselling.cases.models import CountRow
from counselling.people.models import Team
from counselling.statistics.domain import counted, definitions, formulas
from counselling.statistics.domain.counted_rules import FIGURES
from counselling.statistics.domain.shapes import Counted, Figure, period
from counselling.statistics.models import Campaign
from tests.support.source import ROOT

pytestmark = pytest.mark.django_db
PAGE = (ROOT / "docs/statistics.md").read_text()
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
LISTS = {"topics", "channels"}
FORMULAS = {
    "median": formulas.median,
    "p90": lambda values: formulas.percentile(values, 0.9),
    "mean": formulas.mean,
}
YEAR = period("2026")


def section(title: str) -> str:
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def rows_of(title: str) -> dict[str, list[str]]:
    """The lines of a section's table by their code, which is the first cell."""
    cells = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in section(title).splitlines() if "|" in line
    ]
    return {row[0].strip("`"): row for row in cells if row[0].startswith("`")}


def ticked(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def value(name: str, text: str) -> object:
    if name in LISTS:
        return text.split(",")
    return {"yes": True, "no": False}.get(text, int(text) if text.isdigit() and name != "contacts" else text)


def example(team: Team) -> None:
    """The made-up month of the page, in July 2026."""
    Campaign.objects.create(code="schule-am-berg", label="Schule am Berg", since="2026-07-01")
    for line in section("An example").partition("```rows\n")[2].partition("```")[0].splitlines():
        number, event, channel, weekday, hour, *codes = line.split()
        CountRow.objects.bulk_create(
            CountRow(
                team=team,
                month="2026-07",
                weekday=DAYS.index(weekday),
                band=int(hour) // 3,
                channel=channel,
                event=event,
                codes={name: value(name, text) for name, text in (code.split("=") for code in codes)},
            )
            for _ in range(int(number))
        )


def said(figure: Figure, found: Counted) -> str:
    """A key figure's exact number as the page's example tells it."""
    if figure.kind in FORMULAS:
        return f"{FORMULAS[figure.kind](found.values[figure.base]):g}"
    number = found.figures[figure.code]
    return f"{number} of {found.figures[figure.base]}" if figure.kind == "share" else str(number)


def test_every_key_figure_is_as_the_page_works_it_out(topics: None, team: Team) -> None:
    example(team)

    found = counted.of_period(period("2026-Q3"))

    page = rows_of("Key figures")
    assert {figure.code: said(figure, found) for figure in definitions.figures()} == {
        code: row[-1] for code, row in page.items()
    }
    assert {code: set(ticked(row[1])) for code, row in page.items() if code in FIGURES} == {
        code: set(rule.events) for code, rule in FIGURES.items()
    }


def test_every_table_is_as_the_page_works_it_out(topics: None, team: Team) -> None:
    example(team)

    found = counted.of_period(YEAR)

    page = rows_of("Tables")
    tables = {table.code: table for table in definitions.tables()}
    assert page.keys() == tables.keys()
    for code, (_code, figure, dimensions, remarks, cell) in page.items():
        table = tables[code]
        assert (ticked(figure), ticked(dimensions)) == ([table.figure], [one.code for one in table.dimensions])
        assert ("Overlaps" in remarks) is table.overlaps
        key, _is, number = cell.rpartition(" = ")
        assert (code, found.tables[code][tuple(key.split(" × "))]) == (code, int(number))


def test_cells_add_up_to_the_figure_unless_they_overlap(topics: None, team: Team) -> None:
    example(team)

    found = counted.of_period(YEAR)

    for table in definitions.tables():
        total = found.tables[table.code].total()
        assert total >= found.figures[table.figure] if table.overlaps else total == found.figures[table.figure]


def test_only_the_months_of_the_period_count(team: Team) -> None:
    for month in ("2025-12", "2026-01", "2026-03", "2026-04", "2026-12", "2027-01"):
        CountRow.objects.create(team=team, month=month, weekday=0, band=0, channel="chat", event="closed_door")

    found = {code: counted.of_period(period(code)).figures["closed_door"] for code in ("2026", "2026-Q1", "2026-Q2")}

    assert found == {"2026": 4, "2026-Q1": 2, "2026-Q2": 1}


def test_a_period_without_rows_is_empty(team: Team) -> None:
    found = counted.of_period(YEAR)

    assert found.figures.total() == 0
    assert {code for code, cells in found.tables.items() if cells} == set()
    assert found.values.keys() == set(definitions.values())


def test_rows_from_before_the_numbers_were_counted_are_no_error(topics: None, team: Team) -> None:
    events = ("asked", "claimed", "ended", "answered", "call", "filed", "risk", "feedback", "media_change", "referral")
    for event in events:
        CountRow.objects.create(team=team, month="2026-07", weekday=0, band=0, channel="chat", event=event)

    found = counted.of_period(YEAR)

    assert (found.figures["demand"], found.figures["claimed"], found.figures["ended"]) == (1, 1, 1)
    assert not any(found.values.values())
    assert found.tables["demand_people"] == {("none", "no_answer"): 1}
    assert found.tables["demand_languages"] == {("other",): 1}


def many(team: Team, number: int) -> Iterator[CountRow]:
    facts = {"for_whom": "me", "age_band": "15_17", "gender": "female", "strain": 3, "language": "de"}
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    kinds = (
        ("asked", {"returning": False}),
        ("claimed", {"wait": 7, "resumed": False}),
        ("ended", {"by": "seeker", "duration": 33, "messages_seeker": 20, "messages_team": 18}),
        ("filed", {"ending": "helped", "referral": "", "contacts": "1", "channels": ["chat"]}),
    )
    for at in range(number):
        event, codes = kinds[at % len(kinds)]
        topics = ["family", "mood", "school"]
        yield counting.row(
            event, team_id=team.pk, at=begin + timedelta(minutes=2 * at), codes={**facts, "topics": topics, **codes}
        )


def test_many_rows_are_counted_in_seconds_and_in_constant_memory(topics: None, team: Team) -> None:
    """A tenth of a large year, whose 200,000 rows took 2 s. Not more memory than a few portions take."""
    CountRow.objects.bulk_create(many(team, 20_000), batch_size=5_000)
    tracemalloc.start()
    found = counted.of_period(YEAR)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 15_000_000

    began = time.process_time()
    again = counted.of_period(YEAR)

    assert time.process_time() - began < 4
    assert found == again
    assert (found.figures["demand"], found.values["duration"]) == (5_000, {33: 5_000})
