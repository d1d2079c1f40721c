"""The week and the special days of a team as those who lead change them, and the preview that both lead to."""

import datetime as dt
import uuid

import pytest
from django.utils import timezone

from counselling.centre.domain import hours, steering_hours, steering_preview, steering_special
from counselling.centre.domain.steering_changes import Overtaken, Unfit
from counselling.centre.domain.steering_special import Kind, Special
from counselling.centre.models import HoursException, OpeningHour
from counselling.errors import NotAllowed, NotFound
from counselling.people.domain.actors import Actor
from counselling.people.models import AuditEntry, Team
from tests.centre.clock import local
from tests.support import world

pytestmark = pytest.mark.django_db

MONDAY = dt.date(2026, 11, 23)


def at(text: str) -> dt.time:
    return dt.time.fromisoformat(text)


def row(weekday: int, opens: str, closes: str) -> tuple[int, dt.time, dt.time]:
    return weekday, at(opens), at(closes)


@pytest.fixture
def linde(db: None) -> Team:
    return world.team(is_open=False)


@pytest.fixture
def uli(linde: Team) -> Actor:
    return world.staff(linde, "Uli", "supervisor")


def saved(uli: Actor, team: Team, *rows: tuple[int, dt.time, dt.time]) -> None:
    _, seen = steering_hours.week(uli, team.pk, "chat")
    steering_hours.write(uli, team.pk, "chat", rows, seen=seen)


def trail() -> list[tuple[str, str]]:
    rows = AuditEntry.objects.exclude(event="content_refused").order_by("at")
    return list(rows.values_list("event", "code"))


def test_a_week_is_written_and_noted(uli: Actor, linde: Team) -> None:
    saved(uli, linde, row(0, "14:00", "18:00"), row(0, "18:00", "00:00"), row(4, "09:00", "12:30"))

    words = [day.text for day in hours.week(linde.pk, "chat")]
    assert words[0] == "14 bis 18 Uhr und 18 bis 24 Uhr"
    assert words[4] == "9 bis 12:30 Uhr"
    assert hours.is_within(linde.pk, "chat", local("2026-11-23 23:59"))
    assert trail() == [("hours_changed", "chat")]
    assert AuditEntry.objects.get().subject == linde.pk


def test_the_other_channel_and_other_teams_stay(uli: Actor, linde: Team) -> None:
    other = world.team("Buche")
    OpeningHour.objects.create(team=linde, channel="office", weekday=2, opens=at("10:00"), closes=at("11:00"))

    saved(uli, linde, row(0, "14:00", "18:00"))
    saved(uli, linde)

    assert list(OpeningHour.objects.filter(team=linde).values_list("channel", flat=True)) == ["office"]
    assert OpeningHour.objects.filter(team=other).count() == 3


def test_a_form_that_comes_twice_changes_and_notes_nothing(uli: Actor, linde: Team) -> None:
    _, seen = steering_hours.week(uli, linde.pk, "chat")
    for _ in range(2):
        steering_hours.write(uli, linde.pk, "chat", [row(0, "14:00", "18:00")], seen=seen)

    assert len(trail()) == 1


def test_what_a_colleague_changed_meanwhile_is_not_overwritten(uli: Actor, linde: Team) -> None:
    _, seen = steering_hours.week(uli, linde.pk, "chat")
    saved(uli, linde, row(0, "14:00", "18:00"))

    with pytest.raises(Overtaken):
        steering_hours.write(uli, linde.pk, "chat", [row(1, "14:00", "18:00")], seen=seen)

    assert OpeningHour.objects.get().weekday == 0


@pytest.mark.parametrize(
    ("rows", "problems"),
    [
        ([row(0, "18:00", "14:00")], {"0": steering_hours.BACKWARDS}),
        ([row(0, "14:00", "14:00")], {"0": steering_hours.BACKWARDS}),
        ([row(0, "14:00", "18:00"), row(0, "17:59", "20:00")], {"1": steering_hours.OVERLAPS}),
        ([row(0, "14:00", "00:00"), row(0, "23:00", "23:30")], {"1": steering_hours.OVERLAPS}),
        ([row(0, "00:00", "00:00"), row(0, "00:00", "01:00")], {"1": steering_hours.OVERLAPS}),
        ([row(0, "14:00", "18:00"), row(0, "14:00", "18:00")], {"1": steering_hours.OVERLAPS}),
        ([row(0, "14:00", "18:00"), row(1, "9:00".zfill(5), "08:00"), row(0, "10:00", "15:00")], None),
    ],
)
def test_hours_that_cannot_be_are_refused_where_they_stand(
    uli: Actor, linde: Team, rows: list[tuple[int, dt.time, dt.time]], problems: dict[str, str] | None
) -> None:
    with pytest.raises(Unfit) as refused:
        saved(uli, linde, *rows)

    assert refused.value.problems == (problems or {"1": steering_hours.BACKWARDS, "2": steering_hours.OVERLAPS})
    assert not OpeningHour.objects.exists()


