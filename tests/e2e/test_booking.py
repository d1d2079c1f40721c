"""Appointments on a phone: booked without a script and without a name, found again by code, moved, called off."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.desk_hands import Stage, claim
from tests.e2e.looks import LOOKS, Walk, options, problems, shoot
from tests.e2e.seeker_hands import begin, phone

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

OTTER = "Stiller Otter"
NOTE = "Ich bin am Anfang etwas still, das ist aber nicht schlimm."
LONG = "Donaudampfschifffahrtsgesellschaftskapitänswitwenheim " * 4
HOUSE = {
    "name": "Jugendberatung im Haus der Donaudampfschifffahrt am Lindenplatz",
    "address": "Lindenstraße 12\n12345 Musterstadt",
    "way": f"Mit der Bahn bis Lindenplatz, dann durch den Hof. {LONG}",
    "door": "Klingel „Beratung“, zweiter Stock. Sag nur dein Wort.",
    "access": "Aufzug, breite Türen, eigene Toilette.",
}


def team_does(stage: Stage, what: str, **more: Any) -> None:
    """Something of tests/e2e/booking_seed.py, in the server's database."""
    stage.server.ground.run("-m", "tests.e2e.booking_seed", json.dumps({"do": what, **more}))


def to_the_code(page: Page, way: str) -> str:
    """From the start page to an appointment without a case; the code."""
    page.goto("/")
    page.locator("a[href='/appointment/']").click()
    page.get_by_test_id(f"way-{way}").click()
    page.get_by_test_id("time").first.click()
    page.locator("#nickname").fill(OTTER)
    page.locator("#note").fill(NOTE)
    page.get_by_test_id("next-step").click()
    page.get_by_test_id("skip").click()
    return page.get_by_test_id("code").inner_text()


def test_the_story_of_an_appointment_without_a_script(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2})
    team_does(stage, "offer", channel="phone", days=[3, 12])
    team_does(stage, "offer", channel="onsite", days=[4], place=HOUSE)
    first = phone(stage.browser, stage.server, java_script_enabled=False, timezone_id="America/New_York")
    code = to_the_code(first, "phone")
    word = first.get_by_test_id("word").inner_text()
    expect(first.get_by_test_id("date")).to_contain_text("15:00 Uhr")
    expect(first.get_by_test_id("zone")).to_contain_text("Europe/Berlin")
    first.context.close()

    page = phone(stage.browser, stage.server, java_script_enabled=False)
    page.goto("/return/")
    page.locator("#code").fill(code)
    page.get_by_test_id("return-code").click()
    page.get_by_test_id("on-top").get_by_role("link").click()
    expect(page.get_by_test_id("word")).to_have_text(word)
    expect(page.get_by_test_id("date-note")).to_have_text(NOTE)

    page.get_by_test_id("move").click()
    page.locator("a[href='?how=onsite']").click()
    page.get_by_test_id("slot").check(force=True)
    page.get_by_test_id("move-now").click()
    expect(page.get_by_test_id("done")).to_have_text("Verlegt.")
    expect(page.get_by_test_id("date")).to_contain_text("Klingel „Beratung“")
    page.get_by_test_id("cancel").click()
    page.get_by_test_id("cancel-now").click()
    expect(page.get_by_test_id("date")).to_have_count(0)

    team_does(stage, "propose", days=6, channel="video")
    page.goto("/inbox/")
    expect(page.get_by_test_id("on-top")).to_contain_text("Passt dir das?")
    page.get_by_test_id("on-top").get_by_role("link").click()
    page.get_by_test_id("yes").click()
    expect(page.get_by_test_id("state")).to_have_text("Ausgemacht")
    team_does(stage, "near")
    page.reload()
    page.get_by_test_id("enter").click()
    expect(page).to_have_url(f"{stage.server.url}/meeting/{page.url.rstrip('/').rpartition('/')[2]}/")


def test_a_proposal_in_a_running_chat_can_be_answered_at_once(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2})
    page = phone(stage.browser, stage.server)
    begin(page, OTTER)
    claim(stage.counsellor("Linde"), OTTER)
    expect(page.get_by_test_id("composer")).to_be_visible(timeout=15_000)
    expect(page.get_by_test_id("on-top")).to_be_hidden()
    team_does(stage, "propose", days=6, channel="voice")
    expect(page.get_by_test_id("on-top")).to_contain_text("Passt dir das?", timeout=15_000)
    shoot(page, "booking-chat-phone-light-de")
    assert problems(page) == []
    page.get_by_test_id("on-top").get_by_role("link").click()
    page.get_by_test_id("yes").click()
    expect(page.get_by_test_id("state")).to_have_text("Ausgemacht")


def to_an_appointment(page: Page, stage: Stage) -> Iterator[str]:
    """From no free time at all to the code, by name."""
    page.goto("/appointment/")
    yield "nothing-free"
    team_does(stage, "offer", channel="onsite", days=[3, 4, 12], place=HOUSE)
    team_does(stage, "offer", channel="onsite", days=[3], hour=17, place=HOUSE)
    team_does(stage, "offer", channel="video", days=[5])
    page.reload()
    yield "ways"
    page.goto("/appointment/?how=onsite")
    yield "times"
    page.get_by_test_id("time").first.click()
    page.locator("#nickname").fill("x")
    page.locator("#note").fill(NOTE)
    page.get_by_test_id("next-step").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "name"
    page.locator("#nickname").fill(OTTER)
    page.get_by_test_id("next-step").click()
    expect(page.get_by_test_id("skip")).to_be_visible()
    yield "facts"
    page.get_by_test_id("book").click()
    expect(page.get_by_test_id("code")).to_be_visible(timeout=15_000)
    yield "booked"


def with_an_appointment(page: Page, stage: Stage) -> Iterator[str]:
    """Everything that can be done with it."""
    page.get_by_test_id("my-dates").click()
    page.get_by_test_id("calendar").locator("summary").click()
    yield "mine"
    page.get_by_test_id("new-code").click()
    expect(page.get_by_test_id("code")).to_be_visible()
    yield "code"
    page.goto("/appointment/?how=video")
    page.get_by_test_id("time").first.click()
    yield "confirm"
    page.goto("/appointments/")
    page.get_by_test_id("move").click()
    page.get_by_test_id("propose").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    yield "other-time"
    page.goto("/appointments/propose/")
    yield "propose"
    team_does(stage, "propose", days=6, channel="phone")
    page.goto("/inbox/")
    expect(page.get_by_test_id("on-top").get_by_role("link")).to_have_count(2)
    yield "inbox"
    page.goto("/appointments/")
    yield "asked"
    page.get_by_test_id("cancel").click()
    yield "cancel"
    page.get_by_test_id("cancel-now").click()
    page.get_by_test_id("before").locator("summary").click()
    yield "before"
    page.goto("/appointments/propose/")
    page.locator("#note").fill(NOTE)
    page.context.clear_cookies(name=stage.people["cookie"]["seeker"])
    page.get_by_test_id("propose").click()
    expect(page.get_by_test_id("kept-note")).to_have_text(NOTE)
    yield "signed-out"


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing_on_the_pages_of_appointments(stage: Stage, language: str) -> None:
    stage.seed(staff={"Linde": 2})
    page = phone(stage.browser, stage.server, **options(language))
    seen, titles = Walk(language, "booking"), {}
    for steps in (to_an_appointment(page, stage), with_an_appointment(page, stage)):
        for name in steps:
            seen.see(page, name, whole=True)
            titles[name] = page.title()

    assert seen.found == {}
    assert not any(word in title for title in titles.values() for word in ("Otter", "Linde"))
