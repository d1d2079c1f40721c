"""A supervisor's day: the shift, the hours, a word for everybody, a link for a school, and last year's numbers.

In German and in English. The numbers come from made-up count rows, published by the same functions as real ones; what a
chart shows is read in its table, and found again in the files by other programs than the one that wrote them.
"""

import csv
import json
import re
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pypdf
import pytest
from playwright.sync_api import Download, Locator, Page, expect

from tests.e2e.desk_hands import Stage
from tests.e2e.factor_hands import Hand, code
from tests.e2e.looks import LOOKS, Walk, options
from tests.e2e.seeker_hands import phone

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

SOON = 20_000
NEWS = {"de": "Morgen ist der Chat erst ab 16 Uhr offen.", "en": "Tomorrow the chat opens at 4 p.m."}
FOREWORD = "Wir danken allen, die geschrieben haben.\n\nUnd denen, die geantwortet haben."
SENTENCES = {
    "de": {"all_day": "rund um die Uhr", "figures": "Kennzahlen", "report": "Jahresbericht"},
    "en": {"all_day": "around the clock", "figures": "Key figures", "report": "Activity report"},
}


@dataclass
class Day:
    """Who leads, and somebody young with a phone, both in one language."""

    stage: Stage
    language: str
    uli: Page
    young: Page
    year: int
    walk: Walk
    files: Path

    def said(self, key: str) -> str:
        """A sentence in the language of both."""
        return SENTENCES[self.language][key]

    def to(self, path: str) -> Page:
        """Uli goes there."""
        self.uli.goto(f"{self.stage.server.url}/team/{path}")
        return self.uli

    def start(self) -> Page:
        """The start page, as young people see it now."""
        self.young.goto("/")
        return self.young

    def saved(self, download: Download) -> Path:
        """The file under its own name."""
        path = self.files / download.suggested_filename
        download.save_as(path)
        return path


def seeded(stage: Stage, *words: str) -> object:
    return json.loads(stage.server.ground.run("-m", "tests.e2e.supervision_seed", *words).splitlines()[-1])


@pytest.mark.parametrize("language", LOOKS)
def test_a_day_of_who_leads(stage: Stage, language: str, tmp_path: Path) -> None:
    day = signed_in(stage, language, tmp_path)

    somebody_queues_while_the_shift_is_looked_at(day)
    hours_change_after_a_look_ahead(day)
    a_word_for_everybody(day)
    a_link_is_followed_and_leaves_nothing(day)
    numbers = the_numbers_of_last_year(day)
    the_same_numbers_in_files(day, numbers)
    a_foreword_in_the_printed_report(day)

    assert day.walk.found == {}


def signed_in(stage: Stage, language: str, files: Path) -> Day:
    """With password and app, on the page that is theirs."""
    seed = seeded(stage)
    assert isinstance(seed, dict)
    hand = Hand(stage.server, stage.browser, stage.server.url, **options(language))
    hand.password("uli", "/team/shift/")
    hand.second(code())
    expect(hand.page).to_have_url(re.compile(r"/team/shift/$"))
    young = phone(stage.browser, stage.server, locale=options(language)["locale"], reduced_motion="reduce")
    stage.contexts += [hand.context, young.context]
    return Day(stage, language, hand.page, young, seed["year"], Walk(language, "supervision"), files)


def somebody_queues_while_the_shift_is_looked_at(day: Day) -> None:
    """A number rises by itself; no name stands there."""

    def waiting() -> Locator:
        return day.uli.locator("[data-cell=waiting] [data-slot=text]").first

    expect(waiting()).to_have_text("0")
    page = day.start()
    page.get_by_test_id("chat-door").click()
    page.locator("#nickname").fill("Stiller Otter")
    page.get_by_test_id("next-step").click()
    page.get_by_test_id("begin").click()
    expect(page.get_by_test_id("place")).to_be_visible(timeout=SOON)
    expect(waiting()).to_have_text("1", timeout=SOON)
    expect(day.uli.locator("main")).not_to_contain_text("Otter")
    day.walk.see(day.uli, "shift")


def hours_change_after_a_look_ahead(day: Day) -> None:
    """What is only tried changes nothing; what is saved stands on the start page."""
    page = day.to("steering/")
    day.walk.see(page, "steering")
    page.get_by_test_id("to-hours").click()
    page.get_by_test_id("offer").filter(has_text="Chat").get_by_role("link").click()
    for field in page.locator(".steer-day input").all():
        field.fill("")
    for number in range(7):
        page.locator(f"[name=opens-{number}-0]").fill("23:58")
        page.locator(f"[name=closes-{number}-0]").fill("23:59")
    page.get_by_test_id("try-week").click()
    expect(page.get_by_test_id("trying")).to_be_visible()
    expect(page.get_by_test_id("preview-day")).to_have_count(14)
    day.walk.see(page, "hours")
    page.get_by_test_id("save-week").click()
    expect(page.get_by_test_id("said")).to_be_visible()


