"""Whoever waits for another file holds no connection that the other may need."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from counselling.mail.domain.aside import one_at_a_time

pytestmark = pytest.mark.django_db(transaction=True)


def test_who_waits_gives_the_connection_back_and_gets_no_turn_in_time() -> None:
    line = threading.Semaphore(1)

    def wait() -> tuple[bool, bool]:
        connection.ensure_connection()
        with one_at_a_time(line, seconds=0.01) as mine:
            return mine, connection.connection is None

    with ThreadPoolExecutor(1) as pool, one_at_a_time(line) as first:
        assert first
        assert pool.submit(wait).result() == (False, True)
    with one_at_a_time(line) as again:
        assert again


def test_who_has_the_turn_keeps_the_connection() -> None:
    connection.ensure_connection()
    with one_at_a_time(threading.Semaphore(1)) as mine:
        assert mine
        assert connection.connection is not None
