"""Exact numbers of a period, from its count rows alone: one pass over them, and nothing kept but sums."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import product
from typing import NamedTuple

from counselling.cases.models import CountRow
from counselling.statistics.domain import definitions
from counselling.statistics.domain.counted_rules import DIMENSIONS, FIGURES, VALUES, Row
from counselling.statistics.domain.shapes import Counted, Dimension, Period, codes_of

AT_ONCE = 2_000
_Reader = Callable[[Row], list[str]]
_REST = ("none", "other", "no_answer")  # a row whose code no value of a dimension names stands under one of these


class _Table(NamedTuple):
    """A table while it is counted."""

    cells: Counter[tuple[str, ...]]
    readers: tuple[_Reader, ...]


class _Figure(NamedTuple):
    """A figure, and what is counted with it."""

    code: str
    holds: Callable[[Row], bool] | None
    weight: Callable[[Row], int] | None
    tables: list[_Table]
    values: list[tuple[Counter[int], Callable[[Row], int | None]]]


def of_period(period: Period) -> Counted:
    """All figures, tables and whole numbers that definitions names. The rows of the whole centre, read in portions."""
    return of_rows(_rows(period))


def of_rows(rows: Iterable[Row]) -> Counted:
    """The same of rows at hand."""
    counted = Counted()
    plan = _plan(counted)
    for row in rows:
        for figure in plan.get(row.event, ()):
            if figure.holds is None or figure.holds(row):
                _add(counted, figure, row)
    return counted


def _rows(period: Period) -> Iterator[Row]:
    found = CountRow.objects.filter(month__in=period.months).order_by()
    fields = ("event", "channel", "weekday", "band", "codes")
    return (Row(*row) for row in found.values_list(*fields).iterator(chunk_size=AT_ONCE))


def _add(counted: Counted, figure: _Figure, row: Row) -> None:
    weight = figure.weight(row) if figure.weight else 1
    counted.figures[figure.code] += weight
    for table in figure.tables:
        for key in product(*(read(row) for read in table.readers)):
            table.cells[key] += weight
    for numbers, of in figure.values:
        number = of(row)
        if number is not None:
            numbers[number] += 1


def _plan(counted: Counted) -> dict[str, list[_Figure]]:
    """By event what its rows are counted for; `counted` is given every table and value, empty ones too."""
    tables = defaultdict[str, list[_Table]](list)
    for table in definitions.tables():
        cells = counted.tables[table.code] = Counter()
        tables[table.figure].append(_Table(cells, tuple(_reader(one) for one in table.dimensions)))
    values = defaultdict[str, list[tuple[Counter[int], Callable[[Row], int | None]]]](list)
    for code, value in VALUES.items():
        numbers = counted.values[code] = Counter()
        values[value.figure].append((numbers, value.of))
    plan = defaultdict[str, list[_Figure]](list)
    for code, rule in FIGURES.items():
        figure = _Figure(code, rule.holds, rule.weight, tables[code], values[code])
        for event in rule.events:
            plan[event].append(figure)
    return plan


def _reader(dimension: Dimension) -> _Reader:
    """The declared codes of a row in this dimension, each once; none is the rest, where the dimension has one."""
    read, known = DIMENSIONS[dimension.code], {code: [code] for code in codes_of(dimension.values)}
    rest = next(([code] for code in _REST if code in known), [])

    def declared(row: Row) -> list[str]:
        found = read(row)
        if isinstance(found, str):
            return known.get(found, rest)
        return [code for code in dict.fromkeys(found) if code in known] or rest

    return declared
