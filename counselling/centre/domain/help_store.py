"""The help contacts as the process keeps them: read on every page, changed a few times a year.

Each process keeps them for at most 30 seconds, not in the shared cache, since help numbers must not depend on Redis.
`forget()` after a change in this process, and between tests.
"""

import datetime as dt
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from counselling.centre.default_help import CONTACTS, DefaultContact
from counselling.centre.domain.week import MIDNIGHT, Row
from counselling.centre.models import HelpContact

KEPT_SECONDS = 30


@dataclass(frozen=True)
class KeptContact:
    """A contact with its hours, free of the database."""

    record: HelpContact
    hours: tuple[Row, ...]

    def is_open(self, local: dt.datetime) -> bool:
        """Whether somebody answers at once at this local time."""
        now = local.time()
        return any(
            weekday == local.weekday() and opens <= now and (now < closes or closes == MIDNIGHT)
            for weekday, opens, closes in self.hours
        )


@dataclass
class _Shelf:
    """What this process read last, and when (monotonic seconds)."""

    contacts: list[KeptContact]
    read_at: float = float("-inf")


_shelf = _Shelf([])


def forget() -> None:
    """Read the contacts again the next time."""
    _shelf.read_at = float("-inf")


def stored() -> list[KeptContact]:
    """Every stored contact, inactive ones too, at most 30 seconds old."""
    if time.monotonic() - _shelf.read_at > KEPT_SECONDS:
        _shelf.contacts = read()
        _shelf.read_at = time.monotonic()
    return _shelf.contacts


def read() -> list[KeptContact]:
    """Every stored contact in the centre's order, from the database. Two queries."""
    return [
        KeptContact(contact, tuple((hour.weekday, hour.opens, hour.closes) for hour in contact.hours.all()))
        for contact in HelpContact.objects.prefetch_related("hours")
    ]


@cache
def default(code: str) -> KeptContact:
    """A built-in contact as if it were stored; no query."""
    found = next(contact for contact in CONTACTS if contact.code == code)
    return KeptContact(record_of(found, position=0), tuple(hours_of(found)))


def record_of(contact: DefaultContact, *, position: int) -> HelpContact:
    """An unsaved record of a built-in contact."""
    fields = contact._asdict()
    del fields["hours"]
    return HelpContact(**fields, position=position)


def hours_of(contact: DefaultContact) -> Iterator[Row]:
    """The hours of a built-in contact, a row per weekday."""
    for weekdays, opens, closes in contact.hours:
        for weekday in weekdays:
            yield int(weekday), dt.time.fromisoformat(opens), dt.time.fromisoformat(closes)
