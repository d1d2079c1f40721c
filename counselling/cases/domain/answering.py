"""Somebody else answers a case from now on, or nobody any more: rooms above this one hear of it.

A hand-over, an absence, whoever left the team, a chat with somebody else, the end of a case: all say it here, inside
their transaction.
"""

from collections.abc import Callable
from uuid import UUID

from counselling.cases.models import Case

_tellers: list[Callable[[Case, UUID | None], None]] = []


def tell_by(tell: Callable[[Case, UUID | None], None]) -> None:
    """Have `tell` called with the locked case and who answers it now.

    None: the team, until somebody takes it; and nobody at all, where the case is closed.
    """
    _tellers.append(tell)


def changed(case: Case, to: UUID | None) -> None:
    """Whoever answers this locked case is this person now, seat and all. The same one again changes nothing."""
    for tell in _tellers:
        tell(case, to)


def ended(case: Case) -> None:
    """Say that nobody answers this locked case any more: it is closed."""
    changed(case, None)
