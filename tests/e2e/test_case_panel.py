"""The case panel in a real browser: looks, without scripts, and the story of a day on which it became red."""

import json
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.desk_hands import Stage
from tests.e2e.looks import LOOKS, Walk, options
from tests.e2e.seeker_hands import PHONE

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

OTTER = "Stiller Otter"


def begun(stage: Stage, *, full: bool = False) -> str:
    """A chat that runs, with a supervisor beside it; the address of its panel."""
    stage.seed(staff={"Linde": 3, "Ahorn": 3}, chats={OTTER: "Linde"})
    who = stage.people["seekers"][OTTER]
    output = stage.server.ground.run("-m", "tests.e2e.panel_seed", *([who["token"]] if full else []))
    stage.people["staff"] |= json.loads(output.splitlines()[-1])["staff"]
    return f"/team/file/{who['case']}/"


def young(stage: Stage, **more: Any) -> Page:
    """The young person's page."""
    context = stage.browser.new_context(**{**PHONE, "base_url": stage.server.url, **more})
    stage.contexts.append(context)
    url = stage.server.url.replace("http:", "https:")
    name, token = stage.people["cookie"]["seeker"], stage.people["seekers"][OTTER]["token"]
    context.add_cookies([{"name": name, "value": token, "url": url, "secure": True}])
    return context.new_page()


def go(page: Page, stage: Stage, path: str) -> None:
    page.goto(stage.server.url + path)


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing_in_a_full_panel(stage: Stage, language: str) -> None:
    path = begun(stage, full=True)
    page = stage.counsellor("Linde", path=path, **options(language))
    walk = Walk(language, "panel")
    for name in ("agreement", "task", "note"):
        page.get_by_test_id(f"{name}-open").click()
    walk.see(page, "file", whole=True)
    page.get_by_test_id("task-save").click()
    walk.see(page, "refused", whole=True)
    go(page, stage, f"{path}facts/")
    walk.see(page, "facts", whole=True)
    go(page, stage, f"{path}risk/")
    walk.see(page, "risk", whole=True)
    page.get_by_test_id("risk-save").click()
    walk.see(page, "risk-refused", whole=True)
    go(page, stage, "/team/risk/")
    walk.see(page, "records")
    page.get_by_test_id("record").first.click()
    walk.see(page, "record")
    go(page, stage, f"{path}consult/")
    walk.see(page, "consult", whole=True)
    page.locator("#id_text").fill(f"{OTTER} fragt, was jetzt hilft.")
    page.get_by_test_id("share").click()
    walk.see(page, "consult-refused", whole=True)
    go(page, stage, "/team/consultations/")
    walk.see(page, "consultations")
    page.get_by_test_id("consultation").click()
    walk.see(page, "consultation")

    assert walk.found == {}


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing_at_the_beginning_and_for_those_who_lead(stage: Stage, language: str) -> None:
    path = begun(stage)
    page = stage.counsellor("Linde", path=path, **options(language))
    walk = Walk(language, "panel")
    walk.see(page, "empty", whole=True)
    go(page, stage, f"{path}risk/")
    page.get_by_test_id("now-open").click()
    walk.see(page, "first", whole=True)
    go(page, stage, "/team/risk/")
    walk.see(page, "no-records")
    page.context.close()
    stage.contexts.clear()
    begun(stage, full=True)
    kim = stage.counsellor("Kim", path="/team/consultations/", **options(language))
    kim.get_by_test_id("consultation").click()
    walk.see(kim, "asked")
    lead = stage.counsellor("Uli", path="/team/risk/", **options(language))
    expect(lead.get_by_test_id("risk-bell")).to_be_visible()
    walk.see(lead, "lead")
    lead.get_by_test_id("record").first.click()
    walk.see(lead, "lead-record")

    assert walk.found == {}


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing_on_the_young_persons_side(stage: Stage, language: str) -> None:
    begun(stage, full=True)
    page = young(stage, **options(language))
    walk = Walk(language, "panel")
    page.goto("/chat/")
    expect(page.get_by_test_id("pinned")).to_be_visible()
    walk.see(page, "room")
    page.get_by_test_id("where").click()
    walk.see(page, "where", whole=True)
    page.get_by_test_id("tell").click()
    walk.see(page, "where-refused")
    page.goto("/mine/agreed/")
    walk.see(page, "agreed")
    page.goto("/mine/")
    walk.see(page, "mine", whole=True)

    assert walk.found == {}


