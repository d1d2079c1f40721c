"""A release beside the ones before it, and its tables in words."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import django
import pytest

# ruff: noqa: E402 -- models need the apps; the suite's settings are only known once its first conftest ran
django.setup()

from counselling.cases.models import CountRow
from counselling.errors import NotAllowed, NotFound
from counselling.people.domain import access
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from counselling.statistics.domain import charts_tables, comparing, definitions, shapes
from counselling.statistics.domain.shapes import Figure, Shown, ShownRelease, ShownTable
from tests.statistics import report_world
from tests.support import world

pytestmark = pytest.mark.django_db

COUNT = Figure("demand", "Anfragen", "count", "")
SHARE = Figure("share", "Anteil", "share", "", "%", "demand")
WAIT = Figure("wait", "Wartezeit", "median", "", "Minuten", "wait")


@pytest.fixture
def team(db: None) -> Team:
    return world.team()


@pytest.fixture
def uli(team: Team) -> Actor:
    return world.staff(team, "Uli", "supervisor")


def line(actor: Actor, code: str, figure: str) -> comparing.Line:
    found = comparing.report(actor, shapes.period(code)).lines
    return next(one for one in found if one.figure.code == figure)


# --- who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["counsellor", "administrator"])
def test_only_supervisors_read(team: Team, role: str) -> None:
    report_world.release()
    other = world.staff(team, "Mara", role)
    for ask in (
        comparing.published,
        lambda actor: comparing.report(actor, shapes.period("2026-Q3")),
        lambda actor: comparing.first_expected(actor, dt.date(2026, 11, 1)),
    ):
        with pytest.raises(NotAllowed):
            ask(other)


def test_seekers_do_not_read(team: Team) -> None:
    with pytest.raises(NotAllowed):
        comparing.published(access.new_seeker()[0])


# --- what there is ----------------------------------------------------------------------------------------------------


def test_newest_comes_first_and_a_year_before_its_quarters(uli: Actor) -> None:
    for code in ("2025-Q4", "2026-Q1", "2026", "2026-Q4", "2025"):
        report_world.release(code)

    assert [one.code for one in comparing.published(uli)] == ["2026", "2026-Q4", "2026-Q1", "2025", "2025-Q4"]


def test_unpublished_period_is_not_found(uli: Actor) -> None:
    report_world.release("2026-Q2")
    with pytest.raises(NotFound):
        comparing.report(uli, shapes.period("2026-Q3"))


def test_first_release_comes_three_weeks_after_the_quarter_of_the_oldest_row(uli: Actor, team: Team) -> None:
    assert comparing.first_expected(uli, dt.date(2026, 11, 23)) == dt.date(2027, 1, 22)
    for month in ("2026-09", "2026-08"):
        CountRow.objects.create(team=team, month=month, weekday=1, band=4, channel="chat", event="demand")
    assert comparing.first_expected(uli, dt.date(2026, 11, 23)) == dt.date(2026, 10, 22)


# --- beside what was before -------------------------------------------------------------------------------------------


def test_quarter_stands_beside_the_one_before_and_the_year_before(uli: Actor) -> None:
    for code, start in (("2026-Q1", 55), ("2025-Q4", 50), ("2025-Q1", 45)):
        report_world.release(code, start=start)

    found = line(uli, "2026-Q1", "demand")

    assert comparing.said(found.figure, found.now) == "55"
    assert comparing.compared(found) == "im Quartal davor 50, ein Jahr davor 45"


def test_year_stands_beside_the_year_before_once(uli: Actor) -> None:
    report_world.release("2026", start=1500)
    report_world.release("2025", start=1200)

    assert comparing.compared(line(uli, "2026", "demand")) == "ein Jahr davor 1.200"


def test_nothing_before_is_nothing_said(uli: Actor) -> None:
    report_world.release("2026-Q3")

    assert comparing.compared(line(uli, "2026-Q3", "demand")) == ""
    assert comparing.report(uli, shapes.period("2026-Q3")).recounted is False


def test_what_was_counted_otherwise_is_not_compared(uli: Actor) -> None:
    report_world.release("2026-Q3")
    report_world.release("2026-Q2", edition=definitions.EDITION + 1)

    assert line(uli, "2026-Q3", "demand").before is None
    assert comparing.report(uli, shapes.period("2026-Q3")).recounted is True


def test_hidden_figure_was_hidden_or_not(uli: Actor) -> None:
    code = report_world.hidden_figure()
    report_world.release("2026-Q3")
    report_world.release("2026-Q2")

    found = line(uli, "2026-Q3", code)

    assert comparing.said(found.figure, found.now) == "zu klein, um sie zu nennen"
    assert comparing.compared(found) == "im Quartal davor zu klein, um sie zu nennen"


def test_figure_that_was_left_out_says_why(uli: Actor) -> None:
    shown = report_world.release("2026-Q2")
    figures = {code: one for code, one in shown.figures.items() if code != "demand"}
    report_world.keep(ShownRelease(shapes.period("2026-Q3"), figures, {}))

    found = line(uli, "2026-Q3", "demand")

    assert comparing.said(found.figure, found.now).startswith("diesmal nicht veröffentlicht")
    assert comparing.written(found.figure, found.now) == "nicht veröffentlicht"
    assert comparing.compared(found) == "im Quartal davor 100"


def test_other_editions_show_only_what_they_counted(uli: Actor) -> None:
    other = definitions.EDITION + 1
    report_world.keep(ShownRelease(shapes.period("2026-Q3"), {"demand": Shown(25)}, {}), other)

    assert [one.figure.code for one in comparing.report(uli, shapes.period("2026-Q3")).lines] == ["demand"]


@pytest.mark.parametrize(
    ("figure", "value", "words", "cell"),
    [
        (COUNT, 12345, "12.345", 12345),
        (COUNT, None, "zu klein, um sie zu nennen", "<5"),
        (SHARE, 45, "45\N{NO-BREAK SPACE}%", 45),
        (SHARE, None, "zu wenige Angaben, um es zu sagen", "zu wenige Angaben"),
        (WAIT, 7, "7\N{NO-BREAK SPACE}Minuten", 7),
    ],
)
def test_numbers_in_words_and_for_tables(figure: Figure, value: int | None, words: str, cell: int | str) -> None:
    assert comparing.said(figure, Shown(value)) == words
    assert comparing.written(figure, Shown(value)) == cell


def test_unit_belongs_to_the_name_where_cells_are_bare() -> None:
    assert [comparing.with_unit(one) for one in (COUNT, SHARE, WAIT)] == [
        "Anfragen",
        "Anteil (%)",
        "Wartezeit (Minuten)",
    ]


def test_periods_have_names() -> None:
    assert [comparing.named(shapes.period(code)) for code in ("2026-Q3", "2026")] == ["3. Quartal 2026", "Jahr 2026"]


def test_queries_do_not_grow_with_releases(uli: Actor, django_assert_max_num_queries: Callable[..., Any]) -> None:
    for codes in (["2026-Q3"], ["2026-Q2", "2025-Q3", "2025"]):
        for code in codes:
            report_world.release(code)
        with django_assert_max_num_queries(5):
            comparing.report(uli, shapes.period("2026-Q3"))


# --- tables in words --------------------------------------------------------------------------------------------------


def laid(shown: ShownTable) -> charts_tables.Laid:
    return charts_tables.lay(ShownRelease(shapes.period("2026"), {}, {shown.code: shown}))[0]


def test_one_dimension_has_one_column() -> None:
    whom = definitions.table("demand_whom").dimensions[0]
    cells = {(code,): Shown(25) for code, _label in whom.values}

    table = laid(ShownTable("demand_whom", ((whom.code, tuple(shapes.codes_of(whom.values))),), cells))

    assert (table.down, table.across, table.columns) == ("Für wen", "", ("Anzahl",))
    assert [row.label for row in table.rows] == [str(label) for _code, label in whom.values]


def test_longer_dimension_runs_down() -> None:
    days, bands = (tuple(str(number) for number in range(count)) for count in (7, 8))
    cells = {(day, band): Shown(100 * int(day) + 5 * int(band) + 5) for day in days for band in bands}

    table = laid(ShownTable("demand_times", (("weekday", days), ("band", bands)), cells))

    assert (table.down, table.across) == ("Uhrzeit", "Wochentag")
    assert (len(table.rows), len(table.columns)) == (8, 7)
    assert table.rows[2].label == "6 bis 9 Uhr"
    assert table.rows[2].cells[3] == cells[("3", "2")]


def test_unions_are_explained_and_older_ones_within_them_are_not() -> None:
    values = ("u18", "18plus", "none")
    merged = (("age_band", "u15"), ("age_band", "18plus"), ("age_band", "u18"))
    genders = tuple(shapes.codes_of(definitions.table("demand_people").dimensions[1].values))
    cells = {(age, gender): Shown(50) for age in values for gender in genders}

    table = laid(ShownTable("demand_people", (("age_band", values), ("gender", genders)), cells, merged))

    (note,) = table.notes
    assert note.startswith("Zusammengefasst, weil sonst zu viel verborgen bliebe: 18 oder älter (")
    assert "; unter 18 (" in note
    assert "unter 15" not in note


def test_table_that_overlaps_says_so() -> None:
    report = ShownRelease(shapes.period("2026"), {}, {})
    assert charts_tables.lay(report) == []
    cells = {("chat",): Shown(5), ("mail",): Shown(10)}
    table = laid(ShownTable("ways", (("ways_used", ("chat", "mail")),), cells))
    assert "Zähle die Zahlen nicht zusammen." in table.notes[0]


def test_withheld_table_has_no_rows_even_without_dimensions() -> None:
    table = laid(ShownTable("risk", (), {}, withheld=True))
    assert (table.label, table.withheld, table.rows) == ("Gefährdungsstufen", True, ())


def test_what_is_no_longer_declared_speaks_by_its_code(uli: Actor) -> None:
    cells = {("a",): Shown(5)}
    tables = {"old": ShownTable("old", (("way", ("a",)),), cells, (("way", "a"),))}
    report_world.keep(ShownRelease(shapes.period("2024"), {"old": Shown(15)}, tables), definitions.EDITION + 1)

    report = comparing.report(uli, shapes.period("2024"))

    assert [(one.figure.label, one.now) for one in report.lines] == [("old", Shown(15))]
    assert (report.tables[0].label, report.tables[0].rows[0].label) == ("old", "a")
