"""The audit trail and the deletion log in a real browser: looks, keyboard, paper, without scripts."""

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.desk_hands import Stage, focused
from tests.e2e.looks import LOOKS, Walk, options, problems, shoot

pytestmark = pytest.mark.e2e


def lead(stage: Stage, entries: int = 120, *, path: str = "/team/audit/", **options: object) -> Page:
    """Uli's browser at a page, with so many entries in the trail behind one of every kind."""
    stage.seed(staff={"Linde": 2, "Ahorn": 2})
    output = stage.server.ground.run("-m", "tests.e2e.audit_seed", str(entries))
    stage.people["staff"] |= json.loads(output.splitlines()[-1])
    return stage.counsellor("Uli", path=path, **options)


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing(stage: Stage, language: str) -> None:
    page = lead(stage, **options(language))
    walk = Walk(language, "audit")
    walk.see(page, "trail")
    page.locator("summary").filter(has_text=re.compile("Stand zum|To be written")).click()
    page.locator(".trail-case").first.click()
    walk.see(page, "case")
    page.goto(f"{stage.server.url}/team/deletions/")
    walk.see(page, "deletions")
    page.goto(f"{stage.server.url}/team/welcome/")
    walk.see(page, "welcome")

    assert walk.found == {}


def test_axe_finds_nothing_where_something_is_wrong_or_missing(stage: Stage) -> None:
    page = lead(stage, **options("de"))
    walk = Walk("de", "audit")
    stage.server.ground.run("-c", TAMPER)
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text("Am Protokoll stimmt etwas nicht.")
    walk.see(page, "tampered")
    page.context.close()
    stage.contexts.clear()
    page = lead(stage, 0, **options("de"))
    expect(page.get_by_test_id("nothing")).to_be_visible()
    walk.see(page, "empty")
    page.goto(f"{stage.server.url}/team/deletions/")
    walk.see(page, "no-deletions")

    assert walk.found == {}


TAMPER = """
import django; django.setup()
from counselling.people.models import AuditEntry
AuditEntry.objects.filter(number=100).update(code="other")
"""


def test_from_the_welcome_to_everything_about_one_case_by_keyboard(stage: Stage) -> None:
    page = lead(stage, path="/team/welcome/")
    page.get_by_role("link", name="Protokoll: wer hat was getan").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Protokoll")).to_be_visible()

    page.locator("#id_event").focus()
    page.keyboard.type("Freig")
    for _ in range(6):
        page.keyboard.press("Tab")
        if focused(page) == "filter":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("entry")).to_have_count(1)
    expect(page.get_by_test_id("entry")).to_contain_text("Linde hat Ahorn freigeschaltet.")

    page.locator(".trail-case").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Alles zu Fall")).to_be_visible()
    expect(page.get_by_test_id("entry")).not_to_have_count(1)


def test_old_entries_are_pages_away(stage: Stage) -> None:
    page = lead(stage, 90)
    expect(page.get_by_test_id("entry")).to_have_count(50)

    page.get_by_role("link", name="Ältere").click()
    page.get_by_role("link", name="Ältere").click()

    expect(page.get_by_text("Seite 3 von 3")).to_be_visible()
    expect(page.get_by_role("link", name="Ältere")).to_have_count(0)


def test_long_trail_is_examined_on_request(stage: Stage) -> None:
    page = lead(stage, 400)
    expect(page.get_by_test_id("state")).to_contain_text("die letzten 200 Einträge")

    page.get_by_test_id("check").click()

    expect(page.get_by_test_id("state")).to_contain_text(re.compile(r"alle 4\d\d Einträge"))
    assert problems(page) == []


def test_everything_works_without_scripts(stage: Stage, tmp_path: Path) -> None:
    page = lead(stage, java_script_enabled=False)
    page.locator("#id_event").select_option("erased")
    page.get_by_test_id("filter").click()
    expect(page.get_by_test_id("entry")).to_have_count(1)

    with page.expect_download() as download:
        page.get_by_test_id("export").click()
    file = tmp_path / "trail.csv"
    download.value.save_as(file)

    assert download.value.suggested_filename == "protokoll.csv"
    head, *rows = file.read_text(encoding="utf-8-sig").splitlines()
    assert head == "Nummer;Zeit;Was;Satz;Wer;Wen;Fall"
    assert len(rows) == 1
    page.goto(f"{stage.server.url}/team/audit/")
    expect(page.get_by_text("Uli hat dieses Protokoll als Tabelle gespeichert.")).to_be_visible()


def test_on_paper_only_what_was_done_is_left(stage: Stage) -> None:
    page = lead(stage)
    page.emulate_media(media="print")

    expect(page.get_by_test_id("entry").first).to_be_visible()
    expect(page.get_by_text(re.compile(r"^Stand: \d+:[0-9a-f]{16}$"))).to_be_visible()
    for gone in (page.get_by_test_id("filter"), page.get_by_test_id("export"), page.get_by_role("banner")):
        expect(gone).to_be_hidden()
    shoot(page, "print")
