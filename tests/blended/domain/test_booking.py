"""Taking a time: who may, when, how many, and what it makes of the case."""

import datetime as dt
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from blended.domain import agreeing, appointments, booking, changing, clocks, places, reminders
from blended.domain.refusals import Clash
from blended.models import Appointment
from counselling.cases.domain import closing, retention
from counselling.cases.domain.facts import FactsInput
from counselling.cases.models import Case, Entry
from counselling.errors import Closed, Conflict, Invalid, NotAllowed, NotFound, Taken, TooLate, TooLong
from counselling.mail.domain import absences
from counselling.people.domain import access
from counselling.people.domain.actors import Actor
from counselling.people.models import Seeker, Staff, Team
from tests.blended import dates_world as dates
from tests.support import letters, world
from tests.support.letters import Correspondents

pytestmark = pytest.mark.django_db
FACTS = FactsInput()


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
def writer(team: Team, mara: Actor) -> Correspondents:
    """Somebody whose letters nobody answers yet."""
    return letters.writer(team)


def test_a_booked_time_is_agreed_at_once_and_stands_in_the_timeline(
    writer: Correspondents, mara: Actor, team: Team
) -> None:
    made = dates.booked(writer.seeker, writer.case, mara, team)

    found = appointments.one(writer.seeker, made)
    assert (found.state, found.who, found.channel, found.proposed_by) == ("agreed", "Mara", "video", "seeker")
    notice = world.lines(writer.case)[-1]
    assert notice.code == "date_agreed"
    assert notice.about == {"when": f"{found.starts_at:%Y-%m-%dT%H:%M:%SZ}", "channel": "video"}
    assert "date_agreed" in world.counted()


def test_a_case_nobody_answered_belongs_to_who_will_be_there(writer: Correspondents, mara: Actor, team: Team) -> None:
    dates.booked(writer.seeker, writer.case, mara, team)

    case = world.row(writer.case)
    assert (case.state, case.keeper_id) == (Case.State.LETTERS, mara.id)
    assert [view.who for view in appointments.of_case(mara, writer.case)] == ["Mara"]


def test_a_time_agreed_in_a_chat_outlives_the_chat(mara: Actor, team: Team) -> None:
    chat = world.chat(team, mara)
    made = dates.booked(chat.seeker, chat.case, mara, team)

    closing.end(chat.seeker, chat.case)

    case = world.row(chat.case)
    assert (case.state, case.keeper_id) == (Case.State.LETTERS, mara.id)
    assert appointments.one(mara, made).open


@pytest.mark.django_db(transaction=True)  # the scrubbing at the end runs outside of any transaction
@pytest.mark.parametrize("state", ["agreed", "kept", "missed"])
def test_a_case_is_needed_until_a_day_after_its_appointment(
    writer: Correspondents, mara: Actor, team: Team, state: str
) -> None:
    anonymous = letters.writer(team, kept=False)
    made = dates.row(dates.booked(anonymous.seeker, anonymous.case, mara, team, days=3))
    Appointment.objects.filter(pk=made.pk).update(state=state)
    letters.writer(team, kept=False)

    retention.prune(made.ends_at + dt.timedelta(hours=23))
    assert set(Case.objects.values_list("pk", flat=True)) == {anonymous.case, writer.case}
    retention.prune(made.ends_at + dt.timedelta(hours=25))
    assert set(Case.objects.values_list("pk", flat=True)) == {writer.case}
    assert not Appointment.objects.exists()


def test_a_slot_has_as_many_places_as_it_says(mara: Actor, team: Team) -> None:
    slot = dates.slot(mara, team, dates.days_ahead(3), capacity=2)
    first, second, third = (letters.writer(team) for _ in range(3))

    assert booking.one(slot).left == 2
    for who in (first, second):
        booking.book(who.seeker, who.case, slot)
    with pytest.raises(Taken):
        booking.book(third.seeker, third.case, slot)
    with pytest.raises(Taken):
        booking.one(slot)

    assert sorted(Appointment.objects.values_list("number", flat=True)) == [1, 2]
    assert booking.free([team.pk]) == []


