"""Days on which somebody of the team is away: whoever keeps them says so here, whoever offers their time asks."""

from collections.abc import Callable, Collection
from datetime import date
from uuid import UUID

Day = tuple[UUID, date]  # whose, and a local day
_sources: list[Callable[[Collection[UUID], date, date], set[Day]]] = []


def register(days_of: Callable[[Collection[UUID], date, date], set[Day]]) -> None:
    """Ask `days_of` (staff, first local day, last one, both included) as well; rooms above this one say so."""
    _sources.append(days_of)


def days_of(staff: Collection[UUID], first: date, last: date) -> set[Day]:
    """On which of these local days, both ends included, which of these people are away. One query per source."""
    return {day for source in _sources for day in source(staff, first, last)}
