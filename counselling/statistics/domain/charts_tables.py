"""Published tables with words instead of codes, turned so that the shorter dimension runs across."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext

from counselling.statistics.domain import definitions
from counselling.statistics.domain.shapes import HIDDEN, Dimension, Key, Shown, ShownRelease, ShownTable, Table


@dataclass(frozen=True)
class Row:
    """One row: what it is about, and its numbers in the order of the columns."""

    label: str
    cells: tuple[Shown, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """Its numbers as people read them."""
        return tuple(map(readable, self.cells))


@dataclass(frozen=True)
class Laid:
    """A table as it is shown. With one dimension `across` is "" and the only column is called the number.

    `notes` are sentences about what was put together and what must not be added up. A withheld one has no rows.
    """

    code: str
    label: str
    means: str
    notes: tuple[str, ...]
    down: str
    across: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    withheld: bool


@dataclass(frozen=True)
class _Side:
    """A dimension of a published table in words."""

    label: str
    codes: tuple[str, ...]
    words: Mapping[str, str]


def readable(shown: Shown) -> str:
    """A number as people read it, "<5" where it is hidden."""
    return HIDDEN if shown.value is None else number_format(shown.value, force_grouping=True)


def lay(release: ShownRelease) -> list[Laid]:
    """All tables of a release, in the order of the definitions."""
    declared = {table.code: table for table in definitions.tables()}
    order = [code for code in declared if code in release.tables]
    order += [code for code in release.tables if code not in declared]
    return [_laid(release.tables[code], declared.get(code) or _unknown(release.tables[code])) for code in order]


def _unknown(shown: ShownTable) -> Table:
    """A table of an edition of the definitions that knew more than ours: its codes speak for themselves."""
    sides = tuple(Dimension(code, code, ()) for code, _values in shown.dimensions)
    return Table(shown.code, shown.code, "", sides, "")


def _laid(shown: ShownTable, declared: Table) -> Laid:
    if shown.withheld:
        return Laid(shown.code, str(declared.label), str(declared.means), (), "", "", (), (), withheld=True)
    sides = [_side(code, values, declared) for code, values in shown.dimensions]
    down = sides[0]
    across = sides[1] if len(sides) > 1 else None
    turned = across is not None and len(across.codes) > len(down.codes)
    if turned and across is not None:
        down, across = across, down
    return Laid(
        shown.code,
        str(declared.label),
        str(declared.means),
        _notes(shown, declared),
        down.label,
        across.label if across else "",
        tuple(across.words[code] for code in across.codes) if across else (gettext("Anzahl"),),
        tuple(_row(shown.cells, code, down, across, turned=turned) for code in down.codes),
        withheld=False,
    )


def _row(cells: Mapping[Key, Shown], code: str, down: _Side, across: _Side | None, *, turned: bool) -> Row:
    keys: list[Key] = [(code,)] if across is None else [(code, other) for other in across.codes]
    return Row(down.words[code], tuple(cells[key[::-1] if turned else key] for key in keys))


def _side(code: str, values: tuple[str, ...], declared: Table) -> _Side:
    dimension = next((one for one in declared.dimensions if one.code == code), Dimension(code, code, ()))
    words = _words(dimension)
    return _Side(str(dimension.label), values, {value: words.get(value, value) for value in values})


def _notes(shown: ShownTable, declared: Table) -> tuple[str, ...]:
    notes = []
    if declared.overlaps:
        notes.append(gettext("Manches steht hier mehrfach: Zähle die Zahlen nicht zusammen."))
    standing = {(code, value) for code, values in shown.dimensions for value in values}
    unions = [_union(declared, *one) for one in shown.merged if one in standing]
    if unions:
        together = "; ".join(unions)
        notes.append(gettext("Zusammengefasst, weil sonst zu viel verborgen bliebe: {unions}.").format(unions=together))
    return tuple(notes)


def _union(declared: Table, code: str, new: str) -> str:
    """A union in words, its name and what it holds; its code where it is no longer declared."""
    dimension = next((one for one in declared.dimensions if one.code == code), Dimension(code, code, ()))
    words = _words(dimension)
    parts = next((replaced for name, _label, replaced in dimension.merges if name == new), ())
    return f"{words.get(new, new)} ({', '.join(words.get(part, part) for part in parts)})"


def _words(dimension: Dimension) -> dict[str, str]:
    """The labels of its values and of its unions."""
    unions = {new: str(label) for new, label, _replaced in dimension.merges}
    return {value: str(label) for value, label in dimension.values} | unions
