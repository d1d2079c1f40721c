"""The published numbers in a real browser: looks, each chart against its table, paper, files without scripts."""

import json
import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.desk_hands import Stage
from tests.e2e.looks import LOOKS, Walk, options, shoot

pytestmark = pytest.mark.e2e

RELEASES = ("2026-Q3", "2026-Q2", "2025-Q3", "2026", "2025")
# Of each card the numbers written in its drawing and in its table, in the order of the page, and what the drawing says.
READ = """() => [...document.querySelectorAll('[data-table]')].map((card) => {
  const words = (all) => [...all].map((one) => one.textContent.trim());
  const drawing = card.querySelector('svg[role=img]');
  const said = drawing.getAttribute('aria-labelledby').split(' ').map((id) => document.getElementById(id).textContent);
  return {
    code: card.dataset.table,
    said,
    drawn: words(drawing.querySelectorAll('text')).map((text) => text.replace('.', '')),
    hatched: drawing.querySelectorAll('rect[stroke-dasharray]').length,
    cells: words(card.querySelectorAll('tbody td')).map((text) => text.replace('.', '')),
    heads: words(card.querySelectorAll('tbody th[scope=row]')),
  };
})"""


def lead(stage: Stage, *periods: str, path: str = "/team/statistics/", **more: object) -> Page:
    """Uli's browser at a page, with these releases."""
    stage.seed(staff={"Linde": 2})
    output = stage.server.ground.run("-m", "tests.e2e.report_seed", *periods)
    stage.people["staff"] |= json.loads(output.splitlines()[-1])
    return stage.counsellor("Uli", path=path, **more)


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing(stage: Stage, language: str) -> None:
    page = lead(stage, *RELEASES, **options(language))
    walk = Walk(language, "report")
    walk.see(page, "list")
    page.goto(f"{stage.server.url}/team/statistics/2026-Q3/")
    page.locator(".report-contents summary").click()
    walk.see(page, "quarter", whole=True)
    page.goto(f"{stage.server.url}/team/statistics/2026/foreword/")
    walk.see(page, "foreword")

    assert walk.found == {}


def test_axe_finds_nothing_before_the_first_release(stage: Stage) -> None:
    page = lead(stage, **options("de"))
    walk = Walk("de", "report-empty")
    expect(page.get_by_test_id("nothing")).to_contain_text("Noch ist nichts veröffentlicht.")
    walk.see(page, "empty")

    assert walk.found == {}


def test_every_chart_says_what_its_table_says(stage: Stage) -> None:
    page = lead(stage, *RELEASES, path="/team/statistics/2026-Q3/")

    charts = page.evaluate(READ)

    assert len(charts) > 10
    for chart in charts:
        numbers = [word for word in chart["drawn"] if re.fullmatch(r"<5|\d+", word)]
        assert numbers == chart["cells"], chart["code"]
        assert chart["hatched"] == chart["cells"].count("<5")
        assert chart["hatched"] < len(chart["cells"])
        assert re.match(r"Am größten: .+\(\d[\d.]*\)", chart["said"][1])
        assert len(chart["heads"]) == len(set(chart["heads"])) > 1
    name = page.locator("[data-table=demand_whom] h3").inner_text()
    expect(page.get_by_role("img", name=name)).to_be_visible()
    expect(page.get_by_role("table", name=name)).to_be_visible()


def test_from_the_navigation_to_a_file_with_the_same_numbers_without_scripts(stage: Stage, tmp_path: Path) -> None:
    page = lead(stage, *RELEASES, path="/team/audit/", java_script_enabled=False)
    page.get_by_role("link", name="Statistik", exact=True).click()
    page.get_by_role("link", name="3. Quartal 2026").click()
    expect(page.locator("[data-figure=demand] .report-now")).to_have_text("1.000")
    expect(page.locator("[data-figure=demand] .report-before")).to_have_text(
        "(im Quartal davor 900, ein Jahr davor 800)"
    )

    with page.expect_download() as download:
        page.get_by_role("link", name="XLSX").click()
    download.value.save_as(tmp_path / "report.xlsx")

    assert download.value.suggested_filename == "statistik-2026-Q3.xlsx"
    rows = list(openpyxl.load_workbook(tmp_path / "report.xlsx")["Kennzahlen"].values)
    assert rows[1][1:] == (1000, 900, 800)


def test_on_paper_only_the_report_is_left(stage: Stage) -> None:
    page = lead(stage, *RELEASES, path="/team/statistics/2026/")
    page.emulate_media(media="print")

    expect(page.get_by_test_id("figures")).to_be_visible()
    expect(page.get_by_role("img").first).to_be_visible()
    for gone in (page.get_by_test_id("files"), page.get_by_role("banner"), page.locator(".trail-tabs")):
        expect(gone).to_be_hidden()
    page.set_viewport_size({"width": 718, "height": 1000})  # what a sheet of A4 holds
    assert page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0
    shoot(page, "report-print", whole=True)
