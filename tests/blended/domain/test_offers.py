"""Offering times: the rules, the clocks, what stands in the way, and taking back."""

import datetime as dt

import pytest
from pytest_django import DjangoAssertNumQueries

from blended.domain import agreeing, booking, clocks, making, offers, places, series
from blended.domain.offers import Offer
from blended.domain.refusals import Clash, Refused
from blended.domain.series import Preview, Rhythm
from blended.models import Appointment, Slot
from counselling.errors import Locked, NotAllowed, NotFound, Taken
from counselling.people.domain.actors import Actor
from counselling.people.models import AuditEntry, Team, TeamSeal
from tests.blended import dates_world as dates
from tests.blended.dates_world import NOW, wall
from tests.support import letters, world

pytestmark = pytest.mark.django_db
VIDEO = Offer("video", minutes=50, buffer_minutes=10)
MONDAY, FRIDAY = 0, 4


@pytest.fixture
def team(db: None) -> Team:
    return world.team()


@pytest.fixture
def mara(team: Team) -> Actor:
    return world.counsellor(team, "Mara")


@pytest.fixture
def jon(team: Team) -> Actor:
    return world.counsellor(team, "Jon")


@pytest.fixture(autouse=True)
def september(monkeypatch: pytest.MonkeyPatch) -> None:
    dates.at(monkeypatch, NOW)


def rhythm(weekday: int, first: str, last: str, clock: str = "15:00", weeks: int = 1) -> Rhythm:
    return Rhythm(
        weekday, dt.time.fromisoformat(clock), dt.date.fromisoformat(first), dt.date.fromisoformat(last), weeks
    )


def planned(actor: Actor, team: Team, which: Rhythm, what: Offer = VIDEO) -> Preview:
    return series.preview(actor, team_id=team.pk, what=what, rhythm=which)


def test_an_offer_is_stored_in_utc(mara: Actor, team: Team) -> None:
    dates.slot(mara, team, dt.date(2026, 9, 22), "15:00")

    assert dates.slots() == [dt.datetime(2026, 9, 22, 13, 0, tzinfo=dt.UTC)]


@pytest.mark.parametrize(
    ("field", "what"),
    [
        ("channel", Offer("carrier pigeon")),
        ("minutes", Offer("video", minutes=5)),
        ("minutes", Offer("video", minutes=241)),
        ("buffer_minutes", Offer("video", buffer_minutes=121)),
        ("capacity", Offer("video", capacity=0)),
        ("place", Offer("onsite")),
        ("place", Offer("onsite", place=4711)),
    ],
)
def test_what_does_not_work_is_refused_at_its_field(mara: Actor, team: Team, field: str, what: Offer) -> None:
    with pytest.raises(Refused) as refused:
        offers.offer(mara, team_id=team.pk, day=dt.date(2026, 9, 22), starts=dt.time(15), what=what)

    assert refused.value.field == field


def test_nobody_is_asked_to_ring_where_there_is_no_number(mara: Actor, team: Team) -> None:
    made = letters.claimed(team, mara)
    phone, starts_at = Offer("phone"), NOW + dt.timedelta(days=3)
    dates.telephone("")

    with pytest.raises(Refused) as offered:
        offers.offer(mara, team_id=team.pk, day=dt.date(2026, 9, 22), starts=dt.time(15), what=phone)
    with pytest.raises(Refused) as wished:
        agreeing.propose(made.seeker, made.case, making.When(starts_at, "phone"))
    assert (offered.value.field, wished.value.field) == ("channel", "channel")

    dates.telephone()
    offers.offer(mara, team_id=team.pk, day=dt.date(2026, 9, 22), starts=dt.time(15), what=phone)
    agreeing.propose(made.seeker, made.case, making.When(starts_at, "phone"))


