"""What was agreed, at the top of all four timelines: one line, unfolded all of it, new as soon as it is written."""

import json

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e import desk_hands as desk
from tests.e2e.desk_hands import Stage
from tests.e2e.looks import LOOKS, PHONE, Walk, options, shoot
from tests.e2e.seeker_hands import phone

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

OTTER = "Stiller Otter"
SHORT = "Du rufst deine Schwester an."
LONG = "Bis Dienstag versuchst du, jeden Abend kurz rauszugehen, auch wenn es regnet.\n\n" + "Und wir schreiben. " * 45
HEBREW = "עד יום שלישי את מתקשרת לאחותך, ואנחנו כותבות זו לזו בכל ערב."
KEYBOARD_PX = 336


def agree(page: Page, stage: Stage, case: str, text: str) -> None:
    """Linde writes it down in the panel."""
    page.goto(f"{stage.server.url}/team/file/{case}/")
    page.get_by_test_id("agreement-open").click()
    page.locator("#agreement-text").fill(text)
    page.get_by_test_id("agreement-save").click()
    expect(page.get_by_test_id("agreement")).to_have_text(text.strip())


def young(stage: Stage, token: str, path: str, **more: object) -> Page:
    page = phone(stage.browser, stage.server, **{"reduced_motion": "reduce", **more})
    stage.contexts.append(page.context)
    url = stage.server.url.replace("http:", "https:")
    page.context.add_cookies([{"name": stage.people["cookie"]["seeker"], "value": token, "url": url, "secure": True}])
    page.goto(path)
    return page


def line(page: Page) -> Locator:
    return page.locator("[data-testid=agreed-line]:visible")


def is_one_line(page: Page) -> None:
    """However long the text is."""
    box = line(page).bounding_box()
    assert box
    assert box["height"] <= 48
    assert page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0


def test_it_changes_live_on_both_sides_and_stays_folded(stage: Stage) -> None:
    stage.seed(staff={"Linde": 3}, chats={OTTER: "Linde"})
    who = stage.people["seekers"][OTTER]
    otter, linde = young(stage, who["token"], "/chat/"), stage.counsellor("Linde")
    panel = stage.counsellor("Linde", path=f"/team/file/{who['case']}/")
    desk.chat(linde, OTTER).click()
    expect(desk.composer(linde)).to_be_visible()
    expect(otter.get_by_test_id("composer")).to_be_visible()
    for page in (otter, linde):
        expect(line(page)).to_have_count(0)

    agree(panel, stage, who["case"], SHORT)

    for page in (otter, linde):
        expect(line(page)).to_contain_text(SHORT)
        expect(page.locator("[data-slot=agreed-text]:visible")).to_have_count(0)
        line(page).click()
        expect(page.locator("[data-slot=agreed-text]:visible")).to_have_text(SHORT)
        expect(page.locator("[data-slot=agreed-before]:visible")).to_have_count(0)

    agree(panel, stage, who["case"], HEBREW)

    for page in (otter, linde):
        expect(page.locator("[data-slot=agreed-text]:visible")).to_have_text(HEBREW)
        page.locator("[data-slot=agreed-before]:visible summary").click()
        expect(page.locator("[data-slot=agreed-earlier]:visible")).to_contain_text(SHORT)
        kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
        assert HEBREW not in kept
        page.reload()
    expect(line(otter)).to_contain_text(HEBREW)
    desk.chat(linde, OTTER).click()
    expect(line(linde)).to_contain_text(HEBREW)
    assert otter.locator("[data-testid=agreed]").get_attribute("open") is None


@pytest.mark.parametrize("language", LOOKS)
def test_axe_and_looks_of_running_chats(stage: Stage, language: str) -> None:
    stage.seed(staff={"Linde": 3}, chats={OTTER: "Linde"})
    who, walk = stage.people["seekers"][OTTER], Walk(language, "agreed")
    panel = stage.counsellor("Linde", path=f"/team/file/{who['case']}/")
    otter = young(stage, who["token"], "/chat/", **options(language))
    linde = stage.counsellor("Linde", **options(language))
    desk.chat(linde, OTTER).click()
    walk.see(otter, "room-empty")
    for name, text in (("long", LONG), ("hebrew", HEBREW)):
        agree(panel, stage, who["case"], text)
        for place, page in (("room", otter), ("desk", linde)):
            expect(line(page)).to_contain_text(text[:40])
            walk.see(page, f"{place}-{name}")
            is_one_line(page)
            line(page).click()
            walk.see(page, f"{place}-{name}-open")
            line(page).click()
    otter.set_viewport_size({**PHONE, "height": PHONE["height"] - KEYBOARD_PX})
    otter.get_by_test_id("composer").focus()
    is_one_line(otter)
    expect(otter.get_by_test_id("composer")).to_be_in_viewport(ratio=1)
    shoot(otter, f"agreed-keyboard-{language}")
    assert walk.found == {}


@pytest.mark.parametrize("language", LOOKS)
def test_axe_and_looks_of_letters(stage: Stage, language: str) -> None:
    output = stage.server.ground.run("-m", "tests.e2e.files_seed", json.dumps({}))
    stage.people = json.loads(output.splitlines()[-1])
    case, walk = stage.people["case"], Walk(language, "agreed")
    panel = stage.counsellor("Linde", path=f"/team/file/{case}/")
    otter = young(stage, stage.people["token"], "/inbox/", **options(language))
    linde = stage.counsellor("Linde", path=f"/team/letters/{case}/", **options(language))
    for page in (otter, linde):
        expect(page.get_by_test_id("agreed")).to_have_count(0)
    for name, text in (("long", LONG), ("hebrew", HEBREW)):
        agree(panel, stage, case, text)
        for place, page in (("inbox", otter), ("case", linde)):
            page.reload()
            walk.see(page, f"{place}-{name}", whole=True)
            is_one_line(page)
            line(page).click()
            walk.see(page, f"{place}-{name}-open", whole=True)
    assert walk.found == {}
