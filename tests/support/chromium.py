"""A real Chromium for tests; where its headless shell is installed, that: the same pages for a quarter less work."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from playwright.sync_api import Browser, Playwright, sync_playwright

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@contextmanager
def chromium(flags: Sequence[str] = ()) -> Iterator[Browser]:
    """The browser, with more flags where they are given, until the block ends; Playwright's loop ends with it."""
    program = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    with _playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*FLAGS, *flags])
        yield browser
        browser.close()


_running: list[Playwright] = []


@contextmanager
def _playwright() -> Iterator[Playwright]:
    """One loop for all browsers that are open at a time: a second one in this thread would be refused."""
    if _running:
        yield _running[0]
        return
    with sync_playwright() as playwright:
        _running.append(playwright)
        try:
            yield playwright
        finally:
            _running.clear()
