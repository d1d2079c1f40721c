"""The team's vault in a browser: set up, let in, use the paper, renew it; in every look, by keyboard, on paper."""

import json
import re

import pytest
from playwright.sync_api import Error as PageError
from playwright.sync_api import Page, expect

from tests.e2e.desk_hands import Stage
from tests.e2e.looks import LOOKS, Walk, options, shoot

pytestmark = pytest.mark.e2e

PAGE = "/team/vault/"


@pytest.fixture
def team(stage: Stage) -> Stage:
    """Mara and Jon, before anything is set up."""
    output = stage.server.ground.run("-m", "tests.e2e.vault_seed", "Mara", "Jon")
    stage.people = json.loads(output.splitlines()[-1])
    return stage


def shown_key(page: Page) -> str:
    expect(page.get_by_test_id("paper-written")).to_be_visible()
    return "-".join(page.locator("#paper-key code").all_inner_texts())


def set_up(page: Page) -> str:
    """From the vault's page to the end; the key."""
    page.get_by_test_id("vault-found").click()
    key = shown_key(page)
    page.get_by_test_id("paper-written").click()
    page.locator("textarea").fill(key)
    page.get_by_test_id("paper-copied").click()
    expect(page.get_by_test_id("member").first).to_be_visible()
    return key


def test_a_team_sets_up_its_vault_and_lets_a_colleague_in(team: Stage) -> None:
    mara = team.counsellor("Mara", path=PAGE)
    key = set_up(mara)
    assert re.fullmatch(r"(\w{4}-){13}\w{4}", key)
    expect(mara.get_by_test_id("vault-news")).to_contain_text("Mara hat den Tresor am")

    jon = team.counsellor("Jon")
    expect(jon.locator("#vault-banner")).to_contain_text("noch nicht freigeschaltet")
    jon.locator("#vault-banner").get_by_role("link", name="Zum Tresor").locator("visible=true").click()
    expect(jon.get_by_test_id("my-words")).to_have_text(team.people["words"]["Jon"])
    expect(jon.get_by_text("Frag zum Beispiel:")).to_contain_text("Mara")

    mara.reload()
    row = mara.get_by_test_id("member").filter(has=mara.locator(".member-name", has_text="Jon"))
    expect(row).to_contain_text(team.people["words"]["Jon"])
    row.get_by_test_id("vault-let-in").click()
    expect(row.get_by_role("alert")).to_contain_text("Vergleicht erst die sechs Wörter")
    row.get_by_label("Wir haben die Wörter verglichen").check()
    row.get_by_test_id("vault-let-in").click()
    expect(mara.get_by_test_id("vault-news")).to_contain_text("Mara hat Jon am")

    jon.goto(f"{team.server.url}/team/")
    jon.locator("#desk[aria-busy=false]").wait_for()
    expect(jon.locator("#vault-banner p").locator("visible=true")).to_have_count(0)
    expect(jon.get_by_test_id("vault-news")).to_contain_text("Mara hat Jon am")


def test_a_slip_keeps_what_was_typed(team: Stage) -> None:
    page = team.counsellor("Mara", path=PAGE)
    page.get_by_test_id("vault-found").click()
    key = shown_key(page)
    page.get_by_test_id("paper-written").click()
    wrong = ("B" if key[0] != "B" else "C") + key[1:]
    page.locator("textarea").fill(wrong)
    page.get_by_test_id("paper-copied").click()

    expect(page.get_by_role("alert")).to_contain_text("Vergleiche jede Gruppe")
    expect(page.locator("textarea")).to_have_value(wrong)
    expect(page.locator("textarea")).to_be_focused()
    page.locator("textarea").fill(key.lower().replace("-", " "))
    page.get_by_test_id("paper-copied").click()
    expect(page.get_by_test_id("member").first).to_be_visible()


def test_it_works_without_scripts(team: Stage) -> None:
    page = team.counsellor("Mara", path=PAGE, java_script_enabled=False)
    page.get_by_test_id("vault-found").click()
    key = shown_key(page)
    expect(page.get_by_role("button", name="Drucken")).to_have_count(0)
    page.get_by_test_id("paper-written").click()
    page.locator("textarea").fill("falsch")
    page.get_by_test_id("paper-copied").click()
    expect(page.get_by_role("alert")).to_contain_text("Vergleiche jede Gruppe")
    expect(page.locator("textarea")).to_have_value("")
    page.locator("textarea").fill(key)
    page.get_by_test_id("paper-copied").click()
    expect(page.get_by_test_id("member").first).to_be_visible()


