"""Hours offered: counted once a quarter of an hour while the chat is really open, whoever else's clock looks."""

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.utils import timezone

from counselling.cases.models import CountRow
from counselling.people.domain import presence
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team
from counselling.statistics.domain import offered
from counselling.statistics.models import OfferedQuarter
from tests.support import world

pytestmark = pytest.mark.django_db


def beginning() -> datetime:
    return offered.beginning(timezone.now())


def looked(actor: Actor, now: datetime) -> int:
    """The clock looks while this counsellor is connected."""
    Staff.objects.filter(pk=actor.id).update(seen_at=now)
    return offered.look(now)


def rows() -> int:
    return CountRow.objects.filter(event="offered").count()


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 11, 6, 17, 0, 0, tzinfo=UTC), (17, 0)),
        (datetime(2026, 11, 6, 17, 14, 59, 999_999, tzinfo=UTC), (17, 0)),
        (datetime(2026, 11, 6, 17, 15, tzinfo=UTC), (17, 15)),
        (datetime(2026, 11, 6, 17, 59, tzinfo=UTC), (17, 45)),
    ],
)
def test_a_quarter_of_an_hour_begins(now: datetime, expected: tuple[int, int]) -> None:
    began = offered.beginning(now)

    assert (began.hour, began.minute, began.second, began.microsecond) == (*expected, 0, 0)


def test_each_quarter_counts_once(team: Team, mara: Actor) -> None:
    first = beginning()

    counted = [looked(mara, first + timedelta(minutes=minute)) for minute in (0, 1, 14, 15, 29, 30)]

    assert counted == [1, 0, 0, 1, 0, 1]
    assert rows() == 3
    assert CountRow.objects.filter(event="offered", channel="chat", codes={"minutes": 15}).count() == 3
    assert OfferedQuarter.objects.get().began == first + timedelta(minutes=30)


def test_a_quarter_counts_as_soon_as_somebody_comes(team: Team, mara: Actor) -> None:
    presence.set_status(mara, "away")
    assert offered.look(beginning() + timedelta(minutes=1)) == 0

    presence.set_status(mara, "here")

    assert looked(mara, beginning() + timedelta(minutes=9)) == 1


def test_nothing_is_offered_outside_the_hours_or_with_nobody_here(team: Team, mara: Actor) -> None:
    presence.set_status(mara, "pausing")
    assert looked(mara, timezone.now()) == 0
    presence.set_status(mara, "here")
    world.close_hours(team)
    assert looked(mara, timezone.now()) == 0

    assert (rows(), OfferedQuarter.objects.count()) == (0, 0)


def test_teams_count_for_themselves(team: Team, mara: Actor) -> None:
    other = world.counsellor(world.team("Buche"), "Jon")
    Staff.objects.filter(pk=other.id).update(seen_at=timezone.now())

    assert looked(mara, timezone.now()) == 2

    assert CountRow.objects.filter(event="offered").values("team").distinct().count() == 2


def test_a_clock_that_goes_back_counts_nothing_again(team: Team, mara: Actor) -> None:
    now = beginning()
    looked(mara, now)

    assert looked(mara, now - timedelta(minutes=40)) == 0


@pytest.mark.django_db(transaction=True)
def test_clocks_of_several_processes_count_a_quarter_once() -> None:
    team = world.team()
    mara = world.counsellor(team, "Mara")
    for later in range(4):
        now = beginning() + timedelta(minutes=15 * later)
        Staff.objects.filter(pk=mara.id).update(seen_at=now)

        assert sum(world.together(*[partial(offered.look, now)] * 4)) == 1

    assert rows() == 4
