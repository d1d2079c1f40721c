"""The live load in a real browser: numbers that follow, alerts that show, offline and signed out said, looks."""

import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.desk_hands import Stage
from tests.e2e.looks import LOOKS, Walk, options

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
PATH = "/team/shift/"
SOON = 20_000


def happens(stage: Stage, how: str) -> str:
    return stage.server.ground.run("-m", "tests.e2e.live_seed", how)


def come_in(stage: Stage, how: str, **more: object) -> Page:
    stage.people = json.loads(happens(stage, how).splitlines()[-1])
    return stage.counsellor("Uli", path=PATH, **more)


def cell(page: Page, code: str) -> Locator:
    return page.locator(f"[data-cell={code}]").first


def value(page: Page, code: str) -> Locator:
    return cell(page, code).locator("[data-slot=text]")


def test_a_number_follows_by_itself_when_somebody_queues(stage: Stage) -> None:
    page = come_in(stage, "empty")
    expect(value(page, "waiting")).to_have_text("0")
    expect(value(page, "here")).to_have_text("1")
    expect(page.get_by_test_id("reload")).to_be_hidden()

    happens(stage, "joins")

    expect(value(page, "waiting")).to_have_text("1", timeout=SOON)
    expect(value(page, "longest_wait")).to_have_text(re.compile(r"\d Min\."))
    expect(page).to_have_title(re.compile("^Schicht"))
    happens(stage, "goes")
    expect(value(page, "waiting")).to_have_text("0", timeout=SOON)
    expect(value(page, "longest_wait")).to_have_text("niemand")


def test_a_limit_that_is_reached_shows_in_words_in_the_title_and_to_screen_readers(stage: Stage) -> None:
    page = come_in(stage, "empty")
    page.get_by_test_id("limits").click()
    limit = page.locator("[name=waiting_many-threshold]")
    limit.fill("0")
    page.get_by_test_id("save").click()
    expect(page.get_by_test_id("limit-waiting_many")).to_contain_text("Kleiner als 1 geht nicht.")
    limit.fill("1")
    page.get_by_test_id("save").click()
    expect(page.get_by_test_id("saved")).to_be_visible()
    sound = page.get_by_role("button", name="Töne")
    sound.click()
    expect(sound).to_have_attribute("aria-pressed", "false")
    expect(page.locator(".is-reached")).to_have_count(0)

    happens(stage, "joins")

    expect(cell(page, "waiting")).to_contain_text("Grenze erreicht: 1", timeout=SOON)
    expect(cell(page, "waiting")).to_have_class(re.compile("is-reached"))
    expect(page).to_have_title(re.compile(r"^\(1\) Schicht"))
    expect(page.locator("#announcer")).to_have_text("Linde, Wartende im Chat: 1. Grenze erreicht: 1.")
    happens(stage, "goes")
    expect(page).to_have_title(re.compile("^Schicht"), timeout=SOON)
    expect(cell(page, "waiting")).not_to_have_class(re.compile("is-reached"))


def test_offline_is_said_and_heals(stage: Stage) -> None:
    page = come_in(stage, "empty")
    page.context.set_offline(True)
    expect(page.get_by_test_id("trouble")).to_contain_text("Gerade keine Verbindung", timeout=SOON)
    expect(page.get_by_test_id("reload")).to_be_visible()
    happens(stage, "joins")

    page.context.set_offline(False)

    expect(page.get_by_test_id("trouble")).to_be_hidden(timeout=SOON)
    expect(value(page, "waiting")).to_have_text("1")


def test_signed_out_it_stops_asking_and_says_so(stage: Stage) -> None:
    page = come_in(stage, "empty")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("now.json") else None)

    happens(stage, "out")

    expect(page.get_by_test_id("trouble")).to_contain_text("abgemeldet", timeout=SOON)
    before = len(asked)
    page.wait_for_timeout(8_000)
    assert len(asked) == before


def test_without_scripts_a_link_brings_newer_numbers(stage: Stage) -> None:
    page = come_in(stage, "empty", java_script_enabled=False)
    expect(value(page, "waiting")).to_have_text("0")
    expect(page.get_by_role("button", name="Töne")).to_have_count(0)
    happens(stage, "joins")

    page.get_by_test_id("reload").click()

    expect(value(page, "waiting")).to_have_text("1")
    page.get_by_test_id("limits").click()
    page.locator("[name=overdue-threshold]").fill("4")
    page.get_by_test_id("save").click()
    expect(page.get_by_test_id("saved")).to_be_visible()


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing(stage: Stage, language: str) -> None:
    walk = Walk(language, "live-load")
    page = come_in(stage, "busy", **options(language))
    expect(page.locator(".is-reached")).to_have_count(4)
    walk.see(page, "busy", whole=True)
    page.context.set_offline(True)
    expect(page.get_by_test_id("trouble")).to_be_visible(timeout=SOON)
    walk.see(page, "offline", whole=True)
    page.context.set_offline(False)
    page.get_by_test_id("limits").last.click()
    walk.see(page, "limits", whole=True)
    page.locator("[name=overdue-threshold]").fill("0")
    page.locator("[name=unanswered-threshold]").fill("")
    page.get_by_test_id("save").click()
    expect(page.get_by_test_id("trouble")).to_be_visible()
    walk.see(page, "refused", whole=True)
    page.locator("[name=overdue-threshold]").fill("2")
    page.locator("[name=unanswered-threshold]").fill("9")
    page.get_by_test_id("save").click()
    expect(page.get_by_test_id("saved")).to_be_visible()
    walk.see(page, "saved")

    assert walk.found == {}
