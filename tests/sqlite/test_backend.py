"""Transactions on the embedded database take turns; reading never waits."""

import contextlib
import sqlite3
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.db import DatabaseError, OperationalError, connection, transaction

from counselling.people.models import Team
from counselling.sqlite import base
from tests.support import world

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not settings.EMBEDDED, reason="PostgreSQL needs no turns"),
]


@pytest.fixture(autouse=True)
def nobody_writes() -> Iterator[None]:
    """Every test begins and ends with the turn free."""
    assert turn_is_free()
    yield
    connection.close()
    assert turn_is_free()


def turn_is_free() -> bool:
    free = base.WRITERS.acquire(0)
    if free:
        base.WRITERS.release()
    return free


def add(name: str) -> None:
    with transaction.atomic():
        Team.objects.create(name=name, slug=name)


def test_only_what_is_on_disk_is_acknowledged() -> None:
    with connection.cursor() as cursor:
        found = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")}

    assert found == {"journal_mode": "wal", "synchronous": 2}


def test_a_transaction_holds_the_turn_until_it_is_committed() -> None:
    with transaction.atomic():
        assert not turn_is_free()
    assert turn_is_free()


def test_nested_blocks_take_one_turn() -> None:
    with transaction.atomic():
        with transaction.atomic():
            add("inner")
        assert not turn_is_free()

    assert turn_is_free()
    assert Team.objects.filter(name="inner").exists()


def test_a_rollback_gives_the_turn_back() -> None:
    def fail() -> None:
        with transaction.atomic():
            add("gone")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert turn_is_free()
    assert not Team.objects.exists()


def test_an_error_of_the_database_gives_the_turn_back() -> None:
    add("one")

    with pytest.raises(DatabaseError):
        add("one")

    assert turn_is_free()


def test_closing_the_connection_gives_the_turn_back() -> None:
    transaction.set_autocommit(False)
    try:
        Team.objects.create(name="lost", slug="lost")
        connection.close()
        assert turn_is_free()
    finally:
        connection.connect()
    assert not Team.objects.exists()


def test_a_thread_that_is_ended_within_its_transaction_gives_the_turn_back() -> None:
    def leave_early() -> None:
        with contextlib.suppress(SystemExit), transaction.atomic():
            Team.objects.create(name="early", slug="early")
            raise SystemExit

    world.together(leave_early)

    assert turn_is_free()
    assert not Team.objects.exists()


def test_a_file_that_another_process_holds_gives_the_turn_back() -> None:
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 50")
    try:
        with pytest.raises(OperationalError):
            add("refused")
    finally:
        other.close()

    assert turn_is_free()
    add("later")


def test_writers_from_twenty_threads_all_succeed() -> None:
    def ten(number: int) -> None:
        for again in range(10):
            add(f"t{number}-{again}")

    results = world.together(*(lambda number=number: ten(number) for number in range(20)))

    assert results == [None] * 20
    assert Team.objects.count() == 200


def test_a_writer_that_waited_too_long_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "WAIT_SECONDS", 0.05)

    with transaction.atomic():
        results = world.together(lambda: add("late"))

    assert [type(result) for result in results] == [OperationalError]
    assert not Team.objects.exists()
    add("later")


def test_a_reader_never_waits_for_a_writer() -> None:
    add("before")

    with transaction.atomic():
        Team.objects.create(name="uncommitted", slug="uncommitted")
        results = world.together(lambda: list(Team.objects.values_list("name", flat=True)))

    assert results == [["before"]]