def test_trying_out_shows_two_weeks_and_keeps_nothing(uli: Actor, linde: Team) -> None:
    saved(uli, linde, row(0, "14:00", "18:00"))

    days = steering_hours.tried(uli, linde.pk, "chat", [row(1, "08:00", "09:00")], MONDAY)

    assert [(day.day.day, day.text) for day in days if day.spans] == [(24, "8 bis 9 Uhr"), (1, "8 bis 9 Uhr")]
    assert OpeningHour.objects.get().weekday == 0
    with pytest.raises(Unfit):
        steering_hours.tried(uli, linde.pk, "chat", [row(1, "09:00", "08:00")], MONDAY)


def test_offers_say_each_channel_of_my_teams_alone(uli: Actor, linde: Team) -> None:
    world.team("Buche")
    saved(uli, linde, row(0, "14:00", "18:00"))
    steering_special.add(uli, linde.pk, "chat", Special(Kind.CLOSED, MONDAY, MONDAY), MONDAY)

    found = steering_hours.offers(uli, MONDAY)

    assert [(one.team, one.label, one.week, one.special) for one in found] == [
        (linde, "Chat", ["Montag, 14 bis 18 Uhr"], 1),
        (linde, "Offene Sprechstunde", [], 0),
    ]
    assert [one.special for one in steering_hours.offers(uli, MONDAY + dt.timedelta(days=1))] == [0, 0]


# --- The preview -----------------------------------------------------------------------------------------------------


def test_the_preview_is_what_decides_the_door(uli: Actor, linde: Team) -> None:
    saved(uli, linde, row(0, "22:00", "00:00"), row(1, "00:00", "02:00"), row(4, "14:00", "18:00"))
    friday = dt.date(2026, 12, 25)
    steering_special.add(uli, linde.pk, "chat", Special(Kind.CLOSED, friday, friday), MONDAY)

    days = steering_preview.days(linde.pk, "chat", dt.date(2026, 12, 14))

    assert [(day.name, day.text, day.special, day.holiday) for day in days if day.spans or day.holiday] == [
        ("Montag", "22 bis 24 Uhr", False, ""),
        ("Dienstag", "0 bis 2 Uhr", False, ""),
        ("Freitag", "14 bis 18 Uhr", False, ""),
        ("Montag", "22 bis 24 Uhr", False, ""),
        ("Dienstag", "0 bis 2 Uhr", False, ""),
        ("Freitag", "geschlossen", True, "Erster Weihnachtstag"),
        ("Samstag", "geschlossen", False, "Zweiter Weihnachtstag"),
    ]
    for day in days:
        for hour in range(24):
            moment = dt.datetime.combine(day.day, dt.time(hour, 30), timezone.get_default_timezone())
            said = any(
                opens <= moment.time() and (moment.time() < ends or ends == at("00:00")) for opens, ends in day.spans
            )
            assert said == hours.is_within(linde.pk, "chat", moment), moment


def test_a_holiday_with_the_usual_hours_is_pointed_out(uli: Actor, linde: Team) -> None:
    saved(uli, linde, row(4, "14:00", "18:00"))
    first = dt.date(2026, 12, 25)

    assert [day.forgotten for day in steering_preview.days(linde.pk, "chat", first, 2)] == [True, False]
    steering_special.add(uli, linde.pk, "chat", Special(Kind.ALSO, first, first, at("19:00"), at("20:00")), MONDAY)
    assert [day.forgotten for day in steering_preview.days(linde.pk, "chat", first, 2)] == [False, False]


def test_the_night_that_has_an_hour_twice(uli: Actor, linde: Team) -> None:
    saved(uli, linde, row(6, "00:00", "00:00"))

    assert [day.text for day in steering_preview.days(linde.pk, "chat", dt.date(2026, 10, 24), 3)] == [
        "geschlossen",
        "rund um die Uhr",
        "geschlossen",
    ]


# --- Special days ----------------------------------------------------------------------------------------------------


def test_special_days_in_words(uli: Actor, linde: Team) -> None:
    saved(uli, linde, row(1, "14:00", "18:00"))
    tuesday = MONDAY + dt.timedelta(days=1)
    for special in (
        Special(Kind.CLOSED, MONDAY, MONDAY),
        Special(Kind.ALSO, tuesday, tuesday, at("18:00"), at("20:00")),
        Special(Kind.INSTEAD, tuesday + dt.timedelta(days=1), tuesday + dt.timedelta(days=2), at("09:00"), at("10:00")),
        Special(Kind.INSTEAD, tuesday + dt.timedelta(days=1), tuesday + dt.timedelta(days=1), at("11:00"), at("12:00")),
    ):
        steering_special.add(uli, linde.pk, "chat", special, MONDAY)
        steering_special.add(uli, linde.pk, "chat", special, MONDAY)  # the form came twice

    assert [day.text for day in steering_special.ahead(uli, linde.pk, "chat", MONDAY)] == [
        "geschlossen",
        "zusätzlich 18 bis 20 Uhr",
        "nur 9 bis 10 Uhr und 11 bis 12 Uhr",
        "nur 9 bis 10 Uhr",
    ]
    assert trail()[1:] == [("special_day_set", "chat")] * 4
    assert steering_preview.days(linde.pk, "chat", tuesday, 1)[0].text == "14 bis 20 Uhr"


