"""Hands for the desk's browser tests: a server, counsellors' pages, and young people who only speak the protocol."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page
from websockets.sync.client import ClientConnection, connect

from tests.e2e.looks import WIDE
from tests.support.server import Server


class Seeker:
    """A young person at their line."""

    def __init__(self, server: Server, cookie: str, case: str, token: str) -> None:
        self.case = case
        self.socket: ClientConnection = connect(
            server.url.replace("http", "ws", 1) + "/chat/socket",
            additional_headers={"Cookie": f"{cookie}={token}"},
            origin=server.origin,
            subprotocols=["counselling.1"],
        )
        self.send("resume", after=0)

    def send(self, kind: str, **fields: Any) -> None:
        self.socket.send(json.dumps({"type": kind, "case": self.case, **fields}))

    def say(self, text: str) -> None:
        self.send("post", id=str(uuid.uuid4()), text=text)

    def hears(self, text: str, *, seconds: float = 10) -> int:
        """Waits for a message with this text; its seq."""
        while True:
            frame = json.loads(self.socket.recv(timeout=seconds))
            if frame["type"] == "entry" and frame.get("text") == text:
                return int(frame["seq"])


class Stage:
    """One seeded team at one server, with a browser context per counsellor."""

    def __init__(self, server: Server, browser: Browser) -> None:
        self.server, self.browser = server, browser
        self.people: dict[str, Any] = {}
        self.contexts: list[BrowserContext] = []
        self.seekers: list[Seeker] = []

    def seed(self, **plan: Any) -> None:
        output = self.server.ground.run("-m", "tests.e2e.desk_seed", json.dumps(plan))
        self.people = json.loads(output.splitlines()[-1])

    def counsellor(self, alias: str, *, path: str = "/team/", **options: Any) -> Page:
        """A signed-in counsellor's page, once it has its data."""
        context = self.browser.new_context(**{"locale": "de-DE", "viewport": WIDE, **options})
        self.contexts.append(context)
        name = self.people["cookie"]["staff"]
        # A __Host- cookie can only be set for https; Chromium sends it to http on loopback too (pitfalls 27).
        url = self.server.url.replace("http:", "https:")
        for cookie in f"{name}={self.people['staff'][alias]}".split("; "):
            name, value = cookie.split("=", 1)
            context.add_cookies([{"name": name, "value": value, "url": url, "secure": True}])
        page = context.new_page()
        page.goto(self.server.url + path)
        if path == "/team/":
            page.locator("#desk[aria-busy=false]").wait_for()
        return page

    def seeker(self, nickname: str) -> Seeker:
        who = self.people["seekers"][nickname]
        self.seekers.append(Seeker(self.server, self.people["cookie"]["seeker"], who["case"], who["token"]))
        return self.seekers[-1]

    def close(self) -> None:
        for seeker in self.seekers:
            seeker.socket.close()
        for context in self.contexts:
            context.close()


@contextmanager
def stage_on(server: Server, browser: Browser) -> Iterator[Stage]:
    stage = Stage(server, browser)
    yield stage
    stage.close()


def queued(page: Page, nickname: str) -> Locator:
    return page.get_by_test_id("queue-item").filter(has_text=nickname)


def chat(page: Page, nickname: str) -> Locator:
    return page.get_by_test_id("chat-item").filter(has_text=nickname)


def claim(page: Page, nickname: str) -> None:
    queued(page, nickname).get_by_test_id("claim").click()


def composer(page: Page) -> Locator:
    return page.locator("[data-testid=composer]:visible")


def write(page: Page, text: str) -> None:
    composer(page).fill(text)
    page.locator("[data-testid=send]:visible").click()


def messages(page: Page) -> list[str]:
    """The texts of the conversation in view."""
    return page.locator("[data-testid=message]:visible [data-slot=text]").all_inner_texts()


def focused(page: Page) -> str:
    """The test id, id or tag of what has the focus."""
    return str(page.evaluate("((e) => e.dataset.testid || e.id || e.tagName)(document.activeElement)"))


def heard(page: Page) -> list[str]:
    """What a screen reader was told about messages (role=log)."""
    return page.locator("#heard p").all_inner_texts()
