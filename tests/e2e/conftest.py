"""A real browser and a ground for all files, and for each of them a server with an empty house.

Playwright's loop must not outlive this directory: other tests bring their own.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.e2e.desk_hands import Stage, stage_on
from tests.support.chromium import chromium
from tests.support.server import LIGHT, Ground, Server
from tests.support.services import given


@pytest.fixture(scope="package")
def ground() -> Iterator[Ground]:
    with given() as urls, Ground(**urls, settings=LIGHT) as ground:
        yield ground


@pytest.fixture(scope="module")
def server(ground: Ground) -> Iterator[Server]:
    with Server(ground.renew()) as server:
        yield server


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(autouse=True)
def closed_pages(request: pytest.FixtureRequest) -> Iterator[None]:
    """Of one test's pages none goes on beside the next: they would call for its server, which costs work."""
    yield
    if "browser" in request.fixturenames:
        for context in request.getfixturevalue("browser").contexts:
            context.close()


@pytest.fixture
def stage(server: Server, browser: Browser) -> Iterator[Stage]:
    with stage_on(server, browser) as stage:
        yield stage
