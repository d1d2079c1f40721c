"""Hands for the seeker's browser tests: a phone, the way into the chat, and what can be read there."""

from typing import Any

from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.support.server import Server

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "locale": "de-DE"}


def phone(browser: Browser, server: Server, **options: Any) -> Page:
    """A page on a phone of its own; whatever is not ours is answered with an empty page, nothing leaves the machine."""
    page = browser.new_context(base_url=server.url, **{**PHONE, **options}).new_page()
    page.context.route(lambda url: not url.startswith(server.url), elsewhere)
    return page


def elsewhere(route: Route) -> None:
    """The neutral site, as far as a test needs it."""
    route.fulfill(status=200, content_type="text/html", body="<title>Wetter</title>")


def begin(page: Page, nickname: str = "Stiller Otter") -> None:
    """From the start page into the waiting room in three taps."""
    page.goto("/")
    page.get_by_test_id("chat-door").click()
    page.get_by_label("Dein Name hier").fill(nickname)
    page.get_by_test_id("next-step").click()
    page.get_by_test_id("begin").click()
    expect(page.get_by_test_id("place")).to_be_visible(timeout=15_000)


def write(page: Page, text: str) -> None:
    page.get_by_test_id("composer").fill(text)
    page.get_by_test_id("send").click()


def bubble(page: Page, text: str) -> Locator:
    return page.get_by_test_id("message").filter(has_text=text)


def texts(page: Page) -> list[str]:
    """The messages in order."""
    return page.locator("[data-testid=message] .text").all_inner_texts()


def marks(page: Page, text: str, mark: str) -> None:
    """Waits until an own message is marked as sending, sent, read or failed."""
    expect(bubble(page, text)).to_have_attribute("data-mark", mark, timeout=15_000)


def spoken(page: Page) -> list[str]:
    """What a screen reader was told about messages (role=log)."""
    return page.locator("[role=log] p").all_inner_texts()


def in_menu(page: Page, name: str) -> None:
    page.get_by_test_id("menu").click()
    page.locator("#menu").get_by_text(name).click()
