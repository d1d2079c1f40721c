"""The conversation in the seeker's browser: by keyboard, aloud, scrolled up, too long, covered, without sockets."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import desk_hands as desk
from tests.e2e.desk_hands import Stage
from tests.e2e.looks import WIDE, shoot
from tests.e2e.seeker_hands import begin, bubble, in_menu, marks, phone, spoken, texts, write

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]


def test_the_keyboard_alone_leads_from_the_start_to_a_sent_message(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2})
    page = phone(stage.browser, stage.server, viewport=WIDE, has_touch=False)
    page.goto("/")
    tab_to(page, "[data-testid=chat-door]")
    page.keyboard.press("Enter")
    tab_to(page, "#nickname")
    page.keyboard.press("Enter")
    tab_to(page, "[name=strain]")
    page.keyboard.press("Space")
    tab_to(page, "[data-testid=begin]")
    page.keyboard.press("Enter")
    tab_to(page, "[data-testid=first-text]")
    page.keyboard.type("Mit der Tastatur")
    expect(page.get_by_test_id("saved")).not_to_be_empty()
    linde = stage.counsellor("Linde")
    linde.get_by_test_id("claim").click()

    expect(page.get_by_test_id("composer")).to_be_focused()
    page.keyboard.type("und weiter")
    page.keyboard.press("Enter")

    marks(page, "und weiter", "read")
    assert texts(page) == ["Mit der Tastatur", "und weiter"]
    expect(page.get_by_test_id("composer")).to_be_focused()


def tab_to(page: Page, selector: str) -> None:
    """Presses Tab until the element has the focus."""
    page.locator(selector).first.wait_for()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is out of the keyboard's reach")


def a_chat(stage: Stage, **options: Any) -> tuple[Page, Page]:
    """(the counsellor's page, the seeker's page) of a chat that has just begun."""
    stage.seed(staff={"Linde": 2})
    linde = stage.counsellor("Linde")
    page = phone(stage.browser, stage.server, **options)
    begin(page)
    desk.claim(linde, "Stiller Otter")
    expect(page.get_by_test_id("composer")).to_be_visible(timeout=15_000)
    return linde, page


def test_with_a_keyboard_on_the_screen_the_field_stays_in_sight(stage: Stage) -> None:
    linde, page = a_chat(stage, viewport={"width": 360, "height": 640})
    desk.write(linde, "Ich bin da")
    page.get_by_test_id("composer").tap()
    page.set_viewport_size({"width": 360, "height": 640 - 290})
    expect(bubble(page, "Ich bin da")).to_be_in_viewport()
    expect(page.get_by_test_id("composer")).to_be_in_viewport(ratio=1)
    expect(page.get_by_test_id("send")).to_be_in_viewport(ratio=1)
    shoot(page, "seeker-chat-keyboard")


def test_an_incoming_message_is_told_once_own_ones_never_and_focus_stays(stage: Stage) -> None:
    linde, page = a_chat(stage)
    page.get_by_test_id("composer").focus()
    write(page, "Meine Worte")
    desk.write(linde, "Deine Antwort")
    expect(bubble(page, "Deine Antwort")).to_be_visible()
    page.wait_for_timeout(500)
    assert [line for line in spoken(page) if "Antwort" in line or "Worte" in line] == ["Linde: Deine Antwort"]
    expect(page.get_by_test_id("composer")).to_be_focused()


def test_scrolled_up_nothing_moves_and_a_button_tells_what_is_new(stage: Stage) -> None:
    linde, page = a_chat(stage)
    for number in range(30):
        desk.write(linde, f"Nachricht {number}")
    expect(bubble(page, "Nachricht 29")).to_be_in_viewport()
    page.locator("#scroll").evaluate("box => box.scrollTop = 0")
    desk.write(linde, "Ganz neu")
    expect(page.get_by_role("button", name="1 neue Nachricht")).to_be_visible()
    expect(bubble(page, "Nachricht 0").first).to_be_in_viewport()
    expect(page.get_by_text("Neu seit deinem letzten Blick")).to_have_count(1)
    page.get_by_role("button", name="1 neue Nachricht").click()
    expect(bubble(page, "Ganz neu")).to_be_in_viewport()
    expect(page.get_by_role("button", name="1 neue Nachricht")).to_be_hidden()


def test_links_are_plain_text_and_markup_is_inert(stage: Stage) -> None:
    linde, page = a_chat(stage)
    text = "https://example.org <img src=x onerror=alert(1)>"
    desk.write(linde, text)
    expect(bubble(page, "example.org")).to_be_visible()
    assert texts(page) == [text]
    expect(page.locator("#lines a, #lines img")).to_have_count(0)


def test_a_text_that_is_too_long_stays_and_says_by_how_much(stage: Stage) -> None:
    _, page = a_chat(stage)
    page.get_by_test_id("composer").fill("ä" * 3_700)
    expect(page.locator("#counter")).to_have_text("noch 300 Zeichen")
    page.get_by_test_id("composer").fill("😀" * 4_002)
    expect(page.locator("#counter")).to_have_text("2 Zeichen zu viel. Teile den Text auf, er bleibt stehen.")
    page.get_by_test_id("send").click()
    expect(page.get_by_test_id("message")).to_have_count(0)
    write(page, "😀" * 4_000)
    marks(page, "😀", "read")


def test_covered_when_it_was_out_of_sight_if_wished(stage: Stage) -> None:
    _, page = a_chat(stage)
    in_menu(page, "Abdecken, wenn ich kurz weg bin")
    page.evaluate(
        """() => { Object.defineProperty(document, "hidden", { value: true, configurable: true });
                   document.dispatchEvent(new Event("visibilitychange")); }"""
    )
    expect(page.get_by_role("dialog", name="Abgedeckt")).to_be_visible()
    page.get_by_role("button", name="Weiter").click()
    expect(page.get_by_role("dialog", name="Abgedeckt")).to_be_hidden()


def test_where_sockets_are_blocked_the_same_goes_by_long_poll(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2})
    linde = stage.counsellor("Linde")
    page = phone(stage.browser, stage.server)
    page.context.route_web_socket("**/chat/socket", lambda socket: socket.close())
    begin(page)
    page.wait_for_timeout(10_000)
    desk.claim(linde, "Stiller Otter")
    expect(page.get_by_test_id("composer")).to_be_visible(timeout=30_000)

    desk.write(linde, "Auch ohne Sockel")
    expect(bubble(page, "Auch ohne Sockel")).to_have_count(1, timeout=15_000)
    write(page, "Kommt an")
    expect(linde.locator("[data-testid=message]:visible").filter(has_text="Kommt an")).to_have_count(1, timeout=15_000)
    marks(page, "Kommt an", "read")
    assert texts(page) == ["Auch ohne Sockel", "Kommt an"]
