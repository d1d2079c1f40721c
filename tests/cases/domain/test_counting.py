"""Count rows: one per event, coded, tied to nobody, and as they were when the event happened."""

from collections.abc import Callable
from datetime import datetime, timedelta
from unittest import mock
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from counselling.cases.domain import closing, counting, door, erasing, opening, queue, timers
from counselling.cases.domain.facts import FactsInput
from counselling.cases.models import CountRow, Waiting
from counselling.errors import Closed
from counselling.people.domain import access, presence
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from tests.support import world

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
FACTS = FactsInput(for_whom="me", age_band="15_17", gender="divers", language="uk", strain=4, topics=["school"])
CODED = {
    "for_whom": "me",
    "age_band": "15_17",
    "gender": "divers",
    "language": "uk",
    "strain": 4,
    "topics": ["school"],
}


def added(act: Callable[[], object]) -> list[str]:
    """The events that `act` counted."""
    before = set(CountRow.objects.values_list("pk", flat=True))
    act()
    return sorted(CountRow.objects.exclude(pk__in=before).values_list("event", flat=True))


def test_each_event_writes_exactly_one_row(team: Team, mara: Actor) -> None:
    waiter, absent = world.waiting(team), world.waiting(team)

    assert added(lambda: world.waiting(team)) == ["asked"]
    assert added(lambda: queue.claim(mara, waiter.case)) == ["claimed"]
    assert added(lambda: closing.end(waiter.seeker, waiter.case)) == ["ended"]
    assert added(lambda: queue.leave(absent.seeker, absent.case)) == ["left"]
    assert added(lambda: door.knock(team.pk)) == ["closed_door"]


def test_an_abandoned_place_writes_one_row(team: Team, mara: Actor) -> None:
    called, now = world.call(team, mara), timezone.now()
    timers.missed_calls(now + timedelta(minutes=6))
    later = now + timedelta(minutes=30)

    assert added(lambda: [timers.ended_places(later) for _ in range(3)]) == ["abandoned"]
    assert world.place_row(called.case).how == "abandoned"


@pytest.mark.parametrize("why", ["closed", "nobody"])
def test_being_refused_writes_one_row_that_says_why(team: Team, mara: Actor, why: str) -> None:
    if why == "closed":
        world.close_hours(team)
    else:
        presence.set_status(mara, "away")

    def ask() -> None:
        with pytest.raises(Closed):
            opening.begin_chat(
                access.new_seeker()[0], team_id=team.pk, nickname="Otter", facts=FactsInput(), language="de"
            )

    assert added(ask) == [f"refused_{why}"]
    assert not Waiting.objects.exists()


def test_a_row_holds_codes_only(topics: None, team: Team, mara: Actor) -> None:
    chat = world.chat(team, mara, facts=FACTS, nickname="Sentinel Otter")
    world.say(chat.seeker, chat.case, "Sentinel 7f3")
    closing.end(chat.seeker, chat.case)

    rows = {row.event: row for row in CountRow.objects.all()}

    assert rows["asked"].codes == CODED | {"returning": False}
    assert rows["claimed"].codes == CODED | {"wait": 0, "resumed": False}
    measured = {"duration": 0, "messages_seeker": 1, "messages_team": 0}
    assert rows["ended"].codes == CODED | {"by": "seeker"} | measured
    assert {(row.channel, row.team_id) for row in rows.values()} == {("chat", team.pk)}
    stored = str(list(CountRow.objects.values()))
    for forbidden in ("Sentinel", str(chat.case), str(chat.seeker.id), str(mara.id), "Mara"):
        assert forbidden not in stored


def test_rows_of_one_case_cannot_be_found_by_each_other(team: Team, mara: Actor) -> None:
    """Random ids: neither order of arrival nor a common mark."""
    chat = world.chat(team, mara)
    closing.end(chat.seeker, chat.case)

    ids = [row.pk for row in CountRow.objects.all()]

    assert {one.version for one in ids} == {4}
    assert {field.name for field in CountRow._meta.get_fields()} == {
        "id",
        "team",
        "month",
        "weekday",
        "band",
        "channel",
        "event",
        "codes",
    }


@pytest.mark.parametrize(
    ("local", "expected"),
    [
        (datetime(2026, 11, 30, 23, 59, tzinfo=BERLIN), ("2026-11", 0, 7)),
        (datetime(2026, 12, 1, 0, 0, tzinfo=BERLIN), ("2026-12", 1, 0)),
        (datetime(2026, 12, 6, 2, 59, tzinfo=BERLIN), ("2026-12", 6, 0)),
        (datetime(2026, 12, 6, 3, 0, tzinfo=BERLIN), ("2026-12", 6, 1)),
        (datetime(2026, 7, 1, 0, 30, tzinfo=BERLIN), ("2026-07", 2, 0)),
    ],
)
def test_time_is_kept_as_month_weekday_and_band_of_three_local_hours(
    team: Team, local: datetime, expected: tuple[str, int, int]
) -> None:
    with mock.patch.object(timezone, "now", return_value=local):
        counting.count("closed_door", team_id=team.pk)

    [row] = CountRow.objects.all()
    assert (row.month, row.weekday, row.band) == expected


def test_a_case_that_is_deleted_changes_no_number(team: Team, mara: Actor) -> None:
    chat = world.chat(team, mara)
    closing.end(chat.seeker, chat.case)
    before = list(CountRow.objects.order_by("pk").values())

    erasing.erase_all(chat.seeker)

    assert list(CountRow.objects.order_by("pk").values()) == before
