"""Turns a conversation may take for the seeker: away when called, back in the queue, coming again."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import desk_hands as desk
from tests.e2e.desk_hands import Stage, stage_on
from tests.e2e.seeker_hands import begin, bubble, marks, phone, texts, write
from tests.support.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

# Counts how often a tone sounds; a test browser has no loudspeaker.
LISTEN = """
window.tones = 0;
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...args) { window.tones += 1; return start.apply(this, args); };
"""
HIDE = """hidden => { Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
                      document.dispatchEvent(new Event("visibilitychange")); }"""


@pytest.fixture
def stage(server: Server, browser: Browser) -> Iterator[Stage]:
    with stage_on(server, browser) as stage:
        stage.seed(staff={"Linde": 2, "Ahorn": 2})
        yield stage


def keep(page: Page, text: str) -> None:
    """Writes in the waiting room until it is kept."""
    page.get_by_test_id("first-text").fill(text)
    expect(page.get_by_test_id("saved")).not_to_be_empty()


def in_chat(page: Page) -> None:
    expect(page.get_by_test_id("composer")).to_be_visible(timeout=15_000)


def to_queue(linde: Page) -> None:
    linde.get_by_test_id("handover").click()
    dialog = linde.get_by_role("dialog")
    dialog.get_by_label("Zurück in die Warteschlange").check()
    dialog.get_by_test_id("confirm").click()


def test_who_was_away_when_called_finds_the_chat_on_coming_back(stage: Stage) -> None:
    page = phone(stage.browser, stage.server)
    begin(page)
    keep(page, "Bin gleich wieder da")
    page.goto("about:blank")
    linde = stage.counsellor("Linde")
    page.wait_for_timeout(1_500)
    desk.claim(linde, "Stiller Otter")
    expect(desk.chat(linde, "Stiller Otter")).to_be_visible()

    page.goto("/chat/")

    in_chat(page)
    expect(bubble(page, "Bin gleich wieder da")).to_have_count(1)
    expect(page.get_by_test_id("composer")).to_have_value("")


def test_what_was_typed_after_the_last_keeping_goes_on_in_the_composer(stage: Stage) -> None:
    page = phone(stage.browser, stage.server)
    begin(page)
    keep(page, "Erster Satz.")
    linde = stage.counsellor("Linde")
    page.context.route("**/chat/draft/", lambda route: route.abort())
    page.get_by_test_id("first-text").press_sequentially(" Zweiter Satz")
    desk.claim(linde, "Stiller Otter")

    in_chat(page)
    expect(bubble(page, "Erster Satz.")).to_have_count(1)
    expect(page.get_by_test_id("composer")).to_have_value("Zweiter Satz")


def test_an_arrival_is_heard_and_seen_in_the_title_without_content(stage: Stage) -> None:
    page = phone(stage.browser, stage.server)
    page.add_init_script(LISTEN)
    begin(page)
    page.get_by_role("button", name="Ton ausprobieren").click()
    page.wait_for_timeout(500)
    assert page.evaluate("window.tones") == 2
    page.evaluate(HIDE, arg=True)
    linde = stage.counsellor("Linde")
    desk.claim(linde, "Stiller Otter")

    in_chat(page)
    expect(page).to_have_title("• Gespräch · Beratung")
    assert page.evaluate("window.tones") == 4
    page.evaluate(HIDE, arg=False)
    expect(page).to_have_title("Gespräch · Beratung")


def test_messages_are_read_only_when_somebody_looks(stage: Stage) -> None:
    page = phone(stage.browser, stage.server)
    begin(page)
    linde = stage.counsellor("Linde")
    desk.claim(linde, "Stiller Otter")
    in_chat(page)
    page.evaluate(HIDE, arg=True)

    desk.write(linde, "Liest du das?")
    expect(bubble(page, "Liest du das?")).to_have_count(1)
    expect(page.locator("#lines").get_by_text("Neu seit deinem letzten Blick")).to_have_count(1)
    page.wait_for_timeout(500)
    hers = linde.locator("[data-testid=message]:visible").last
    expect(hers).not_to_contain_text("gelesen")
    page.evaluate(HIDE, arg=False)
    expect(hers).to_contain_text("gelesen")


def test_back_in_the_queue_the_seeker_is_told_and_a_half_sentence_stays_theirs(stage: Stage) -> None:
    page = phone(stage.browser, stage.server)
    begin(page)
    linde, ahorn = stage.counsellor("Linde"), stage.counsellor("Ahorn")
    desk.claim(linde, "Stiller Otter")
    in_chat(page)
    write(page, "Hallo")
    page.get_by_test_id("composer").fill("Ein halber Satz")
    page.wait_for_timeout(1_500)
    expect(desk.chat(linde, "Stiller Otter")).not_to_contain_text("nicht verbunden", timeout=15_000)

    to_queue(linde)
    expect(page.locator("#lines").get_by_text("Du bekommst jemand anderen aus dem Team.")).to_be_visible()
    expect(page.locator("#presence")).to_have_text("Wir suchen jemanden für dich")
    page.wait_for_timeout(1_000)
    desk.claim(ahorn, "Stiller Otter")

    expect(page.get_by_role("heading", name="Ahorn")).to_be_visible()
    expect(page.get_by_test_id("composer")).to_have_value("Ein halber Satz")
    assert texts(page) == ["Hallo"]
    page.get_by_test_id("send").click()
    marks(page, "Ein halber Satz", "read")


def test_a_talk_that_ends_stays_on_the_screen_and_can_be_taken_up_again(stage: Stage) -> None:
    page = phone(stage.browser, stage.server)
    begin(page)
    linde = stage.counsellor("Linde")
    desk.claim(linde, "Stiller Otter")
    in_chat(page)
    desk.write(linde, "Bis bald")
    linde.get_by_test_id("close-chat").click()
    linde.get_by_test_id("ending").first.check()
    linde.get_by_role("dialog").get_by_test_id("confirm").click()

    expect(bubble(page, "Bis bald")).to_be_visible()
    expect(page.get_by_test_id("composer")).to_be_hidden()
    page.get_by_test_id("go-on").click()
    page.get_by_test_id("again").click()
    expect(page.get_by_test_id("place")).to_be_visible()
    desk.claim(linde, "Stiller Otter")

    in_chat(page)
    expect(bubble(page, "Bis bald")).to_have_count(1)
    expect(page.locator("#lines").get_by_text("Das Gespräch geht weiter.")).to_have_count(1)


def test_two_who_wait_see_their_places(stage: Stage) -> None:
    first, second = (phone(stage.browser, stage.server) for _ in range(2))
    begin(first, "Stiller Otter")
    begin(second, "Blauer Bus")
    expect(second.get_by_test_id("place")).to_have_text("du bist als Zweite:r dran.")

    first.get_by_test_id("leave").click()

    expect(first.get_by_role("heading", name="Du hast die Warteschlange verlassen.")).to_be_visible()
    expect(second.get_by_test_id("place")).to_have_text("du bist als Nächste:r dran.", timeout=10_000)
