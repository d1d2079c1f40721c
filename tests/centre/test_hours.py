"""Opening hours by the wall clock, across midnight, exceptions and the two nights in which the clock changes."""

import datetime as dt
from collections.abc import Callable
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from hypothesis import given
from hypothesis import strategies as st

from counselling.centre.domain import hours
from counselling.centre.domain.week import group_by_day, in_words
from counselling.centre.models import HoursException, OpeningHour
from counselling.people.models import Team
from tests.centre.clock import local

pytestmark = pytest.mark.django_db
MONDAY, TUESDAY, SATURDAY, SUNDAY = 0, 1, 5, 6

Open = Callable[..., None]


@pytest.fixture
def opened(team: Team) -> Open:
    def add(weekdays: list[int], opens: str, closes: str, channel: str = "chat") -> None:
        for weekday in weekdays:
            OpeningHour.objects.create(
                team=team,
                channel=channel,
                weekday=weekday,
                opens=dt.time.fromisoformat(opens),
                closes=dt.time.fromisoformat(closes),
            )

    return add


@pytest.fixture
def special(team: Team) -> Open:
    def add(day: str, opens: str | None = None, closes: str | None = None) -> None:
        HoursException.objects.create(
            team=team,
            day=dt.date.fromisoformat(day),
            opens=dt.time.fromisoformat(opens) if opens else None,
            closes=dt.time.fromisoformat(closes) if closes else None,
        )

    return add


@pytest.mark.parametrize(
    ("clock", "expected"),
    [("13:59:59", False), ("14:00", True), ("17:59:59.999999", True), ("18:00", False)],
)
def test_is_within_includes_the_first_moment_and_not_the_last(
    team: Team, opened: Open, clock: str, expected: bool
) -> None:
    opened([MONDAY], "14:00", "18:00")

    assert hours.is_within(team.id, "chat", local(f"2026-11-23T{clock}")) is expected


def test_is_within_knows_channels_and_teams_apart(team: Team, opened: Open) -> None:
    opened([MONDAY], "14:00", "18:00")
    other = Team.objects.create(name="Eiche", slug="eiche")
    now = local("2026-11-23T15:00")

    assert hours.is_within(team.id, "chat", now)
    assert not hours.is_within(team.id, "office", now)
    assert not hours.is_within(other.id, "chat", now)


def test_hours_follow_the_wall_clock_in_summer_and_winter(team: Team, opened: Open) -> None:
    opened([MONDAY], "14:00", "18:00")

    assert hours.is_within(team.id, "chat", dt.datetime(2026, 7, 6, 12, 0, tzinfo=dt.UTC))
    assert hours.is_within(team.id, "chat", dt.datetime(2026, 11, 23, 13, 0, tzinfo=dt.UTC))
    assert not hours.is_within(team.id, "chat", dt.datetime(2026, 11, 23, 12, 59, tzinfo=dt.UTC))


def test_closing_at_midnight_is_the_end_of_the_day(team: Team, opened: Open) -> None:
    opened([MONDAY], "20:00", "00:00")

    assert hours.closing(team.id, "chat", local("2026-11-23T23:59")) == local("2026-11-24T00:00")
    assert not hours.is_within(team.id, "chat", local("2026-11-24T00:00"))


def test_a_night_shift_is_one_span_across_midnight(team: Team, opened: Open) -> None:
    opened([MONDAY], "20:00", "00:00")
    opened([TUESDAY], "00:00", "02:00")

    assert hours.closing(team.id, "chat", local("2026-11-23T21:00")) == local("2026-11-24T02:00")
    assert hours.closing(team.id, "chat", local("2026-11-24T01:00")) == local("2026-11-24T02:00")


def test_overlapping_spans_are_one(team: Team, opened: Open) -> None:
    opened([MONDAY], "10:00", "15:00")
    opened([MONDAY], "12:00", "13:00")

    assert hours.closing(team.id, "chat", local("2026-11-23T12:30")) == local("2026-11-23T15:00")


