"""What must not fail somebody who can hardly bear it: numbers in sight that call, and a chat that does not just end."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import desk_hands as desk
from tests.e2e.desk_hands import Stage, stage_on
from tests.e2e.seeker_hands import begin, phone, write
from tests.support.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

# Five minutes before the end; a server that just began starts no timers yet, so its neighbour does.
QUIET = """
import django
django.setup()
from datetime import timedelta
from django.utils import timezone
from counselling.cases.domain import timers
from django.db.models import F
from counselling.cases.models import Case, Entry
Entry.objects.update(at=F("at") - timedelta(hours=1))
Case.objects.filter(state="active").update(last_at=timezone.now() - timedelta(minutes=26))
timers.nearly_silent(timezone.now())
"""


@pytest.fixture
def stage(server: Server, browser: Browser) -> Iterator[Stage]:
    with stage_on(server, browser) as stage:
        stage.seed(staff={"Linde": 2})
        yield stage


def helpers(page: Page) -> list[str]:
    """Where the visible block of helpers leads, one tap each."""
    links = page.locator(".helpers:visible .helpers-list a").all()
    return [link.get_attribute("href") or "" for link in links]


def test_at_the_worst_strain_working_help_comes_first(stage: Stage) -> None:
    page = phone(stage.browser, stage.server)
    page.goto("/")
    page.get_by_test_id("chat-door").click()
    page.get_by_test_id("next-step").click()
    expect(page.locator(".facts-urgent")).to_be_hidden()

    page.locator("label.choice").filter(has=page.locator("[name=strain][value='5']")).click()

    expect(page.locator(".facts-urgent")).to_be_visible()
    block, heading = page.locator(".facts-urgent").bounding_box(), page.locator("h1").bounding_box()
    assert block
    assert heading
    assert block["y"] < heading["y"]
    asked = helpers(page)
    page.get_by_test_id("begin").click()
    expect(page.get_by_test_id("place")).to_be_visible(timeout=15_000)
    for links in (asked, helpers(page)):
        assert links[0] == "tel:112"
        assert {link.split(":")[0] for link in links[1:]} == {"tel", "https"}


def test_a_silent_chat_warns_both_and_one_tap_keeps_it(stage: Stage) -> None:
    page, linde = phone(stage.browser, stage.server), stage.counsellor("Linde")
    begin(page)
    desk.claim(linde, "Stiller Otter")
    expect(page.get_by_test_id("composer")).to_be_visible(timeout=15_000)
    write(page, "Hallo")
    expect(linde.get_by_text("Hallo").first).to_be_visible()
    expect(page.get_by_test_id("keep-open")).to_be_hidden()

    stage.server.ground.run("-c", QUIET)
    for side in (page, linde):
        expect(side.get_by_test_id("keep-open")).to_be_visible(timeout=30_000)
    page.reload()
    page.get_by_test_id("keep-open").click()
    for side in (page, linde):
        expect(side.get_by_test_id("keep-open")).to_be_hidden()
        expect(side.get_by_text("Der Chat bleibt offen.").first).to_be_attached()

    stage.server.ground.run("-c", QUIET)
    linde.get_by_test_id("keep-open").click(timeout=30_000)
    for side in (page, linde):
        expect(side.get_by_test_id("keep-open")).to_be_hidden()
