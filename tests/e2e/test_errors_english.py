"""What goes wrong is said in the language of the page, though the server refuses in its own, and where eyes see it."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, WebSocketRoute, expect

from tests.e2e.desk_hands import Seeker, Stage, chat
from tests.e2e.desk_hands import write as write_at_desk
from tests.e2e.seeker_hands import PHONE, bubble, marks, write

pytestmark = pytest.mark.e2e

TOO_LONG = "That is too long for one message. Split it up, your text stays here."
TOO_LATE = "The message has already been read. You can only take it back before that."
Change = Callable[[dict[str, Any]], dict[str, Any] | None]


def seeker_page(stage: Stage, nickname: str) -> Page:
    """An English phone in the middle of a chat."""
    context = stage.browser.new_context(**{**PHONE, "locale": "en-GB"}, base_url=stage.server.url)
    stage.contexts.append(context)
    url, token = stage.server.url.replace("http:", "https:"), stage.people["seekers"][nickname]["token"]
    context.add_cookies([{"name": stage.people["cookie"]["seeker"], "value": token, "url": url, "secure": True}])
    return context.new_page()


def meddle(where: BrowserContext | Page, *, said: Change = lambda frame: frame, heard: Change = lambda f: f) -> None:
    """The line between page and server changes or swallows frames; the server's answers to that are real."""

    def between(page: WebSocketRoute) -> None:
        server = page.connect_to_server()
        page.on_message(lambda text: pass_on(server, said, text))
        server.on_message(lambda text: pass_on(page, heard, text))

    where.route_web_socket("**/socket", between)


def pass_on(line: WebSocketRoute, change: Change, text: str | bytes) -> None:
    frame = change(json.loads(text))
    if frame:
        line.send(json.dumps(frame))


def swelling(frame: dict[str, Any]) -> dict[str, Any]:
    """Longer on its way than the page let it go."""
    return {**frame, "text": "x" * 4001} if frame["type"] == "post" else frame


def unseen(frame: dict[str, Any]) -> dict[str, Any] | None:
    """A page that does not know yet that it was read."""
    return None if frame["type"] == "read" else frame


def until_kept_as_read(line: Seeker, role: str, text: str) -> None:
    """Marks of reading are hints; what counts is what the server tells whoever comes anew."""
    seq = line.hears(text)
    if role == "seeker":
        line.send("read", seq=seq)
    while True:
        line.send("resume", after=seq)
        while (frame := json.loads(line.socket.recv(timeout=10)))["type"] != "caught_up":
            pass
        if frame["read"][role] >= seq:
            return
        time.sleep(0.1)


def test_refused_message_says_why_in_english(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2}, chats={"Stiller Otter": "Linde"})
    otter = seeker_page(stage, "Stiller Otter")
    meddle(otter, said=swelling)
    otter.goto("/chat/")

    write(otter, "Hello")

    marks(otter, "Hello", "failed")
    expect(bubble(otter, "Hello").locator(".failed")).to_contain_text(TOO_LONG)


def test_message_that_was_read_stays_and_the_seeker_sees_why(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2}, chats={"Stiller Otter": "Linde"})
    linde = stage.counsellor("Linde")
    chat(linde, "Stiller Otter").click()
    otter = seeker_page(stage, "Stiller Otter")
    meddle(otter, heard=unseen)
    otter.goto("/chat/")
    write(otter, "Hello")
    marks(otter, "Hello", "sent")
    until_kept_as_read(stage.seeker("Stiller Otter"), "counsellor", "Hello")

    bubble(otter, "Hello").tap()
    bubble(otter, "Hello").get_by_role("button").tap()

    expect(otter.locator("#toasts")).to_have_text(TOO_LATE)
    expect(otter.locator(".toast")).to_be_in_viewport()
    expect(bubble(otter, "Hello")).to_be_visible()


def test_desk_says_both_in_english(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2}, chats={"Stiller Otter": "Linde"})
    otter = stage.seeker("Stiller Otter")
    linde = stage.counsellor("Linde", locale="en-GB")
    swells: list[bool] = []
    meddle(linde, said=lambda frame: swelling(frame) if swells else frame, heard=unseen)
    linde.reload()
    chat(linde, "Stiller Otter").click()
    write_at_desk(linde, "Good morning")
    until_kept_as_read(otter, "seeker", "Good morning")

    linde.get_by_test_id("message").filter(has_text="Good morning").hover()
    linde.locator("[data-slot=take-back]:visible").click()

    expect(linde.locator("#toasts")).to_have_text(TOO_LATE)
    swells.append(True)
    write_at_desk(linde, "Again")
    expect(linde.locator("[data-slot=trouble]:visible")).to_have_text(TOO_LONG)
