"""The order of a list that the centre keeps (topics, help contacts): one place up or down at a time."""

from typing import Literal

from django.db.models import Max

from counselling.centre.models import HelpContact, Topic

LARGEST = 32_767


def end(model: type[HelpContact] | type[Topic]) -> int:
    """A position behind all others."""
    last = model.objects.aggregate(Max("position"))["position__max"] or 0
    return min(int(last) + 1, LARGEST)


def move(row: HelpContact | Topic, where: Literal["up", "down"]) -> bool:
    """Swap it with its neighbour and number the whole list anew; False at the end. Needs the centre's lock."""
    model: type[HelpContact] = type(row)  # type: ignore[assignment]  # or of topics: both have a position
    rows = list(model.objects.all())
    at = [one.pk for one in rows].index(row.pk)
    other = at + (1 if where == "down" else -1)
    if not 0 <= other < len(rows):
        return False
    rows[at], rows[other] = rows[other], rows[at]
    for position, one in enumerate(rows, 1):
        one.position = position
    model.objects.bulk_update(rows, ["position"])
    return True
