"""A keyboard takes its half of a small screen (360×640): what is typed into is seen, its button reached."""

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.e2e import desk_hands as desk
from tests.e2e.desk_hands import Stage
from tests.e2e.seeker_hands import phone

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

WHOLE: ViewportSize = {"width": 360, "height": 640}
LEFT: ViewportSize = {"width": 360, "height": 640 - 290}
# Whether nothing lies over the element: looked at in its middle and beside the middles of its edges.
UNCOVERED = """(element) => {
  const box = element.getBoundingClientRect(), label = element.closest("label");
  const spots = [[.5, .5], [.5, .1], [.5, .9], [.05, .5], [.95, .5]];
  return spots.every(([x, y]) => {
    const there = document.elementFromPoint(box.left + x * box.width, box.top + y * box.height);
    return element.contains(there) || Boolean(label?.contains(there));
  });
}"""


def typing(page: Page, field: Locator) -> None:
    """The field is tapped, the keyboard comes up, and the browser brings the field back into sight."""
    page.set_viewport_size(WHOLE)
    field.tap()
    page.set_viewport_size(LEFT)
    page.evaluate("document.activeElement.scrollIntoView({ block: 'nearest' })")
    expect(field).to_be_focused()
    expect(field).to_be_in_viewport(ratio=1)
    assert field.evaluate(UNCOVERED), f"something lies over {field}"


def reached(button: Locator) -> None:
    """Scrolled to, the button is seen and nothing lies over it."""
    button.evaluate("button => button.scrollIntoView({ block: 'nearest' })")
    expect(button).to_be_in_viewport(ratio=1)
    assert button.evaluate(UNCOVERED), f"something lies over {button}"


def test_young_people_see_what_they_type_and_reach_its_button(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2})
    page = phone(stage.browser, stage.server, viewport=WHOLE, reduced_motion="reduce")
    page.goto("/return/")
    for field, button in (("#nickname", "return-words"), ("#passphrase", "return-words"), ("#code", "return-code")):
        typing(page, page.locator(field))
        reached(page.get_by_test_id(button))

    page.goto("/chat/start/")
    typing(page, page.locator("#nickname"))
    reached(page.get_by_test_id("next-step"))
    page.get_by_test_id("next-step").click()
    typing(page, page.locator("select[name=language]"))
    reached(page.get_by_test_id("begin"))
    page.get_by_test_id("begin").click()

    expect(page.get_by_test_id("place")).to_be_visible(timeout=15_000)
    typing(page, page.get_by_test_id("first-text"))
    page.get_by_test_id("first-text").fill("Zeile\n" * 30)
    expect(page.get_by_test_id("saved")).not_to_be_empty()
    reached(page.get_by_test_id("saved"))
    reached(page.get_by_test_id("leave"))

    page.goto("/mine/keep/")
    page.locator(".fold summary").click()
    for field in ("#own", "#own-again"):
        typing(page, page.locator(field))
        reached(page.get_by_test_id("own-words"))
    page.get_by_test_id("written").click()
    typing(page, page.locator("#tried"))
    reached(page.get_by_test_id("tried"))


def test_a_counsellor_sees_what_they_type_and_reaches_its_button(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2}, chats={"Stiller Otter": "Linde"})
    page = stage.counsellor("Linde", viewport=WHOLE, has_touch=True, reduced_motion="reduce")
    desk.chat(page, "Stiller Otter").click()
    stage.seeker("Stiller Otter").say("Bist du da?")
    expect(page.get_by_test_id("message").filter(has_text="Bist du da?")).to_be_visible()

    typing(page, desk.composer(page))
    reached(page.locator("[data-testid=send]:visible"))
    desk.composer(page).fill("Zeile\n" * 30)
    reached(page.locator("[data-testid=send]:visible"))
    expect(page.get_by_role("heading", name="Stiller Otter")).to_be_in_viewport(ratio=1)
