"""The neutral calendar file, byte for byte, and whatever times it holds."""

import datetime as dt
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from blended.domain import agreeing, appointments, changing, ics
from blended.domain.ics import Entry
from blended.views import date_words
from counselling.cases.domain import by_letter
from counselling.errors import NotFound
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from tests.blended import dates_world as dates
from tests.support import letters, world
from tests.support.letters import Correspondents

FIXED = Entry(
    UUID("5f0c6c0e-4f0a-4b1e-9d0e-0a1b2c3d4e5f"),
    dt.datetime(2026, 11, 25, 14, 0, tzinfo=dt.UTC),
    dt.datetime(2026, 11, 25, 14, 50, tzinfo=dt.UTC),
    dt.datetime(2026, 11, 23, 9, 30, 12, 345678, tzinfo=dt.UTC),
)
LINES = (
    "BEGIN:VCALENDAR",
    "VERSION:2.0",
    "PRODID:-//Kalender//DE",
    "METHOD:PUBLISH",
    "BEGIN:VEVENT",
    "SUMMARY:Termin",
    "DTSTART:20261125T140000Z",
    "DTEND:20261125T145000Z",
    "DTSTAMP:20261123T093012Z",
    "UID:5f0c6c0e-4f0a-4b1e-9d0e-0a1b2c3d4e5f",
    "SEQUENCE:{sequence}",
    "CLASS:PRIVATE",
    "END:VEVENT",
    "END:VCALENDAR",
    "",
)
ALLOWED = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "SEQUENCE", "CLASS", "STATUS"}
moments = st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2099, 12, 31), timezones=st.just(dt.UTC))  # noqa: DTZ001 -- the strategy adds the zone
entries = st.builds(Entry, st.uuids(version=4), moments, moments, moments, st.integers(0, 99), st.booleans())


@pytest.fixture
def team(db: None) -> Team:
    return world.team()


@pytest.fixture
def mara(team: Team) -> Actor:
    return world.counsellor(team, "Mara")


@pytest.fixture
def made(team: Team, mara: Actor) -> Correspondents:
    return letters.claimed(team, mara)


def test_the_file_is_exactly_this() -> None:
    assert ics.written([FIXED]) == "\r\n".join(LINES).format(sequence=0).encode()


def test_a_cancellation_has_the_same_uid_a_higher_number_and_its_status() -> None:
    gone = Entry(FIXED.uid, FIXED.starts_at, FIXED.ends_at, FIXED.stamp, 1, cancelled=True)

    expected = list(LINES)
    expected.insert(expected.index("CLASS:PRIVATE"), "STATUS:CANCELLED")
    assert sorted(ics.written([gone]).decode().split("\r\n")) == sorted(line.format(sequence=1) for line in expected)


@given(st.lists(entries, max_size=5))
def test_whatever_it_holds_it_says_only_when(made: list[Entry]) -> None:
    data = ics.written(made)

    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert b"\n" not in data.replace(b"\r\n", b"")
    calendar = Calendar.from_ical(data)
    assert {name: str(value) for name, value in calendar.items()} == {
        "VERSION": "2.0",
        "PRODID": "-//Kalender//DE",
        "METHOD": "PUBLISH",
    }
    events = calendar.walk("VEVENT")
    assert all(set(event) <= ALLOWED for event in events)
    assert [(str(event["UID"]), int(event["SEQUENCE"]), event["DTSTART"].dt) for event in events] == [
        (str(one.uid), one.sequence, one.starts_at.replace(microsecond=0)) for one in made
    ]
    assert ["STATUS" in event for event in events] == [one.cancelled for one in made]
    assert {str(event["SUMMARY"]) for event in events} <= {"Termin"}


@pytest.mark.django_db
def test_an_appointment_keeps_its_uid_through_moves_to_its_end(made: Correspondents, mara: Actor, team: Team) -> None:
    old = dates.booked(made.seeker, made.case, mara, team, channel="phone")
    first = ics.file_of(made.seeker, old)
    new = changing.move_to_slot(made.seeker, old, dates.slot(mara, team, dates.days_ahead(4), channel="phone"))
    second = ics.file_of(mara, new)
    changing.cancel(made.seeker, new)
    last = ics.file_of(made.seeker, new)

    events = [Calendar.from_ical(data).walk("VEVENT")[0] for data in (first, second, last)]
    assert len({str(event["UID"]) for event in events}) == 1
    assert [int(event["SEQUENCE"]) for event in events] == [0, 1, 2]
    assert [str(event.get("STATUS", "")) for event in events] == ["", "", "CANCELLED"]
    assert str(old).encode() not in first
    assert str(made.case).encode() not in first


@pytest.mark.django_db
def test_a_proposal_that_was_taken_back_has_no_file(made: Correspondents, mara: Actor, team: Team) -> None:
    mine = agreeing.propose(mara, made.case, dates.when(days=5))
    changing.cancel(mara, mine)
    agreed = dates.booked(made.seeker, made.case, mara, team)
    pending = changing.move(mara, agreed, dates.when(days=6))
    changing.cancel(made.seeker, agreed)

    for gone in (mine, pending):
        assert dates.row(gone).state == "cancelled"
        with pytest.raises(NotFound):
            ics.file_of(made.seeker, gone)
        assert not date_words.shown(appointments.one(made.seeker, gone)).gone
    assert b"STATUS:CANCELLED" in ics.file_of(made.seeker, agreed)
    assert date_words.shown(appointments.one(made.seeker, agreed)).gone


@pytest.mark.django_db
def test_a_calendar_learns_that_a_time_fell_after_it_was_passed_on(
    made: Correspondents, mara: Actor, team: Team
) -> None:
    agreed = dates.booked(made.seeker, made.case, mara, team)
    jon = world.counsellor(team, "Jon")
    by_letter.hand_over(mara, made.case, to=jon.id)
    with pytest.raises(NotFound):
        ics.file_of(made.seeker, agreed)

    changing.cancel(jon, agreed)

    assert b"STATUS:CANCELLED" in ics.file_of(made.seeker, agreed)


@pytest.mark.django_db
def test_only_who_is_seated_has_the_file_and_only_of_what_was_agreed(
    made: Correspondents, mara: Actor, team: Team
) -> None:
    asked = agreeing.propose(mara, made.case, dates.when())
    agreed = dates.booked(made.seeker, made.case, mara, team)
    stranger = letters.writer(team)

    for actor, appointment in ((made.seeker, asked), (stranger.seeker, agreed), (made.seeker, uuid4())):
        with pytest.raises(NotFound):
            ics.file_of(actor, appointment)
