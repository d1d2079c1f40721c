import http.client
import json
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from tests.support.server import Ground, Server
from tests.support.services import HOST, Postgres, Redis

# Test machines may have little room; what is full is asked where it is meant.
ROOMY = {"COUNSELLING_DISK_FREE_MB": "1"}


class Said(NamedTuple):
    status: int
    headers: dict[str, str]
    body: str

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def ask(server: Server, path: str, *, method: str = "GET", **headers: str) -> Said:
    """One plain request, as a probe sends it; header names with _ for -."""
    line = http.client.HTTPConnection(HOST, server.port, timeout=20)
    try:
        line.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = line.getresponse()
        found = {name.lower(): value for name, value in answer.getheaders()}
        return Said(answer.status, found, answer.read().decode())
    finally:
        line.close()


@pytest.fixture(scope="module")
def embedded() -> Iterator[Ground]:
    with Ground(settings=ROOMY | {"COUNSELLING_TLS_REDIRECT": "1"}) as ground:
        yield ground


@pytest.fixture(scope="module")
def production(postgres: Postgres, redis: Redis) -> Iterator[Ground]:
    with Ground(database_url=postgres.url, redis_url=redis.url, settings=ROOMY) as ground:
        yield ground
