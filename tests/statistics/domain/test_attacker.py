"""The attacker: what it must find, what it must not claim, and what it misses compared with trying everything."""

import random
from collections import Counter
from collections.abc import Sequence
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counselling.statistics.domain.attacker import Finding, attack
from counselling.statistics.domain.bounds import Bounds, Contradiction
from counselling.statistics.domain.bounds_known import families
from counselling.statistics.domain.bounds_tables import said
from counselling.statistics.domain.publishing import publish
from counselling.statistics.domain.releases import hold_back
from counselling.statistics.domain.shapes import (
    Counted,
    Dimension,
    Figure,
    Key,
    Period,
    Shown,
    ShownRelease,
    ShownTable,
    Table,
)
from tests.statistics.domain.small_centre import (
    AGE,
    ASKED,
    BY_AGE,
    BY_TOPIC,
    FIGURES,
    LONG,
    QUARTERS,
    TABLES,
    TOPIC,
    YEAR,
    counted,
    of,
    together,
)

FEW = settings(max_examples=40, deadline=None)
TWO = Dimension("two", "", (("a", ""), ("b", "")))
THREE = Dimension("three", "", (("x", ""), ("y", ""), ("z", "")))
BY_TWO = Table("by_two", "", "asked", (TWO,), "")
BY_THREE = Table("by_three", "", "asked", (THREE,), "")
OTHER = Dimension("other", "", (("c", ""), ("d", "")))
BY_OTHER = Table("by_other", "", "asked", (OTHER,), "")
CROSSED = Table("crossed", "", "asked", (TWO, OTHER), "")


def release(
    period: Period, asked: int | None, /, figures: dict[str, Shown] | None = None, **tables: dict[str, int | None]
) -> ShownRelease:
    """By hand, from tables of one dimension: BY_TWO, BY_THREE, BY_AGE."""
    side = {"by_two": "two", "by_three": "three", "by_age": "age"}
    return ShownRelease(
        period,
        {"asked": Shown(asked), **(figures or {})},
        {
            code: ShownTable(
                code, ((side[code], tuple(cells)),), {(one,): Shown(value) for one, value in cells.items()}
            )
            for code, cells in tables.items()
        },
    )


def found(*releases: ShownRelease, tables: tuple[Table, ...] = (BY_TWO, BY_THREE)) -> list[Finding]:
    return attack(releases, figures=FIGURES, tables=tables)


# --- what it must find -----------------------------------------------------------------------------------------------


def test_two_shown_cells_and_a_headline_give_the_third_away() -> None:
    """12 + 12 + 4 are 28: published as 10, 10, "<5" and 30."""
    shown = publish(YEAR, of(28, by_three={"x": 12, "y": 12, "z": 4}), figures=FIGURES, tables=(BY_THREE,))

    assert found(shown, tables=(BY_THREE,)) == [Finding("2026", "by_three", ("z",), 4)]


def test_two_hidden_cells_that_just_make_the_headline_are_both_known() -> None:
    shown = publish(YEAR, of(8, by_two={"a": 4, "b": 4}), figures=FIGURES, tables=(BY_TWO,))

    assert shown.tables["by_two"].withheld
    assert [(one.key, one.value) for one in found(shown, tables=(BY_TWO,))] == [(("a",), 4), (("b",), 4)]


def test_year_gives_a_quarter_away_when_another_had_nothing() -> None:
    """A quarter that was never frozen held no rows."""
    first, second, third, _ = QUARTERS
    parts = [release(first, 10), release(second, 10), release(third, None)]

    assert found(*parts) == []
    assert found(*parts, release(YEAR, 30)) == [Finding("2026-Q3", "", ("asked",), 4)]


def test_another_table_of_the_same_figure_gives_a_cell_away() -> None:
    """Without a headline: 12 + 12 by age, and the sum over the other dimension is 28 to 32."""
    shown = ShownRelease(
        YEAR,
        {},
        {
            "by_two": ShownTable("by_two", (("two", ("a", "b")),), {("a",): Shown(30), ("b",): Shown(50)}),
            "by_both": ShownTable(
                "by_both",
                (("two", ("a", "b")), ("three", ("x", "y", "z"))),
                {(a, x): Shown(None if (a, x) == ("a", "z") else 10) for a, x in product(("a", "b"), ("x", "y", "z"))},
            ),
        },
    )
    crossed = Table("by_both", "", "asked", (TWO, THREE), "")
    shown.tables["by_both"].cells["b", "x"] = Shown(30)

    assert found(shown, tables=(BY_TWO, crossed)) == [Finding("2026", "by_both", ("a", "z"), 4)]


