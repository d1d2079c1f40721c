"""What the definitions say beyond the tables: which figures are a part of a table, or of one another."""

from collections.abc import Sequence
from typing import Final

from counselling.statistics.domain.counted_rules import VALUES
from counselling.statistics.domain.shapes import Figure

# A figure that is the sum of some cells: of which figure, by which dimension, which codes.
SAME: Final[dict[str, tuple[str, str, tuple[str, ...]]]] = {
    "claimed": ("waited", "place", ("claimed",)),
    "abandoned": ("waited", "place", ("abandoned",)),
    "abandoned_share": ("waited", "place", ("abandoned",)),
    "returning": ("demand", "returning", ("back",)),
    "missed": ("dates", "kept", ("missed",)),
    "helped": ("feedback", "helped", ("4", "5")),
}
# A figure that does not pass such a sum; () are all events of the other figure.
WITHIN: Final[dict[str, tuple[str, str, tuple[str, ...]]]] = {
    "serious": ("risk", "level", ("orange", "red")),
    "referrals": ("filed", "", ()),
}
# How many codes of a dimension one event names at most, where that is a rule of the form.
MOST_NAMED: Final = {"topic": 3}


def counted_with(figure: Figure) -> str:
    """The figure of whose events a share, a median or a mean is taken; "" for a number of its own."""
    if figure.kind == "share":
        return figure.base
    if figure.kind in {"count", "hours"}:
        return ""
    return VALUES[figure.base].figure if figure.base in VALUES else ""


def families(figures: Sequence[Figure]) -> list[set[str]]:
    """The codes of figures that say something about one another, in groups: what is found in one is due to it alone."""
    groups: list[set[str]] = []
    for figure in figures:
        kin = {figure.code, counted_with(figure)} - {""}
        kin |= {table[figure.code][0] for table in (SAME, WITHIN) if figure.code in table}
        apart = [group for group in groups if not group & kin]
        groups = [*apart, kin.union(*(group for group in groups if group & kin))]
    return groups
