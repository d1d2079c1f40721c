"""Words that may hint at danger, typed by a young person: help appears, the counsellor sees it, nothing is blocked."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import desk_hands, seeker_hands
from tests.e2e.desk_hands import Stage, chat, claim, queued
from tests.e2e.looks import LOOKS, Walk, options
from tests.e2e.seeker_hands import PHONE

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

FIRST, BUS, OTTER = "Papierboot", "Blauer Bus", "Stiller Otter"
HINT = "Ich will nicht mehr leben."
DANGER = "Hinweis im Text"


def young(stage: Stage, nickname: str, **more: Any) -> Page:
    """The young person's room."""
    context = stage.browser.new_context(**{**PHONE, "base_url": stage.server.url, **more})
    stage.contexts.append(context)
    url = stage.server.url.replace("http:", "https:")
    name, token = stage.people["cookie"]["seeker"], stage.people["seekers"][nickname]["token"]
    context.add_cookies([{"name": name, "value": token, "url": url, "secure": True}])
    page = context.new_page()
    page.goto("/chat/")
    return page


def line(page: Page) -> list[str]:
    """Who waits, in order."""
    return page.locator("[data-testid=queue-item] [data-slot=nickname]").all_inner_texts()


def test_typed_while_waiting_it_helps_marks_and_goes_forward(stage: Stage) -> None:
    stage.seed(staff={"Linde": 3}, waiting=[FIRST, BUS])
    desk = stage.counsellor("Linde")
    expect(queued(desk, BUS)).to_be_visible()
    assert line(desk) == [FIRST, BUS]
    page = young(stage, BUS)
    expect(page.get_by_test_id("help-waiting")).to_be_hidden()

    page.get_by_test_id("first-text").fill(HINT)

    expect(page.get_by_test_id("help-waiting")).to_be_visible()
    expect(page.get_by_test_id("help-waiting").get_by_role("link", name="112")).to_be_visible()
    expect(page.get_by_test_id("first-text")).to_be_editable()
    expect(queued(desk, BUS)).to_contain_text(DANGER, timeout=15_000)
    expect(desk.get_by_test_id("queue-item").first).to_contain_text(BUS)
    expect(queued(desk, FIRST).locator("[data-slot=hinted]")).to_be_hidden()

    claim(desk, BUS)

    said = desk.get_by_test_id("message").filter(has_text=HINT)
    expect(said.get_by_test_id("hint")).to_be_visible()
    expect(chat(desk, BUS)).to_contain_text(DANGER)
    expect(page.get_by_test_id("help-first")).to_be_visible()
    seeker_hands.write(page, "Bist du da?")
    expect(desk.get_by_test_id("message").filter(has_text="Bist du da?").get_by_test_id("hint")).to_be_hidden()


def test_written_in_the_chat_it_helps_and_is_marked_at_the_message(stage: Stage) -> None:
    stage.seed(staff={"Linde": 3}, chats={OTTER: "Linde"})
    desk, page = stage.counsellor("Linde"), young(stage, OTTER)
    seeker_hands.write(page, "Hallo")
    expect(desk.get_by_test_id("message")).to_have_count(1)
    expect(page.get_by_test_id("help-first")).to_be_hidden()
    expect(chat(desk, OTTER).locator("[data-slot=hinted]")).to_be_hidden()

    seeker_hands.write(page, HINT)

    expect(page.get_by_test_id("help-first")).to_be_visible()
    expect(desk.get_by_test_id("message").filter(has_text=HINT).get_by_test_id("hint")).to_be_visible()
    expect(desk.get_by_test_id("message").filter(has_text="Hallo").get_by_test_id("hint")).to_be_hidden()
    expect(chat(desk, OTTER)).to_contain_text(DANGER)
    expect(seeker_hands.bubble(page, HINT)).to_have_count(1)  # nothing is marked for the one who wrote it
    expect(page.get_by_text(DANGER)).to_have_count(0)

    page.get_by_test_id("help-away").click()
    expect(page.get_by_test_id("help-first")).to_be_hidden()
    desk_hands.write(desk, "Ich bin da.")
    expect(seeker_hands.bubble(page, "Ich bin da.")).to_be_visible()
    desk.reload()
    expect(desk.get_by_test_id("message").filter(has_text=HINT).get_by_test_id("hint")).to_be_visible()
    page.reload()
    expect(page.get_by_test_id("help-first")).to_be_visible()


@pytest.mark.parametrize("language", LOOKS)
def test_how_it_looks(stage: Stage, language: str) -> None:
    stage.seed(staff={"Linde": 3}, waiting=[FIRST, BUS], chats={OTTER: "Linde"})
    walk = Walk(language, "danger")
    bus, otter = (young(stage, name, **options(language)) for name in (BUS, OTTER))
    bus.get_by_test_id("first-text").fill(HINT)
    expect(bus.get_by_test_id("help-waiting")).to_be_visible()
    walk.see(bus, "waiting", whole=True)
    seeker_hands.write(otter, HINT)
    expect(otter.get_by_test_id("help-first")).to_be_visible()
    walk.see(otter, "chat")
    desk = stage.counsellor("Linde", **options(language))
    expect(queued(desk, BUS).locator("[data-slot=hinted]")).to_be_visible(timeout=15_000)
    walk.see(desk, "desk")
    path = f"/team/file/{stage.people['seekers'][OTTER]['case']}/"
    desk.goto(f"{stage.server.url}{path}risk/")
    desk.locator("input[name=level][value=orange]").check(force=True)
    desk.locator("#id_said").fill("Ich mache es.")
    desk.locator("#id_review_on").fill("2099-01-01")
    desk.get_by_test_id("risk-save").click()
    expect(desk.get_by_test_id("history")).to_be_visible()
    walk.see(desk, "risk", whole=True)
    desk.get_by_test_id("plan-link").click()
    expect(desk.get_by_test_id("agreement-save")).to_be_visible()
    assert "112" in desk.locator("#agreement-text").input_value()
    walk.see(desk, "plan", whole=True)
    desk.get_by_test_id("agreement-save").click()
    expect(desk.get_by_test_id("agreement")).to_be_visible()
    desk.goto(f"{stage.server.url}/team/")
    expect(chat(desk, OTTER).locator("[data-slot=danger]")).to_be_visible()
    walk.see(desk, "orange")
    desk.goto(f"{stage.server.url}/team/letters/on-call/")
    walk.see(desk, "on-call")

    assert walk.found == {}