def test_union_in_the_year_is_the_sum_of_its_codes_in_the_quarters() -> None:
    """Three cells under 15 are 8 to 12 each, one is hidden: if all are 24, the hidden one is 0."""
    first, second, _, _ = QUARTERS
    codes: dict[str, int | None] = {"u12": None, "12_14": 10, "15_17": 10, "o18": 10}
    parts = [release(first, 30, by_age=codes), release(second, 40, by_age=codes | {"u12": 10})]

    def year(under_15: int) -> ShownRelease:
        cells = {("u15",): Shown(under_15), ("15_17",): Shown(20), ("o18",): Shown(20)}
        table = ShownTable("by_age", (("age", ("u15", "15_17", "o18")),), cells, merged=(("age", "u15"),))
        return ShownRelease(YEAR, {}, {"by_age": table})

    assert found(*parts, year(30), tables=(BY_AGE,)) == []
    assert found(*parts, year(42), tables=(BY_AGE,)) == []
    assert [(one.period, one.key, one.value) for one in found(*parts, year(24), tables=(BY_AGE,))] == [
        ("2026-Q1", ("u12",), 0)
    ]


def test_share_of_none_would_be_known() -> None:
    shown = release(YEAR, 20, {"back": Shown(0)})

    assert found(shown) == [Finding("2026", "", ("back",), 0)]


def test_overlapping_table_is_no_sum_but_has_a_bound() -> None:
    """Three topics of 5 to 7 in 5 to 7 events are no contradiction, since an event may have several."""
    cells = {(topic, age): 0 for topic, _ in TOPIC.values for age, _ in AGE.values}
    cells |= {("home", "15_17"): 6, ("school", "15_17"): 6, ("love", "15_17"): 3}
    shown = publish(YEAR, of(6, by_topic=cells, by_age={"15_17": 6}), figures=FIGURES, tables=(BY_AGE, BY_TOPIC))

    assert found(shown, tables=(BY_AGE, BY_TOPIC)) == []


def test_topics_of_no_event_are_known_when_an_age_has_none() -> None:
    shown = release(YEAR, None, by_age={"u12": 0, "12_14": None, "15_17": None, "o18": None})

    assert Finding("2026", "by_topic", ("home", "u12"), 0) in found(shown, tables=(BY_AGE, BY_TOPIC))


def test_a_figure_that_a_table_tells_again_gives_its_cells_away() -> None:
    """Serious cases are orange or red ones: 8 at least, and neither level has more than 4."""
    level = Dimension("level", "", (("green", ""), ("orange", ""), ("red", "")))
    table = Table("levels", "", "risk", (level,), "")
    cells = {("green",): Shown(50), ("orange",): Shown(None), ("red",): Shown(None)}
    shown = ShownRelease(
        YEAR, {"serious": Shown(10)}, {"levels": ShownTable("levels", (("level", ("green", "orange", "red")),), cells)}
    )
    figures = [Figure(code, "", "count", "") for code in ("risk", "serious")]

    findings = attack([shown], figures=figures, tables=[table])

    assert [(one.key, one.value) for one in findings] == [(("orange",), 4), (("red",), 4)]


def test_a_median_says_that_there_were_ten() -> None:
    figures = [Figure("claimed", "", "count", ""), Figure("wait_median", "", "median", "", base="wait")]
    table = Table("waits", "", "claimed", (TWO,), "")
    cells = ShownTable("waits", (("two", ("a", "b")),), {("a",): Shown(6), ("b",): Shown(None)})
    told = [ShownRelease(YEAR, {"wait_median": Shown(value)}, {"waits": cells}) for value in (None, 12)]

    assert [[one.key for one in attack([one], figures=figures, tables=[table])] for one in told] == [[], [("b",)]]