def test_a_place_belongs_to_visits_only(mara: Actor, team: Team) -> None:
    where = dates.place(team)

    dates.slot(mara, team, dt.date(2026, 9, 22), channel="onsite", place=where.pk)
    with pytest.raises(Refused) as refused:
        dates.slot(mara, team, dt.date(2026, 9, 23), channel="video", place=where.pk)

    assert refused.value.field == "place"


@pytest.mark.parametrize(
    ("day", "clock", "field"),
    [("2026-09-15", "09:59", "starts"), ("2026-09-14", "15:00", "day"), ("2027-09-20", "15:00", "day")],
)
def test_past_and_far_away_times_are_refused(mara: Actor, team: Team, day: str, clock: str, field: str) -> None:
    with pytest.raises(Refused) as refused:
        dates.slot(mara, team, dt.date.fromisoformat(day), clock)

    assert refused.value.field == field


def test_an_hour_that_the_clocks_skip_is_refused_in_words(mara: Actor, team: Team) -> None:
    with pytest.raises(Refused) as refused:
        dates.slot(mara, team, dt.date(2027, 3, 28), "02:30")

    assert refused.value.field == "starts"
    assert "vorgestellt" in str(refused.value.sentence)
    assert "28. März 2027" in str(refused.value.sentence)


@pytest.mark.parametrize("day", ["2026-10-25", "2027-10-31"])
def test_an_hour_that_comes_twice_is_refused_in_words(
    mara: Actor, team: Team, day: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    dates.at(monkeypatch, wall(day, "12:00") - dt.timedelta(days=30))

    with pytest.raises(Refused) as refused:
        dates.slot(mara, team, dt.date.fromisoformat(day), "02:30")

    assert "zurückgestellt" in str(refused.value.sentence)


def test_a_night_with_a_change_of_the_clocks_has_real_minutes(mara: Actor, team: Team) -> None:
    dates.slot(mara, team, dt.date(2027, 3, 28), "01:30", minutes=60)

    made = Slot.objects.get()
    assert (made.starts_at, made.ends_at) == (wall("2027-03-28", "01:30"), wall("2027-03-28", "03:30"))


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-10-25", 25), ("2027-03-28", 23), ("2027-10-31", 25), ("2026-09-15", 24)]
)
def test_days_know_how_long_they_are(day: str, hours: int) -> None:
    assert clocks.hours_of(dt.date.fromisoformat(day)) == hours


def test_own_offers_keep_their_buffer_free(mara: Actor, team: Team) -> None:
    day = dt.date(2026, 9, 22)
    dates.slot(mara, team, day, "15:00", minutes=50, buffer_minutes=10)

    for clock, buffer in (("15:59", 0), ("14:30", 0), ("14:00", 10), ("15:10", 0)):
        with pytest.raises(Clash) as clash:
            dates.slot(mara, team, day, clock, minutes=60 if clock < "15" else 10, buffer_minutes=buffer)
        assert "22. September, 15:00 bis 16:00" in str(clash.value.sentence)
    dates.slot(mara, team, day, "16:00")
    dates.slot(mara, team, day, "14:00", minutes=60)

    assert len(dates.slots()) == 3


def test_colleagues_may_offer_the_same_time(mara: Actor, jon: Actor, team: Team) -> None:
    dates.slot(mara, team, dt.date(2026, 9, 22))
    dates.slot(jon, team, dt.date(2026, 9, 22))

    assert len(dates.slots()) == 2


def test_a_closing_day_offers_nothing_a_holiday_one_by_one(mara: Actor, team: Team) -> None:
    places.close(mara, team.pk, dt.date(2026, 9, 22), dt.date(2026, 9, 22))

    with pytest.raises(Refused):
        dates.slot(mara, team, dt.date(2026, 9, 22))
    dates.slot(mara, team, dt.date(2026, 10, 3))

    assert dates.slots() == [wall("2026-10-03", "15:00")]


