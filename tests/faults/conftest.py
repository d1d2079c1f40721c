"""Real processes that are stopped and killed: each test module has servers, databases and keys of its own."""

import os
from collections.abc import Iterator

import pytest

from tests.support import once
from tests.support.server import Ground
from tests.support.services import Postgres, Redis

# Limits are tested elsewhere; here people write as fast as they can.
UNLIMITED = {"COUNSELLING_MESSAGES_PER_SECOND": "10000", "COUNSELLING_MESSAGES_BURST": "10000"}


@pytest.fixture(scope="module")
def embedded() -> Iterator[Ground]:
    """SQLite and everything in one process."""
    with Ground(settings=UNLIMITED) as ground:
        yield ground


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    """A private cluster with tables."""
    with Postgres(like=once.cluster(os.environ)) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    """A private Redis."""
    with Redis() as server:
        yield server


@pytest.fixture(autouse=True)
def running_again(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that failed while Redis was stopped must not fail the next one."""
    yield
    if "redis" in request.fixturenames:
        request.getfixturevalue("redis").start()


@pytest.fixture(scope="module")
def production(postgres: Postgres, redis: Redis) -> Iterator[Ground]:
    """PostgreSQL and Redis, ready for several processes."""
    with Ground(database_url=postgres.url, redis_url=redis.url, settings=UNLIMITED) as ground:
        yield ground