def test_at_most_three_topics_are_named_and_at_least_one() -> None:
    """Four forms hold twelve topics at most; four topics that nobody else named are on four forms at least one each."""
    topic = Dimension("topic", "", tuple((code, "") for code in "abcd"))
    table = Table("topics", "", "asked", (topic,), "", overlaps=True)

    def told(asked: int | None, **cells: int | None) -> list[Finding]:
        shown = ShownTable("topics", (("topic", tuple("abcd")),), {(code,): Shown(cells.get(code)) for code in "abcd"})
        return attack(
            [ShownRelease(YEAR, {"asked": Shown(asked)}, {"topics": shown})], figures=(ASKED,), tables=[table]
        )

    assert told(4, a=4, b=4, c=4) == [
        Finding("2026", "", ("asked",), 4),
        *(Finding("2026", "topics", (code,), 0 if code == "d" else 4) for code in "abcd"),
    ]
    assert Finding("2026", "topics", ("d",), 4) in told(4, a=0, b=0, c=0)


# --- what it must not claim ------------------------------------------------------------------------------------------


def test_hidden_beside_large_numbers_stays_hidden() -> None:
    shown = publish(YEAR, of(96, by_three={"x": 50, "y": 43, "z": 3}), figures=FIGURES, tables=(BY_THREE,))

    assert found(shown, tables=(BY_THREE,)) == []


def test_years_say_nothing_about_one_another() -> None:
    assert found(release(Period(2025), None), release(Period(2026), 10), release(Period(2027), 10)) == []


def test_table_with_undeclared_codes_is_less_than_its_figure() -> None:
    """The sum of the cells cannot be the headline; the attacker believes as much as can be."""
    shown = publish(YEAR, of(50, by_three={"x": 12, "y": 12, "gone": 26}), figures=FIGURES, tables=(BY_THREE,))

    assert found(shown, tables=(BY_THREE,)) == []


def test_removed_topic_and_a_table_of_an_older_edition_are_no_trouble() -> None:
    """A quarter knew a code and had a table with another dimension; the year does not any more."""
    old = release(QUARTERS[0], 40, by_three={"x": 10, "y": 20, "gone": None}, by_two={"a": 10, "b": 30})
    older = ShownRelease(QUARTERS[1], {"asked": Shown(40), "unknown": Shown(5)}, {"lost": old.tables["by_two"]})
    new = release(YEAR, 80, by_three={"x": 20, "y": 40, "z": None})

    assert found(old, older, new, tables=(BY_AGE, BY_THREE)) == []


def test_what_is_withheld_for_good_says_nothing() -> None:
    shown = ShownRelease(YEAR, {"asked": Shown(10)}, {"by_two": ShownTable("by_two", (), {}, withheld=True)})

    assert found(shown) == []


def test_figures_that_say_nothing_about_one_another_are_apart() -> None:
    figures = [Figure(code, "", "count", "") for code in ("waited", "claimed", "abandoned", "risk", "serious", "calls")]
    share = Figure("abandoned_share", "", "share", "", base="waited")

    assert sorted(map(sorted, families([*figures, share, LONG]))) == [
        ["abandoned", "abandoned_share", "claimed", "waited"],
        ["calls"],
        ["long"],
        ["risk", "serious"],
    ]


# --- planted leak, and random centres --------------------------------------------------------------------------------


@pytest.mark.parametrize("events", [5, 60, 900])
@given(seed=st.integers(0, 10**6))
@settings(max_examples=12, deadline=None)
def test_nothing_in_what_is_held_back_and_something_without_suppression(events: int, seed: int) -> None:
    rng = random.Random(seed)
    quarters = [counted(rng, events) for _ in QUARTERS]
    whole = together(quarters)
    kept: list[ShownRelease] = []
    for period, numbers in [*zip(QUARTERS, quarters, strict=True), (YEAR, whole)]:
        shown = publish(period, numbers, figures=FIGURES, tables=TABLES)
        kept.append(hold_back(shown, numbers, kept, figures=FIGURES, tables=TABLES))

    assert found(*kept, tables=TABLES) == []
    planted = publish(YEAR, whole, suppress=False, figures=FIGURES, tables=TABLES)
    small = {key for key, n in whole.tables["by_both"].items() if n < 5}
    seen = [one for one in found(*kept[:-1], planted, tables=TABLES) if one.period == YEAR.code]
    leaks = {one.key: one.value for one in seen if one.table == "by_both"}
    assert {key: whole.tables["by_both"][key] for key in small} == {key: leaks[key] for key in small}


# --- against trying everything ---------------------------------------------------------------------------------------


