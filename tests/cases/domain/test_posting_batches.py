"""Batches of which one part fails, what a batch costs, and what a message in memory gives away."""

from uuid import UUID

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from counselling.cases.domain import erasing, posting
from counselling.cases.domain.posting import Mark, Posted
from counselling.cases.models import Case, Entry, Seat
from counselling.errors import Conflict, NotFound
from counselling.people.models import Team
from tests.support import world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db


def poison(case: UUID) -> None:
    """A row that stands where the case's next message belongs, as after a botched restore."""
    row = Case.objects.get(pk=case)
    Entry.objects.create(case=row, seq=row.last_seq + 1, kind=Entry.Kind.NOTICE, role=0, code="x", at=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_one_poisoned_message_does_not_lose_the_others(team: Team, chat: Chat) -> None:
    bad = world.chat(team, world.counsellor(team, "Jon"))
    good = world.chat(team, world.counsellor(team, "Ada"))
    poison(bad.case)
    posts = [
        world.post(chat.seeker, chat.case, "eins"),
        world.post(bad.seeker, bad.case, "verdorben"),
        world.post(good.seeker, good.case, "zwei"),
    ]
    seat = world.seat_of(good.counsellor, good.case)

    first, refused, second = posting.commit(posts, [Mark(good.case, seat.pk, 1)])

    assert (world.texts(chat.case), world.texts(good.case)) == (["eins"], ["zwei"])
    assert isinstance(first, Posted)
    assert isinstance(second, Posted)
    assert not isinstance(refused, Posted)
    assert Seat.objects.get(pk=seat.pk).read_seq == 1


@pytest.mark.django_db(transaction=True)
def test_a_single_poisoned_message_is_not_acknowledged(chat: Chat) -> None:
    poison(chat.case)

    try:
        outcome = posting.commit([world.post(chat.seeker, chat.case)])[0]
    except DatabaseError:
        return
    assert not isinstance(outcome, Posted)


def test_a_vanished_case_does_not_lose_the_others(team: Team, chat: Chat) -> None:
    gone = world.chat(team, world.counsellor(team, "Jon"))
    posts = [
        world.post(chat.seeker, chat.case, "eins"),
        world.post(gone.seeker, gone.case, "weg"),
        world.post(chat.seeker, chat.case, "zwei"),
    ]
    erasing.erase_all(gone.seeker)

    outcomes = posting.commit(posts)

    assert [type(outcome) for outcome in outcomes] == [Posted, NotFound, Posted]
    assert world.texts(chat.case) == ["eins", "zwei"]


def test_the_number_of_queries_does_not_depend_on_the_batch(team: Team) -> None:
    chats = [world.chat(team, world.counsellor(team, f"C{number}")) for number in range(10)]

    def cost(count: int) -> int:
        posts = [world.post(chats[number % 10].seeker, chats[number % 10].case) for number in range(count)]
        marks = [Mark(post.case, post.seat, 1) for post in posts]
        with CaptureQueriesContext(connection) as queries:
            posting.commit(posts, marks)
        return len([query for query in queries if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))])

    cost(1)  # a team's words that hint at danger are looked up once in half a minute
    assert cost(1) == cost(50) <= 6


def test_a_repeat_of_a_message_that_was_tampered_with_writes_nothing(chat: Chat) -> None:
    post = world.post(chat.seeker, chat.case)
    posting.commit([post])
    Entry.objects.filter(client_id=post.client_id).update(sealed=b"\x01" + b"x" * 300)
    rows = Entry.objects.count()

    [outcome] = posting.commit([post])

    assert isinstance(outcome, Conflict)
    assert Entry.objects.count() == rows


def test_a_message_in_memory_shows_neither_text_nor_key(chat: Chat) -> None:
    """Whatever prints it: a log, an exception, a debugger's report."""
    post = world.post(chat.seeker, chat.case, "Sentinel 7f3")
    [posted] = posting.commit([post])
    [line] = [line for line in world.lines(chat.case) if line.text]

    shown = f"{post!r} {posted!r} {line!r}"

    assert "Sentinel" not in shown
    assert repr(post.key) not in shown