def test_closing_is_none_when_closed_and_when_it_never_closes(team: Team, opened: Open) -> None:
    assert hours.closing(team.id, "chat", local("2026-11-23T12:00")) is None
    opened(list(range(7)), "00:00", "00:00")

    assert hours.is_within(team.id, "chat", local("2026-11-23T12:00"))
    assert hours.closing(team.id, "chat", local("2026-11-23T12:00")) is None


def test_the_night_without_an_hour_closes_when_the_clock_jumps(team: Team, opened: Open) -> None:
    opened([SUNDAY], "00:00", "02:30")  # 29 March 2026: 02:00 becomes 03:00

    assert hours.is_within(team.id, "chat", local("2026-03-29T01:59"))
    assert hours.closing(team.id, "chat", local("2026-03-29T01:00")) == dt.datetime(2026, 3, 29, 1, 30, tzinfo=dt.UTC)


def test_the_night_with_an_hour_twice_stays_open_through_both(team: Team, opened: Open) -> None:
    opened([SUNDAY], "02:00", "02:30")  # 25 October 2026: 03:00 becomes 02:00

    assert hours.is_within(team.id, "chat", local("2026-10-25T02:15", fold=0))
    assert hours.is_within(team.id, "chat", local("2026-10-25T02:15", fold=1))
    assert hours.closing(team.id, "chat", local("2026-10-25T02:15")) == local("2026-10-25T02:30", fold=1)


def test_a_day_of_25_hours_is_open_throughout(team: Team, opened: Open) -> None:
    opened([SUNDAY], "00:00", "00:00")
    start = local("2026-10-25T00:00").astimezone(dt.UTC)

    open_hours = [hours.is_within(team.id, "chat", start + dt.timedelta(hours=hour)) for hour in range(26)]

    assert open_hours == [True] * 25 + [False]


def test_a_closing_day_cancels_the_weekly_hours(team: Team, opened: Open, special: Open) -> None:
    opened([MONDAY], "14:00", "18:00")
    special("2026-11-23")

    assert not hours.is_within(team.id, "chat", local("2026-11-23T15:00"))
    assert hours.next_opening(team.id, "chat", local("2026-11-23T10:00")) == local("2026-11-30T14:00")


def test_extra_hours_come_on_top(team: Team, opened: Open, special: Open) -> None:
    opened([MONDAY], "14:00", "18:00")
    special("2026-11-23", "18:00", "20:00")
    special("2026-11-28", "10:00", "12:00")

    assert hours.closing(team.id, "chat", local("2026-11-23T15:00")) == local("2026-11-23T20:00")
    assert hours.is_within(team.id, "chat", local("2026-11-28T11:00"))


def test_a_shortened_day_is_closed_but_for_its_own_hours(team: Team, opened: Open, special: Open) -> None:
    opened([MONDAY], "14:00", "18:00")
    special("2026-11-23")
    special("2026-11-23", "14:00", "15:00")

    assert hours.closing(team.id, "chat", local("2026-11-23T14:30")) == local("2026-11-23T15:00")


def test_next_opening_skips_the_span_that_is_open(team: Team, opened: Open) -> None:
    opened([MONDAY, SATURDAY], "14:00", "18:00")

    assert hours.next_opening(team.id, "chat", local("2026-11-23T15:00")) == local("2026-11-28T14:00")


@pytest.mark.parametrize(("days_ahead", "found"), [(60, True), (61, False)])
def test_next_opening_looks_60_days_ahead(team: Team, special: Open, days_ahead: int, found: bool) -> None:
    now = local("2026-11-23T12:00")
    day = now.date() + dt.timedelta(days=days_ahead)
    special(day.isoformat(), "10:00", "12:00")

    expected = local(f"{day}T10:00") if found else None
    assert hours.next_opening(team.id, "chat", now) == expected


