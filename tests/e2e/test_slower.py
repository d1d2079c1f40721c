"""The server's word that messages come slower just now (Redis is away) stands on both sides' pages, and goes again."""

import json

import pytest
from playwright.sync_api import Page, WebSocketRoute, expect

from tests.e2e import desk_hands as desk
from tests.e2e.desk_hands import Stage
from tests.e2e.seeker_hands import begin, bubble, phone

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]


def tapped(page: Page) -> list[WebSocketRoute]:
    """The page's real lines to the server, on which a test may add a frame of the server's."""
    lines: list[WebSocketRoute] = []

    def connect(line: WebSocketRoute) -> None:
        line.connect_to_server()
        lines.append(line)

    page.context.route_web_socket("**/socket", connect)
    return lines


def says(page: Page, lines: list[WebSocketRoute], *, live: bool) -> None:
    """As soon as the page has dialled."""
    while not lines:
        page.wait_for_timeout(50)
    lines[-1].send(json.dumps({"type": "service", "live": live}))


def test_both_sides_are_told_that_it_is_slower_and_when_it_is_not_any_more(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2})
    linde, page = stage.counsellor("Linde"), phone(stage.browser, stage.server)
    to_linde, to_page = tapped(linde), tapped(page)
    linde.reload()
    begin(page)
    here = page.locator("[data-line-state]:visible")

    says(page, to_page, live=False)
    expect(here).to_have_text("Nachrichten kommen gerade langsamer an. Es geht keine verloren.")
    desk.claim(linde, "Stiller Otter")
    expect(page.get_by_test_id("composer")).to_be_visible()
    expect(here).to_have_text("Nachrichten kommen gerade langsamer an. Es geht keine verloren.")
    says(linde, to_linde, live=False)
    expect(linde.locator("#link")).to_have_text("Nachrichten kommen gerade etwas langsamer an. Es geht keine verloren.")
    desk.write(linde, "Ich bin trotzdem da")
    expect(bubble(page, "Ich bin trotzdem da")).to_be_visible()

    says(page, to_page, live=True)
    says(linde, to_linde, live=True)
    expect(page.locator("[data-line-state]").last).to_be_empty()
    expect(linde.locator("#link")).to_be_hidden()
