"""How the seeker's pages stand: axe, keyboard alone, narrow, right to left, a keyboard on the screen, a weak phone."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import desk_hands as desk
from tests.e2e.desk_hands import Stage
from tests.e2e.looks import LOOKS, Walk, options
from tests.e2e.seeker_hands import marks, phone, write

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverleihung"


def walk(page: Page, stage: Stage) -> Iterator[str]:
    """Every page a seeker can see, one after the other, by name."""
    page.goto("/")
    yield "start"
    page.goto("/return/")
    page.get_by_test_id("return-code").click()
    yield "return"
    page.goto("/chat/start/")
    page.locator("#nickname").fill("Admin")
    page.get_by_test_id("next-step").click()
    yield "name"
    page.locator("#nickname").fill("Stiller Otter")
    page.get_by_test_id("next-step").click()
    page.locator("[name=strain][value='5']").check()
    yield "facts"
    page.get_by_test_id("begin").click()
    page.get_by_test_id("first-text").fill(f"Hallo {LONG_WORD}")
    expect(page.get_by_test_id("saved")).not_to_be_empty()
    yield "waiting"
    linde = stage.counsellor("Linde")
    desk.claim(linde, "Stiller Otter")
    expect(page.get_by_test_id("composer")).to_be_visible()
    desk.write(linde, f"Gut, dass du da bist. {LONG_WORD}")
    write(page, "Danke 😀")
    marks(page, "Danke", "read")
    yield "chat"
    page.get_by_test_id("menu").click()
    yield "chat-menu"
    page.locator("[data-dialog=end-dialog]").click()
    yield "chat-dialog"
    page.get_by_test_id("end-now").click()
    expect(page.get_by_test_id("feedback")).to_be_visible()
    yield "closed"
    page.goto("/mine/delete/")
    yield "delete"
    page.get_by_test_id("sure").check()
    page.locator("main [data-testid=delete-now]:visible").click()
    yield "deleted"


def at_a_closed_door(page: Page) -> None:
    page.goto("/")
    page.get_by_test_id("chat-door").click()


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing_on_any_page(stage: Stage, language: str) -> None:
    stage.seed(staff={"Linde": 2})
    page = phone(stage.browser, stage.server, **options(language))
    seen, titles = Walk(language, "seeker"), {}
    for name in walk(page, stage):
        seen.see(page, name, whole=not name.startswith("chat"))
        titles[name] = page.title()

    assert seen.found == {}
    assert not any("Otter" in title or "Linde" in title for title in titles.values())


def test_a_closed_door_is_no_dead_end(stage: Stage) -> None:
    stage.seed(staff={})
    page = phone(stage.browser, stage.server, **options("de"))
    at_a_closed_door(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Gerade ist niemand aus dem Team da.")
    expect(page.get_by_role("main").get_by_role("link", name="112")).to_be_visible()
    seen = Walk("de", "seeker")
    seen.see(page, "closed-door", whole=True)
    assert seen.found == {}


def test_a_weak_phone_sees_the_start_page_within_the_budget(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2})
    page = phone(stage.browser, stage.server)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    slow = {"offline": False, "latency": 150, "downloadThroughput": 50_000, "uploadThroughput": 20_000}
    devtools.send("Network.emulateNetworkConditions", slow)
    loaded: list[float] = []
    devtools.on("Network.loadingFinished", lambda event: loaded.append(event["encodedDataLength"]))

    page.goto("/", wait_until="load")
    ready = page.evaluate("performance.getEntriesByType('navigation')[0].loadEventEnd")

    assert sum(loaded) <= 100_000
    assert ready <= 3_000


def test_without_a_script_the_way_leads_to_a_letter(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2})
    page = phone(stage.browser, stage.server, java_script_enabled=False)
    page.goto("/")
    page.get_by_test_id("chat-door").click()
    page.get_by_test_id("next-step").click()
    page.get_by_test_id("begin").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gleich geht es weiter.")
    page.get_by_role("link", name="Nachricht schreiben").click()
    expect(page).to_have_url(f"{stage.server.url}/letter/")
