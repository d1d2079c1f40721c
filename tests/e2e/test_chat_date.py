"""The chat of an appointment, on its two screens: whoever comes first waits, at a closed door of the team."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import desk_hands as desk
from tests.e2e.desk_hands import Stage
from tests.e2e.looks import LOOKS, PHONE, Walk, options
from tests.e2e.seeker_hands import phone, write

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
OTTER = "Stiller Otter"


def agreed(stage: Stage, minutes: int = 5) -> None:
    output = stage.server.ground.run("-m", "tests.e2e.chat_date_seed", json.dumps({"minutes": minutes}))
    stage.people = json.loads(output.splitlines()[-1])


def young(stage: Stage, **more: object) -> Page:
    page = phone(stage.browser, stage.server, **{"reduced_motion": "reduce", **more})
    stage.contexts.append(page.context)
    url = stage.server.url.replace("http:", "https:")
    name = stage.people["cookie"]["seeker"]
    page.context.add_cookies([{"name": name, "value": stage.people["token"], "url": url, "secure": True}])
    page.goto("/appointments/")
    return page


def together(otter: Page, linde: Page) -> None:
    """Both are in the chat that was agreed."""
    expect(otter.get_by_test_id("composer")).to_be_visible(timeout=30_000)
    desk.chat(linde, OTTER).click(timeout=30_000)
    expect(desk.chat(linde, OTTER)).not_to_contain_text("nicht verbunden", timeout=30_000)
    write(otter, "Da bin ich.")
    expect(linde.get_by_test_id("message").filter(has_text="Da bin ich.")).to_be_visible()


def test_the_young_person_waits_and_the_desk_says_so(stage: Stage) -> None:
    agreed(stage)
    otter = young(stage)
    otter.get_by_test_id("enter").click()
    expect(otter.get_by_test_id("look-again")).to_be_visible()

    linde = stage.counsellor("Linde")
    expect(linde.get_by_test_id("reserved")).to_contain_text("wartet schon auf dich")
    linde.get_by_test_id("reserved-enter").click()

    together(otter, linde)
    expect(linde.get_by_test_id("reserved")).to_have_count(0)


def test_the_counsellor_says_so_in_the_calendar_and_it_begins_at_the_desk(stage: Stage) -> None:
    agreed(stage)
    linde = stage.counsellor("Linde", path="/team/calendar/")
    linde.get_by_test_id("to-chat").click()
    linde.locator("#desk[aria-busy=false]").wait_for()
    expect(linde.get_by_test_id("reserved")).to_contain_text("Du bist bereit")

    otter = young(stage)
    otter.get_by_test_id("enter").click()

    together(otter, linde)


def test_before_its_time_there_is_no_way_in(stage: Stage) -> None:
    agreed(stage, minutes=20)
    otter, linde = young(stage), stage.counsellor("Linde")

    expect(otter.get_by_test_id("date")).to_contain_text("Weg in den Chat")
    expect(otter.get_by_test_id("enter")).to_have_count(0)
    expect(linde.get_by_test_id("reserved")).to_have_count(0)


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing(stage: Stage, language: str) -> None:
    agreed(stage)
    walk = Walk(language, "chat-date")
    linde = stage.counsellor("Linde", **options(language, viewport=PHONE))
    linde.get_by_test_id("reserved").wait_for()
    walk.see(linde, "desk")
    linde.goto(f"{stage.server.url}/team/letters/{stage.people['case']}/")
    linde.evaluate("scrollTo(0, 0)")
    walk.see(linde, "case-head")
    linde.get_by_test_id("consult-link").scroll_into_view_if_needed()
    walk.see(linde, "case-panel")
    linde.goto(f"{stage.server.url}/team/calendar/")
    walk.see(linde, "calendar", whole=True)
    otter = young(stage, **options(language))
    otter.get_by_test_id("enter").click()
    expect(otter.get_by_test_id("look-again")).to_be_visible()
    walk.see(otter, "door", whole=True)

    assert walk.found == {}
