"""How the desk stands: axe finds nothing, light and dark, wide and narrow; right to left; large and small."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.desk_hands import Stage, chat, claim, composer
from tests.e2e.looks import LOOKS, PHONE, Walk, options, overflows, problems, shoot

pytestmark = pytest.mark.e2e

LONG = "Wolkenschiffkapitänin xx"


def a_full_desk(stage: Stage, **look: object) -> Page:
    """Two wait, two talk, one of them with an unread message."""
    chats = {"Stiller Otter": "Linde", LONG: "Linde"}
    stage.seed(staff={"Linde": 4, "Ahorn": 2}, waiting=["Blauer Bus", "Nachtfalter"], chats=chats)
    page = stage.counsellor("Linde", **look)
    stage.seeker(LONG).say("hallo, ist da wer?")
    expect(page.locator("[data-slot=count]").filter(has_text="1")).to_have_count(1, timeout=10_000)
    return page


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing_at_the_desk(stage: Stage, language: str) -> None:
    page = a_full_desk(stage, **options(language))
    walk = Walk(language, "desk")
    walk.see(page, "overview")
    chat(page, "Stiller Otter").click()
    composer(page).fill("Ein halber Satz")
    walk.see(page, "chat")
    page.locator("[data-act=panel]:visible").click()
    walk.see(page, "panel")

    assert walk.found == {}


def test_axe_finds_nothing_in_the_dialogs(stage: Stage) -> None:
    page = a_full_desk(stage, **options("de"))
    chat(page, "Stiller Otter").click()
    walk = Walk("de", "desk")
    for name in ("handover", "close", "invite", "letter", "block", "keys"):
        page.evaluate("name => document.querySelector(`[data-act=${name}]`).click()", name)
        expect(page.locator(f"#dialog-{name}")).to_be_visible()
        walk.see(page, name)
        page.keyboard.press("Escape")

    assert walk.found == {}


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing_around_the_desk(stage: Stage, language: str) -> None:
    stage.seed(staff={"Linde": 2}, chats={"Stiller Otter": "Linde"})
    page = stage.counsellor("Linde", path="/team/sign-out/", **options(language))
    walk = Walk(language, "desk")
    page.locator("input[value=colleague]").check()
    walk.see(page, "sign-out")
    page.context.clear_cookies()
    page.goto(f"{stage.server.url}/team/")
    page.locator("[name=username]").fill("niemand")
    page.locator("[name=password]").fill("falsch")
    page.get_by_test_id("sign-in").click()
    walk.see(page, "sign-in")

    assert walk.found == {}


def test_empty_desk_says_what_to_do(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2})
    page = stage.counsellor("Linde")

    expect(page.get_by_text("Gerade wartet niemand.")).to_be_visible()
    expect(page.get_by_text("Du hast gerade keinen Chat offen.")).to_be_visible()
    expect(page.get_by_text("Kein Chat ausgewählt.")).to_be_visible()
    assert problems(page) == []


def test_called_person_who_is_not_here_yet(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2}, waiting=["kein_plan"])
    page = stage.counsellor("Linde")
    stage.server.ground.run("-c", ABSENT)

    claim(page, "kein_plan")

    expect(page.get_by_text("kein_plan ist aufgerufen und hat bis")).to_be_visible()
    expect(composer(page)).to_have_count(0)
    assert problems(page) == []
    shoot(page, "desk-called")
    page.get_by_role("button", name="Zurück in die Warteschlange").click()
    expect(page.get_by_test_id("queue-item")).to_contain_text("ganz vorn")


ABSENT = """
import django; django.setup()
from counselling.cases.models import Waiting
Waiting.objects.update(seen_at=None)
"""


def test_right_to_left_fits_every_width(stage: Stage) -> None:
    page = a_full_desk(stage)
    page.evaluate("document.documentElement.dir = 'rtl'")
    wide = {}
    for place in ("overview", "chat"):
        for width in (320, 390, 768, 1280, 1700):
            page.set_viewport_size({"width": width, "height": 800})
            wide[place, width] = overflows(page)
            shoot(page, f"desk-rtl-{place}-{width}")
        chat(page, "Stiller Otter").click()

    assert wide == dict.fromkeys(wide, 0)


def test_large_text_keeps_everything_in_reach(stage: Stage) -> None:
    page = a_full_desk(stage, viewport={"width": 640, "height": 400})
    chat(page, "Stiller Otter").click()

    expect(composer(page)).to_be_in_viewport()
    expect(page.locator("[data-testid=send]:visible")).to_be_in_viewport()
    assert overflows(page) <= 0


def test_two_chats_side_by_side_on_a_large_screen(stage: Stage) -> None:
    page = a_full_desk(stage, viewport={"width": 1700, "height": 900})

    page.get_by_role("button", name="Nebeneinander").click()

    expect(page.get_by_test_id("conversation").locator("visible=true")).to_have_count(2)
    for field in page.locator("[data-testid=composer]:visible").all():
        field.fill(f"für {field.get_attribute('aria-label')}")
    assert problems(page) == []
    shoot(page, "desk-side-by-side")


def test_phone_goes_from_list_to_chat_to_panel_and_back(stage: Stage) -> None:
    page = a_full_desk(stage, viewport=PHONE, has_touch=True)
    chat(page, "Stiller Otter").click()
    expect(page.get_by_test_id("queue-item").first).to_be_hidden()

    page.locator("[data-act=panel]:visible").click()
    expect(page.get_by_test_id("note-input")).to_be_visible()
    page.get_by_role("button", name="Zurück zum Chat").click()
    expect(composer(page)).to_be_visible()
    page.locator("[data-act=list]:visible").click()

    expect(page.get_by_test_id("queue-item").first).to_be_visible()
