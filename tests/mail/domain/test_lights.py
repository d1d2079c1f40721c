"""The traffic light and the bands: working days across weekends and the holidays of Baden-Württemberg."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from counselling.centre.domain import worktime
from counselling.mail.domain import lights

BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=BERLIN)


# A letter of Friday evening, 2026-11-20, with two working days: due when Tuesday ends.
@pytest.mark.parametrize(
    ("now", "colour", "days", "hours", "today"),
    [
        ("2026-11-20T20:00", "green", 2, 16, False),
        ("2026-11-22T12:00", "green", 2, 16, False),
        ("2026-11-23T09:00", "green", 1, 16, False),
        ("2026-11-23T15:01", "green", 1, 10, False),
        ("2026-11-23T17:00", "amber", 1, 8, False),
        ("2026-11-24T09:00", "amber", 0, 8, True),
        ("2026-11-24T13:30", "amber", 0, 4, True),
        ("2026-11-24T23:59", "amber", 0, 0, True),
        ("2026-11-25T00:00", "red", 1, 0, False),
        ("2026-11-27T10:00", "red", 3, 0, False),
        ("2026-11-29T10:00", "red", 3, 0, False),
        ("2026-11-30T10:00", "red", 4, 0, False),
    ],
)
def test_light_counts_working_hours(now: str, colour: str, days: int, hours: int, *, today: bool) -> None:
    light = lights.of(worktime.end_of(at("2026-11-20T19:00"), 2), at(now))

    assert light
    assert (light.colour, light.days, light.hours) == (colour, days, hours)
    assert (light.today, light.ends_with_day) == (today, True)


# Three Kings' Day, 2026-01-06, is a holiday in Baden-Württemberg alone of its neighbours in the north.
def test_holiday_is_no_working_day() -> None:
    due_at = worktime.end_of(at("2026-01-05T10:00"), 2)
    light = lights.of(due_at, at("2026-01-06T10:00"))

    assert due_at == at("2026-01-09T00:00")
    assert light
    assert (light.colour, light.days) == ("green", 2)


def test_what_cannot_wait_names_its_hour_and_is_over_on_the_same_day() -> None:
    due_at = at("2026-11-21T14:15")  # a Saturday

    before, after = (lights.of(due_at, at(f"2026-11-21T{hour}")) for hour in ("14:00", "15:00"))

    assert before
    assert after
    assert (before.colour, before.today, before.ends_with_day) == ("amber", True, False)
    assert (after.colour, after.days) == ("red", 0)


def test_nothing_waits_and_there_is_no_light() -> None:
    assert lights.of(None, at("2026-11-20T20:00")) is None


@pytest.mark.parametrize(
    ("began", "ended", "band"),
    [
        ("2026-11-20T10:00", "2026-11-20T13:59", "u4h"),
        ("2026-11-20T10:00", "2026-11-20T14:00", "u1d"),
        ("2026-11-21T08:00", "2026-11-22T20:00", "u4h"),  # a weekend does not count
        ("2026-11-20T20:00", "2026-11-23T10:00", "u1d"),
        ("2026-11-20T20:00", "2026-11-23T20:00", "1d"),
        ("2026-01-05T20:00", "2026-01-07T10:00", "u1d"),  # nor does a holiday
        ("2026-11-23T10:00", "2026-11-25T10:00", "2d"),
        ("2026-11-23T10:00", "2026-11-26T10:00", "3_5d"),
        ("2026-11-23T10:00", "2026-12-01T09:00", "3_5d"),
        ("2026-11-23T10:00", "2026-12-01T10:00", "o5d"),
        ("2020-01-01T10:00", "2026-12-01T10:00", "o5d"),
        ("2026-11-23T10:00", "2026-11-23T09:00", "u4h"),
    ],
)
def test_band_counts_working_time(began: str, ended: str, band: str) -> None:
    assert lights.band(at(began), at(ended)) == band