def a_word_for_everybody(day: Day) -> None:
    """In both languages, above everything, together with the new hours."""
    page = day.to("steering/announcements/")
    page.locator("#id_text").fill(NEWS["de"])
    page.locator("#id_text_en").fill(NEWS["en"])
    page.get_by_test_id("announce").click()
    expect(page.get_by_test_id("listed")).to_contain_text(NEWS["de"])
    day.walk.see(page, "announcement")

    day.young = visitor(day)
    start = day.start()
    expect(start.get_by_test_id("announcement")).to_have_text(NEWS[day.language])
    expect(start.locator("main")).to_contain_text(re.compile(r"23:58|11:58"))
    day.walk.see(start, "start")


def a_link_is_followed_and_leaves_nothing(day: Day) -> None:
    """One visit is one count, and the phone keeps nothing of it."""
    page = day.to("statistics/links/")
    page.locator("#id_label").fill("Schule am Berg")
    page.get_by_test_id("make").click()
    address = page.get_by_test_id("address").inner_text()
    assert address.endswith("/k/schule-am-berg")
    day.walk.see(page, "link")
    guest = visitor(day)
    set_by: list[str] = []
    guest.on("response", lambda answer: "set-cookie" in answer.all_headers() and set_by.append(answer.url))

    guest.goto(address)

    assert guest.url == f"{day.stage.server.url}/"
    assert address not in set_by
    usual = {cookie["name"] for cookie in day.young.context.cookies()}
    assert {cookie["name"] for cookie in guest.context.cookies()} == usual
    assert seeded(day.stage, "visits") == ["schule-am-berg"]


def visitor(day: Day) -> Page:
    """A phone that was never here."""
    page = phone(day.stage.browser, day.stage.server, **options(day.language))
    day.stage.contexts.append(page.context)
    return page


def the_numbers_of_last_year(day: Day) -> dict[str, dict[str, str]]:
    """Each chart against its table; by table the numbers of its rows."""
    page = day.to("statistics/")
    day.walk.see(page, "releases")
    page.locator(f"a[href$='/{day.year}/']").click()
    page.locator(".report-contents summary").click()
    day.walk.see(page, "report")
    read: dict[str, dict[str, str]] = page.evaluate(READ)
    assert [code for code, numbers in read.items() if numbers is None] == []
    assert "demand_whom" in read
    return read


# By each drawing of bars the rows of its table; where both did not show the same, nothing.
READ = """() => Object.fromEntries([...document.querySelectorAll('[data-table]:has(svg.chart-bars)')].map((card) => {
  const words = (all) => [...all].map((one) => one.textContent.trim());
  const cells = words(card.querySelectorAll('tbody td')), heads = words(card.querySelectorAll('tbody th'));
  const drawn = words(card.querySelectorAll('svg text')).filter((text) => /^(<5|[0-9.,]+)$/.test(text));
  const same = JSON.stringify(drawn) === JSON.stringify(cells);
  return [card.dataset.table, same ? Object.fromEntries(heads.map((head, at) => [head, cells[at]])) : null];
}))"""


def the_same_numbers_in_files(day: Day, read: dict[str, dict[str, str]]) -> None:
    """Every row of every bar chart, in the workbook and in the long table."""
    for form in ("xlsx", "csv"):
        with day.uli.expect_download() as download:
            day.uli.get_by_test_id("files").locator(f"a[href$='/{form}/']").click()
        day.saved(download.value)
    book = openpyxl.load_workbook(day.files / f"statistik-{day.year}.xlsx")
    # A table's name stands in the first cell of its sheet, whose own name may be shorter.
    sheets = {page["A1"].value: dict(cells[:2] for cells in page.values) for page in book}
    with (day.files / f"statistik-{day.year}.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "table"]
    assert day.said("figures") in book.sheetnames
    assert len(read) > 5
    for table, numbers in read.items():
        plain = {head: re.sub(r"(?<=\d)[.,]", "", cell) for head, cell in numbers.items()}
        assert {row["value1"]: row["number"] for row in rows if row["code"] == table} == plain, table
        label = next(row["label"] for row in rows if row["code"] == table)
        assert {head: str(sheets[label][head]) for head in plain} == plain, table


def a_foreword_in_the_printed_report(day: Day) -> None:
    """Written for the year, read on its page and in the file."""
    page = day.to(f"statistics/{day.year}/foreword/")
    page.locator("[name=text]").fill(FOREWORD)
    day.walk.see(page, "foreword")
    page.get_by_test_id("save").click()
    expect(page.get_by_test_id("foreword").locator("p")).to_have_count(2)
    demand = page.locator("[data-figure=demand] .report-now").inner_text()

    with page.expect_download() as download:
        page.get_by_test_id("files").locator("a[href$='/pdf/']").click()

    reader = pypdf.PdfReader(day.saved(download.value))
    text = " ".join(" ".join(sheet.extract_text().split()) for sheet in reader.pages)
    assert "Wir danken allen, die geschrieben haben." in text
    assert day.said("report") in text
    assert demand in text
