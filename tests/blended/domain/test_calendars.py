"""Weeks of a counsellor and a team, the private address, and news by mail."""

import datetime as dt

import pytest
from django.test import TestCase
from django.utils import timezone
from icalendar import Calendar
from pytest_django import DjangoAssertNumQueries

from blended.domain import agreeing, booking, calendars, changing, demo_dates, feed, offers, places
from blended.domain.places import PlaceTexts
from blended.domain.refusals import Refused
from blended.models import Feed
from counselling.cases.models import Seat
from counselling.errors import NotAllowed
from counselling.mail.domain import news
from counselling.mail.models import OutgoingMail
from counselling.people.domain import staff
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team
from tests.blended import dates_world as dates
from tests.mail import mails
from tests.support import letters, world
from tests.support.letters import Correspondents

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(db: None) -> Team:
    return world.team()


@pytest.fixture
def mara(team: Team) -> Actor:
    return world.counsellor(team, "Mara")


@pytest.fixture
def jon(team: Team) -> Actor:
    return world.counsellor(team, "Jon")


@pytest.fixture
def made(team: Team, mara: Actor) -> Correspondents:
    return letters.claimed(team, mara)


def items(actor: Actor, days: int, *, whole_team: bool) -> list[calendars.Item]:
    week = calendars.week(actor, dates.days_ahead(days), whole_team=whole_team)
    return [item for day in week.days for item in day.items]


@pytest.mark.parametrize(("day", "hours"), [("2027-03-28", 167), ("2026-10-25", 169), ("2026-09-16", 168)])
def test_weeks_have_the_hours_they_have(mara: Actor, day: str, hours: int) -> None:
    week = calendars.week(mara, dt.date.fromisoformat(day), whole_team=False)

    assert (week.monday.weekday(), len(week.days), week.hours) == (0, 7, hours)
    assert timezone.localtime(week.until).hour == 0


def test_a_week_knows_holidays_and_closing_days(mara: Actor, team: Team) -> None:
    places.close(mara, team.pk, dates.days_ahead(1), dates.days_ahead(1))

    christmas = calendars.week(mara, dt.date(2026, 12, 25), whole_team=False)
    week = calendars.week(mara, dates.days_ahead(1), whole_team=False)

    assert [bool(day.holiday) for day in christmas.days] == [False] * 4 + [True, True, False]
    assert [day.day for day in week.days if day.closed] == [dates.days_ahead(1)]


def test_only_who_counsels_a_case_sees_who_it_is(made: Correspondents, mara: Actor, jon: Actor, team: Team) -> None:
    appointment = dates.booked(made.seeker, made.case, mara, team, channel="phone")
    lead = world.staff(team, "Lena", "supervisor")

    mine = [item for item in items(mara, 3, whole_team=False) if item.kind == "date"]
    assert [(item.id, item.case, item.nickname) for item in mine] == [(appointment, made.case, world.NICKNAME)]
    assert mine[0].sealed
    assert mine[0].sealed.word
    assert items(jon, 3, whole_team=False) == []
    for reader in (jon, lead):
        seen = [item for item in items(reader, 3, whole_team=True) if item.kind == "date"]
        assert [(item.case, item.nickname, item.sealed, item.who) for item in seen] == [(None, "", None, "Mara")]


def test_administrators_have_no_calendar(team: Team) -> None:
    with pytest.raises(NotAllowed):
        calendars.week(world.staff(team, "Toni", "administrator"), dates.days_ahead(0), whole_team=True)


def test_another_teams_times_are_not_there(made: Correspondents, mara: Actor, team: Team) -> None:
    other = world.team("Ahorn")
    dates.booked(made.seeker, made.case, mara, team)

    assert items(world.counsellor(other, "Ida"), 3, whole_team=True) == []