def test_only_counsellors_of_the_team_who_can_read_it_offer(team: Team, mara: Actor) -> None:
    other = world.counsellor(world.team("Ahorn"), "Ida")
    lead = world.staff(team, "Lena", "supervisor")
    for actor in (other, lead):
        with pytest.raises(NotAllowed):
            dates.slot(actor, team, dt.date(2026, 9, 22))
    TeamSeal.objects.filter(staff=mara.id).delete()
    with pytest.raises(Locked):
        dates.slot(mara, team, dt.date(2026, 9, 22))


def test_a_series_leaves_out_holidays_and_closing_days_and_says_so(mara: Actor, team: Team) -> None:
    places.close(mara, team.pk, dt.date(2026, 10, 9), dt.date(2026, 10, 10))
    which = rhythm(5, "2026-09-26", "2026-10-17")  # Saturdays

    plan = planned(mara, team, which)
    _, number = series.create(mara, team_id=team.pk, what=VIDEO, rhythm=which)

    assert [(one.day.isoformat(), one.why) for one in plan.skipped] == [
        ("2026-10-03", "holiday"),
        ("2026-10-10", "closed"),
    ]
    assert "Tag der Deutschen Einheit" in plan.skipped[0].sentence
    assert [one.starts_at for one in plan.made] == dates.slots()
    assert number == 2


def test_every_second_week_counts_from_the_first_such_day(mara: Actor, team: Team) -> None:
    series.create(mara, team_id=team.pk, what=VIDEO, rhythm=rhythm(MONDAY, "2026-09-16", "2026-10-20", weeks=2))

    assert dates.slots() == [wall(day, "15:00") for day in ("2026-09-21", "2026-10-05", "2026-10-19")]


def test_a_series_keeps_the_wall_clock_when_the_clocks_change(mara: Actor, team: Team) -> None:
    series.create(mara, team_id=team.pk, what=VIDEO, rhythm=rhythm(FRIDAY, "2026-10-23", "2026-10-30"))

    assert [one.hour for one in dates.slots()] == [13, 14]


