"""Open means: within the hours, somebody here, and a turn before closing time."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from counselling.cases.domain import door
from counselling.cases.models import CountRow, WaitSample
from counselling.centre import defaults
from counselling.centre.models import OpeningHour
from counselling.errors import NotFound
from counselling.people.domain import presence
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team
from tests.support import world

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
SUNDAY = dt.datetime(2026, 11, 22, 16, 0, tzinfo=BERLIN)


@pytest.fixture
def linde(db: None) -> Team:
    """Open on Sundays from 14 to 18."""
    team = world.team("Linde", is_open=False)
    OpeningHour.objects.create(team=team, weekday=6, opens=dt.time(14), closes=dt.time(18))
    return team


@pytest.fixture
def here(linde: Team) -> Actor:
    """Somebody who was seen a moment before four o'clock."""
    actor = world.counsellor(linde)
    Staff.objects.update(seen_at=SUNDAY)
    return actor


def waits(team: Team, minutes: int, hour: int) -> None:
    for _ in range(5):
        WaitSample.objects.create(team=team, day=SUNDAY.date(), hour=hour, seconds=minutes * 60)


def test_the_door_is_open_within_the_hours_while_somebody_is_here(linde: Team, here: Actor) -> None:
    status = door.status(linde.pk, SUNDAY)

    assert (status.open, status.waiting, status.minutes, status.next_opening) == ("open", 0, None, None)
    assert status.until == SUNDAY.replace(hour=18)


def test_a_closed_door_says_when_it_opens(linde: Team, here: Actor) -> None:
    status = door.status(linde.pk, SUNDAY.replace(hour=18))

    assert (status.open, status.until) == ("closed", None)
    assert status.next_opening == SUNDAY.replace(hour=14) + dt.timedelta(days=7)


@pytest.mark.parametrize(
    ("closes", "midnight", "day"), [((18, 0), False, 22), ((23, 59), False, 22), ((0, 0), True, 22)]
)
def test_a_door_that_closes_at_midnight_belongs_to_the_day_that_ends(
    linde: Team, here: Actor, closes: tuple[int, int], midnight: bool, day: int
) -> None:
    OpeningHour.objects.update(closes=dt.time(*closes))

    status = door.status(linde.pk, SUNDAY)

    assert (status.until_midnight, status.until_day) == (midnight, dt.date(2026, 11, day))


def test_a_door_without_an_end_names_no_day(linde: Team, here: Actor) -> None:
    status = door.status(linde.pk, SUNDAY.replace(hour=20))

    assert (status.until, status.until_midnight, status.until_day) == (None, False, None)


@pytest.mark.parametrize("status", ["pausing", "away"])
def test_nobody_here_is_not_open(linde: Team, here: Actor, status: str) -> None:
    presence.set_status(here, status)
    Staff.objects.update(seen_at=SUNDAY)

    assert door.status(linde.pk, SUNDAY).open == "nobody"


def test_somebody_whose_connection_is_gone_is_not_here(linde: Team, here: Actor) -> None:
    assert door.status(linde.pk, SUNDAY + dt.timedelta(seconds=119)).open == "open"
    assert door.status(linde.pk, SUNDAY + dt.timedelta(seconds=121)).open == "nobody"


def test_somebody_who_was_switched_off_is_not_here(linde: Team, here: Actor) -> None:
    Staff.objects.update(is_active=False)

    assert door.status(linde.pk, SUNDAY).open == "nobody"


def test_a_supervisor_is_nobody_to_chat_with(linde: Team) -> None:
    world.staff(linde, "Kim", "supervisor")
    Staff.objects.update(status="here", seen_at=SUNDAY)

    assert door.status(linde.pk, SUNDAY).open == "nobody"


def test_another_team_is_not_here(linde: Team) -> None:
    world.counsellor(world.team("Ahorn"), "Jon")
    Staff.objects.update(seen_at=SUNDAY)

    assert door.status(linde.pk, SUNDAY).open == "nobody"


def test_the_door_is_full_when_the_wait_would_pass_closing_time(linde: Team, here: Actor) -> None:
    waits(linde, 31, hour=17)
    Staff.objects.update(seen_at=SUNDAY.replace(hour=17, minute=30))

    assert door.status(linde.pk, SUNDAY.replace(hour=17, minute=28)).open == "open"
    assert door.status(linde.pk, SUNDAY.replace(hour=17, minute=30)).open == "full"


def test_the_door_counts_who_waits(team: Team, mara: Actor) -> None:
    for _ in range(3):
        world.waiting(team)
    world.chat(team, mara)

    assert door.status(team.pk, timezone.now()).waiting == 3


def test_a_house_that_never_closes_is_open(db: None) -> None:
    """As the demo sets it up."""
    team = world.team("Linde", is_open=False)
    defaults.demo_hours(team)
    world.counsellor(team)
    Staff.objects.update(seen_at=SUNDAY)

    assert door.status(team.pk, SUNDAY).open == "open"


def test_a_house_that_never_closes_is_never_full(db: None) -> None:
    team = world.team("Linde", is_open=False)
    defaults.demo_hours(team)
    world.counsellor(team)
    Staff.objects.update(seen_at=SUNDAY)
    waits(team, 300, hour=16)

    status = door.status(team.pk, SUNDAY)
    assert (status.open, status.minutes) == ("open", (300, 300))


def test_the_chat_belongs_to_the_first_team(db: None) -> None:
    with pytest.raises(NotFound):
        door.chat_team()
    world.team("Zeder")
    first = world.team("Ahorn")

    assert door.chat_team() == first


def test_a_knock_is_one_row(linde: Team) -> None:
    door.knock(linde.pk)

    [row] = CountRow.objects.all()
    assert (row.event, row.codes, row.channel) == ("closed_door", {}, "chat")


# --- nobody for long -------------------------------------------------------------------------------------------------


def absent_since(team: Team, since: dt.datetime | None) -> Team:
    team.last_here_at = since
    team.save(update_fields=["last_here_at"])
    return team


@pytest.mark.parametrize(("minutes", "alert"), [(4, False), (5, True), (600, True)])
def test_nobody_for_five_minutes_is_long(linde: Team, minutes: int, alert: bool) -> None:
    absent_since(linde, SUNDAY - dt.timedelta(minutes=minutes))

    assert door.nobody_for_long(linde, SUNDAY) is alert


def test_nobody_ever_is_long(linde: Team) -> None:
    assert door.nobody_for_long(absent_since(linde, None), SUNDAY)


def test_the_first_five_minutes_after_opening_are_patient(linde: Team) -> None:
    opens = SUNDAY.replace(hour=14)

    assert not door.nobody_for_long(linde, opens + dt.timedelta(minutes=4))
    assert door.nobody_for_long(linde, opens + dt.timedelta(minutes=5))


def test_outside_the_hours_nobody_is_missed(linde: Team) -> None:
    assert not door.nobody_for_long(linde, SUNDAY.replace(hour=18))
