"""Browsers in front of a production stack: through nginx, over TLS, with a record of what they asked and were told."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from playwright.sync_api import Browser, BrowserContext, Page, Request, Response, WebSocket, expect

from tests.e2e import desk_hands as desk
from tests.e2e import seeker_hands
from tests.e2e.factor_hands import Hand, code
from tests.support.stack import Stack

# What browsers of the tests say of themselves: it must stand nowhere.
AGENT, CLAIMED = "Holunderbrowser/7.7", "198.51.100.77"
SAYS: dict[str, Any] = {
    "user_agent": AGENT,
    "extra_http_headers": {"X-Forwarded-For": CLAIMED},
    "ignore_https_errors": True,
}


@dataclass
class Record:
    """What one browser asked for and was told."""

    asked: list[str] = field(default_factory=list)
    pages: list[Response] = field(default_factory=list)

    def listen(self, context: BrowserContext) -> None:
        """From now on."""
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("page", self._page)

    def elsewhere(self, url: str) -> list[str]:
        """Every request that was not for us."""
        ours = (f"{url}/", f"{url.replace('https', 'wss', 1)}/", "data:", "blob:")
        return [asked for asked in self.asked if not asked.startswith(ours)]

    def _request(self, request: Request) -> None:
        self.asked.append(request.url)

    def _response(self, response: Response) -> None:
        if response.request.resource_type == "document":
            self.pages.append(response)

    def _page(self, page: Page) -> None:
        page.on("websocket", self._socket)

    def _socket(self, socket: WebSocket) -> None:
        self.asked.append(socket.url)


def enter(page: Page, cookies: str, url: str) -> None:
    """As somebody who signed in before: `cookies` as in a Cookie header."""
    for cookie in cookies.split("; "):
        name, value = cookie.split("=", 1)
        page.context.add_cookies([{"name": name, "value": value, "url": urljoin(url, "/"), "secure": True}])
    page.goto(url)


@dataclass
class Young:
    """A young person with a phone."""

    page: Page
    record: Record
    words: list[str] = field(default_factory=list)

    def write(self, text: str) -> None:
        """Sent, whether or not anybody takes it yet."""
        seeker_hands.write(self.page, text)

    def sees(self, text: str, *, seconds: float = 60) -> None:
        """Once."""
        expect(seeker_hands.bubble(self.page, text)).to_have_count(1, timeout=seconds * 1000)

    def texts(self) -> list[str]:
        """The conversation on the page."""
        return seeker_hands.texts(self.page)

    def keep(self) -> None:
        """Six words to come back with, tried out once."""
        self.page.get_by_test_id("menu").click()
        self.page.get_by_test_id("menu-keep").click()
        self.page.wait_for_url("**/mine/keep/")
        self.words = self.page.locator("#words strong").all_inner_texts()
        self.page.get_by_test_id("written").click()
        label = self.page.locator("label[for=tried]").inner_text()
        asked = [self.words[int(place) - 1] for place in re.findall(r"\d", label)]
        self.page.locator("#tried").fill(" ".join(asked))
        self.page.get_by_test_id("tried").click()
        self.page.get_by_test_id("to-room").click()

    def come_back(self, nickname: str, words: list[str]) -> None:
        """With name and words, from a phone that knows nothing."""
        self.page.goto("/return/words/")
        self.page.locator("#nickname").fill(nickname)
        self.page.locator("#passphrase").fill(" ".join(words))
        self.page.get_by_test_id("return-words").click()


@dataclass
class Counsellor:
    """Somebody of the team at the desk."""

    hand: Hand
    record: Record
    secret: bytes = b""

    @property
    def page(self) -> Page:
        """What they look at."""
        return self.hand.page

    def set_up(self, username: str) -> None:
        """The first sign-in: password, an authenticator app, spare codes."""
        self.hand.password(username)
        self.page.get_by_test_id("add-app").click()
        self.secret = self.hand.secret()
        self.page.locator("#id_code").fill(code(self.secret))
        self.page.get_by_test_id("confirm-app").click()
        self.hand.keep_codes()
        self.hand.is_at_the_desk()

    def sign_in(self, username: str) -> None:
        """Both steps; at least half a minute after the last time, since what an app shows counts once."""
        self.hand.password(username)
        self.hand.second(code(self.secret))
        self.hand.is_at_the_desk()
        self.ready()

    def found_vault(self) -> None:
        """The team's first member writes the recovery key down and types it in again."""
        self.page.goto("/team/vault/")
        self.page.get_by_test_id("vault-found").click()
        paper = self.page.locator("#paper-key code").all_inner_texts()
        self.page.get_by_test_id("paper-written").click()
        self.page.locator("[name=recovery_key]").fill(" ".join(paper).lower())
        self.page.get_by_test_id("paper-copied").click()
        expect(self.page.get_by_test_id("vault")).to_have_attribute("data-standing", "open")
        self.page.goto("/team/")
        self.ready()

    def ready(self) -> None:
        """The desk has its data."""
        self.page.locator("#desk[aria-busy=false]").wait_for()

    def write(self, text: str) -> None:
        """Sent, whether or not anybody takes it yet."""
        desk.write(self.page, text)

    def sees(self, text: str, *, seconds: float = 60) -> None:
        """Once."""
        shown = self.page.locator("[data-testid=message]:visible").filter(has_text=text)
        expect(shown).to_have_count(1, timeout=seconds * 1000)

    def texts(self) -> list[str]:
        """The conversation in view."""
        return desk.messages(self.page)


@contextmanager
def young(browser: Browser, stack: Stack) -> Iterator[Young]:
    """A phone of its own, until the block ends."""
    record = Record()
    context = browser.new_context(base_url=stack.url, **seeker_hands.PHONE, **SAYS)
    record.listen(context)
    yield Young(context.new_page(), record)
    context.close()


@contextmanager
def counsellor(browser: Browser, stack: Stack) -> Iterator[Counsellor]:
    """A browser of somebody of the team, until the block ends."""
    record = Record()
    hand = Hand(stack.front, browser, stack.url, **SAYS)
    record.listen(hand.context)
    hand.page.on("websocket", record._socket)
    yield Counsellor(hand, record)
    hand.context.close()
