"""The neutral calendar file: it says when, and nothing else (domain.md section 5; RFC 5545, 7986).

UTC, a random UID that stays through moves, SEQUENCE that counts up, SUMMARY "Termin"; no place, text, address,
organiser or attendee. Whoever looks into somebody's calendar learns that there is an appointment.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from icalendar import Calendar, Event

from blended.domain import appointments
from blended.models import Appointment
from counselling.cases.domain import seats
from counselling.errors import NotFound
from counselling.people.domain.actors import Actor

FILE_NAME: Final = "termin.ics"
CONTENT_TYPE: Final = "text/calendar; charset=utf-8"
SUMMARY: Final = "Termin"
PRODID: Final = "-//Kalender//DE"

State = Appointment.State
_STANDS = (State.AGREED, State.KEPT, State.MISSED)
_GONE = (State.CANCELLED, State.MOVED)


@dataclass(frozen=True)
class Entry:
    """What a file says of one time. `stamp`: when it was last changed."""

    uid: UUID
    starts_at: datetime
    ends_at: datetime
    stamp: datetime
    sequence: int = 0
    cancelled: bool = False


def file_of(actor: Actor, appointment: UUID) -> bytes:
    """The file of one appointment, for whoever is seated in its case; opt-in, never sent.

    What was called off is a cancellation with the same UID. Raises NotFound (also for what was never agreed, as a
    proposal that was taken back), NotAllowed.
    """
    row = Appointment.objects.filter(pk=appointment).first()
    if row is None:
        raise NotFound
    seats.seated(actor, row.case_id)
    if row.state not in {*_STANDS, *_GONE} or not appointments.was_agreed(row):
        raise NotFound
    return written([entry(row)])


def entry(row: Appointment) -> Entry:
    """An appointment as the file knows it."""
    stamp = row.answered_at or row.made_at
    return Entry(row.uid, row.starts_at, row.ends_at, stamp, row.sequence, cancelled=row.state in _GONE)


def written(entries: Iterable[Entry]) -> bytes:
    """The file: CRLF, lines folded at 75 octets."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODID)
    calendar.add("method", "PUBLISH")
    for one in entries:
        calendar.add_component(_event(one))
    return bytes(calendar.to_ical())


def _event(one: Entry) -> Event:
    event = Event()
    event.add("uid", str(one.uid))
    event.add("dtstamp", _second(one.stamp))
    event.add("dtstart", _second(one.starts_at))
    event.add("dtend", _second(one.ends_at))
    event.add("summary", SUMMARY)
    event.add("sequence", one.sequence)
    event.add("class", "PRIVATE")
    if one.cancelled:
        event.add("status", "CANCELLED")
    return event


def _second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
