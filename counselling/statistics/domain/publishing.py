"""What may be said of exact numbers: rounded, small ones hidden, and codes merged before too much is hidden.

The rules are those of security.md section 4; `attacker` tries what they leave open.
"""

from collections import Counter
from collections.abc import Container, Mapping, Sequence
from dataclasses import replace
from itertools import product, zip_longest
from typing import Final

from counselling.statistics.domain import definitions, formulas
from counselling.statistics.domain.shapes import (
    Counted,
    Dimension,
    Figure,
    Key,
    Period,
    Shown,
    ShownRelease,
    ShownTable,
)
from counselling.statistics.domain.shapes import Table as Declared

SMALLEST: Final = 5  # whatever is less is hidden
STEP: Final = 5
SHARE_FROM: Final = 20  # events a share is taken of
STATISTIC_FROM: Final = 10  # numbers a median or a mean is taken of
HIDDEN_OF: Final = 3  # one cell in so many may be hidden before codes are merged
HOUR: Final = 60
DIGITS: Final = 2  # that a median or a mean keeps
NINETY: Final = 0.9


def publish(
    period: Period,
    counted: Counted,
    *,
    suppress: bool = True,
    figures: Sequence[Figure] | None = None,
    tables: Sequence[Declared] | None = None,
) -> ShownRelease:
    """All that may be said of a period; of the declared figures and tables unless others are given.

    `suppress=False` says numbers below 5 as they are: only to see whether the attacker finds them.
    What was counted under a code that no dimension declares (a topic that was removed) stands in no table, only in the
    figure's headline.
    """
    figures = definitions.figures() if figures is None else figures
    tables = definitions.tables() if tables is None else tables
    return ShownRelease(
        period,
        {figure.code: _headline(figure, counted, suppress=suppress) for figure in figures},
        {table.code: shown_table(table, counts_of(table, counted, figures), suppress=suppress) for table in tables},
    )


def rounded(n: int) -> Shown:
    """A number of events as it may be said: 0-4 hidden, others to the nearest 5 (7 → 5, 8 → 10)."""
    return Shown(None if n < SMALLEST else (n + STEP // 2) // STEP * STEP)


def partition(dimension: Dimension, used: Container[str]) -> dict[str, frozenset[str]]:
    """The codes that remain after these unions, each with the declared codes it stands for."""
    parts = {code: frozenset({code}) for code, _label in dimension.values}
    for new, _label, old in dimension.merges:
        taken = [code for code, covers in parts.items() if code in old or covers <= set(old)]
        if new in used and taken:
            union = frozenset().union(*(parts[code] for code in taken))
            parts = {
                new if code == taken[0] else code: union if code == taken[0] else covers
                for code, covers in parts.items()
                if code == taken[0] or code not in taken
            }
    return parts


def unions(table: Declared) -> list[tuple[str, str]]:
    """Every union of a table's codes as (dimension, new code), in the order they are tried: in turn by dimension."""
    rounds = zip_longest(*([(dimension.code, new) for new, *_ in dimension.merges] for dimension in table.dimensions))
    return [union for turn in rounds for union in turn if union]


def counts_of(table: Declared, counted: Counted, figures: Sequence[Figure]) -> Mapping[Key, int]:
    """A table's exact counts; hours out of minutes where its figure is one of hours."""
    counts = counted.tables.get(table.code, Counter())
    in_hours = any(figure.code == table.figure and figure.kind == "hours" for figure in figures)
    return {key: _in_hours(n) for key, n in counts.items()} if in_hours else counts


def shown_table(table: Declared, counts: Mapping[Key, int], *, suppress: bool = True) -> ShownTable:
    """With as few unions as hide at most a third of its cells, else with all; withheld when even that says nothing."""
    shown = _after(table, counts, 0, suppress=suppress)
    for number in range(1, len(unions(table)) + 1):
        if HIDDEN_OF * hidden_cells(shown) <= len(shown.cells):
            break
        shown = _after(table, counts, number, suppress=suppress)
    return replace(shown, withheld=hidden_cells(shown) == len(shown.cells))


def coarser(table: Declared, counts: Mapping[Key, int], shown: ShownTable) -> ShownTable:
    """The same with one more union that changes it; when there is none, withheld with not even its cells."""
    for number in range(len(shown.merged) + 1, len(unions(table)) + 1):
        following = _after(table, counts, number)
        if len(following.cells) < len(shown.cells):
            return replace(following, withheld=hidden_cells(following) == len(following.cells))
    return ShownTable(table.code, (), {}, withheld=True)


def hidden_cells(shown: ShownTable) -> int:
    """How many of its cells say nothing."""
    return sum(cell.is_hidden for cell in shown.cells.values())


def _after(table: Declared, counts: Mapping[Key, int], number: int, *, suppress: bool = True) -> ShownTable:
    """The table after the first so many of its unions."""
    used = unions(table)[:number]
    parts = [
        partition(dimension, {new for code, new in used if code == dimension.code}) for dimension in table.dimensions
    ]
    say = rounded if suppress else _unhidden
    return ShownTable(
        table.code,
        tuple((dimension.code, tuple(codes)) for dimension, codes in zip(table.dimensions, parts, strict=True)),
        {
            key: say(sum(counts.get(exact, 0) for exact in product(*map(dict.__getitem__, parts, key))))
            for key in product(*parts)
        },
        merged=tuple(used),
    )


def _headline(figure: Figure, counted: Counted, *, suppress: bool) -> Shown:
    n = counted.figures.get(figure.code, 0)
    if figure.kind == "share":
        return _share(n, counted.figures.get(figure.base, 0), suppress=suppress)
    if figure.kind in {"count", "hours"}:
        n = _in_hours(n) if figure.kind == "hours" else n
        return rounded(n) if suppress else _unhidden(n)
    return _statistic(figure, counted.values.get(figure.base, Counter()))


def _share(part: int, base: int, *, suppress: bool) -> Shown:
    """In steps of 5 percent; too few to say when either those or the others are fewer than 5: 0 % would tell none."""
    if base < SHARE_FROM or (suppress and min(part, base - part) < SMALLEST):
        return Shown(None)
    return Shown((200 * part + STEP * base) // (2 * STEP * base) * STEP)


def _statistic(figure: Figure, values: Counter[int]) -> Shown:
    if values.total() < STATISTIC_FROM:
        return Shown(None)
    if figure.kind == "mean":
        return Shown(_sensible(formulas.mean(values)))
    return Shown(_sensible(formulas.median(values) if figure.kind == "median" else formulas.percentile(values, NINETY)))


def _sensible(exact: float) -> int:
    """A whole number with two digits that say something: 7, 42, 140, 2 300."""
    whole = int(exact + 0.5)
    step: int = 10 ** max(0, len(str(whole)) - DIGITS)
    return (whole + step // 2) // step * step


def _in_hours(minutes: int) -> int:
    return (minutes + HOUR // 2) // HOUR


def _unhidden(n: int) -> Shown:
    return Shown(n) if n < SMALLEST else rounded(n)