def test_a_special_day_goes_and_the_week_applies_again(uli: Actor, linde: Team) -> None:
    steering_special.add(
        uli, linde.pk, "chat", Special(Kind.INSTEAD, MONDAY, MONDAY, at("9:00".zfill(5)), at("10:00")), MONDAY
    )

    for _ in range(2):
        steering_special.drop(uli, linde.pk, "chat", MONDAY)

    assert not HoursException.objects.exists()
    assert trail()[1:] == [("special_day_set", "dropped")]


@pytest.mark.parametrize(
    ("special", "field"),
    [
        (Special(Kind.CLOSED, MONDAY - dt.timedelta(days=1), MONDAY), "first"),
        (Special(Kind.CLOSED, dt.date(2029, 1, 1), dt.date(2029, 1, 1)), "first"),
        (Special(Kind.CLOSED, MONDAY, MONDAY - dt.timedelta(days=1)), "last"),
        (Special(Kind.CLOSED, MONDAY, MONDAY + dt.timedelta(days=62)), "last"),
        (Special(Kind.ALSO, MONDAY, MONDAY, at("10:00"), None), "closes"),
        (Special(Kind.INSTEAD, MONDAY, MONDAY, None, at("10:00")), "opens"),
        (Special(Kind.ALSO, MONDAY, MONDAY, at("10:00"), at("09:00")), "closes"),
        (Special(Kind.ALSO, MONDAY, MONDAY, at("17:00"), at("19:00")), "opens"),  # overlaps the week
        (Special("sometimes", MONDAY, MONDAY), "kind"),
    ],
)
def test_special_days_that_cannot_be(uli: Actor, linde: Team, special: Special, field: str) -> None:
    saved(uli, linde, row(0, "14:00", "18:00"))

    with pytest.raises(Unfit) as refused:
        steering_special.add(uli, linde.pk, "chat", special, MONDAY)

    assert list(refused.value.problems) == [field]
    assert not HoursException.objects.exists()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (Special(Kind.CLOSED, MONDAY, MONDAY), Special(Kind.ALSO, MONDAY, MONDAY, at("09:00"), at("10:00"))),
        (Special(Kind.CLOSED, MONDAY, MONDAY), Special(Kind.INSTEAD, MONDAY, MONDAY, at("09:00"), at("10:00"))),
        (Special(Kind.ALSO, MONDAY, MONDAY, at("09:00"), at("10:00")), Special(Kind.CLOSED, MONDAY, MONDAY)),
        (
            Special(Kind.INSTEAD, MONDAY, MONDAY, at("09:00"), at("10:00")),
            Special(Kind.INSTEAD, MONDAY, MONDAY, at("09:30"), at("10:30")),
        ),
    ],
)
def test_what_contradicts_a_day_that_is_entered_is_refused(
    uli: Actor, linde: Team, first: Special, second: Special
) -> None:
    steering_special.add(uli, linde.pk, "chat", first, MONDAY)
    before = HoursException.objects.count()

    with pytest.raises(Unfit):
        steering_special.add(uli, linde.pk, "chat", second, MONDAY)

    assert HoursException.objects.count() == before


# --- Who may ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["counsellor", "administrator"])
def test_only_those_who_lead(linde: Team, role: str) -> None:
    actor = world.staff(linde, "Andere", role)
    closed = Special(Kind.CLOSED, MONDAY, MONDAY)

    for act in (
        lambda: steering_hours.offers(actor, MONDAY),
        lambda: steering_hours.week(actor, linde.pk, "chat"),
        lambda: steering_hours.write(actor, linde.pk, "chat", [], seen=""),
        lambda: steering_hours.tried(actor, linde.pk, "chat", [], MONDAY),
        lambda: steering_special.ahead(actor, linde.pk, "chat", MONDAY),
        lambda: steering_special.add(actor, linde.pk, "chat", closed, MONDAY),
        lambda: steering_special.drop(actor, linde.pk, "chat", MONDAY),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_other_teams_and_channels_are_not_there(uli: Actor, linde: Team) -> None:
    closed = Special(Kind.CLOSED, MONDAY, MONDAY)
    for team, channel in ((world.team("Buche").pk, "chat"), (uuid.uuid4(), "chat"), (linde.pk, "letters")):
        for act in (
            lambda: steering_hours.week(uli, team, channel),  # noqa: B023 -- called at once
            lambda: steering_hours.write(uli, team, channel, [], seen=""),  # noqa: B023 -- as above
            lambda: steering_hours.tried(uli, team, channel, [], MONDAY),  # noqa: B023 -- as above
            lambda: steering_special.add(uli, team, channel, closed, MONDAY),  # noqa: B023 -- as above
            lambda: steering_special.drop(uli, team, channel, MONDAY),  # noqa: B023 -- as above
        ):
            with pytest.raises(NotFound):
                act()
