"""What the releases of one year say about each number behind them, as bounds and rules.

A number is known by its period, its figure and its cell: per dimension the declared codes it covers. A dimension that
is left out is summed over, so tables of one figure meet in what they have in common, and the whole figure is the cell
without any dimension. Unions are sums of their codes, a year is the sum of its quarters.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Final, NamedTuple

from counselling.statistics.domain.bounds import UNKNOWN, Bounds
from counselling.statistics.domain.bounds_known import MOST_NAMED, SAME, WITHIN, counted_with
from counselling.statistics.domain.publishing import SHARE_FROM, SMALLEST, STATISTIC_FROM, STEP, partition
from counselling.statistics.domain.shapes import Dimension, Figure, Key, Period, Shown, ShownRelease, ShownTable, Table

Codes = frozenset[str]  # declared ones that a code of a release covers
Parts = frozenset[Codes]  # a dimension cut up
ALL: Final = "*"  # in a key: summed over
REST: Final = "rest"  # in a key: those that a share is not about


class Name(NamedTuple):
    """A number behind the releases."""

    period: str
    figure: str
    cell: frozenset[tuple[str, Codes]] = frozenset()


class Place(NamedTuple):
    """Where people look for it: a table and its key, or "" and a figure."""

    table: str
    key: Key


class Year:
    """Bounds and rules from the releases of one year. `totals`, `years`: whether tables and quarters are complete."""

    def __init__(
        self,
        releases: Sequence[ShownRelease],
        figures: Sequence[Figure],
        tables: Sequence[Table],
        *,
        totals: bool = True,
        years: bool = True,
    ) -> None:
        self.bounds = Bounds()
        self.places: dict[Name, Place] = {}
        self._releases, self._totals = releases, totals
        self._alone = {side.code for table in tables if not table.overlaps for side in table.dimensions}
        self._cuts = self._all_cuts(tables)
        for release in releases:
            for figure in figures:
                self._headline(release, figure)
            for table in tables:
                self._table(release, table)
            self._definitions(release.period.code, {figure.code for figure in figures})
        if years:
            self._sum_quarters()

    # --- dimensions --------------------------------------------------------------------------------------------------

    def _side(self, table: Table, dimension: Dimension) -> str:
        """A dimension's name; another one where an event may stand under several of its codes (then marked by "~")."""
        several = table.overlaps and (
            dimension.code not in self._alone or all(one.code in self._alone for one in table.dimensions)
        )
        return f"~{dimension.code}" if several else dimension.code

    def _all_cuts(self, tables: Sequence[Table]) -> dict[tuple[str, str], set[Parts]]:
        """Into which parts any release of the year cuts up the dimensions of each figure."""
        cuts = defaultdict[tuple[str, str], set[Parts]](set)
        for table in tables:
            for release in self._releases:
                for dimension, codes in zip(table.dimensions, codes_of(table, release), strict=True):
                    cut = cuts[table.figure, self._side(table, dimension)]
                    cut.add(frozenset(codes.values()))
                    cut.add(frozenset(frozenset({code}) for code in frozenset().union(*codes.values())))
        return cuts

    # --- what a release says -----------------------------------------------------------------------------------------

    def _headline(self, release: ShownRelease, figure: Figure) -> None:
        shown = release.figures.get(figure.code)
        period = release.period.code
        if figure.kind == "count":
            self._place(Name(period, figure.code), Place("", (figure.code,)))
            if shown:
                self.bounds.limit(Name(period, figure.code), *said(shown))
        elif figure.kind == "share":
            self._share(period, figure, shown)
        elif shown and shown.value is not None and (base := counted_with(figure)):
            self.bounds.limit(Name(period, base), STATISTIC_FROM, UNKNOWN)

    def _share(self, period: str, figure: Figure, shown: Shown | None) -> None:
        """Part and rest make the whole; a published share lies within half a step of what is said."""
        part, rest, base = (Name(period, code) for code in (figure.code, f"{figure.code} {REST}", figure.base))
        self._place(part, Place("", (figure.code,)))
        self._place(rest, Place("", (figure.code, REST)))
        self.bounds.equal(base, [part, rest])
        if shown is None or shown.value is None:
            return
        self.bounds.limit(base, SHARE_FROM, UNKNOWN)
        if 0 < shown.value < 100:  # noqa: PLR2004 -- percent
            self.bounds.limit(part, 1, UNKNOWN)
        self.bounds.rule([(200, part), (STEP - 2 * shown.value, base)], 0, 10**12)
        self.bounds.rule([(2 * shown.value + STEP, base), (-200, part)], 1, 10**12)

    def _table(self, release: ShownRelease, table: Table) -> None:
        codes = codes_of(table, release)
        sides = [self._side(table, dimension) for dimension in table.dimensions]
        wholes = [frozenset().union(*one.values()) for one in codes]
        cuts = [self._cuts[table.figure, side] for side in sides]
        labels = [{covers: code for code, covers in one.items()} for one in codes]
        levels = [
            [None, *sorted({part for cut in cut_side for part in cut if part <= whole}, key=sorted)]
            for cut_side, whole in zip(cuts, wholes, strict=True)
        ]
        for combination in product(*levels):
            name = self._name(release.period, table, sides, combination)
            key = tuple(
                ALL if one is None else label.get(one, "+".join(sorted(one)))
                for one, label in zip(combination, labels, strict=True)
            )
            self._place(name, Place(table.code, key))
            for number, whole in enumerate(wholes):
                for parts in splits(combination[number], whole, cuts[number]):
                    pieces = [
                        self._name(release.period, table, sides, replaced(combination, number, part)) for part in parts
                    ]
                    self._sum(name, pieces, sides[number], is_total=combination[number] is None)
        for key, shown in cells_of(table, release).items():
            covers = tuple(one[code] for one, code in zip(codes, key, strict=True))
            self.bounds.limit(self._name(release.period, table, sides, covers), *said(shown))

    def _sum(self, whole: Name, pieces: list[Name], side: str, *, is_total: bool) -> None:
        if not is_total:
            self.bounds.equal(whole, pieces)
        elif side.startswith("~"):
            self._named_several_times(whole, pieces, side[1:])
        elif self._totals:
            self.bounds.equal(whole, pieces)
        else:
            self.bounds.at_most(pieces, whole)

    def _named_several_times(self, whole: Name, pieces: list[Name], dimension: str) -> None:
        """Each event stands under at least one code, and at most once under each."""
        if any(len(covers) > 1 for piece in pieces for side, covers in piece.cell if side == f"~{dimension}"):
            return  # a union counts an event once for each of its codes; the codes themselves say more
        for piece in pieces:
            self.bounds.at_most([piece], whole)
        if self._totals:
            self.bounds.rule([(-1, whole), *((1, piece) for piece in pieces)], 0, 10**12)
        if dimension in MOST_NAMED:
            self.bounds.rule([(MOST_NAMED[dimension], whole), *((-1, piece) for piece in pieces)], 0, 10**12)

    # --- what is known besides ---------------------------------------------------------------------------------------

    def _definitions(self, period: str, figures: set[str]) -> None:
        """Figures that are told twice: once alone, once in a table."""
        for known in (SAME, WITHIN):
            for code, (figure, dimension, codes) in known.items():
                if not {code, figure} <= figures:
                    continue
                cells = [Name(period, figure, frozenset({(dimension, frozenset({one}))})) for one in codes]
                cells = cells or [Name(period, figure)]
                if known is SAME:
                    self.bounds.equal(Name(period, code), cells)
                else:
                    self.bounds.rule([(-1, Name(period, code)), *((1, cell) for cell in cells)], 0, 10**12)

    def _sum_quarters(self) -> None:
        """A quarter without a release held nothing: a year comes after its quarters. One without the code adds some."""
        whole = next((release.period for release in self._releases if release.period.quarter is None), None)
        quarters = [release.period.code for release in self._releases if release.period.quarter]
        if whole is None or not quarters:
            return
        for name in [name for name in self.places if name.period == whole.code]:
            told = [quarter for quarter in (name._replace(period=code) for code in quarters) if quarter in self.bounds]
            if len(told) == len(quarters):
                self.bounds.equal(name, told)
            else:
                self.bounds.at_most(told, name)

    def _name(self, period: Period, table: Table, sides: list[str], covers: Sequence[Codes | None]) -> Name:
        cell = frozenset((side, one) for side, one in zip(sides, covers, strict=True) if one is not None)
        return Name(period.code, table.figure, cell)

    def _place(self, name: Name, place: Place) -> None:
        """Where it stands, the table that says it most directly first."""
        self.bounds.number(name)
        there = self.places.get(name)
        if there is None or there.key.count(ALL) > place.key.count(ALL):
            self.places[name] = place


