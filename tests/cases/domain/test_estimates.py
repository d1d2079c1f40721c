"""How long it may take: an honest range or no number at all."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from counselling.cases.domain import estimates
from counselling.cases.models import WaitSample
from counselling.people.models import Team
from tests.support import world

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 16, 30, tzinfo=ZoneInfo("Europe/Berlin"))
TODAY = NOW.date()


def waited(team: Team, *minutes: float, day: date = TODAY, hour: int = 16) -> None:
    for each in minutes:
        WaitSample.objects.create(team=team, day=day, hour=hour, seconds=round(each * 60))


def test_fewer_than_five_waits_are_no_number(team: Team) -> None:
    waited(team, 1, 2, 3, 4)
    assert estimates.minutes(team.pk, NOW) is None

    waited(team, 5)
    assert estimates.minutes(team.pk, NOW) == (2, 4)


def test_the_range_is_from_quartile_to_quartile(team: Team) -> None:
    """One who waited for an hour does not make everybody's estimate longer."""
    waited(team, 4, 6, 8, 10, 60)

    assert estimates.minutes(team.pk, NOW) == (6, 10)


def test_the_range_is_rounded_outwards_and_at_least_a_minute(team: Team) -> None:
    waited(team, 0, 0.1, 0.2, 0.3, 0.4)
    assert estimates.minutes(team.pk, NOW) == (1, 1)

    WaitSample.objects.all().delete()
    waited(team, 2.5, 2.5, 3, 3.5, 3.5)
    assert estimates.minutes(team.pk, NOW) == (2, 4)


def test_only_this_hour_of_the_day_counts(team: Team) -> None:
    waited(team, *[5] * 10, hour=15)
    waited(team, *[5] * 10, hour=17)

    assert estimates.minutes(team.pk, NOW) is None


def test_only_28_days_count(team: Team) -> None:
    waited(team, *[5] * 10, day=TODAY - timedelta(days=29))
    assert estimates.minutes(team.pk, NOW) is None

    waited(team, *[7] * 5, day=TODAY - timedelta(days=27))
    assert estimates.minutes(team.pk, NOW) == (7, 7)


def test_only_the_last_twenty_waits_count(team: Team) -> None:
    waited(team, *[90] * 30, day=TODAY - timedelta(days=2))
    waited(team, *[3] * 20, day=TODAY - timedelta(days=1))

    assert estimates.minutes(team.pk, NOW) == (3, 3)


def test_only_the_own_team_counts(team: Team) -> None:
    waited(world.team("Ahorn"), *[5] * 10)

    assert estimates.minutes(team.pk, NOW) is None


def test_remember_keeps_the_local_hour_in_which_the_wait_began(team: Team) -> None:
    estimates.remember(team.pk, NOW, NOW + timedelta(minutes=45, seconds=30))
    estimates.remember(team.pk, NOW, NOW - timedelta(seconds=5))

    assert sorted(WaitSample.objects.values_list("day", "hour", "seconds")) == [(TODAY, 16, 0), (TODAY, 16, 2730)]


def test_forget_old_keeps_what_still_counts(team: Team) -> None:
    for days in (0, 27, 30, 400):
        waited(team, 5, day=TODAY - timedelta(days=days))

    assert estimates.forget_old(NOW) == 2
    assert WaitSample.objects.count() == 2
