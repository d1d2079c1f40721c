"""How pages look: phone and desktop, light and dark, German and English, narrow and right to left, in two walks."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page, ViewportSize

SHOTS = Path(__file__).parent / "screenshots"
PHONE: ViewportSize = {"width": 390, "height": 844}
WIDE: ViewportSize = {"width": 1280, "height": 800}


class Look(NamedTuple):
    """A screen and its colours."""

    size: ViewportSize
    scheme: Literal["light", "dark"]

    def __str__(self) -> str:
        return f"{'phone' if self.size == PHONE else 'wide'}-{self.scheme}"


LOCALES = {"de": "de-DE", "en": "en-GB"}
# All sizes, colours and languages. A second look in English (wide, light), which finds what the other three find, and
# the narrow sizes in English, are for an evening alone: BIG=1.
BIG = bool(os.environ.get("BIG"))
LOOKS: Mapping[str, tuple[Look, ...]] = MappingProxyType(
    {
        "de": (Look(WIDE, "dark"), Look(PHONE, "light")),
        "en": (Look(PHONE, "dark"), *[Look(WIDE, "light")] * BIG),
    }
)

SMALL: ViewportSize = {"width": 320, "height": 640}
NARROW = ((SMALL, "ltr"), (SMALL, "rtl"), (PHONE, "rtl"))
# By how many pixels the page is too wide when it is written in this direction.
TURNED = """(direction) => {
  const page = document.documentElement, before = page.dir;
  page.dir = direction;
  const wide = document.scrollingElement.scrollWidth - innerWidth;
  page.dir = before;
  return wide;
}"""


def options(language: str, **more: Any) -> dict[str, Any]:
    """Of a browser context that walks in this language."""
    return {"locale": LOCALES[language], "reduced_motion": "reduce", "viewport": PHONE, **more}


@dataclass
class Walk:
    """What is found while walking, by page and look."""

    language: str
    name: str
    found: dict[str, list[str]] = field(default_factory=dict)

    def see(self, page: Page, place: str, *, whole: bool = False) -> None:
        """Look at what the page shows now, in both looks and at the narrow sizes; the page is left as it was."""
        before = page.viewport_size
        for look in LOOKS[self.language]:
            self._dress(page, look)
            self._found(f"{place}-{look}", problems(page) + ["too wide"] * (overflows(page) > 0))
            shoot(page, f"{self.name}-{place}-{look}-{self.language}", whole=whole)
        for size, direction in NARROW if BIG or self.language == "de" else ():
            page.set_viewport_size(size)
            wide = int(page.evaluate(TURNED, direction))
            self._found(f"{place}-{size['width']}-{direction}", [f"{wide} px too wide"] * (wide > 0))
        if before:
            page.set_viewport_size(before)

    def _found(self, what: str, rows: list[str]) -> None:
        if rows:
            self.found[what] = rows

    @staticmethod
    def _dress(page: Page, look: Look) -> None:
        page.wait_for_load_state()
        page.emulate_media(color_scheme=look.scheme)
        page.set_viewport_size(look.size)
        page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => setTimeout(drawn, 50)))")


def shoot(page: Page, name: str, *, whole: bool = False) -> None:
    """A picture among the others, for somebody who looks at them; without one a test takes a tenth less work."""
    if os.environ.get("KEEP_PICTURES"):
        SHOTS.mkdir(exist_ok=True)
        page.screenshot(path=SHOTS / f"{name}.png", full_page=whole)


def overflows(page: Page) -> int:
    """By how many pixels the page is wider than the screen."""
    page.wait_for_load_state()
    return int(page.evaluate("document.scrollingElement.scrollWidth - innerWidth"))


def problems(page: Page) -> list[str]:
    """What axe finds: rule and places."""
    page.wait_for_load_state()
    if not page.evaluate("() => 'axe' in window"):
        _bring_axe(page)
    found = page.evaluate("axe.run({resultTypes: ['violations'], preload: false}).then((all) => all.violations)")
    return [f"{rule['id']}: {node['target']}" for rule in found for node in rule["nodes"]]


def _bring_axe(page: Page) -> None:
    """By the devtools: what Chromium compiled for one page it keeps for the next, as it does not for `evaluate`.

    Never detached: that would take the virtual authenticator of another session away.
    """
    devtools = page.context.new_cdp_session(page)
    devtools.send("Runtime.evaluate", {"expression": AXE_SCRIPT})
