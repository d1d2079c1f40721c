"""Steering in a real browser, without a script: what is changed there, young people see at once."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.desk_hands import Stage
from tests.e2e.looks import LOOKS, Walk, options
from tests.e2e.seeker_hands import PHONE, phone

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]

STEERING = "/team/steering/"


def lead(stage: Stage, **more: Any) -> Page:
    """The page of somebody who leads a team that is open."""
    stage.seed(staff={"Linde": 3})
    output = stage.server.ground.run("-m", "tests.e2e.steering_seed")
    stage.people["staff"] |= json.loads(output.splitlines()[-1])["staff"]
    return stage.counsellor("Uli", path=STEERING, **more)


def young(stage: Stage, **more: Any) -> Page:
    page = phone(stage.browser, stage.server, **{"reduced_motion": "reduce", **more})
    stage.contexts.append(page.context)
    page.goto("/")
    return page


def to(page: Page, card: str) -> None:
    page.goto(page.url.split("/team/")[0] + STEERING)
    page.get_by_test_id(f"to-{card}").click()


def chat_hours(page: Page) -> None:
    to(page, "hours")
    page.get_by_test_id("offer").filter(has_text="Chat").get_by_role("link").click()


def test_hours_that_change_are_on_the_start_page(stage: Stage) -> None:
    page = lead(stage, java_script_enabled=False, viewport=PHONE["viewport"])
    start = young(stage, java_script_enabled=False)
    expect(start.locator("main")).to_contain_text("rund um die Uhr")
    chat_hours(page)
    expect(page.get_by_test_id("preview-day")).to_have_count(14)
    for field in page.locator(".steer-day input").all():
        field.fill("")
    for day in range(7):
        page.locator(f"[name=opens-{day}-0]").fill("23:58")
        page.locator(f"[name=closes-{day}-0]").fill("23:59")
    page.get_by_test_id("try-week").click()
    expect(page.get_by_test_id("trying")).to_be_visible()
    expect(page.get_by_test_id("preview")).to_contain_text("23:58 bis 23:59 Uhr")
    start.reload()
    expect(start.locator("main")).to_contain_text("rund um die Uhr")

    page.get_by_test_id("save-week").click()
    expect(page.get_by_test_id("said")).to_be_visible()
    start.reload()
    expect(start.locator("main")).not_to_contain_text("rund um die Uhr")
    expect(start.locator("main")).to_contain_text("23:58")


def test_a_special_day_is_in_the_preview_until_it_is_deleted(stage: Stage) -> None:
    page = lead(stage, java_script_enabled=False)
    chat_hours(page)
    day = page.get_by_test_id("preview-day").nth(3)
    date = str(day.get_attribute("data-day"))
    page.get_by_label("Ganz geschlossen").check(force=True)
    page.get_by_label("Tag", exact=True).fill(date)
    page.get_by_test_id("add-special").click()

    expect(page.get_by_test_id("special-day")).to_contain_text("geschlossen")
    expect(day).to_contain_text("besonderer Tag")
    page.get_by_test_id("add-special").click()
    expect(page.get_by_text("Wähle aus, was anders ist.")).to_be_visible()
    page.get_by_test_id("drop-special").click()
    expect(page.get_by_test_id("special-day")).to_have_count(0)
    expect(day).not_to_contain_text("besonderer Tag")


def test_a_banner_stands_on_the_start_page_and_goes(stage: Stage) -> None:
    page = lead(stage, java_script_enabled=False)
    start = young(stage, java_script_enabled=False)
    expect(start.get_by_test_id("announcement")).to_have_count(0)
    to(page, "announcements")
    page.get_by_label("Text", exact=True).fill("Heute ab 16 Uhr ist der Chat zu.")
    page.get_by_test_id("announce").click()
    expect(page.get_by_test_id("listed")).to_contain_text("jetzt zu sehen")

    for path in ("/", "/help/", "/chat/"):
        start.goto(path)
        expect(start.get_by_test_id("announcement")).to_have_text("Heute ab 16 Uhr ist der Chat zu.")
    page.get_by_test_id("drop").click()
    start.goto("/")
    expect(start.get_by_test_id("announcement")).to_have_count(0)


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing(stage: Stage, language: str) -> None:
    walk = Walk(language, "steering")
    page = lead(stage, **options(language))
    walk.see(page, "overview", whole=True)
    for card in ("hours", "announcements", "help", "topics", "capacity", "modules", "absences", "on-call"):
        to(page, card)
        walk.see(page, card, whole=True)
    save = page.get_by_test_id("add")
    save.click()
    walk.see(page, "on-call-refused", whole=True)
    to(page, "hours")
    page.get_by_test_id("offer").get_by_role("link").first.click()
    walk.see(page, "hours-of", whole=True)
    page.locator("[name=opens-0-1]").fill("10:00")
    page.get_by_test_id("save-week").click()
    walk.see(page, "hours-refused", whole=True)
    to(page, "help")
    page.get_by_test_id("new").click()
    walk.see(page, "help-new", whole=True)
    page.get_by_test_id("save").click()
    walk.see(page, "help-refused", whole=True)
    to(page, "topics")
    page.get_by_test_id("topic").get_by_role("link").first.click()
    walk.see(page, "topic", whole=True)
    to(page, "announcements")
    page.locator("#id_text").fill("Donaudampfschifffahrtsgesellschaftskapitänswitwe " * 6)
    page.get_by_test_id("announce").click()
    walk.see(page, "announced", whole=True)
    page.get_by_test_id("listed").get_by_role("link").click()
    walk.see(page, "announcement", whole=True)

    start = young(stage, **options(language))
    walk.see(start, "start")
    to(page, "announcements")
    page.get_by_test_id("drop").click()
    assert walk.found == {}
