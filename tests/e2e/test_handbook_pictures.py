"""The handbook's pictures, made by walking past what they show: `make pictures` writes them to docs/handbuch/bilder.

Without PICTURES=1 the walk only looks whether every page still shows what its picture is there for.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.e2e.desk_hands import Stage, chat, stage_on
from tests.e2e.looks import PHONE, WIDE
from tests.support import afternoon_settings
from tests.support.server import Ground, Server

pytestmark = [pytest.mark.e2e, pytest.mark.long, pytest.mark.timeout(300)]

PICTURES = Path(__file__).resolve().parents[2] / "docs" / "handbuch" / "bilder"
COLOURS = 96  # of a palette: pages have few, and a picture stays far below 120 KB
AFTERNOON = {
    "DJANGO_SETTINGS_MODULE": afternoon_settings.__name__,
    "COUNSELLING_TURN_URLS": "turn:relay.musterstadt.example",
    "COUNSELLING_TURN_SECRET": "nobody-calls-anybody-in-a-picture",
}
SAME: dict[str, Any] = {"reduced_motion": "reduce", "timezone_id": afternoon_settings.TIME_ZONE}


@pytest.fixture(scope="module")
def house(browser: Browser) -> Iterator[Stage]:
    """An ordinary afternoon (handbook_seed.py)."""
    with Ground(settings=AFTERNOON) as ground, Server(ground) as server, stage_on(server, browser) as stage:
        stage.people = json.loads(ground.run("-m", "tests.e2e.handbook_seed").splitlines()[-1])
        yield stage


def take(page: Page, name: str) -> None:
    """The picture of what is to be seen now, if pictures are wanted."""
    page.wait_for_load_state()
    page.evaluate("() => document.fonts.ready")
    if os.environ.get("PICTURES"):
        PICTURES.mkdir(exist_ok=True)
        path = PICTURES / f"{name}.png"
        page.screenshot(path=path, animations="disabled", caret="hide")
        with Image.open(path) as shot:
            small = shot.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
        small.save(path, optimize=True)


def page_of(house: Stage, alias: str, path: str) -> Page:
    return house.counsellor(alias, path=path, viewport=WIDE, **SAME)


def phone_of(house: Stage, nickname: str, path: str) -> Page:
    """A young person's page."""
    context = house.browser.new_context(
        base_url=house.server.url, locale="de-DE", viewport=PHONE, has_touch=True, **SAME
    )
    url = house.server.url.replace("http:", "https:")
    cookie: dict[str, Any] = {"name": house.people["cookie"]["seeker"], "value": house.people["seekers"][nickname]}
    context.add_cookies([{**cookie, "url": url, "secure": True}])
    page = context.new_page()
    page.goto(path)
    return page


def case(house: Stage, nickname: str) -> str:
    return str(house.people["cases"][nickname])


def headed(page: Page, title: str) -> None:
    expect(page.get_by_role("heading", name=title).first).to_be_visible()


def test_how_counsellors_come_in(house: Stage) -> None:
    page = house.browser.new_context(locale="de-DE", viewport=WIDE, **SAME).new_page()
    page.goto(f"{house.server.url}/team/first/")
    page.get_by_label("Benutzername").fill("hasel")
    expect(page.get_by_label("Einladungscode")).to_be_visible()
    take(page, "einladung")

    page = page_of(house, "Linde", "/team/vault/")
    expect(page.get_by_text("Wir haben die Wörter verglichen")).to_be_visible()
    take(page, "sechs-woerter")


def test_the_desk_and_its_dialogs(house: Stage) -> None:
    page = page_of(house, "Linde", "/team/")
    expect(page.get_by_test_id("queue-item")).to_have_count(3)
    chat(page, "Stiller Otter").click()
    expect(page.locator("[data-testid=message]:visible")).to_have_count(5)
    expect(page.get_by_role("link", name="Fall öffnen").locator("visible=true")).to_have_count(1)
    take(page, "schreibtisch")

    page.get_by_role("button", name="Übergeben").locator("visible=true").first.click()
    expect(page.get_by_role("dialog")).to_contain_text("Wer macht weiter?")
    take(page, "uebergeben")