def test_next_opening_is_none_without_hours(team: Team) -> None:
    assert hours.next_opening(team.id, "chat", local("2026-11-23T12:00")) is None


@pytest.mark.parametrize("rows", [1, 3])
def test_each_question_is_one_query(
    team: Team, opened: Open, special: Open, django_assert_num_queries: Callable[..., object], rows: int
) -> None:
    opened(list(range(rows)), "14:00", "18:00")
    for day in range(rows):
        special(f"2026-11-{24 + day}")
    now = local("2026-11-23T15:00")

    for question in (hours.is_within, hours.closing, hours.next_opening):
        with django_assert_num_queries(1):
            question(team.id, "chat", now)
    with django_assert_num_queries(1):
        hours.week(team.id, "chat")


@given(st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31)))
def test_joined_spans_are_in_order_and_apart(first: dt.date) -> None:
    weekly = {0: ("09:00", "17:00"), 2: ("20:00", "00:00"), 3: ("00:00", "02:30"), 6: ("02:00", "03:00")}
    rules = [
        hours._Rule(weekday, None, dt.time.fromisoformat(opens), dt.time.fromisoformat(closes))
        for weekday, (opens, closes) in weekly.items()
    ]
    days = [first + dt.timedelta(days=ahead) for ahead in range(9)]

    spans = list(hours._joined(span for day in days for span in hours._spans_of(day, rules)))

    assert all(start < end for start, end in spans)
    assert all(earlier[1] < later[0] for earlier, later in pairwise(spans))


def test_week_has_seven_days_in_order(team: Team, opened: Open) -> None:
    opened([TUESDAY], "16:00", "18:00")
    opened([TUESDAY], "09:00", "12:30")

    week = hours.week(team.id, "chat")

    assert [day.weekday for day in week] == list(range(7))
    assert week[TUESDAY].text == "9 bis 12:30 Uhr und 16 bis 18 Uhr"
    assert week[MONDAY].text == "geschlossen"
    assert week[TUESDAY].name == "Dienstag"


ALL_DAY = ("00:00", "00:00")


@pytest.mark.parametrize(
    ("weekdays", "span", "expected"),
    [
        (range(7), ALL_DAY, ["rund um die Uhr"]),
        (range(7), ("08:00", "20:00"), ["täglich, 8 bis 20 Uhr"]),
        (range(6), ("14:00", "20:00"), ["Montag bis Samstag, 14 bis 20 Uhr"]),
        ((0, 2, 4), ("09:00", "14:00"), ["Montag, Mittwoch und Freitag, 9 bis 14 Uhr"]),
        ((1,), ("22:15", "00:00"), ["Dienstag, 22:15 bis 24 Uhr"]),
        ((0, 1, 2, 6), ("09:00", "14:00"), ["Montag bis Mittwoch und Sonntag, 9 bis 14 Uhr"]),
        ((), ALL_DAY, []),
    ],
)
def test_in_words_reads_like_a_door_sign(weekdays: range, span: tuple[str, str], expected: list[str]) -> None:
    opens, closes = (dt.time.fromisoformat(text) for text in span)

    assert in_words(group_by_day([(weekday, opens, closes) for weekday in weekdays])) == expected


@pytest.mark.parametrize(("opens", "closes"), [("14:00", "14:00"), ("14:00", "13:00")])
def test_database_refuses_hours_that_end_before_they_begin(team: Team, opened: Open, opens: str, closes: str) -> None:
    with pytest.raises(IntegrityError):
        opened([MONDAY], opens, closes)


def test_database_refuses_a_day_closed_twice(team: Team, special: Open) -> None:
    special("2026-11-23")

    with pytest.raises(IntegrityError):
        special("2026-11-23")


def test_a_half_entered_exception_is_refused_in_words(team: Team) -> None:
    half = HoursException(team=team, channel="chat", day=dt.date(2026, 11, 23), opens=dt.time(10))

    with pytest.raises(ValidationError, match="Entweder beide Zeiten oder keine"):
        half.full_clean()
