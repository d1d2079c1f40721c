"""What may be said: rounding, hiding, unions, shares and medians."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counselling.statistics.domain import publishing
from counselling.statistics.domain.publishing import coarser, publish, rounded, shown_table
from counselling.statistics.domain.shapes import Counted, Figure, Key, Shown, ShownRelease, Table, from_json
from tests.statistics.domain.small_centre import AGE, BY_AGE, BY_BOTH, FIGURES, GENDER, TABLES, YEAR, keys, of

FEW = settings(max_examples=60, deadline=None)
COUNTS = st.lists(st.one_of(st.integers(0, 12), st.integers(0, 400)), min_size=12, max_size=12)


def published(numbers: Counted, figures: tuple[Figure, ...] = FIGURES) -> ShownRelease:
    return publish(YEAR, numbers, figures=figures, tables=TABLES)


@pytest.mark.parametrize(
    ("n", "said"), [(0, None), (4, None), (5, 5), (7, 5), (8, 10), (12, 10), (13, 15), (997, 995), (998, 1000)]
)
def test_rounded_to_five_and_hidden_below(n: int, said: int | None) -> None:
    assert rounded(n) == Shown(said)


@given(st.integers(0, 10**6))
@FEW
def test_rounding_keeps_within_two(n: int) -> None:
    said = rounded(n).value

    assert said is None if n < 5 else (said is not None and abs(said - n) <= 2 and said % 5 == 0)


@given(COUNTS)
@FEW
def test_every_cell_stands_there_as_the_rounded_sum_of_what_it_covers(numbers: list[int]) -> None:
    counts = Counter(dict(zip(keys(BY_BOTH), numbers, strict=True)))

    shown = shown_table(BY_BOTH, counts)

    parts = [publishing.partition(side, {new for _, new in shown.merged}) for side in (AGE, GENDER)]
    assert [list(part) for part in parts] == [list(codes) for _, codes in shown.dimensions]
    assert [frozenset().union(*part.values()) for part in parts] == [
        frozenset(code for code, _ in side.values) for side in (AGE, GENDER)
    ]
    assert shown.cells == {
        (age, gender): rounded(sum(counts[a, g] for a in ages for g in genders))
        for age, ages in parts[0].items()
        for gender, genders in parts[1].items()
    }
    assert shown.withheld == all(cell.is_hidden for cell in shown.cells.values())


def test_codes_merge_in_order_until_at_most_a_third_is_hidden() -> None:
    merges = [
        shown_table(BY_AGE, Counter(dict(zip(keys(BY_AGE), cells, strict=True)))).merged
        for cells in ([4, 50, 50, 50], [4, 50, 50, 4], [1, 2, 50, 2])
    ]

    assert merges == [(), (("age", "u15"),), (("age", "u15"), ("age", "u18"))]


def test_two_dimensions_take_turns() -> None:
    assert publishing.unions(BY_BOTH) == [("age", "u15"), ("gender", "not_w"), ("age", "u18")]


def test_union_of_unions_covers_what_both_cover() -> None:
    assert publishing.partition(AGE, {"u15", "u18"}) == {
        "u18": frozenset({"u12", "12_14", "15_17"}),
        "o18": frozenset({"o18"}),
    }


def test_table_that_says_nothing_is_withheld_with_its_cells() -> None:
    shown = shown_table(BY_AGE, Counter({("u12",): 1}))

    assert (shown.withheld, shown.cells) == (True, {("u18",): Shown(None), ("o18",): Shown(None)})


def test_coarser_is_one_union_more_and_in_the_end_nothing() -> None:
    counts = Counter(dict.fromkeys(keys(BY_AGE), 50))
    shown, seen = shown_table(BY_AGE, counts), []
    while shown.cells:
        seen.append({key[0]: cell.value for key, cell in shown.cells.items()})
        shown = coarser(BY_AGE, counts, shown)

    assert seen == [
        {"u12": 50, "12_14": 50, "15_17": 50, "o18": 50},
        {"u15": 100, "15_17": 50, "o18": 50},
        {"u18": 150, "o18": 50},
    ]
    assert (shown.withheld, shown.dimensions) == (True, ())


def test_codes_that_nobody_declares_stand_in_no_cell() -> None:
    """A topic that was removed: its events remain in the figure."""
    shown = published(of(30, by_age={"u12": 10, "removed": 20}, by_both={("u12", "removed"): 20}, gone={"x": 9}))

    assert shown.figures["asked"] == Shown(30)
    assert shown.tables["by_age"].cells == {("u18",): Shown(10), ("o18",): Shown(None)}
    assert shown.tables["by_both"].withheld
    assert "removed" not in str(shown.as_json())
    assert sorted(shown.tables) == ["by_age", "by_both", "by_topic"]


@pytest.mark.parametrize(
    ("part", "base", "said"),
    [
        (6, 20, 30),
        (6, 19, None),
        (4, 20, None),
        (16, 20, None),
        (15, 20, 75),
        (5, 1000, 0),
        (33, 100, 35),
        (32, 100, 30),
    ],
)
def test_share_needs_twenty_and_five_on_either_side(part: int, base: int, said: int | None) -> None:
    assert published(Counted(Counter(asked=base, back=part))).figures["back"] == Shown(said)


@pytest.mark.parametrize(
    ("kind", "numbers", "said"),
    [
        ("median", [7] * 9, None),
        ("median", [7] * 10, 7),
        ("p90", [1] * 8 + [137, 900], 140),
        ("mean", [1, 2] * 5, 2),
        ("mean", [2300] * 9 + [2401], 2300),
    ],
)
def test_statistics_need_ten_numbers_and_keep_two_digits(kind: str, numbers: list[int], said: int | None) -> None:
    figure = Figure("f", "f", kind, "", base="minutes")  # type: ignore[arg-type]  # kinds of the definitions

    assert published(Counted(values={"minutes": Counter(numbers)}), (figure,)).figures["f"] == Shown(said)


@pytest.mark.parametrize(("minutes", "said"), [(0, None), (269, None), (270, 5), (60_000, 1000)])
def test_hours_are_made_of_minutes(minutes: int, said: int | None) -> None:
    assert published(Counted(Counter(open=minutes))).figures["open"] == Shown(said)


def test_table_of_hours_is_in_hours() -> None:
    table = Table("open_by_age", "", "open", (AGE,), "")
    numbers = Counted(Counter(open=12_000), {"open_by_age": Counter({(code,): 3000 for code, _ in AGE.values})})

    shown = publish(YEAR, numbers, figures=FIGURES, tables=(table,)).tables["open_by_age"]

    assert set(shown.cells.values()) == {Shown(50)}


def test_suppression_switched_off_says_small_numbers() -> None:
    cells: dict[str | Key, int] = {"u12": 3, "12_14": 8}

    shown = publish(YEAR, of(11, by_age=cells), suppress=False, figures=FIGURES, tables=(BY_AGE,))

    assert {key[0]: cell.value for key, cell in shown.tables["by_age"].cells.items()} == {
        "u12": 3,
        "12_14": 10,
        "15_17": 0,
        "o18": 0,
    }
    assert shown.tables["by_age"].merged == ()


def test_nothing_counted_is_nothing_said() -> None:
    shown = published(Counted())

    assert {figure.value for figure in shown.figures.values()} == {None}
    assert all(table.withheld for table in shown.tables.values())
    assert from_json(YEAR, shown.as_json()) == shown
