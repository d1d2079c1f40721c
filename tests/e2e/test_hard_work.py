"""Where too many tries came before, the browser works its way in: a young person with words, a colleague by name."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.looks import problems
from tests.e2e.seeker_hands import phone
from tests.support.server import LIGHT, Ground, Server

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

MANY = "Das waren viele Versuche."
MOST = 150  # tries; a minute may end while they are counted


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """With proof of work, light passwords, and a proxy in front that says where somebody comes from."""
    ours = {**LIGHT, "COUNSELLING_PROOF_OF_WORK": "2000", "COUNSELLING_BEHIND_PROXY": "1"}
    with Ground(settings=ours) as ground, Server(ground) as server:
        yield server


def send(page: Page, first: str, second: str, button: str) -> str:
    """Fill in both fields and send them; what the page then says."""
    page.locator(first).fill("niemand")
    page.locator(second).fill("Grüne Wolke über dem Bahnhof")
    with page.expect_navigation(wait_until="load"):
        page.get_by_test_id(button).click()
    return page.locator("main").inner_text()


def flood(page: Page, first: str, second: str) -> None:
    """The same, again and again, each time from somewhere else, until the answer asks for work; then look at it."""
    names = [page.locator(field).get_attribute("name") or "" for field in (first, second)]
    token = page.locator("main [name=csrfmiddlewaretoken]").first.input_value()
    for number in range(MOST):
        answer = page.request.post(
            page.url,
            headers={"X-Forwarded-For": f"198.51.100.{number}", "Referer": page.url},
            form={"csrfmiddlewaretoken": token, names[0]: "niemand", names[1]: "Grüne Wolke über dem Bahnhof"},
        )
        if MANY in answer.text():
            return
    raise AssertionError(f"{MOST} tries are welcome")


def test_words_go_through_with_a_harder_proof(server: Server, browser: Browser) -> None:
    page, fields = phone(browser, server), ("#nickname", "#passphrase", "return-words")
    page.goto("/return/")

    assert any(MANY in send(page, *fields) for _ in range(MOST))
    expect(page.locator("form[data-challenge='/return/words/']")).to_be_visible()
    assert problems(page) == []

    for _ in range(3):
        assert "Das passt nicht zusammen." in send(page, *fields)


def test_a_flooded_user_name_goes_through_with_a_proof(server: Server, browser: Browser) -> None:
    page, fields = browser.new_context(base_url=server.url).new_page(), ("#id_username", "#id_password", "sign-in")
    page.goto("/team/sign-in/")

    flood(page, *fields[:2])
    assert MANY in send(page, *fields)
    expect(page.get_by_text("Kamen die Versuche von anderswo")).to_be_visible()
    assert problems(page) == []

    for _ in range(2):
        assert "passen nicht zusammen" in send(page, *fields)
