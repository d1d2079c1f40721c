"""The team's calendar in a real browser: looks, keyboard, without scripts; a series, a booking, a move, a no-show."""

import datetime as dt
import json
import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.desk_hands import Stage, focused
from tests.e2e.looks import LOOKS, Walk, options

pytestmark = pytest.mark.e2e


def does(stage: Stage, what: str) -> dict[str, Any]:
    """Something of tests/e2e/calendar_seed.py, in the server's database."""
    output = stage.server.ground.run("-m", "tests.e2e.calendar_seed", json.dumps({"do": what}))
    found: dict[str, Any] = json.loads(output.splitlines()[-1])
    return found


def come_in(stage: Stage, alias: str = "Linde", *, path: str = "/team/calendar/", **more: object) -> Page:
    """A page of somebody of a team with a full calendar."""
    stage.people = does(stage, "full")
    return stage.counsellor(alias, path=path, **more)


def week_of(stage: Stage, day: str, view: str = "") -> str:
    return f"{stage.server.url}/team/calendar/?week={day}{view}"


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing(stage: Stage, language: str) -> None:
    page = come_in(stage, **options(language))
    walk = Walk(language, "calendar")
    week = stage.people["week"]
    walk.see(page, "today", whole=True)
    page.goto(week_of(stage, week))
    walk.see(page, "week", whole=True)
    page.get_by_test_id("slot-link").first.click()
    walk.see(page, "slot")
    page.goto(week_of(stage, week, "&view=team"))
    walk.see(page, "team", whole=True)
    page.goto(week_of(stage, "2026-10-25"))
    walk.see(page, "clocks", whole=True)
    page.goto(f"{stage.server.url}/team/calendar/offer/")
    walk.see(page, "offer", whole=True)
    page.get_by_label(re.compile("Minuten|Minutes")).first.fill("5")
    page.get_by_test_id("look").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    walk.see(page, "offer-refused", whole=True)
    page.goto(f"{stage.server.url}/team/calendar/places/")
    walk.see(page, "places", whole=True)
    page.get_by_test_id("place").get_by_role("link").click()
    walk.see(page, "place", whole=True)
    page.goto(f"{stage.server.url}/team/calendar/address/")
    page.get_by_test_id("renew").click()
    walk.see(page, "address", whole=True)
    page.goto(f"{stage.server.url}/team/case/{stage.people['case']}/dates/")
    walk.see(page, "case", whole=True)
    page.get_by_test_id("confirm").click()
    page.get_by_test_id("move").click()
    walk.see(page, "move", whole=True)

    assert walk.found == {}


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing_for_those_who_lead(stage: Stage, language: str) -> None:
    page = come_in(stage, "Uli", **options(language))
    walk = Walk(language, "calendar-lead")
    page.goto(week_of(stage, stage.people["week"]))
    walk.see(page, "week", whole=True)

    assert walk.found == {}
    expect(page.get_by_text("Blauer Bus")).to_have_count(0)


def fill_series(page: Page, day: dt.date) -> None:
    """A series on the weekday of this day, from a week before it to a week after."""
    page.locator("#id_first_on").fill((day - dt.timedelta(days=7)).isoformat())
    page.locator("#id_last_on").fill((day + dt.timedelta(days=7)).isoformat())
    page.locator("#id_starts").fill("07:15")
    page.locator("#id_every_weeks").select_option("1")


def test_a_series_around_a_holiday_is_offered_booked_moved_and_missed(stage: Stage) -> None:
    page = come_in(stage, java_script_enabled=False, **options("de"))
    holiday = dt.date.fromisoformat(stage.people["holiday"])
    page.get_by_test_id("offer").click()
    fill_series(page, holiday)
    page.get_by_test_id("look").click()
    expect(page.get_by_test_id("skipped").filter(has_text="Feiertag").first).to_be_visible()
    offered = page.get_by_test_id("made").count()
    page.get_by_test_id("save").click()
    expect(page.get_by_test_id("said")).to_contain_text("Die Serie steht.")
    assert offered >= 1

    # The same once more overlaps, and says with what.
    page.get_by_test_id("offer").click()
    fill_series(page, holiday)
    page.get_by_test_id("look").click()
    expect(page.get_by_test_id("refused")).to_be_visible()
    expect(page.get_by_test_id("save")).to_have_count(0)
    expect(page.get_by_test_id("made").first).to_contain_text("eigenes Angebot")

    day = does(stage, "book")["day"]
    page.goto(week_of(stage, day))
    page.get_by_test_id("date").get_by_role("link", name="Kleiner Stern").click()
    expect(page.get_by_test_id("date")).to_have_attribute("data-state", "agreed")

    page.get_by_test_id("move").click()
    page.locator("#id_first_on").fill((dt.date.fromisoformat(day) + dt.timedelta(days=1)).isoformat())
    page.locator("#id_starts").fill("07:45")
    page.get_by_test_id("propose").click()
    expect(page.get_by_test_id("said")).to_contain_text("Bis zur Antwort gilt der alte Termin.")
    expect(page.get_by_test_id("date")).to_have_count(2)

    does(stage, "past")
    page.goto(f"{stage.server.url}/team/calendar/")
    asked = page.get_by_test_id("questions").get_by_role("listitem").filter(has_text="Hat der Termin stattgefunden?")
    asked.get_by_test_id("missed").click()
    expect(page.get_by_test_id("said")).to_be_visible()
    expect(asked).to_have_count(0)


def test_the_keyboard_goes_through_the_weeks(stage: Stage) -> None:
    page = come_in(stage, **options("de", viewport={"width": 1280, "height": 800}))
    first = page.get_by_test_id("week").inner_text()
    page.get_by_test_id("after").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("week")).not_to_have_text(first)
    page.get_by_test_id("team").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("team")).to_have_attribute("aria-current", "page")
    page.get_by_test_id("mine").focus()
    page.keyboard.press("Tab")
    assert focused(page) == "team"
    page.get_by_test_id("before").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("week")).to_have_text(first)


def test_a_wide_screen_has_seven_columns_a_phone_one(stage: Stage) -> None:
    page = come_in(stage, **options("de", viewport={"width": 1280, "height": 800}))
    page.goto(week_of(stage, stage.people["week"]))
    tops = "all => new Set(all.map(one => Math.round(one.getBoundingClientRect().top))).size"
    lefts = "all => new Set(all.map(one => Math.round(one.getBoundingClientRect().left))).size"
    days = page.get_by_test_id("day")
    assert (days.evaluate_all(tops), days.evaluate_all(lefts)) == (1, 7)
    page.set_viewport_size({"width": 390, "height": 844})
    assert (days.evaluate_all(tops), days.evaluate_all(lefts)) == (7, 1)
