import os
from collections.abc import Iterator

import pytest

from tests.support import once
from tests.support.services import Postgres, Redis


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    """A cluster of one's own, with our tables; it may be stopped and spoilt."""
    with Postgres(like=once.cluster(os.environ)) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def redis() -> Iterator[Redis]:
    """The same of Redis."""
    with Redis() as server:
        yield server