def test_a_cancelled_place_is_free_again(writer: Correspondents, mara: Actor, team: Team) -> None:
    slot = dates.slot(mara, team, dates.days_ahead(3))
    made = booking.book(writer.seeker, writer.case, slot)
    changing.cancel(writer.seeker, made)
    other = letters.writer(team)

    booking.book(other.seeker, other.case, slot)

    assert [row.number for row in Appointment.objects.filter(state="agreed")] == [1]


def test_free_times_are_those_that_can_be_booked_now(
    mara: Actor, jon: Actor, team: Team, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    near = dates.slot(mara, team, dates.days_ahead(2), channel="chat")
    far = dates.slot(mara, team, dates.days_ahead(100))
    other = dates.slot(jon, team, dates.days_ahead(3), channel="phone")
    left = dates.slot(jon, team, dates.days_ahead(4))

    with django_assert_num_queries(3):
        assert [one.id for one in booking.free([team.pk])] == [near, other, left]
    assert [one.id for one in booking.free([team.pk], channel="phone")] == [other]
    since, until = (clocks.start_of(dates.days_ahead(days)) for days in (3, 4))
    assert [one.id for one in booking.free([team.pk], since=since, until=until)] == [other]
    assert booking.free([uuid4()]) == []
    Staff.objects.filter(pk=jon.id).update(is_active=False)
    assert [one.id for one in booking.free([team.pk])] == [near]
    assert far not in {one.id for one in booking.free([team.pk])}


def refused_everywhere(who: Correspondents, slot: UUID) -> bool:
    """Neither offered nor shown nor booked, from a case or anew."""
    with pytest.raises(Taken):
        booking.one(slot)
    with pytest.raises(Taken):
        booking.book(who.seeker, who.case, slot)
    with pytest.raises(Taken):
        booking.book_anew(access.new_seeker()[0], slot=slot, nickname="Stiller Otter", facts=FACTS, language="de")
    return slot not in {free.id for free in booking.free([world.row(who.case).team_id])}


def test_a_closing_day_that_comes_later_takes_its_times_out(writer: Correspondents, mara: Actor, team: Team) -> None:
    ahorn = world.team("Ahorn")
    ida = world.counsellor(ahorn, "Ida")
    late, early = (dates.slot(mara, team, dates.days_ahead(3), clock) for clock in ("22:30", "00:15"))
    foreign, next_day = (
        dates.slot(ida, ahorn, dates.days_ahead(3)),
        dates.slot(mara, team, dates.days_ahead(4), "00:15"),
    )

    places.close(mara, team.pk, dates.days_ahead(3), dates.days_ahead(3))

    assert refused_everywhere(writer, late)
    assert refused_everywhere(writer, early)
    assert [one.id for one in booking.free([team.pk, ahorn.pk])] == [foreign, next_day]
    booking.book(writer.seeker, writer.case, next_day)


def test_whoever_is_away_then_offers_nothing(writer: Correspondents, mara: Actor, jon: Actor, team: Team) -> None:
    before, first, last, after = (dates.slot(mara, team, dates.days_ahead(days)) for days in (2, 3, 5, 6))
    other = dates.slot(jon, team, dates.days_ahead(4))

    absences.plan(mara, begins=dates.days_ahead(3), ends=dates.days_ahead(5), substitute=jon.id)

    assert refused_everywhere(writer, first)
    assert refused_everywhere(writer, last)
    assert [one.id for one in booking.free([team.pk])] == [before, other, after]
    booking.book(writer.seeker, writer.case, after)


def test_what_was_agreed_before_cannot_be_moved_to_a_day_without_offers(
    mara: Actor, jon: Actor, team: Team, writer: Correspondents
) -> None:
    made = dates.booked(writer.seeker, writer.case, mara, team)
    slot = dates.slot(mara, team, dates.days_ahead(6))
    absences.plan(mara, begins=dates.days_ahead(6), ends=dates.days_ahead(6), substitute=jon.id)

    with pytest.raises(Taken):
        changing.move_to_slot(writer.seeker, made, slot)
    assert dates.row(made).state == "agreed"


def test_from_a_case_one_books_with_who_counsels_it(mara: Actor, jon: Actor, team: Team) -> None:
    made = letters.claimed(team, mara)
    own, foreign = dates.slot(mara, team, dates.days_ahead(2)), dates.slot(jon, team, dates.days_ahead(2))

    assert [one.id for one in booking.free_in_case(made.seeker, made.case)] == [own]
    with pytest.raises(Conflict):
        booking.book(made.seeker, made.case, foreign)


def test_lead_time_and_past_are_refused_in_words(
    writer: Correspondents, mara: Actor, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    slot = dates.slot(mara, team, dates.days_ahead(2))
    starts_at = booking.one(slot).starts_at

    for minutes in (29, 0, -5):
        dates.at(monkeypatch, starts_at - dt.timedelta(minutes=minutes))
        with pytest.raises(TooLate):
            booking.book(writer.seeker, writer.case, slot)
    dates.at(monkeypatch, starts_at - dt.timedelta(minutes=31))
    booking.book(writer.seeker, writer.case, slot)


def test_only_so_many_stand_open_and_none_at_the_same_time(writer: Correspondents, mara: Actor, team: Team) -> None:
    dates.booked(writer.seeker, writer.case, mara, team, days=2)
    with pytest.raises(Clash):
        agreeing.propose(
            writer.seeker, writer.case, dates.when(channel="chat", starts_at=Appointment.objects.get().starts_at)
        )
    for days in (3, 4):
        dates.booked(writer.seeker, writer.case, mara, team, days=days)
    with pytest.raises(Conflict):
        dates.booked(writer.seeker, writer.case, mara, team, days=5)


def test_who_may_not_book(writer: Correspondents, mara: Actor, team: Team) -> None:
    slot = dates.slot(mara, team, dates.days_ahead(2))
    stranger = letters.writer(world.team("Ahorn"))

    with pytest.raises(NotAllowed):
        booking.book(mara, writer.case, slot)
    with pytest.raises(NotFound):
        booking.book(stranger.seeker, writer.case, slot)
    with pytest.raises(NotFound):  # another team's slot
        booking.book(stranger.seeker, stranger.case, slot)
    with pytest.raises(NotFound):
        booking.book(writer.seeker, writer.case, uuid4())
    with pytest.raises(TooLong):
        booking.book(writer.seeker, writer.case, slot, note="x" * 301)


def test_whoever_waits_or_is_done_is_told_what_to_do(mara: Actor, team: Team) -> None:
    slot = dates.slot(mara, team, dates.days_ahead(2))
    waiter = world.waiting(team)

    with pytest.raises(Conflict):
        booking.book(waiter.seeker, waiter.case, slot)
    closing.end(waiter.seeker, waiter.case)
    with pytest.raises(Closed):
        booking.book(waiter.seeker, waiter.case, slot)


def test_booking_without_a_case_opens_one_and_gives_a_code_that_leads_back(mara: Actor, team: Team) -> None:
    actor = access.new_seeker()[0]
    slot = dates.slot(mara, team, dates.days_ahead(20), channel="phone")

    made = booking.book_anew(actor, slot=slot, nickname="Stiller Otter", facts=FACTS, language="de", note="Passt.")

    case = world.row(made.case)
    assert (case.state, case.keeper_id) == (Case.State.LETTERS, mara.id)
    found = appointments.one(mara, made.appointment)
    assert found.sealed
    assert (found.sealed.note, len(found.sealed.word.split())) == ("Passt.", 2)
    token = access.redeem_code(made.code)
    assert token
    back = access.seeker_by_token(token)
    assert back
    assert appointments.one(back, made.appointment).sealed == found.sealed


def test_the_code_holds_until_a_day_after_the_time(
    mara: Actor, team: Team, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    actor = access.new_seeker()[0]
    slot = dates.slot(mara, team, dates.days_ahead(20))
    made = booking.book_anew(actor, slot=slot, nickname="Stiller Otter", facts=FACTS, language="de")
    ends_at = dates.row(made.appointment).ends_at

    dates.at(monkeypatch, ends_at + dt.timedelta(hours=settings.CLOSED_CHAT_HOURS - 1))
    assert access.redeem_code(made.code)
    dates.at(monkeypatch, ends_at + dt.timedelta(hours=settings.CLOSED_CHAT_HOURS + 1))
    assert access.redeem_code(made.code) is None


def test_booking_without_a_case_is_all_or_nothing(mara: Actor, team: Team, writer: Correspondents) -> None:
    slot = dates.slot(mara, team, dates.days_ahead(3))
    booking.book(writer.seeker, writer.case, slot)
    actor = access.new_seeker()[0]

    with pytest.raises(Taken):
        booking.book_anew(actor, slot=slot, nickname="Stiller Otter", facts=FACTS, language="de")
    with pytest.raises(Invalid):
        booking.book_anew(actor, slot=slot, nickname="x", facts=FACTS, language="de")
    other = dates.slot(mara, team, dates.days_ahead(4))
    with pytest.raises(Conflict):  # has a case
        booking.book_anew(writer.seeker, slot=other, nickname="Stiller Otter", facts=FACTS, language="de")

    assert Case.objects.count() == 1
    assert Seeker.objects.get(pk=actor.id).cases.count() == 0


def test_nothing_of_it_lies_open(mara: Actor, team: Team, writer: Correspondents) -> None:
    slot = dates.slot(mara, team, dates.days_ahead(3), channel="onsite", place=dates.place(team).pk)
    made = booking.book(writer.seeker, writer.case, slot, note="Sentinel-Notiz")

    stored = appointments.one(mara, made).sealed
    assert stored
    assert stored.word
    raw = bytes(dates.row(made).sealed or b"")
    assert b"Sentinel" not in raw
    assert stored.word.encode() not in raw
    assert all(stored.word not in str(about) for about in Entry.objects.values_list("about", flat=True))


def test_a_word_that_was_moved_to_another_appointment_does_not_open(
    mara: Actor, team: Team, writer: Correspondents
) -> None:
    one, two = (dates.booked(writer.seeker, writer.case, mara, team, days=n, channel="phone") for n in (2, 3))
    Appointment.objects.filter(pk=two).update(sealed=dates.row(one).sealed)

    assert appointments.one(mara, two).sealed is None
    assert appointments.one(mara, one).sealed


def test_reading_a_case_costs_the_same_for_one_and_three(
    mara: Actor, team: Team, writer: Correspondents, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for days in (2, 3, 4):
        dates.booked(writer.seeker, writer.case, mara, team, days=days)
        assert writer.seeker.ring
        with django_assert_num_queries(2):
            appointments.of_case(writer.seeker, writer.case)


def test_reminders_need_nothing_but_the_time(
    mara: Actor, team: Team, writer: Correspondents, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts_at = dates.row(dates.booked(writer.seeker, writer.case, mara, team)).starts_at

    assert reminders.remind_due(starts_at - dt.timedelta(hours=24, minutes=1)) == 0
    assert reminders.remind_due(starts_at - dt.timedelta(hours=24)) == 1
    assert reminders.remind_due(starts_at - dt.timedelta(hours=23)) == 0
    assert world.notices(writer.case).count("date_soon") == 1


def test_what_is_agreed_late_is_reminded_of_at_once_but_not_in_the_last_two_hours(
    mara: Actor, team: Team, writer: Correspondents, monkeypatch: pytest.MonkeyPatch
) -> None:
    slot = dates.slot(mara, team, dates.days_ahead(2))
    starts_at = booking.one(slot).starts_at
    dates.at(monkeypatch, starts_at - dt.timedelta(hours=5))
    booking.book(writer.seeker, writer.case, slot)

    assert reminders.remind_due(starts_at - dt.timedelta(hours=1, minutes=59)) == 0
    assert reminders.remind_due(timezone.now()) == 1


def test_a_reminder_is_late_rather_than_never(mara: Actor, team: Team, writer: Correspondents) -> None:
    starts_at = dates.row(dates.booked(writer.seeker, writer.case, mara, team)).starts_at

    assert reminders.remind_due(starts_at + dt.timedelta(minutes=1)) == 0
    assert reminders.remind_due(starts_at - dt.timedelta(minutes=10)) == 1
