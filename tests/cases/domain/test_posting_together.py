"""Many writers at once, each with a connection of its own."""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from uuid import UUID

import pytest
from django.db import connections, transaction

from counselling.cases.domain import posting
from counselling.cases.domain.posting import Busy, Outcome, Post, Posted
from counselling.cases.models import Case, Entry
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from tests.support import world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db(transaction=True)
THREADS, BATCHES, BATCH = 20, 5, 8


@contextmanager
def held(case: UUID) -> Iterator[None]:
    """Another transaction holds the case's row."""
    has_it, enough = Event(), Event()

    def hold() -> None:
        try:
            with transaction.atomic():
                list(Case.objects.select_for_update(no_key=True).filter(pk=case))
                has_it.set()
                enough.wait(20)
        finally:
            connections.close_all()

    thread = Thread(target=hold)
    thread.start()
    has_it.wait(20)
    try:
        yield
    finally:
        enough.set()
        thread.join()


def until_written(posts: list[Post]) -> list[Outcome]:
    """As the writer does: what was busy is tried again."""
    done: list[Outcome] = []
    while posts:
        outcomes = posting.commit(posts)
        done += [outcome for outcome in outcomes if not isinstance(outcome, Busy)]
        posts = [post for post, outcome in zip(posts, outcomes, strict=True) if isinstance(outcome, Busy)]
    return done


def test_twenty_writers_leave_every_log_without_gaps_and_lose_nothing(team: Team, mara: Actor) -> None:
    waiters = [world.waiting(team) for _ in range(10)]
    dice = random.Random(7)
    work: list[list[list[Post]]] = [
        [[world.post(who.seeker, who.case, "x") for who in dice.choices(waiters, k=BATCH)] for _ in range(BATCHES)]
        for _ in range(THREADS)
    ]

    def write(batches: list[list[Post]]) -> list[Outcome]:
        return [outcome for batch in batches for outcome in until_written(batch)]

    results = world.together(*(lambda batches=batches: write(batches) for batches in work))

    outcomes = [outcome for result in results for outcome in result]
    assert world.kinds(outcomes) == ["Posted"] * (THREADS * BATCHES * BATCH)
    assert not any(outcome.repeat for outcome in outcomes)
    for waiter in waiters:
        seqs = list(Entry.objects.filter(case=waiter.case).order_by("seq").values_list("seq", flat=True))
        assert seqs == list(range(1, world.row(waiter.case).last_seq + 1))
    assert Entry.objects.filter(kind=Entry.Kind.MESSAGE).count() == THREADS * BATCHES * BATCH


def test_the_same_message_from_twenty_connections_is_one_row(chat: Chat) -> None:
    post = world.post(chat.seeker, chat.case, "Bist du da?")

    results = world.together(*([lambda: until_written([post])[0]] * THREADS))

    assert world.kinds(results) == ["Posted"] * THREADS
    assert len({result.seq for result in results}) == 1
    assert sum(not result.repeat for result in results) == 1
    assert world.texts(chat.case) == ["Bist du da?"]


def test_a_case_that_another_transaction_holds_is_busy_and_its_neighbours_are_not(
    postgres: None, team: Team, chat: Chat
) -> None:
    free = world.chat(team, world.counsellor(team, "Jon"))
    posts = [world.post(chat.seeker, chat.case, "eins"), world.post(free.seeker, free.case, "zwei")]

    with held(chat.case):
        outcomes = posting.commit(posts)

    assert [type(outcome) for outcome in outcomes] == [Busy, Posted]
    assert world.texts(chat.case) == []
    assert world.texts(free.case) == ["zwei"]
    assert isinstance(posting.commit(posts[:1])[0], Posted)


def test_a_repeat_is_answered_although_the_case_is_held(postgres: None, chat: Chat) -> None:
    post = world.post(chat.seeker, chat.case)
    posting.commit([post])

    with held(chat.case):
        [outcome] = posting.commit([post])

    assert isinstance(outcome, Posted)
    assert outcome.repeat