def test_what_a_young_person_sees_of_it(house: Stage) -> None:
    page = phone_of(house, "Stiller Otter", "/chat/")
    expect(page.get_by_test_id("message")).to_have_count(5)
    take(page, "chat-handy")

    page = phone_of(house, "Wolke 7", "/inbox/")
    expect(page.get_by_text("danke für deinen Brief").first).to_be_visible()
    take(page, "postfach-handy")


def test_a_cases_file_and_its_dangers(house: Stage) -> None:
    page = page_of(house, "Linde", f"/team/file/{case(house, 'Stiller Otter')}/")
    expect(page.get_by_text("Am Freitag schreiben wir wieder").first).to_be_visible()
    take(page, "fall")

    page.goto(f"{house.server.url}/team/file/{case(house, 'Stiller Otter')}/risk/")
    headed(page, "Einschätzen")
    take(page, "einschaetzen")

    page.goto(f"{house.server.url}/team/case/{case(house, 'Stiller Otter')}/partners/")
    expect(page.get_by_test_id("card")).to_contain_text("Erziehungsberatung am Markt")
    take(page, "hilfe-vor-ort")


def test_letters(house: Stage) -> None:
    page = page_of(house, "Linde", "/team/letters/")
    expect(page.get_by_text("Leiser Luchs")).to_be_visible()
    take(page, "briefe")

    page.goto(f"{house.server.url}/team/letters/{case(house, 'Wolke 7')}/")
    page.get_by_test_id("compose-text").fill("Hallo Wolke 7,\n\nmit Toni im Bus, das klingt gut. Worüber redet ihr?")
    expect(page.get_by_test_id("saved")).to_contain_text("Gespeichert um", timeout=15_000)
    take(page, "brief-schreiben")


def test_dates_and_calls(house: Stage) -> None:
    page = page_of(house, "Linde", f"/team/calendar/?week={house.people['week']}")
    headed(page, "Kalender")
    take(page, "kalender")

    page.goto(f"{house.server.url}/team/meeting/{house.people['meeting']}/")
    expect(page.get_by_role("button", name="Beitreten")).to_be_visible()
    take(page, "gespraech")


def test_what_a_supervisor_sees(house: Stage) -> None:
    page = page_of(house, "Leitung", "/team/shift/")
    expect(page.locator("[data-cell=waiting]").first.locator("[data-slot=text]")).to_have_text("3")
    take(page, "schicht")
    for path, title, name in (
        ("/team/letters/load/", "Briefe in Zahlen", "briefe-in-zahlen"),
        ("/team/steering/", "Steuerung", "steuerung"),
        ("/team/statistics/links/", "Links", "links"),
        ("/team/audit/", "Protokoll", "protokoll"),
        ("/team/risk/", "Gefahr", "gefahr-leitung"),
        ("/team/deletions/", "Löschungen", "loeschungen"),
    ):
        page.goto(house.server.url + path)
        headed(page, title)
        take(page, name)


def test_the_statistics(house: Stage) -> None:
    page = page_of(house, "Leitung", "/team/statistics/")
    page.locator("main a[href^='/team/statistics/2']").first.click()
    expect(page.locator("[data-table]").first).to_be_visible()
    take(page, "statistik")


def test_the_administration(house: Stage) -> None:
    page = page_of(house, "Technik", "/admin/")
    expect(page.get_by_role("link", name="Personen im Team").first).to_be_visible()
    take(page, "verwaltung")
    page.goto(f"{house.server.url}/admin/people/staff/")
    expect(page.get_by_role("link", name="Linde")).to_be_visible()
    take(page, "personen")
