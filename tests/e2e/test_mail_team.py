"""The team's letters in a real browser: looks, keyboard, without scripts, and a day's story from inbox to closing."""

import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.desk_hands import Stage, focused
from tests.e2e.looks import LOOKS, Walk, options

pytestmark = pytest.mark.e2e


def come_in(
    stage: Stage, alias: str = "Linde", *, how: str = "full", path: str = "/team/letters/", **more: object
) -> Page:
    """A page of somebody of the team, with letters of every kind or none."""
    output = stage.server.ground.run("-m", "tests.e2e.mail_team_seed", how)
    stage.people = json.loads(output.splitlines()[-1])
    return stage.counsellor(alias, path=path, **more)


def tab(page: Page, name: str) -> None:
    page.get_by_role("navigation", name=re.compile("Listen|Lists")).get_by_role("link", name=name).click()


def row(page: Page, name: str) -> Locator:
    return page.get_by_test_id("letter-row").filter(has_text=name)


def names(page: Page) -> list[str]:
    return page.locator("[data-testid=letter-row] .letter-name").all_inner_texts()


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing(stage: Stage, language: str) -> None:
    page = come_in(stage, **options(language))
    walk = Walk(language, "mail-team")
    base = f"{stage.server.url}/team/letters/"
    for code in ("inbox", "mine", "due", "answered", "reminders", "closed"):
        page.goto(f"{base}?tab={code}")
        walk.see(page, code, whole=True)
    page.goto(f"{base}?tab=mine&scope=team&topic=family&said=taken")
    walk.see(page, "filtered", whole=True)
    page.locator("#nickname").fill("otter")
    page.get_by_test_id("search").click()
    walk.see(page, "found")
    page.locator("#nickname").fill("niemand")
    page.get_by_test_id("search").click()
    walk.see(page, "nobody")
    page.goto(f"{base}?tab=mine")
    row(page, "Blauer Bus").locator("a").click()
    page.get_by_test_id("close").locator("summary").click()
    page.get_by_test_id("do-close").click()
    expect(page.get_by_role("alert")).to_be_visible()
    walk.see(page, "refused", whole=True)
    page.goto(f"{stage.server.url}/team/")
    page.locator("#desk[aria-busy=false]").wait_for()
    walk.see(page, "desk")

    assert walk.found == {}


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing_for_those_who_lead(stage: Stage, language: str) -> None:
    page = come_in(stage, "Uli", path="/team/letters/load/", **options(language))
    walk = Walk(language, "mail-load")
    walk.see(page, "load", whole=True)
    page.get_by_test_id("reassign").first.click()
    expect(page.get_by_role("alert")).to_be_visible()
    walk.see(page, "refused")
    page.goto(f"{stage.server.url}/team/welcome/")
    walk.see(page, "welcome")

    assert walk.found == {}


def test_axe_finds_nothing_where_nothing_is(stage: Stage) -> None:
    page = come_in(stage, how="empty", **options("de"))
    walk = Walk("de", "mail-team-empty")
    walk.see(page, "inbox")
    page.context.close()
    page = come_in(stage, "Uli", how="empty", path="/team/letters/load/", **options("de"))
    walk.see(page, "load")

    assert walk.found == {}


def test_lists_are_in_order_and_say_until_when(stage: Stage) -> None:
    page = come_in(stage)

    assert names(page)[:2] == ["Leiser Luchs", "Roter Panda"]
    expect(row(page, "Roter Panda").get_by_test_id("light")).to_contain_text("überfällig")
    tab(page, "Heute fällig")
    expect(row(page, "Blauer Bus").get_by_test_id("light")).to_have_text(re.compile("^heute"))
    tab(page, "Beantwortet")
    assert names(page) == ["Grüner Wal"]
    tab(page, "Abgeschlossen")
    assert names(page) == ["Alte Eule"]
    expect(page).to_have_title(re.compile(r"^\(\d+\) Briefe"))


