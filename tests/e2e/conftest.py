"""A real browser and a stage for each file. Playwright's loop must not outlive a file: other tests bring their own."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.e2e.desk_hands import Stage, stage_on
from tests.support.chromium import chromium
from tests.support.server import LIGHT, Ground, Server
from tests.support.services import given


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with given() as urls, Ground(**urls, settings=LIGHT) as ground, Server(ground) as server:
        yield server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def stage(server: Server, browser: Browser) -> Iterator[Stage]:
    with stage_on(server, browser) as stage:
        yield stage
