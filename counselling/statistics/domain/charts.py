"""Where everything in a chart stands: bars for one dimension, a grid for two. Templates only draw.

What is hidden has a hatched place of its own, never the place of a zero; every number is written beside its shape.
"""

from dataclasses import dataclass
from typing import Final, Literal

from django.utils.formats import number_format
from django.utils.text import Truncator
from django.utils.translation import gettext, ngettext

from counselling.statistics.domain.charts_tables import Laid, readable
from counselling.statistics.domain.shapes import Shown

PAPER: Final = 480  # px: how wide bars are where nothing else says so
LONGEST_BAR: Final = 82  # per cent of the width: beside it stands its number
SHORTEST_BAR: Final = 1.5
MOST_HIDDEN: Final = 4  # "<5" may be that many: its hatched bar is that long
BAR_ROW: Final = 44  # px: a line of words above each bar, so that a phone's width is the bar's
LABEL: Final = 44  # characters of 14 px that fit a phone's width
SIDE, COLUMN, GRID_ROW, LINE = 168, 78, 40, 15  # px
SIDE_LETTERS, COLUMN_LETTERS, MOST_LINES = 24, 11, 3
FAINTEST, STRONGEST = (
    0.06,
    0.34,
)  # of the brand under ink: contrast stays above 4.5 with every colour a centre may choose
MOST_NAMED: Final = 3


@dataclass(frozen=True)
class Bar:
    """A bar: `width` in per cent of the chart's width, the rest in px from its top."""

    label: str
    text: str
    hidden: bool
    width: str
    top: int

    @property
    def words(self) -> int:
        """The baseline of its words."""
        return self.top + 14

    @property
    def bar(self) -> int:
        """Where the bar itself begins."""
        return self.top + 20

    @property
    def number(self) -> int:
        """The baseline of its number."""
        return self.top + 33


@dataclass(frozen=True)
class Words:
    """A line of text: its place in px and how it stands there."""

    text: str
    x: int
    y: int


@dataclass(frozen=True)
class Cell:
    """A cell of the grid: place and size in px, how strong its colour is (0.00 to 1.00), and its number."""

    x: int
    y: int
    text: str
    hidden: bool
    strength: str

    @property
    def middle(self) -> int:
        """The middle of its text."""
        return self.x + COLUMN // 2

    @property
    def baseline(self) -> int:
        """The baseline of its text."""
        return self.y + GRID_ROW // 2 + 4


@dataclass(frozen=True)
class Chart:
    """A drawing and what it says: `gist` is for whoever does not see it. `width` is 0 where it fills its place."""

    kind: Literal["bars", "grid"]
    code: str
    title: str
    gist: str
    width: int
    height: int
    bars: tuple[Bar, ...] = ()
    words: tuple[Words, ...] = ()
    cells: tuple[Cell, ...] = ()
    cell_width: int = COLUMN - 2
    cell_height: int = GRID_ROW - 2


def drawn(table: Laid) -> Chart | None:
    """The chart of a table; None where there is nothing to be drawn."""
    if table.withheld or not table.rows:
        return None
    return _grid(table) if table.across else _bars(table)


def gist(table: Laid) -> str:
    """What a chart says at a glance, in two sentences: the largest numbers, and how many are hidden."""
    named = [(_name(table, row, column), shown) for row, column, shown in _each(table)]
    seen = [(name, shown.value) for name, shown in named if shown.value is not None]
    hidden = len(named) - len(seen)
    if not seen:
        return gettext("Alle Zahlen sind zu klein, um sie zu nennen.")
    largest = sorted(seen, key=lambda one: -one[1])[:MOST_NAMED]
    sentence = gettext("Am größten: {largest}.").format(
        largest="; ".join(f"{name} ({number_format(value, force_grouping=True)})" for name, value in largest)
    )
    if not hidden:
        return sentence
    more = ngettext(
        "%(n)s Zahl ist zu klein, um sie zu nennen.", "%(n)s Zahlen sind zu klein, um sie zu nennen.", hidden
    )
    return f"{sentence} {more % {'n': hidden}}"


def _each(table: Laid) -> list[tuple[str, str, Shown]]:
    return [
        (row.label, column, shown) for row in table.rows for column, shown in zip(table.columns, row.cells, strict=True)
    ]


def _name(table: Laid, row: str, column: str) -> str:
    return f"{row}, {column}" if table.across else row


def _bars(table: Laid) -> Chart:
    longest = _largest(table)
    bars = tuple(_bar(number, row.label, row.cells[0], longest) for number, row in enumerate(table.rows))
    return Chart("bars", table.code, table.label, gist(table), 0, BAR_ROW * len(bars), bars=bars)


def _bar(number: int, label: str, shown: Shown, longest: int) -> Bar:
    value = MOST_HIDDEN if shown.value is None else shown.value
    width = max(SHORTEST_BAR, min(1.0, value / longest) * LONGEST_BAR)
    words = Truncator(label).chars(LABEL)
    return Bar(words, readable(shown), shown.is_hidden, f"{width:.1f}%", BAR_ROW * number)


def _grid(table: Laid) -> Chart:
    heads = [_wrapped(column, COLUMN_LETTERS) for column in table.columns]
    top = LINE * max(len(lines) for lines in heads) + 8
    words = [
        Words(text, SIDE + COLUMN * column + COLUMN // 2, top - 8 - LINE * (len(lines) - 1 - line))
        for column, lines in enumerate(heads)
        for line, text in enumerate(lines)
    ]
    words += [line for number, row in enumerate(table.rows) for line in _side(row.label, top + GRID_ROW * number)]
    longest = _largest(table)
    cells = tuple(
        Cell(
            SIDE + COLUMN * column, top + GRID_ROW * number, readable(shown), shown.is_hidden, _strength(shown, longest)
        )
        for number, row in enumerate(table.rows)
        for column, shown in enumerate(row.cells)
    )
    width, height = SIDE + COLUMN * len(table.columns), top + GRID_ROW * len(table.rows)
    return Chart("grid", table.code, table.label, gist(table), width, height, words=tuple(words), cells=cells)


def _side(label: str, top: int) -> list[Words]:
    lines = _wrapped(label, SIDE_LETTERS)[: GRID_ROW // LINE]
    first = top + GRID_ROW // 2 + 4 - LINE * (len(lines) - 1) // 2
    return [Words(text, 0, first + LINE * number) for number, text in enumerate(lines)]


def _wrapped(label: str, letters: int) -> list[str]:
    """A label on few short lines; what does not fit is cut, since the table says it in full."""
    lines = [""]
    for word in label.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > letters:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], f"{lines[MOST_LINES - 1]}…"]
    return [Truncator(line).chars(letters + 2) for line in lines]


def _largest(table: Laid) -> int:
    return max((shown.value or MOST_HIDDEN for _row, _column, shown in _each(table)), default=MOST_HIDDEN)


def _strength(shown: Shown, longest: int) -> str:
    return f"{FAINTEST + (STRONGEST - FAINTEST) * (shown.value or 0) / longest:.2f}"