def test_stopping_halfway_begins_anew(team: Stage) -> None:
    page = team.counsellor("Mara", path=PAGE)
    page.get_by_test_id("vault-found").click()
    first = shown_key(page)
    page.get_by_role("link", name="Abbrechen").click()
    expect(page.get_by_test_id("vault-found")).to_be_visible()
    with pytest.raises(PageError, match="CACHE_MISS"):  # the browser kept nothing; asked again, it is another key
        page.go_back()
    page = page.context.new_page()
    page.goto(f"{team.server.url}{PAGE}")

    second = set_up(page)

    assert first != second


def test_the_paper_opens_and_is_renewed(team: Stage) -> None:
    key = set_up(team.counsellor("Mara", path=PAGE))
    jon = team.counsellor("Jon", path=PAGE)
    jon.get_by_text("Ich habe das Blatt mit dem Wiederherstellungsschlüssel").click()
    jon.locator("textarea").fill(key)
    jon.get_by_test_id("vault-recover").click()
    jon.get_by_test_id("vault-renew-now").get_by_test_id("vault-renew").click()
    expect(jon.get_by_text("Das alte Blatt gilt noch")).to_be_visible()
    fresh = shown_key(jon)
    jon.get_by_test_id("paper-written").click()
    jon.locator("textarea").fill(fresh)
    jon.get_by_test_id("paper-copied").click()

    expect(jon.get_by_test_id("vault-news")).to_contain_text("neuen Wiederherstellungsschlüssel gemacht")
    expect(jon.get_by_test_id("vault-renew-now")).to_have_count(0)
    assert fresh != key


def test_by_keyboard_alone(team: Stage) -> None:
    page = team.counsellor("Mara", path=PAGE)
    page.get_by_test_id("vault-found").focus()
    page.keyboard.press("Enter")
    key = shown_key(page)
    page.get_by_test_id("paper-written").focus()
    page.keyboard.press("Enter")
    page.locator("textarea").focus()
    page.keyboard.type(key)
    page.keyboard.press("Tab")
    expect(page.get_by_test_id("paper-copied")).to_be_focused()
    page.keyboard.press("Enter")
    box = page.get_by_label("Wir haben die Wörter verglichen")
    box.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_test_id("vault-news")).to_contain_text("Mara hat Jon am")


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing_on_any_page_of_the_vault(team: Stage, language: str) -> None:
    walk = Walk(language, "vault")

    def see(page: Page, name: str) -> None:
        walk.see(page, name, whole=True)

    page = team.counsellor("Mara", path=PAGE, **options(language))
    see(page, "unset")
    page.get_by_test_id("vault-found").click()
    see(page, "paper")
    key = shown_key(page)
    page.get_by_test_id("paper-written").click()
    page.locator("textarea").fill("falsch")
    page.get_by_test_id("paper-copied").click()
    expect(page.get_by_role("alert")).to_be_visible()
    see(page, "copy")
    page.locator("textarea").fill(key)
    page.get_by_test_id("paper-copied").click()
    expect(page.get_by_test_id("member").first).to_be_visible()
    see(page, "open")
    jon = team.counsellor("Jon", path=PAGE, **options(language))
    jon.locator("details summary").last.click()
    see(jon, "shut")
    jon.goto(f"{team.server.url}/team/")
    jon.locator("#desk[aria-busy=false]").wait_for()
    see(jon, "desk")
    jon.goto(f"{team.server.url}{PAGE}")
    jon.locator("details summary").last.click()
    jon.locator("textarea").fill(key)
    jon.get_by_test_id("vault-recover").click()
    expect(jon.get_by_test_id("vault-renew-now")).to_be_visible()
    see(jon, "renew")

    assert walk.found == {}


def test_only_the_sheet_is_printed(team: Stage) -> None:
    page = team.counsellor("Mara", path=PAGE)
    page.get_by_test_id("vault-found").click()
    page.emulate_media(media="print")
    shoot(page, "vault-print", whole=True)

    expect(page.get_by_test_id("paper")).to_be_visible()
    expect(page.locator("#paper-key code")).to_have_count(14)
    expect(page.get_by_text("Nur auf Papier.")).to_be_visible()
    for hidden in (
        page.get_by_test_id("paper-written"),
        page.locator("header.bar"),
        page.get_by_role("heading", level=1),
    ):
        expect(hidden).to_be_hidden()