def said(shown: Shown) -> tuple[int, int]:
    """The least and the most that a published number stands for. One that no rounding gives was never rounded."""
    if shown.value is None:
        return 0, SMALLEST - 1
    if shown.value < SMALLEST or shown.value % STEP:
        return shown.value, shown.value
    return max(SMALLEST, shown.value - STEP // 2), shown.value + STEP // 2


def codes_of(table: Table, release: ShownRelease) -> list[dict[str, Codes]]:
    """Per dimension the codes of a release and what they cover; the declared ones where it says nothing of the table.

    A code that is declared no longer (a topic that was removed) stands for itself.
    """
    shown = _fitting(table, release)
    if shown is None:
        return [partition(dimension, ()) for dimension in table.dimensions]
    parts = (
        partition(dimension, {new for code, new in shown.merged if code == dimension.code})
        for dimension in table.dimensions
    )
    return [
        {code: part.get(code, frozenset({code})) for code in codes}
        for part, (_dimension, codes) in zip(parts, shown.dimensions, strict=True)
    ]


def cells_of(table: Table, release: ShownRelease) -> dict[Key, Shown]:
    """What a release says in a table; also of one withheld for saying nothing: that it says nothing is known."""
    shown = _fitting(table, release)
    return shown.cells if shown else {}


def replaced(combination: tuple[Codes | None, ...], number: int, part: Codes) -> tuple[Codes | None, ...]:
    """The same cell with these codes in one dimension."""
    return (*combination[:number], part, *combination[number + 1 :])


def splits(node: Codes | None, whole: Codes, cuts: set[Parts]) -> Iterator[Parts]:
    """The ways to put these codes (None: all of a dimension) together out of parts of some release."""
    found = {frozenset(part for part in cut if part <= (whole if node is None else node)) for cut in cuts}
    for parts in found:
        if frozenset().union(*parts) == (whole if node is None else node) and (node is None or len(parts) > 1):
            yield parts


def _fitting(table: Table, release: ShownRelease) -> ShownTable | None:
    """A release's table, unless it said nothing or had other dimensions then."""
    shown = release.tables.get(table.code)
    if shown is None or [code for code, _codes in shown.dimensions] != [one.code for one in table.dimensions]:
        return None
    return shown
