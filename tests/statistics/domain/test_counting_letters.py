"""What rows of letters and calls carry since statistics: hours until the first answer, minutes of a call."""

import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from blended.domain import meetings
from blended.models import Meeting
from counselling.cases.models import Case, CountRow
from counselling.mail.domain import letters, lights
from counselling.people.domain import passphrases
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from counselling.statistics.domain import counted
from counselling.statistics.domain.shapes import Period
from tests.blended import call_world
from tests.support import letters as post
from tests.support import world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db
BERLIN = ZoneInfo("Europe/Berlin")
FRIDAY = datetime(2026, 11, 6, 17, 0, tzinfo=BERLIN)  # then a weekend without a holiday


@pytest.mark.parametrize(
    ("ended", "hours"),
    [
        (FRIDAY + timedelta(minutes=59), 0),
        (FRIDAY + timedelta(hours=2, minutes=30), 2),
        (datetime(2026, 11, 8, 12, 0, tzinfo=BERLIN), 7),  # Sunday: only Friday's hours
        (datetime(2026, 11, 9, 9, 0, tzinfo=BERLIN), 16),  # Monday at nine: seven of Friday, nine of Monday
        (FRIDAY + timedelta(days=60), 144),
    ],
)
def test_hours_lie_on_working_days(ended: datetime, hours: int) -> None:
    assert lights.hours(FRIDAY, ended) == hours


def test_the_first_answer_is_told_apart(team: Team, mara: Actor) -> None:
    case = post.claimed(team, mara)
    post.send(mara, case.case, "Gut, dass du schreibst.")
    first = CountRow.objects.get(event="answered").codes
    CountRow.objects.all().delete()
    post.send(case.seeker, case.case, "Danke.")
    Case.objects.filter(pk=case.case).update(unanswered_since=timezone.now() - timedelta(days=30))

    post.send(mara, case.case, "Gern.")

    second = CountRow.objects.get(event="answered").codes
    assert (first["first"], first["hours"], second["first"], second["hours"]) == (True, 0, False, 144)


def test_a_letter_that_nobody_waits_for_is_no_answer(team: Team, mara: Actor) -> None:
    case = post.claimed(team, mara)
    post.send(mara, case.case, "Gut, dass du schreibst.")

    post.send(mara, case.case, "Noch etwas.")

    assert "first" not in CountRow.objects.get(event="letter_staff").codes


def test_a_letter_instead_of_waiting_ends_a_place_and_arrives_as_one_letter(team: Team, mara: Actor) -> None:
    waiter = world.waiting(team)
    passphrases.keep(waiter.seeker, "Otter", post.WORDS)

    letters.send(waiter.seeker, waiter.case, uuid.uuid4(), "Lieber so.", version=0)

    found = counted.of_period(Period(timezone.localdate().year))
    assert found.tables["places"] == {("letter",): 1}
    assert (found.figures["waited"], found.figures["abandoned"], found.figures["letters_in"]) == (1, 0, 1)


def test_a_call_says_how_many_minutes_both_were_in_it(chat: Chat) -> None:
    young, _counsellor = call_world.talking(chat, "video")
    began = Meeting.objects.get().began_at
    assert began is not None
    Meeting.objects.update(began_at=began - timedelta(minutes=23, seconds=40))

    meetings.end(young.actor, young.meeting)

    codes = CountRow.objects.get(event="call").codes
    assert (codes["kind"], codes["minutes"], codes["duration"]) == ("video", "<30", 23)
