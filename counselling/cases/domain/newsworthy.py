"""Something new in a case that is no letter (an appointment, a reminder): whoever tells young people hears of it.

Rooms above say so here; mail, which keeps their addresses, listens. They do not know each other.
"""

from collections.abc import Callable
from typing import Final

from django.db.models import Q

from counselling.cases.models import Case, Entry

# The notices that are news while their young person has not read them, unless they did it themselves.
CODES: Final = (
    "date_proposed",
    "date_agreed",
    "date_declined",
    "date_cancelled",
    "date_moved",
    "date_soon",
    "date_missed",
    "change_proposed",
    "change_agreed",
    "change_refused",
    "together_asked",
    "card_placed",
    "referral_asked",
    "referral_handed",
    "referral_opened",
)

_tellers: list[Callable[[Case], None]] = []


def tell_by(tell: Callable[[Case], None]) -> None:
    """Have `tell` called with the locked case whenever something new happened in it."""
    _tellers.append(tell)


def happened(case: Case) -> None:
    """Something that its young person would want to know stands in this locked case's timeline now."""
    for tell in _tellers:
        tell(case)


def notices() -> Q:
    """For a query of entries: the notices that are news to their young person."""
    by_us = Q(about__by__isnull=True) | ~Q(about__by="seeker")
    return Q(by_us, kind=Entry.Kind.NOTICE, code__in=CODES)
