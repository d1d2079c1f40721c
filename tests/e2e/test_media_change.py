"""Two browsers change their way: a no without reasons, a yes and the way in for both, back, and a text together."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import desk_hands as desk
from tests.e2e.desk_hands import Stage
from tests.e2e.looks import LOOKS, Walk, options
from tests.e2e.seeker_hands import in_menu, phone, write
from tests.support.server import LIGHT, Ground, Server
from tests.support.services import given

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

OTTER = "Stiller Otter"
# Nobody joins a call here: that there is a relay is enough for being asked.
RELAY = {"COUNSELLING_TURN_URLS": "turn:127.0.0.1:3478", "COUNSELLING_TURN_SECRET": "s" * 32}


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with given() as urls, Ground(**urls, settings={**LIGHT, **RELAY}) as ground, Server(ground) as server:
        yield server


def young(stage: Stage, path: str = "/chat/", **more: object) -> Page:
    page = phone(stage.browser, stage.server, **{"reduced_motion": "reduce", **more})
    stage.contexts.append(page.context)
    url = stage.server.url.replace("http:", "https:")
    token = stage.people["seekers"][OTTER]["token"]
    page.context.add_cookies([{"name": stage.people["cookie"]["seeker"], "value": token, "url": url, "secure": True}])
    page.goto(path)
    return page


def both(stage: Stage) -> tuple[Page, Page]:
    """A chat that runs, on its two screens."""
    stage.seed(staff={"Linde": 3}, chats={OTTER: "Linde"})
    otter, linde = young(stage), stage.counsellor("Linde")
    desk.chat(linde, OTTER).click()
    expect(desk.composer(linde)).to_be_visible()
    expect(otter.get_by_test_id("composer")).to_be_visible()
    return otter, linde


def proposes(linde: Page, what: str) -> None:
    linde.get_by_test_id("ways").click()
    linde.get_by_test_id(f"propose-{what}").click()


def card(page: Page, testid: str) -> None:
    expect(page.locator(f"[data-testid={testid}]:visible")).to_have_count(1)


def no_card(page: Page) -> None:
    expect(page.locator("[data-testid=standing]:visible")).to_have_count(0)


def test_a_no_without_reasons_then_a_yes_the_way_in_and_back(stage: Stage) -> None:
    otter, linde = both(stage)
    no_card(otter)

    proposes(linde, "voice")
    card(linde, "unpropose")
    card(otter, "yes-video")
    expect(otter.get_by_test_id("standing")).to_contain_text("niemand nimmt etwas auf")
    otter.get_by_test_id("no").click()

    for page in (otter, linde):
        no_card(page)
    write(otter, "Lieber schreiben.")
    expect(linde.get_by_test_id("message").filter(has_text="Lieber schreiben.")).to_be_visible()
    linde.get_by_test_id("ways").click()
    expect(linde.get_by_test_id("propose-mail")).to_be_visible()
    expect(linde.get_by_test_id("propose-voice")).to_be_hidden()
    linde.get_by_test_id("ways").click()

    in_menu(otter, "Anders weiterreden")
    otter.get_by_test_id("ask-voice").click()
    card(otter, "unpropose")
    card(linde, "yes")
    linde.locator("[data-testid=yes]:visible").click()

    for page, path in ((otter, "/meeting/"), (linde, "/team/meeting/")):
        card(page, "to-meeting")
        assert str(page.locator("[data-testid=to-meeting]:visible").get_attribute("href")).startswith(path)
    otter.get_by_test_id("undo").click()

    for page in (otter, linde):
        no_card(page)
    write(otter, "Hier geht es weiter.")
    expect(linde.get_by_test_id("message").filter(has_text="Hier geht es weiter.")).to_be_visible()


def test_the_way_in_leads_into_the_call_and_its_end_is_said(stage: Stage) -> None:
    otter, linde = both(stage)
    proposes(linde, "voice")
    otter.get_by_test_id("yes-voice").click()
    card(linde, "to-meeting")

    otter.get_by_test_id("to-meeting").click()
    expect(otter).to_have_url(f"{stage.server.url}{otter.evaluate('location.pathname')}")
    assert "/meeting/" in otter.url
    otter.goto("/chat/")
    card(otter, "to-meeting")
    linde.locator("[data-testid=undo]:visible").click()

    no_card(linde)
    no_card(otter)
    expect(otter.get_by_test_id("composer")).to_be_visible()


def test_an_agreement_is_written_by_both_and_lands_on_top(stage: Stage) -> None:
    otter, linde = both(stage)
    case = stage.people["seekers"][OTTER]["case"]
    paper = stage.counsellor("Linde", path=f"/team/case/{case}/together/")
    paper.get_by_test_id("begin-together").click()
    paper.get_by_test_id("together-text").fill("Du rufst an.\n")
    card(otter, "to-together")
    mine = young(stage, "/together/")
    field = mine.get_by_test_id("together-text")
    expect(field).to_have_value("Du rufst an.\n")

    paper.get_by_test_id("together-text").focus()
    field.press("Control+End")
    field.press_sequentially("Am Dienstag nach der Schule.", delay=20)

    expect(paper.get_by_test_id("together-text")).to_have_value("Du rufst an.\nAm Dienstag nach der Schule.")
    paper.get_by_test_id("approve").click()
    expect(mine.get_by_test_id("together-said")).to_contain_text("Wir sind einverstanden.")
    field.press_sequentially(" Oder Mittwoch.")
    expect(mine.get_by_test_id("together-said")).to_contain_text("Wir haben noch nicht zugestimmt.")
    expect(paper.get_by_test_id("together-text")).to_have_value(
        "Du rufst an.\nAm Dienstag nach der Schule. Oder Mittwoch."
    )
    mine.get_by_test_id("approve").click()
    expect(paper.get_by_test_id("together-said")).to_contain_text("Die junge Person ist einverstanden.")
    paper.get_by_test_id("approve").click()

    for page in (mine, paper):
        expect(page.get_by_test_id("kept")).to_be_visible()
    for page in (otter, linde):
        expect(page.locator("[data-testid=agreed-line]:visible")).to_contain_text("Du rufst an.")
    expect(otter.locator("[data-testid=standing-text]:visible")).to_have_count(0)


def test_two_change_the_same_word_and_nobody_loses_any(stage: Stage) -> None:
    stage.seed(staff={"Linde": 3}, chats={OTTER: "Linde"})
    case = stage.people["seekers"][OTTER]["case"]
    paper = stage.counsellor("Linde", path=f"/team/case/{case}/together/")
    paper.get_by_test_id("begin-together").click()
    theirs = paper.get_by_test_id("together-text")
    theirs.fill("Montag")
    mine = young(stage, "/together/")
    field = mine.get_by_test_id("together-text")
    expect(field).to_have_value("Montag")
    # The line is gone for a moment, and both go on writing.
    mine.context.set_offline(True)
    field.fill("Dienstag")
    expect(mine.locator("[data-now-is=offline]")).to_be_visible()
    theirs.fill("Mittwoch")
    expect(paper.locator("[data-now-is=saved]")).to_be_visible()
    mine.context.set_offline(False)

    expect(mine.get_by_test_id("both")).to_contain_text("Mittwoch")
    expect(field).to_have_value("Dienstag")
    mine.get_by_test_id("take-mine").click()

    expect(theirs).to_have_value("Dienstag")


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing_where_ways_change(stage: Stage, language: str) -> None:
    stage.seed(staff={"Linde": 3}, chats={OTTER: "Linde"})
    case = stage.people["seekers"][OTTER]["case"]
    otter, linde = young(stage, **options(language)), stage.counsellor("Linde", **options(language))
    desk.chat(linde, OTTER).click()
    page, seen = young(stage, "/change/", **options(language)), Walk(language, "change")
    ways = stage.counsellor("Linde", path=f"/team/case/{case}/change/", **options(language))
    paper = stage.counsellor("Linde", path=f"/team/case/{case}/together/", **options(language))
    seen.see(page, "ways", whole=True)
    linde.get_by_test_id("ways").click()
    seen.see(linde, "desk-menu")
    linde.get_by_test_id("propose-voice").click()
    card(otter, "yes-voice")
    seen.see(otter, "room-asked")
    seen.see(linde, "desk-mine")
    ways.reload()
    seen.see(ways, "team-ways", whole=True)
    otter.get_by_test_id("yes-voice").click()
    card(linde, "to-meeting")
    seen.see(otter, "room-ready")
    seen.see(linde, "desk-ready")
    seen.see(paper, "team-text-none", whole=True)
    paper.get_by_test_id("begin-together").click()
    paper.get_by_test_id("together-text").fill("Du rufst am Dienstag deine Schwester an, und wir schreiben uns danach.")
    paper.get_by_test_id("approve").click()
    seen.see(paper, "team-text", whole=True)
    card(otter, "to-together")
    expect(otter.locator("[data-text-when=mine]:visible")).to_have_count(1)
    seen.see(otter, "room-text")
    page.goto("/together/")
    expect(page.get_by_test_id("object")).to_be_visible()
    seen.see(page, "text", whole=True)

    assert seen.found == {}