@pytest.mark.parametrize("scripts", [True, False])
def test_the_day_it_became_red(stage: Stage, scripts: bool) -> None:
    path = begun(stage)
    linde = stage.counsellor("Linde", path=path, java_script_enabled=scripts)
    otter = young(stage)
    otter.goto("/chat/")
    expect(otter.get_by_test_id("composer")).to_be_visible()
    expect(otter.get_by_test_id("agreed")).to_be_hidden()
    linde.get_by_test_id("agreement-open").click()
    linde.locator("#agreement-text").fill("Du rufst deine Schwester an.")
    linde.get_by_test_id("agreement-save").click()
    expect(linde.get_by_test_id("agreement")).to_have_text("Du rufst deine Schwester an.")
    linde.get_by_test_id("task-open").click()
    linde.locator("#task-text").fill("Mit der Leitung sprechen")
    linde.get_by_test_id("task-save").click()
    linde.get_by_test_id("tick").click()
    expect(linde.get_by_test_id("tasks")).to_contain_text("erledigt von Linde")

    expect(otter.get_by_test_id("agreed-line")).to_contain_text("Du rufst deine Schwester an.")
    otter.goto("/mine/agreed/")
    expect(otter.get_by_test_id("agreed")).to_contain_text("Du rufst deine Schwester an.")
    otter.goto("/chat/")
    expect(otter.get_by_test_id("composer")).to_be_visible()
    expect(otter.get_by_test_id("pinned")).to_be_hidden()
    linde.get_by_test_id("risk-link").click()
    linde.get_by_test_id("now-open").click()
    linde.get_by_test_id("now").click()
    expect(linde.get_by_test_id("protocol")).to_contain_text("noch nicht gesehen")
    expect(linde.get_by_test_id("protocol").get_by_role("link", name="112")).to_be_visible()

    expect(otter.get_by_test_id("pinned").get_by_role("link", name="112")).to_be_visible()
    otter.get_by_test_id("where").click()
    otter.locator("#where-text").fill("Am Bahnhof, Gleis 3")
    otter.get_by_test_id("tell").click()
    expect(otter.get_by_test_id("told")).to_contain_text("Gleis 3")

    uli = stage.counsellor("Uli", path="/team/risk/", java_script_enabled=scripts)
    expect(uli.get_by_test_id("records")).to_contain_text("Rot")
    if scripts:
        expect(uli.get_by_test_id("risk-bell")).to_be_visible()
    uli.get_by_test_id("seen").click()
    expect(uli.get_by_test_id("records")).to_contain_text("Gesehen von Uli")

    linde.reload()
    expect(linde.get_by_test_id("protocol")).to_contain_text("Gleis 3")
    expect(linde.get_by_test_id("protocol")).not_to_contain_text("noch nicht gesehen")


def test_a_colleague_gives_the_second_look(stage: Stage) -> None:
    begun(stage, full=True)
    ahorn = stage.counsellor("Ahorn", path="/team/risk/")
    ahorn.get_by_test_id("record").first.click()
    expect(ahorn.get_by_test_id("answers")).to_contain_text("Ich mache es heute.")
    ahorn.get_by_test_id("seen").click()
    expect(ahorn.get_by_test_id("log")).to_contain_text("Ahorn hat es gesehen.")
    expect(ahorn.get_by_test_id("log")).to_contain_text("Ahorn hat den Text geöffnet.")


def test_advice_without_a_name(stage: Stage) -> None:
    path = begun(stage, full=True)
    linde = stage.counsellor("Linde", path=f"{path}consult/")
    linde.locator("#id_text").fill(f"{OTTER} wird daheim angeschrien. Was fragst du?")
    linde.locator("#id_to").select_option(label="Kim (Insofa)")
    linde.get_by_test_id("share").click()
    expect(linde.get_by_test_id("names").locator("mark")).to_have_text(OTTER)
    linde.get_by_test_id("replace").click()
    linde.get_by_test_id("share").click()
    expect(linde.get_by_test_id("excerpt")).to_have_text("X wird daheim angeschrien. Was fragst du?")

    kim = stage.counsellor("Kim", path="/team/consultations/")
    kim.get_by_test_id("consultation").first.click()
    expect(kim.get_by_test_id("excerpt")).to_have_text("X wird daheim angeschrien. Was fragst du?")
    kim.locator("#remark-text").fill("Wer ist sonst noch da?")
    kim.get_by_test_id("answer").click()
    linde.reload()
    expect(linde.get_by_test_id("remarks")).to_contain_text("Wer ist sonst noch da?")