def test_a_week_costs_the_same_for_one_and_three(
    mara: Actor, team: Team, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for hour in (9, 12, 15):
        made = letters.claimed(team, mara)
        booking.book(made.seeker, made.case, dates.slot(mara, team, dates.days_ahead(3), f"{hour:02}:00"))
        with django_assert_num_queries(5):
            assert items(mara, 3, whole_team=True)
        agreeing.propose(made.seeker, made.case, dates.when(days=6, hours=hour - 12))
        with django_assert_num_queries(2):
            assert calendars.open_questions(mara)


def test_the_private_address_says_when_and_nothing_else(made: Correspondents, mara: Actor, team: Team) -> None:
    where = dates.place(team)
    dates.slot(mara, team, dates.days_ahead(2), channel="onsite", place=where.pk)
    dates.booked(made.seeker, made.case, mara, team, channel="phone")
    agreeing.propose(mara, made.case, dates.when(days=4))
    free = agreeing.propose(mara, made.case, dates.when(days=5))
    agreeing.confirm(made.seeker, free)
    secret = feed.renew(mara)

    data = feed.read(secret, timezone.now())

    assert data
    events = Calendar.from_ical(data).walk("VEVENT")
    assert len(events) == 3  # two offers, one of them booked, and one appointment of its own
    assert {str(event["SUMMARY"]) for event in events} == {"Termin"}
    assert not {"DESCRIPTION", "LOCATION", "URL", "ORGANIZER", "ATTENDEE"} & {key for event in events for key in event}


def test_a_withdrawn_offer_leaves_its_appointment_in_the_address(made: Correspondents, mara: Actor, team: Team) -> None:
    slot = dates.slot(mara, team, dates.days_ahead(2))
    booking.book(made.seeker, made.case, slot)
    offers.withdraw(mara, slot)

    data = feed.read(feed.renew(mara), timezone.now())

    assert data
    assert len(Calendar.from_ical(data).walk("VEVENT")) == 1


def test_an_address_ends_when_it_is_renewed_removed_or_its_holder_leaves(mara: Actor) -> None:
    assert feed.since(mara) is None
    first, second = feed.renew(mara), feed.renew(mara)
    now = timezone.now()

    assert (feed.read(first, now), bool(feed.read(second, now))) == (None, True)
    assert feed.since(mara)
    Staff.objects.filter(pk=mara.id).update(is_active=False)
    assert feed.read(second, now) is None
    Staff.objects.filter(pk=mara.id).update(is_active=True)
    feed.remove(mara)
    feed.remove(mara)
    assert feed.read(second, now) is None


def test_nothing_tells_an_offer_from_an_appointment(made: Correspondents, mara: Actor, team: Team) -> None:
    dates.slot(mara, team, dates.days_ahead(2))
    old = dates.booked(made.seeker, made.case, mara, team)
    changing.move_to_slot(made.seeker, old, dates.slot(mara, team, dates.days_ahead(4)))
    agreed = agreeing.propose(mara, made.case, dates.when(days=5))
    agreeing.confirm(made.seeker, agreed)
    now = timezone.now()

    data = feed.read(feed.renew(mara), now)

    assert data
    events = Calendar.from_ical(data).walk("VEVENT")
    assert len(events) == 4
    assert {event["DTSTAMP"].dt for event in events} == {now.replace(microsecond=0)}
    assert {int(event["SEQUENCE"]) for event in events} == {0}


@pytest.mark.parametrize("change", [{"is_active": False}, {"role": Staff.Role.SUPERVISOR}])
def test_the_address_of_somebody_who_was_switched_off_never_comes_back(
    jon: Actor, mara: Actor, team: Team, change: dict[str, object]
) -> None:
    secret, kept = feed.renew(mara), feed.renew(jon)
    boss = world.staff(team, "Ole", "administrator")
    Staff.objects.filter(pk=mara.id).update(**change)

    staff.changed(boss, mara.id)
    staff.changed(boss, jon.id)

    assert list(Feed.objects.values_list("staff", flat=True)) == [jon.id]
    Staff.objects.filter(pk=mara.id).update(is_active=True, role=Staff.Role.COUNSELLOR)
    assert feed.read(secret, timezone.now()) is None
    assert feed.read(kept, timezone.now())


def test_places_are_kept_by_the_team(mara: Actor, jon: Actor, team: Team) -> None:
    stranger = world.counsellor(world.team("Ahorn"), "Ida")
    made = places.save(mara, team.pk, PlaceTexts("Haus Linde", "Lindenweg 4"))
    places.save(jon, team.pk, PlaceTexts("Haus Linde", "Lindenweg 5", door="Klingel oben"), place=made)

    assert [(one.name, one.address, one.door) for one in places.of_team(team.pk)] == [
        ("Haus Linde", "Lindenweg 5", "Klingel oben")
    ]
    with pytest.raises(NotAllowed):
        places.save(stranger, team.pk, PlaceTexts("Dort", "Weg 1"))
    for texts, field in (
        (PlaceTexts("Haus Linde", "x"), "name"),
        (PlaceTexts("", "x"), "name"),
        (PlaceTexts("Neu", " "), "address"),
        (PlaceTexts("Neu", "x", way="x" * 601), "way"),
    ):
        with pytest.raises(Refused) as refused:
            places.save(mara, team.pk, texts)
        assert refused.value.field == field
    places.save(mara, team.pk, PlaceTexts("Haus Linde", "Lindenweg 5"), place=made, active=False)
    assert places.of_team(team.pk) == []
    assert len(places.of_team(team.pk, also_old=True)) == 1


def test_closing_days_come_and_go(mara: Actor, team: Team) -> None:
    first, last = dates.days_ahead(2), dates.days_ahead(4)
    places.close(mara, team.pk, first, last)
    places.close(mara, team.pk, first, first)
    places.reopen(mara, team.pk, dates.days_ahead(3))

    assert places.closing_days(team.pk) == [first, last]
    for begin, end, field in (
        (dates.days_ahead(-1), last, "first"),
        (last, first, "last"),
        (first, dates.days_ahead(100), "last"),
    ):
        with pytest.raises(Refused) as refused:
            places.close(mara, team.pk, begin, end)
        assert refused.value.field == field


def test_whoever_wants_to_hears_of_it_by_mail_unless_they_read_it(
    made: Correspondents, mara: Actor, team: Team
) -> None:
    mails.confirmed(made.seeker)
    with TestCase.captureOnCommitCallbacks(execute=True):
        agreeing.propose(mara, made.case, dates.when())
    assert OutgoingMail.objects.filter(kind=OutgoingMail.Kind.NEWS).count() == 1

    assert news.verdict(made.seeker.id, timezone.now()) == "send"
    Seat.objects.filter(case=made.case).update(read_seq=world.row(made.case).last_seq)
    assert news.verdict(made.seeker.id, timezone.now()) == "drop"


def test_what_they_did_themselves_is_no_news(made: Correspondents, mara: Actor, team: Team) -> None:
    mails.confirmed(made.seeker)
    Seat.objects.filter(case=made.case).update(read_seq=world.row(made.case).last_seq)
    asked = agreeing.propose(made.seeker, made.case, dates.when())
    changing.cancel(made.seeker, asked)

    assert news.verdict(made.seeker.id, timezone.now()) == "drop"


def test_the_demo_has_a_place_and_free_times_once(mara: Actor, team: Team) -> None:
    dates.telephone()
    demo_dates.ensure(team)
    first = dates.slots()
    demo_dates.ensure(team)

    assert len(first) >= 4
    assert dates.slots() == first
    assert len(places.of_team(team.pk)) == 1
    demo_dates.ensure(world.team("Ahorn"))  # nobody there yet
