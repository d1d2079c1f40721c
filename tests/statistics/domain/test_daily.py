"""Once a day what is due is frozen, in a thread of its own that no clock waits for."""

import threading
from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from counselling.cases.models import CountRow
from counselling.people.models import Team
from counselling.statistics.domain import daily
from counselling.statistics.models import Release
from tests.support import world

BERLIN = ZoneInfo("Europe/Berlin")
MORNING = datetime(2026, 5, 2, 5, 0, tzinfo=BERLIN)  # the first quarter is over since more than 21 days


@pytest.fixture(autouse=True)
def a_new_process() -> Iterator[None]:
    daily.forget()
    yield
    daily.forget()


def asked(team: Team, month: str) -> None:
    CountRow.objects.create(team=team, month=month, weekday=0, band=5, channel="chat", event="asked")


def wait() -> None:
    for thread in threading.enumerate():
        if thread.name == daily.THREAD:
            thread.join(timeout=60)


@pytest.mark.django_db(transaction=True)
def test_what_is_due_is_frozen_once_a_day() -> None:
    team = world.team()
    asked(team, "2026-02")

    assert daily.freeze(MORNING) == 1
    wait()
    asked(team, "2025-11")  # due as well, by now
    assert daily.freeze(MORNING.replace(hour=22)) == 0
    wait()

    assert list(Release.objects.values_list("period", flat=True)) == ["2026-Q1"]
    assert daily.freeze(MORNING.replace(day=3)) == 1
    wait()
    assert set(Release.objects.values_list("period", flat=True)) == {"2026-Q1", "2025-Q4", "2025"}
    assert not CountRow.objects.filter(month="2025-11").exists()


@pytest.mark.django_db
def test_not_before_the_morning() -> None:
    asked(world.team(), "2026-02")

    assert daily.freeze(MORNING.replace(hour=3)) == 0

    assert not Release.objects.exists()


@pytest.mark.django_db
def test_nothing_due_needs_no_thread() -> None:
    asked(world.team(), "2026-04")

    assert daily.freeze(MORNING) == 0
    assert daily.THREAD not in {thread.name for thread in threading.enumerate()}
