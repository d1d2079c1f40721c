"""A service that is gone, or hangs: /readyz says so within some three seconds, and the process goes on living."""

import os
import signal
import time
from collections.abc import Iterator

import pytest

from tests.support.server import Ground, Server
from tests.support.services import Postgres, Redis, wait_until
from tests.upkeep.watching.conftest import Said, ask

pytestmark = [pytest.mark.faults, pytest.mark.timeout(120)]
# Two seconds for each probe; the rest is for a machine that has other work.
SOON = 8


@pytest.fixture(scope="module")
def server(production: Ground) -> Iterator[Server]:
    with Server(production) as running:
        yield running


def asked(server: Server, path: str = "/readyz") -> Said:
    """A fresh answer, which took no longer than promised."""
    time.sleep(1.1)
    began = time.monotonic()
    said = ask(server, path)
    assert time.monotonic() - began < SOON
    return said


def becomes_ready(server: Server) -> None:
    wait_until(lambda: asked(server).status == 200, seconds=30, what="a server that is ready")


def test_a_hanging_database_is_told_in_time(server: Server, postgres: Postgres) -> None:
    becomes_ready(server)
    postmaster = postgres.pid  # whoever connects from now on waits; old connections go on
    os.kill(postmaster, signal.SIGSTOP)
    try:
        said = asked(server)
        figures = asked(server, "/metrics").body
        assert ask(server, "/healthz").status == 200
    finally:
        os.kill(postmaster, signal.SIGCONT)

    assert said.status == 503
    assert (said.json["database"], said.json["migrations"], said.json["redis"]) == ("timeout", "unknown", "ok")
    assert 'counselling_ready{part="database"} 0.0' in figures
    becomes_ready(server)


def test_a_database_that_is_gone(server: Server, postgres: Postgres) -> None:
    postgres.stop()
    try:
        said = asked(server)
    finally:
        postgres.start()

    assert (said.status, said.json["database"], said.json["keys"]) == (503, "down", "unknown")
    becomes_ready(server)


def test_redis_that_is_gone_and_that_hangs(server: Server, redis: Redis) -> None:
    redis.stop()
    gone = asked(server)
    redis.start()
    becomes_ready(server)
    assert redis.process
    redis.process.send_signal(signal.SIGSTOP)
    hanging = asked(server)
    redis.process.send_signal(signal.SIGCONT)

    assert (gone.status, gone.json["redis"], gone.json["database"]) == (503, "down", "ok")
    assert (hanging.status, hanging.json["redis"] in {"down", "timeout"}) == (503, True)
    becomes_ready(server)


def test_figures_come_back_with_the_database(server: Server) -> None:
    becomes_ready(server)

    wait_until(lambda: "counselling_figures_known 1.0" in ask(server, "/metrics").body, seconds=20, what="the figures")


def test_log_holds_no_address_of_a_service(server: Server, production: Ground) -> None:
    words = (production.settings["DATABASE_URL"], "127.0.0.1", "connection to server")

    assert [word for word in words if word in server.log.read_text()] == []