def test_a_series_skips_the_missing_hour_and_takes_the_first_of_two(
    mara: Actor, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    dates.at(monkeypatch, wall("2027-03-01", "12:00"))
    spring = planned(mara, team, rhythm(6, "2027-03-21", "2027-04-04", "02:30"))
    dates.at(monkeypatch, wall("2027-10-01", "12:00"))
    autumn = planned(mara, team, rhythm(6, "2027-10-24", "2027-11-07", "02:30"))

    assert [(one.day.isoformat(), one.why) for one in spring.skipped] == [("2027-03-28", "gap")]
    assert autumn.skipped == []
    twice = autumn.made[1]
    assert twice.starts_at == dt.datetime(2027, 10, 31, 0, 30, tzinfo=dt.UTC)  # 02:30 of summer time
    assert "zweimal" in twice.sentence


def test_a_series_that_overlaps_is_refused_as_a_whole_and_names_what_stands_there(mara: Actor, team: Team) -> None:
    dates.slot(mara, team, dt.date(2026, 9, 28), "15:30")
    which = rhythm(MONDAY, "2026-09-21", "2026-10-12")

    plan = planned(mara, team, which)
    with pytest.raises(Clash) as clash:
        series.create(mara, team_id=team.pk, what=VIDEO, rhythm=which)

    assert "28. September, 15:30" in str(clash.value.sentence)
    assert [bool(one.clash) for one in plan.made] == [False, True, False, False]
    assert len(dates.slots()) == 1


@pytest.mark.parametrize(
    ("which", "field"),
    [
        (rhythm(MONDAY, "2026-09-14", "2026-10-12"), "first_on"),
        (rhythm(MONDAY, "2026-09-21", "2026-09-20"), "last_on"),
        (rhythm(MONDAY, "2026-09-22", "2026-09-23"), "last_on"),  # no Monday in it
        (rhythm(MONDAY, "2026-09-21", "2027-12-20"), "last_on"),
        (rhythm(7, "2026-09-21", "2026-10-20"), "weekday"),
        (rhythm(MONDAY, "2026-09-21", "2026-10-20", weeks=3), "every_weeks"),
    ],
)
def test_an_impossible_series_is_refused_at_its_field(mara: Actor, team: Team, which: Rhythm, field: str) -> None:
    with pytest.raises(Refused) as refused:
        series.create(mara, team_id=team.pk, what=VIDEO, rhythm=which)

    assert refused.value.field == field


def test_today_is_left_out_when_its_time_is_over(mara: Actor, team: Team) -> None:
    plan = planned(mara, team, rhythm(1, "2026-09-15", "2026-09-22", "09:00"))

    assert [one.why for one in plan.skipped] == ["past"]
    assert [one.starts_at for one in plan.made] == [wall("2026-09-22", "09:00")]


def test_a_preview_costs_the_same_for_one_week_and_many(
    mara: Actor, team: Team, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for last in ("2026-09-21", "2027-06-21"):
        with django_assert_num_queries(6):
            planned(mara, team, rhythm(MONDAY, "2026-09-21", last))


def test_a_withdrawn_offer_is_gone_and_its_appointments_stay_or_fall(mara: Actor, team: Team) -> None:
    kept = letters.writer(team)
    slot = dates.slot(mara, team, dates.days_ahead(3))
    appointment = booking.book(kept.seeker, kept.case, slot)

    left = offers.withdraw(mara, slot)
    again = offers.withdraw(mara, slot)

    assert [one.id for one in left] == [appointment] == [one.id for one in again]
    assert booking.free([team.pk]) == []
    with pytest.raises(Taken):
        booking.one(slot)
    with pytest.raises(Clash):  # it holds the time still
        dates.slot(mara, team, dates.days_ahead(3))

    assert offers.withdraw(mara, slot, cancel=True) == []
    assert dates.row(appointment).state == Appointment.State.CANCELLED
    assert world.notices(kept.case)[-1] == "date_cancelled"


def test_a_series_is_withdrawn_as_a_whole_from_now_on(mara: Actor, team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    made, _ = series.create(mara, team_id=team.pk, what=VIDEO, rhythm=rhythm(MONDAY, "2026-09-21", "2026-10-12"))
    dates.at(monkeypatch, wall("2026-09-29", "12:00"))

    assert offers.withdraw_series(mara, made) == []

    assert dates.slots() == [wall("2026-09-21", "15:00"), wall("2026-09-28", "15:00")]


def test_a_supervisor_withdraws_for_who_is_absent_a_colleague_does_not(mara: Actor, jon: Actor, team: Team) -> None:
    slot = dates.slot(mara, team, dates.days_ahead(3))
    stranger = world.staff(world.team("Ahorn"), "Olga", "supervisor")
    lead = world.staff(team, "Lena", "supervisor")

    with pytest.raises(NotAllowed):
        offers.withdraw(jon, slot)
    with pytest.raises(NotFound):
        offers.withdraw(stranger, slot)
    offers.withdraw(lead, slot)

    assert dates.slots() == []


def test_a_colleagues_time_that_is_withdrawn_stands_in_the_audit_trail(mara: Actor, team: Team) -> None:
    lead = world.staff(team, "Lena", "supervisor")
    offers.withdraw(mara, dates.slot(mara, team, dates.days_ahead(3)))
    hers = dates.slot(mara, team, dates.days_ahead(4))

    offers.withdraw(lead, hers)
    offers.withdraw(lead, hers)
    offers.withdraw(lead, dates.slot(mara, team, dates.days_ahead(5)), cancel=True)

    rows = AuditEntry.objects.filter(event="offer_withdrawn").values_list("actor", "subject", "code")
    assert sorted(rows) == sorted([(lead.id, mara.id, ""), (lead.id, mara.id, "cancelled")])
