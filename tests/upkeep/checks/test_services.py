"""`counselling check` beside real services that are wrong, hang or are gone."""

import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
import redis as redis_py

from tests.support import environment
from tests.support.server import Ground
from tests.support.services import Postgres, Redis, free_port

pytestmark = [pytest.mark.faults, pytest.mark.timeout(120)]


@pytest.fixture(scope="module")
def ground(postgres: Postgres, redis: Redis) -> Iterator[Ground]:
    with Ground(database_url=postgres.url, redis_url=redis.url) as ground:
        yield ground


def check(ground: Ground, *words: str, exits: int = 1) -> list[str]:
    """The lines it says."""
    code, said = ground.forked("counselling", "check", *words)
    assert code == exits, said
    assert "Traceback" not in said
    return said.splitlines()


def about(lines: list[str], word: str) -> list[str]:
    return [line for line in lines if word in line]


def test_postgresql_that_would_lose_or_tell_is_named_until_it_is_set_right(ground: Ground, postgres: Postgres) -> None:
    with psycopg.connect(postgres.url, autocommit=True) as line:
        line.execute("ALTER SYSTEM SET fsync = off")
        line.execute("ALTER SYSTEM SET log_statement = 'all'")
        line.execute("SELECT pg_reload_conf()")
        wrong = about(check(ground), "PostgreSQL")
        line.execute("ALTER SYSTEM RESET ALL")
        for name, value in sample().items():
            line.execute(f"ALTER SYSTEM SET {name} = {value}")
        line.execute("SELECT pg_reload_conf()")

    assert [line.partition("set ")[2].split()[0] for line in wrong] == [
        "fsync",
        "log_statement",
        "log_min_error_statement",
    ]
    assert about(check(ground), "PostgreSQL") == []


def sample() -> dict[str, str]:
    """What deploy/postgresql says of logs and of keeping."""
    lines = (environment.ROOT / "deploy" / "postgresql" / "counselling.conf").read_text().splitlines()
    pairs = (line.partition("#")[0].partition("=") for line in lines if "=" in line.partition("#")[0])
    return {
        name.strip(): value.strip()
        for name, _, value in pairs
        if name.strip().startswith(("log_min", "log_statement", "synchronous_commit", "fsync", "full_page"))
    }


def test_redis_that_keeps_or_throws_out_is_named(ground: Ground, redis: Redis) -> None:
    assert about(check(ground), "Redis") == []
    with redis_py.Redis.from_url(redis.url) as line:
        line.config_set("save", "60 1")
        line.config_set("maxmemory-policy", "allkeys-lru")
        wrong = about(check(ground), "Redis")
        line.config_set("save", "")
        line.config_set("maxmemory-policy", "noeviction")

    assert [said.split(" set ")[1].split()[0] for said in wrong] == ["save", "maxmemory-policy"]


def test_a_hanging_redis_hides_nothing(ground: Ground, redis: Redis) -> None:
    assert redis.process
    redis.process.send_signal(signal.SIGSTOP)
    try:
        said = check(ground)
    finally:
        redis.process.send_signal(signal.SIGCONT)

    assert "Redis does not answer at REDIS_URL." in said
    assert about(said, "Nobody counsels yet")


def test_without_database_and_redis_the_rest_is_told(tmp_path: Path) -> None:
    nowhere = f"127.0.0.1:{free_port()}"
    with Ground() as ground:
        ground.settings |= {
            "DATABASE_URL": f"postgresql://quitten:mispel@{nowhere}/x",
            "REDIS_URL": f"redis://{nowhere}/0",
        }
        said = check(ground)
        for_others = check(ground, "--support", exits=0)

    assert said[0].startswith("COUNSELLING_BEHIND_PROXY is off")
    assert about(said, "The database does not answer at DATABASE_URL (OperationalError)")
    assert "Redis does not answer at REDIS_URL." in said
    assert said[-1] == ("Not looked at without a database: database settings, keys, help contacts, people, vaults.")
    assert "  database: database_away" in for_others
    assert [line for line in said + for_others if "mispel" in line or "quitten" in line] == []