def test_from_the_inbox_to_the_closing_by_keyboard(stage: Stage) -> None:
    page = come_in(stage)
    page.locator("[data-row]").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert focused(page) == "claim"
    page.keyboard.press("Enter")

    expect(page.get_by_test_id("case-actions")).to_be_visible()
    summary = page.get_by_test_id("close").locator("summary")
    summary.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert focused(page) == "close-ending"
    page.keyboard.type("Anliegen")
    page.locator("#close-farewell").focus()
    page.keyboard.type("Alles Gute dir.")
    page.keyboard.press("Tab")
    assert focused(page) == "do-close"
    page.keyboard.press("Enter")

    expect(page.get_by_test_id("said")).to_have_text("Der Fall ist abgeschlossen.")
    tab(page, "Abgeschlossen")
    assert names(page) == ["Roter Panda", "Alte Eule"]


def test_a_day_without_scripts(stage: Stage) -> None:
    page = come_in(stage, java_script_enabled=False)
    row(page, "Stiller Otter").get_by_test_id("claim").click()
    page.goto(f"{stage.server.url}/team/letters/?tab=mine")
    row(page, "Stiller Otter").locator("a").click()
    page.get_by_test_id("remind").locator("summary").click()
    page.locator("#remind-on").fill("2000-01-01")
    page.get_by_test_id("remember").click()
    expect(page.get_by_role("alert")).to_contain_text("Dieser Tag ist schon vorbei.")
    page.get_by_test_id("hand-over").locator("summary").click()
    page.locator("#hand-over-to").select_option("Mara")
    page.get_by_test_id("do-hand-over").click()
    expect(page.get_by_test_id("said")).to_contain_text("Der Fall ist übergeben.")

    page.locator(".letter-filters summary").click()
    page.locator("#scope").select_option("team")
    page.get_by_test_id("filter").click()

    expect(row(page, "Stiller Otter")).to_contain_text("bei Mara")


def test_slower_one_is_told_and_the_counts_follow(stage: Stage) -> None:
    linde = come_in(stage)
    mara = stage.counsellor("Mara", path="/team/letters/")
    row(mara, "Stiller Otter").get_by_test_id("claim").click()
    expect(mara.get_by_test_id("case-actions")).to_be_visible()

    row(linde, "Stiller Otter").get_by_test_id("claim").click()

    expect(linde.get_by_test_id("said")).to_contain_text("Jemand aus dem Team war gerade schneller.")
    expect(linde.locator("[data-badge=inbox] [data-number]")).to_have_text("3")


def test_counts_follow_by_themselves_and_say_what_is_new(stage: Stage) -> None:
    page = come_in(stage)
    page.route("**/team/letters/state.json", lambda route: route.fulfill(json=ANSWERS.pop(0)))
    page.clock.install()
    page.reload()
    expect(page.locator("[data-badge=inbox] [data-number]")).to_have_text("4")
    expect(page.locator("#fresh")).to_be_hidden()

    page.clock.fast_forward(31_000)

    expect(page.locator("[data-badge=inbox] [data-number]")).to_have_text("5")
    expect(page.locator("#fresh")).to_be_visible()
    expect(page).to_have_title(re.compile(r"^\(99\+\) Briefe"))


ANSWERS = [
    {"inbox": 4, "mine": 1, "due": 3, "reminders": 1},
    {"inbox": 5, "mine": 0, "due": 100, "reminders": 1},
    *[{"inbox": 5, "mine": 0, "due": 100, "reminders": 1}] * 3,
]


def test_who_leads_gives_a_case_to_somebody_else(stage: Stage) -> None:
    page = come_in(stage, "Uli", path="/team/welcome/")
    page.get_by_role("link", name="Briefe in Zahlen").click()
    expect(page.get_by_test_id("team-load")).to_contain_text("überfällig")
    for name in ("Luchs", "Panda", "Otter", "Bus"):
        expect(page.locator("main")).not_to_contain_text(name)
    first = page.get_by_test_id("due").locator("li").first
    first.locator("select").select_option("Mara")

    first.get_by_test_id("reassign").click()

    expect(page.get_by_test_id("said")).to_contain_text("neu zugeteilt")
    expect(page.get_by_test_id("due").locator("li").first).to_contain_text("bei Mara")