def numbers_of(values: Sequence[int]) -> Counted:
    cells = dict(zip(product("ab", "cd"), values, strict=True))
    tables: dict[str, Counter[Key]] = {"crossed": Counter(cells), "by_two": Counter(), "by_other": Counter()}
    for (two, other), n in cells.items():
        tables["by_two"][two,] += n
        tables["by_other"][other,] += n
    return Counted(Counter(asked=sum(values)), tables)


def tried(shown: ShownRelease) -> set[tuple[Key, int]]:
    """Which small cells of CROSSED have one value in every way to fill it that fits the release."""
    names = list(product("ab", "cd"))
    cells = [said(shown.tables["crossed"].cells[name]) for name in names]
    sums = {(0, 1, 2, 3): said(shown.figures["asked"])}
    sums |= {pair: said(shown.tables["by_two"].cells[one,]) for pair, one in (((0, 1), "a"), ((2, 3), "b"))}
    if "by_other" in shown.tables:
        sums |= {pair: said(shown.tables["by_other"].cells[one,]) for pair, one in (((0, 2), "c"), ((1, 3), "d"))}
    fits = [
        values
        for values in product(*(range(low, high + 1) for low, high in cells))
        if all(low <= sum(values[number] for number in which) <= high for which, (low, high) in sums.items())
    ]
    columns = {name: {values[number] for values in fits} for number, name in enumerate(names)}
    return {(name, min(column)) for name, column in columns.items() if len(column) == 1 and min(column) < 5}


def reckoned(values: Sequence[int], *tables: Table) -> tuple[set[tuple[Key, int]], set[tuple[Key, int]]]:
    """What the attacker finds in CROSSED beside these tables, and what trying everything finds."""
    shown = publish(YEAR, numbers_of(values), figures=(ASKED,), tables=(CROSSED, *tables))
    findings = attack([shown], figures=(ASKED,), tables=(CROSSED, *tables))
    cells = {(one.key, one.value) for one in findings if one.table == "crossed" and "*" not in one.key}
    return cells, tried(shown)


@given(st.lists(st.integers(0, 14), min_size=4, max_size=4))
@settings(max_examples=150, deadline=None)
def test_finds_exactly_what_trying_everything_finds_where_tables_form_a_tree(values: list[int]) -> None:
    """Cells make rows, rows make the headline: no circle, so looking at one rule at a time is enough."""
    attacked, by_trying = reckoned(values, BY_TWO)

    assert attacked == by_trying


def test_finds_exactly_what_trying_everything_finds_in_rows_and_columns() -> None:
    """A circle: looking at one rule at a time could miss something here, but does not (12,000 such tables: nothing)."""
    rng = random.Random(6)
    pairs = [
        reckoned([rng.choice((rng.randrange(5), rng.randrange(15))) for _ in range(4)], BY_TWO, BY_OTHER)
        for _ in range(600)
    ]

    assert [attacked for attacked, _ in pairs] == [by_trying for _, by_trying in pairs]
    assert sum(len(by_trying) for _, by_trying in pairs) > 50


# --- the arithmetic --------------------------------------------------------------------------------------------------


def test_bounds_narrow_both_ways() -> None:
    bounds = Bounds()
    bounds.limit("whole", 28, 32)
    for part, most in (("x", 12), ("y", 12), ("z", 4)):
        bounds.limit(part, 0, most)
    bounds.equal("whole", ["x", "y", "z"])
    bounds.equal("whole", ["z", "x", "y"])

    bounds.settle()

    assert [bounds.of(name) for name in bounds.names()] == [(28, 28), (12, 12), (12, 12), (4, 4)]
    assert ("x" in bounds, "other" in bounds) == (True, False)


def test_bounds_that_cannot_be_are_a_contradiction() -> None:
    crossed, too_much = Bounds(), Bounds()
    crossed.limit("x", 3, 2)
    too_much.limit("x", 5, 7)
    too_much.limit("whole", 0, 4)
    too_much.at_most(["x"], "whole")

    for bounds in (crossed, too_much):
        with pytest.raises(Contradiction):
            bounds.settle()


def test_contradiction_that_creeps_comes_to_an_end() -> None:
    bounds = Bounds()
    bounds.rule([(1, "x"), (-1, "y")], 1, 10**12)
    bounds.rule([(1, "y"), (-1, "x")], 1, 10**12)

    bounds.settle()

    assert bounds.of("x")[0] > 100
