"""Hands for the browser tests of letters: from the door to the composer, and what the team does meanwhile."""

import json
import re
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.desk_hands import Stage


def begin(page: Page, nickname: str = "Stiller Otter", *, strain: str = "") -> None:
    """From the start page to the words, in any language."""
    page.goto("/")
    page.locator("a[href='/letter/']").click()
    page.locator("#nickname").fill(nickname)
    page.get_by_test_id("next-step").click()
    if strain:
        page.locator(f"label:has(input[name=strain][value='{strain}'])").click()
    page.get_by_test_id("begin").click()
    expect(page.get_by_test_id("written")).to_be_visible()


def keep(page: Page) -> list[str]:
    """Six words, tried out, and on to the letter."""
    expect(page.get_by_test_id("written")).to_be_visible()
    words = page.locator("#words strong").all_inner_texts()
    page.get_by_test_id("written").click()
    asked = [int(place) for place in re.findall(r"\d", page.locator("label[for=tried]").inner_text())]
    page.locator("#tried").fill(" ".join(words[place - 1] for place in asked))
    page.get_by_test_id("tried").click()
    page.get_by_test_id("to-room").click()
    expect(page.get_by_test_id("letter-text")).to_be_visible()
    return words


def write(page: Page, text: str) -> None:
    """On the composer, sent."""
    page.get_by_test_id("letter-text").fill(text)
    page.get_by_test_id("send-letter").click()


def team_does(stage: Stage, what: str, **words: Any) -> None:
    """Something of tests/e2e/mail_seed.py, in the server's database."""
    stage.server.ground.run("-m", "tests.e2e.mail_seed", json.dumps({"do": what, **words}))
