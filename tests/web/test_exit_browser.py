"""The way out in a real browser: at once, without a trace behind the back button, and never by typing."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route

from tests.support.chromium import chromium

pytestmark = pytest.mark.e2e

SCRIPT = Path(__file__).resolve().parents[2] / "counselling/web/static/web/js/exit.js"
SITE = "http://site.test"
ELSEWHERE = "http://neutral.test/"
PAGE = f"""<!doctype html><html lang="de" data-exit="{ELSEWHERE}" data-away="away"><head><title>Seite</title>
<link rel="icon" href="data:,"><script type="module" async blocking="render" src="/exit.js"></script></head>
<body><h1>Hier wird geschrieben</h1><textarea></textarea>
<form method="post" action="/exit/" data-leave><button>Schnell weg</button></form></body></html>"""


def answer(route: Route) -> None:
    """A site of ours without a server: pages, the script, and an exit that marks the browser as the real one does."""
    url = route.request.url
    if url == f"{SITE}/exit.js":
        route.fulfill(path=SCRIPT, content_type="text/javascript")
    elif url.startswith(f"{SITE}/exit/"):
        age = 0 if "returned" in url else 900
        route.fulfill(status=204, headers={"Set-Cookie": f"away=1; Path=/; Max-Age={age}"})
    elif url.startswith(SITE):
        route.fulfill(body=PAGE, content_type="text/html", headers={"Cache-Control": "no-store"})
    else:
        route.fulfill(body="<title>neutral</title>", content_type="text/html")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.route("**/*", answer)
    page.goto(f"{SITE}/first")
    page.goto(f"{SITE}/second")
    yield page
    page.close()


def press_shift(page: Page, times: int) -> None:
    for _ in range(times):
        page.keyboard.press("Shift")


def test_button_leaves_and_ends_the_visit(page: Page) -> None:
    with page.expect_request(f"{SITE}/exit/") as sent:
        page.get_by_role("button", name="Schnell weg").click()
        page.wait_for_url(ELSEWHERE)

    assert sent.value.method == "POST"


def test_page_is_blank_even_if_the_other_site_never_comes(page: Page) -> None:
    page.route(ELSEWHERE, lambda route: route.fulfill(status=204))  # the browser stays where it was
    page.get_by_role("button", name="Schnell weg").click()

    assert page.evaluate("[document.body.textContent, document.title]") == ["", "neutral.test"]


def test_back_button_leads_away_again(page: Page) -> None:
    page.get_by_role("button", name="Schnell weg").click()
    page.wait_for_url(ELSEWHERE)

    page.go_back(wait_until="commit")
    page.wait_for_url(ELSEWHERE)

    assert page.title() == "neutral"


def test_coming_back_on_purpose_is_welcome(page: Page) -> None:
    page.get_by_role("button", name="Schnell weg").click()
    page.wait_for_url(ELSEWHERE)

    with page.expect_response(f"{SITE}/exit/returned/"):
        page.goto(f"{SITE}/first")
    page.goto(f"{SITE}/second")
    page.go_back()

    assert page.url == f"{SITE}/first"
    assert page.get_by_role("heading").inner_text() == "Hier wird geschrieben"


def test_three_shifts_leave(page: Page) -> None:
    press_shift(page, 3)

    page.wait_for_url(ELSEWHERE)


def test_typing_capitals_never_leaves(page: Page) -> None:
    page.get_by_role("textbox").focus()
    for letter in "HALLO":
        page.keyboard.down("Shift")
        page.keyboard.press(letter)
        page.keyboard.up("Shift")
    press_shift(page, 2)
    page.keyboard.press("a")
    press_shift(page, 2)

    assert page.url == f"{SITE}/second"


def test_shift_with_other_keys_or_a_tap_between_never_leaves(page: Page) -> None:
    for combination in ("Alt+Shift", "Control+Shift", "Shift+Tab"):
        page.keyboard.press(combination)
    press_shift(page, 2)
    page.mouse.click(200, 300)
    press_shift(page, 2)

    assert page.url == f"{SITE}/second"


def test_slow_shifts_never_leave(page: Page) -> None:
    press_shift(page, 2)
    page.wait_for_timeout(2100)
    press_shift(page, 2)

    assert page.url == f"{SITE}/second"
