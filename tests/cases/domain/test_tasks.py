"""What the team has to do: sealed, by its day, ticked off and taken back; never for the young person."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from counselling.cases.domain import tasks
from counselling.cases.models import Task
from counselling.errors import Empty, Invalid, NotAllowed, NotFound, TooLong
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from tests.support import world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db


def told(chat: Chat) -> list[tuple[str | None, bool]]:
    found = tasks.of_case(chat.counsellor, chat.case, world.key(chat.case))
    return [(task.text, task.done_at is not None) for task in found]


def test_tasks_stand_by_their_day_and_the_done_ones_last(chat: Chat) -> None:
    today = timezone.localdate()
    for text, day in (("irgendwann", None), ("morgen", today + timedelta(days=1)), ("heute", today)):
        tasks.add(chat.counsellor, chat.case, text, day)
    tasks.set_done(chat.counsellor, chat.case, 2, done=True)

    assert told(chat) == [("heute", False), ("irgendwann", False), ("morgen", True)]
    assert b"heute" not in b"".join(bytes(row.sealed) for row in Task.objects.all())


def test_a_tick_is_taken_back_and_twice_is_fine(chat: Chat, jon: Actor) -> None:
    number = tasks.add(chat.counsellor, chat.case, "Anrufen")
    for done in (True, True):
        tasks.set_done(chat.counsellor, chat.case, number, done=done)
    first = Task.objects.get().done_at
    tasks.set_done(chat.counsellor, chat.case, number, done=True)
    assert (Task.objects.get().done_at, Task.objects.get().done_by_id) == (first, chat.counsellor.id)

    tasks.set_done(chat.counsellor, chat.case, number, done=False)

    assert told(chat) == [("Anrufen", False)]


def test_what_is_over_is_late(chat: Chat) -> None:
    tasks.add(chat.counsellor, chat.case, "Anrufen", timezone.localdate())
    Task.objects.update(due_on=timezone.localdate() - timedelta(days=1))

    (task,) = tasks.of_case(chat.counsellor, chat.case, world.key(chat.case))

    assert task.late


@pytest.mark.parametrize(
    ("text", "day", "error"),
    [
        ("", None, Empty),
        ("x" * 501, None, TooLong),
        ("\ud83d", None, Invalid),
        ("Anrufen", date(2020, 1, 1), Invalid),
        ("Anrufen", date(9999, 12, 31), Invalid),
    ],
)
def test_what_is_no_task_is_refused(chat: Chat, text: str, day: date | None, error: type[Exception]) -> None:
    with pytest.raises(error):
        tasks.add(chat.counsellor, chat.case, text, day)

    assert told(chat) == []


def test_tasks_are_for_who_is_seated_from_the_team(team: Team, chat: Chat, jon: Actor) -> None:
    tasks.add(chat.counsellor, chat.case, "Anrufen")
    for actor, error in (
        (chat.seeker, NotAllowed),
        (jon, NotFound),
        (world.staff(team, "Lea", "supervisor"), NotAllowed),
    ):
        with pytest.raises(error):
            tasks.add(actor, chat.case, "Anrufen")
        with pytest.raises(error):
            tasks.set_done(actor, chat.case, 1, done=True)
    with pytest.raises(NotAllowed):
        tasks.of_case(chat.seeker, chat.case, world.key(chat.case))
    with pytest.raises(NotFound):
        tasks.set_done(chat.counsellor, chat.case, 7, done=True)

    assert told(chat) == [("Anrufen", False)]


def test_a_task_that_was_moved_does_not_open(chat: Chat) -> None:
    tasks.add(chat.counsellor, chat.case, "Eins")
    tasks.add(chat.counsellor, chat.case, "Zwei")
    Task.objects.filter(number=1).update(sealed=Task.objects.get(number=2).sealed)

    assert told(chat) == [(None, False), ("Zwei", False)]


def test_a_form_that_was_sent_twice_is_one_task(chat: Chat) -> None:
    today = timezone.localdate()
    numbers = [tasks.add(chat.counsellor, chat.case, "Anrufen", day) for day in (None, None, today)]
    Task.objects.update(at=timezone.now() - timedelta(minutes=1))

    assert [*numbers, tasks.add(chat.counsellor, chat.case, "Anrufen")] == [1, 1, 2, 3]
