"""However many threads ask at once, no process opens more connections than it was given, and each gets its turn."""

import gc
import json
import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import OperationalError, connections

from counselling.postgres import base
from counselling.postgres.base import DatabaseWrapper, Place

real = pytest.mark.skipif(settings.EMBEDDED, reason="needs PostgreSQL")


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> threading.BoundedSemaphore:
    """Two places, and little patience."""
    places = threading.BoundedSemaphore(2)
    monkeypatch.setattr(base, "_places", lambda: places)
    monkeypatch.setattr(base, "WAIT_SECONDS", 5)
    return places


def connected() -> DatabaseWrapper:
    """A connection beside those of the test."""
    return DatabaseWrapper(connections["default"].settings_dict, alias="beside")


def options_of(url: str) -> dict[str, object]:
    """What the settings of a server with this DATABASE_URL hand to libpq."""
    read = "import json; from django.conf import settings; print(json.dumps(settings.DATABASES['default']['OPTIONS']))"
    done = subprocess.run(
        [sys.executable, "-c", read],
        env=os.environ | {"DATABASE_URL": url},
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_a_vanished_database_machine_is_noticed_within_seconds() -> None:
    options = options_of("postgresql://somebody@db.example/counselling")

    assert {name: options[name] for name in options if name != "options"} == {
        "connect_timeout": 5,
        "keepalives": 1,
        "keepalives_idle": 10,
        "keepalives_interval": 5,
        "keepalives_count": 3,
        "tcp_user_timeout": 15_000,
    }


def test_the_addresss_own_options_stay_but_never_looser_commits() -> None:
    words = "sslmode=verify-full&connect_timeout=9&options=-c%20synchronous_commit%3Doff"
    options = options_of(f"postgresql://somebody@db.example/counselling?{words}")

    assert (options["sslmode"], options["connect_timeout"]) == ("verify-full", 9)
    assert options["options"] == "-c synchronous_commit=on -c lock_timeout=5000"


@real
@pytest.mark.django_db
def test_the_real_connection_has_them() -> None:
    own = connected()
    own.connect()
    known = own.connection.info.get_parameters()
    own.close()

    assert (known["keepalives_idle"], known["tcp_user_timeout"]) == ("10", "15000")


def test_a_place_is_given_back_once() -> None:
    places = threading.BoundedSemaphore(1)
    place = Place(places)
    assert place.take()
    assert place.take()

    place.give_back()
    place.give_back()

    assert Place(places).take()


@real
@pytest.mark.django_db
def test_forty_threads_share_two_connections(two: threading.BoundedSemaphore) -> None:
    guard, now, most = threading.Lock(), 0, 0

    def ask(number: int) -> int:
        nonlocal now, most
        own = connected()
        with own.cursor() as cursor:
            with guard:
                now += 1
                most = max(most, now)
            cursor.execute("SELECT pg_sleep(0.01), %s", [number])
            answer = cursor.fetchone()[1]
            with guard:
                now -= 1
        own.close()
        return int(answer)

    with ThreadPoolExecutor(40) as pool:
        assert sorted(pool.map(ask, range(40))) == list(range(40))
    assert most == 2


@real
@pytest.mark.django_db
def test_whoever_waits_too_long_is_refused_and_nothing_is_kept(
    two: threading.BoundedSemaphore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(base, "WAIT_SECONDS", 0.05)
    held = [connected(), connected()]
    for one in held:
        one.connect()
    third = connected()
    with pytest.raises(OperationalError):
        third.connect()

    held[0].close()
    third.connect()

    for one in (held[1], third):
        one.close()
    assert two.acquire(timeout=0)
    assert two.acquire(timeout=0)


@real
@pytest.mark.django_db
def test_a_thread_that_is_gone_holds_no_place(two: threading.BoundedSemaphore) -> None:
    lost = connected()
    lost.connect()
    lost.connection.close()  # as the end of its process would; nobody calls `close`
    del lost
    gc.collect()

    assert two.acquire(timeout=1)
    assert two.acquire(timeout=1)
