"""Another system's room in a real browser: asked first, nothing loaded from there, the room here when it is down."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.call_hands import seeker
from tests.e2e.desk_hands import Stage, stage_on
from tests.e2e.looks import LOOKS, Walk, options
from tests.e2e.seeker_hands import phone
from tests.support.fake_rooms import FakeRooms, fake_rooms
from tests.support.server import LIGHT, Ground, Server
from tests.support.services import given

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
OTTER = "Stiller Otter"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeRooms]:
    with fake_rooms(tmp_path_factory.mktemp("rooms")) as house:
        yield house


@pytest.fixture(scope="module")
def server(house: FakeRooms) -> Iterator[Server]:
    """As in conftest.py, with a relay's address, and trusting the other system's certificate."""
    more = {
        "SSL_CERT_FILE": str(house.authority),
        "COUNSELLING_TURN_URLS": "turn:turn.example.org",
        "COUNSELLING_TURN_SECRET": "geheim-geheim-geheim-geheim-geheim",
    }
    with given() as urls, Ground(**urls, settings={**LIGHT, **more}) as ground, Server(ground) as server:
        yield server


@pytest.fixture
def stage(server: Server, browser: Browser) -> Iterator[Stage]:
    with stage_on(server, browser) as stage:
        yield stage


def seeded(stage: Stage, **wanted: Any) -> dict[str, Any]:
    """See room_seed.py."""
    said = stage.server.ground.run("-m", "tests.e2e.room_seed", json.dumps(wanted))
    return dict(json.loads(said.splitlines()[-1]))


def begun(stage: Stage, house: FakeRooms, provider: str = "bbb") -> str:
    """A running chat whose call is held elsewhere; the meeting's id."""
    house.asked.clear()
    house.then.clear()
    house.rooms.clear()
    stage.seed(staff={"Linde": 3}, chats={OTTER: "Linde"})
    address = house.bbb if provider == "bbb" else ""
    return str(seeded(stage, case=case(stage), provider=provider, address=address)["meeting"])


def case(stage: Stage) -> str:
    return str(stage.people["seekers"][OTTER]["case"])


def test_asked_first_then_a_link_that_tells_nothing_of_us(stage: Stage, house: FakeRooms) -> None:
    meeting = begun(stage, house)
    page, elsewhere = seeker(stage, OTTER), []
    page.context.on("request", lambda one: elsewhere.append(one) if not one.url.startswith(stage.server.url) else None)
    page.goto(f"/meeting/{meeting}/")
    expect(page).to_have_url(re.compile(r"/other/$"))
    assert (elsewhere, house.asked) == ([], [])

    page.get_by_test_id("agree").click()
    expect(page.get_by_test_id("door-link")).to_be_visible()
    assert elsewhere == []

    with page.context.expect_page() as opened:
        page.get_by_test_id("door-link").click()
    there = opened.value
    there.wait_for_load_state()
    assert there.url.startswith(house.bbb)
    assert there.evaluate("[document.referrer, window.opener === null]") == ["", True]
    assert [one.headers.get("referer") for one in elsewhere] == [None] * len(elsewhere)
    assert stage.server.url not in " ".join(str(one.headers) for one in elsewhere)


def test_an_outage_leads_to_the_room_here(stage: Stage, house: FakeRooms) -> None:
    meeting = begun(stage, house)
    house.then += ["500"] * 2
    page = seeker(stage, OTTER)
    page.goto(f"/meeting/{meeting}/other/")

    page.get_by_test_id("agree").click()
    expect(page.get_by_test_id("trouble")).to_be_visible()
    page.get_by_test_id("here").click()

    expect(page).to_have_url(f"{stage.server.url}/meeting/{meeting}/")
    expect(page.get_by_test_id("join")).to_be_visible()
    assert seeded(stage, notices=case(stage))["notices"][-1] == "call_here"


def young_steps(page: Page, house: FakeRooms, meeting: str) -> Iterator[str]:
    page.goto(f"/meeting/{meeting}/other/")
    yield "asked"
    house.then += ["500"] * 2
    page.get_by_test_id("agree").click()
    expect(page.get_by_test_id("trouble")).to_be_visible()
    yield "down"
    page.get_by_test_id("agree").click()
    expect(page.get_by_test_id("door-link")).to_be_visible()
    yield "door"


def team_steps(page: Page, meeting: str) -> Iterator[str]:
    page.goto(page.url.split("/accessibility")[0] + f"/team/meeting/{meeting}/other/")
    yield "team-empty"
    page.get_by_test_id("link").fill("http://rooms.example/kein-guter-link")
    page.get_by_test_id("bring").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "team-refused"
    page.get_by_test_id("link").fill("AB3-4F7-KL9")
    page.get_by_test_id("bring").click()
    expect(page.get_by_test_id("brought")).to_be_visible()
    page.get_by_test_id("agree").click()
    expect(page.get_by_test_id("door-code")).to_have_text("AB3-4F7-KL9")
    yield "team-door"


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing(stage: Stage, house: FakeRooms, language: str) -> None:
    walk = Walk(language, "rooms")
    meeting = begun(stage, house)
    page = phone(stage.browser, stage.server, **options(language))
    url = stage.server.url.replace("http:", "https:")
    cookie = {"name": stage.people["cookie"]["seeker"], "value": stage.people["seekers"][OTTER]["token"]}
    page.context.add_cookies([{**cookie, "url": url, "secure": True}])  # type: ignore[list-item]
    for name in young_steps(page, house, meeting):
        walk.see(page, name, whole=True)
    meeting = begun(stage, house, "link")
    page = stage.counsellor("Linde", path="/accessibility/", **options(language))
    for name in team_steps(page, meeting):
        walk.see(page, name, whole=True)

    assert walk.found == {}
