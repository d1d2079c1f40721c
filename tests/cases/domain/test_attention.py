"""When somebody reads again, for a page that stays open: now, or once today's hours are over."""

import datetime as dt

import pytest
from django.utils import timezone

from counselling.cases.domain import attention
from counselling.centre.models import OpeningHour
from counselling.people.models import Team
from tests.support import world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db

MONDAY = dt.date(2026, 11, 23)


def at(day: dt.date, hour: int) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time(hour)))


@pytest.fixture
def hours(team: Team, chat: Chat) -> None:
    """Mondays and Wednesdays from 14 to 18."""
    world.close_hours(team)
    for weekday in (0, 2):
        OpeningHour.objects.create(team=team, channel="chat", weekday=weekday, opens=dt.time(14), closes=dt.time(18))


@pytest.mark.parametrize(
    ("hour", "opens", "since"),
    [
        (9, at(MONDAY, 14), None),
        (15, at(MONDAY + dt.timedelta(days=2), 14), at(MONDAY, 18)),
        (19, at(MONDAY + dt.timedelta(days=2), 14), None),
    ],
)
def test_an_open_page_knows_when_somebody_reads_again(
    hours: None, chat: Chat, hour: int, opens: dt.datetime, since: dt.datetime | None
) -> None:
    found = attention.of_chat(chat.case, at(MONDAY, hour))

    assert (found.opens, found.since) == (opens, since)


def test_without_hours_there_is_nothing_to_say(team: Team, chat: Chat) -> None:
    world.close_hours(team)

    found = attention.of_chat(chat.case, at(MONDAY, 9))

    assert (found.opens, found.since) == (None, None)


def test_what_is_always_open_opens_never_again(team: Team, chat: Chat) -> None:
    world.close_hours(team)
    for weekday in range(7):
        OpeningHour.objects.create(team=team, channel="chat", weekday=weekday, opens=dt.time(0), closes=dt.time(0))

    found = attention.of_chat(chat.case, at(MONDAY, 9))

    assert (found.opens, found.since) == (None, None)
