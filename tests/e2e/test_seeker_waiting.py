"""What a seeker is told honestly: a missed call, who is connected, what is not sent yet; words outlive their page."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import desk_hands as desk
from tests.e2e.desk_hands import Stage, stage_on
from tests.e2e.looks import LOOKS, Walk, options
from tests.e2e.mail_hands import team_does
from tests.e2e.seeker_hands import begin, bubble, marks, phone, texts, write
from tests.support.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

PRELUDE = """
import django; django.setup()
from django.utils import timezone
from counselling.cases.domain import timers
from counselling.cases.models import Waiting
"""
# The phone was put away half a minute ago; and: another process finds that the five minutes are over.
PUT_AWAY = f"{PRELUDE}Waiting.objects.update(seen_at=None)"
LAPSE = f"{PRELUDE}Waiting.objects.update(deadline=timezone.now())\ntimers.missed_calls(timezone.now())"
KEPT = re.compile(r"Wir haben dich um \d\d:\d\d Uhr aufgerufen\. Dein Platz ganz oben bleibt bis \d\d:\d\d Uhr\.")
AWAY = "gerade nicht verbunden, kommt gleich wieder"


@pytest.fixture
def stage(server: Server, browser: Browser) -> Iterator[Stage]:
    with stage_on(server, browser) as stage:
        stage.seed(staff={"Linde": 2, "Ahorn": 2})
        yield stage


def in_chat(page: Page) -> None:
    expect(page.get_by_test_id("composer")).to_be_visible(timeout=15_000)


def start(page: Page) -> None:
    """Into the waiting room, in any language."""
    page.goto("/chat/start/")
    page.locator("#nickname").fill("Stiller Otter")
    page.get_by_test_id("next-step").click()
    page.get_by_test_id("begin").click()
    expect(page.get_by_test_id("place")).to_be_visible(timeout=15_000)


def miss_a_call(stage: Stage, page: Page) -> Page:
    """Called while away, and not back in time; the counsellor's page."""
    start(page)
    page.goto("about:blank")
    linde = stage.counsellor("Linde")
    stage.server.ground.run("-c", PUT_AWAY)
    desk.claim(linde, "Stiller Otter")
    expect(desk.chat(linde, "Stiller Otter")).to_be_visible()
    stage.server.ground.run("-c", LAPSE)
    return linde


def test_a_missed_call_is_told_and_one_tap_keeps_the_place(stage: Stage) -> None:
    page = phone(stage.browser, stage.server)
    linde = miss_a_call(stage, page)
    expect(desk.queued(linde, "Stiller Otter")).to_be_visible(timeout=5_000)  # another process changed the queue

    page.goto("/chat/")
    expect(page.get_by_test_id("missed")).to_have_text(KEPT)
    expect(page.get_by_test_id("place")).to_have_text("du bist als Nächste:r dran.")
    page.wait_for_timeout(1_500)  # a connection alone is no answer
    expect(page.get_by_test_id("missed")).to_be_visible()
    page.get_by_test_id("stay").click()

    expect(page.get_by_test_id("missed")).to_be_hidden()
    expect(page.get_by_test_id("place")).to_have_text("du bist als Nächste:r dran.")
    desk.claim(linde, "Stiller Otter")
    in_chat(page)
    expect(page.locator("#lines")).to_contain_text(re.compile(r"Wir haben dich um \d\d:\d\d Uhr aufgerufen und dir"))
    expect(linde.locator("#events")).to_contain_text(re.compile(r"Um \d\d:\d\d Uhr aufgerufen, nicht gemeldet\."))


def test_a_page_that_is_open_without_sockets_hears_of_the_missed_call_and_can_stay(stage: Stage) -> None:
    page = phone(stage.browser, stage.server)
    page.context.route_web_socket("**/chat/socket", lambda socket: socket.close())
    miss_a_call(stage, page)

    page.goto("/chat/")
    expect(page.get_by_test_id("missed")).to_have_text(KEPT)
    page.wait_for_timeout(10_000)  # the long poll is there now, and says the same
    expect(page.get_by_test_id("missed")).to_have_text(KEPT)
    page.get_by_test_id("stay").click()

    expect(page.get_by_test_id("missed")).to_be_hidden()
    expect(page.get_by_test_id("place")).to_be_visible()


@pytest.mark.parametrize("language", LOOKS)
def test_the_page_of_a_missed_call_is_good_to_read(stage: Stage, language: str) -> None:
    page = phone(stage.browser, stage.server, **options(language))
    miss_a_call(stage, page)

    page.goto("/chat/")

    expect(page.get_by_test_id("missed")).to_be_visible()
    walk = Walk(language, "seeker")
    walk.see(page, "missed", whole=True)
    assert walk.found == {}


@pytest.mark.parametrize("language", LOOKS)
def test_a_counsellor_without_a_connection_is_shown_as_such_and_as_back(stage: Stage, language: str) -> None:
    page = phone(stage.browser, stage.server, **options(language))
    walk = Walk(language, "seeker")
    here, away = ("is here", "not connected right now") if language == "en" else ("ist da", AWAY)
    start(page)
    linde = stage.counsellor("Linde")
    desk.claim(linde, "Stiller Otter")
    in_chat(page)
    expect(page.locator("#presence")).to_have_text(here, timeout=15_000)

    linde.goto("about:blank")

    expect(page.locator("#presence")).to_contain_text(away, timeout=20_000)
    expect(page.get_by_test_id("nobody")).to_be_visible()
    walk.see(page, "chat-away")
    assert walk.found == {}
    write(page, "Ich warte")
    marks(page, "Ich warte", "sent")
    stage.counsellor("Linde")
    expect(page.locator("#presence")).to_have_text(here, timeout=8_000)
    expect(page.get_by_test_id("nobody")).to_be_hidden()


def test_the_desk_shows_which_colleague_is_not_connected(stage: Stage) -> None:
    page = phone(stage.browser, stage.server)
    begin(page)
    linde, ahorn = stage.counsellor("Linde"), stage.counsellor("Ahorn")
    desk.claim(linde, "Stiller Otter")
    linde.locator(".conversation summary:visible", has_text="Mehr").click()
    linde.locator("[data-act=invite]:visible").click()
    dialog = linde.get_by_role("dialog")
    dialog.get_by_label("Ahorn").check()
    dialog.get_by_test_id("confirm").click()
    expect(linde.locator("#seats")).to_contain_text("Ahorn")

    ahorn.goto("about:blank")

    expect(linde.locator("#seats")).to_contain_text("berät mit · gerade nicht verbunden", timeout=20_000)
    expect(page.locator("#presence")).to_have_text("gerade nicht verbunden: Ahorn", timeout=8_000)


def test_a_half_sentence_survives_a_reload_in_the_queue_and_is_not_sent(stage: Stage) -> None:
    page = phone(stage.browser, stage.server)
    begin(page)
    linde, ahorn = stage.counsellor("Linde"), stage.counsellor("Ahorn")
    desk.claim(linde, "Stiller Otter")
    in_chat(page)
    write(page, "Hallo")
    marks(page, "Hallo", "read")
    with page.expect_response("**/chat/draft/"):
        page.get_by_test_id("composer").fill("Ein halber Satz")
    linde.get_by_test_id("handover").click()
    linde.get_by_role("dialog").get_by_label("Zurück in die Warteschlange").check()
    linde.get_by_role("dialog").get_by_test_id("confirm").click()
    expect(page.locator("#presence")).to_have_text("Wir suchen jemanden für dich")

    page.reload()
    expect(page.get_by_test_id("first-text")).to_have_value("Ein halber Satz")
    expect(page.locator("#first-hint")).to_contain_text("Das hast du noch nicht abgeschickt.")
    page.wait_for_timeout(1_500)
    desk.claim(ahorn, "Stiller Otter")

    in_chat(page)
    expect(page.get_by_test_id("composer")).to_have_value("Ein halber Satz")
    assert texts(page) == ["Hallo"]
    page.get_by_test_id("send").click()
    marks(page, "Ein halber Satz", "read")
    assert texts(page) == ["Hallo", "Ein halber Satz"]


def test_what_stands_on_the_desk_when_its_page_is_closed_is_kept(stage: Stage) -> None:
    page = phone(stage.browser, stage.server)
    begin(page)
    linde = stage.counsellor("Linde")
    desk.claim(linde, "Stiller Otter")
    desk.write(linde, "Hallo")
    expect(bubble(page, "Hallo")).to_have_count(1)

    desk.composer(linde).fill("Noch nicht fertig")
    linde.close()

    again = stage.counsellor("Linde")
    desk.chat(again, "Stiller Otter").click()
    expect(desk.composer(again)).to_have_value("Noch nicht fertig", timeout=10_000)


def test_the_quick_exit_keeps_what_was_just_typed(stage: Stage) -> None:
    page = phone(stage.browser, stage.server)
    begin(page)
    linde = stage.counsellor("Linde")
    desk.claim(linde, "Stiller Otter")
    in_chat(page)
    page.locator("#menu summary").click()
    page.locator("#menu").get_by_text("Code zum Wiederkommen").click()
    expect(page.get_by_test_id("code")).not_to_have_text("…")
    code = page.get_by_test_id("code").inner_text()
    page.keyboard.press("Escape")
    page.get_by_test_id("composer").fill("Da kommt jemand")

    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url(lambda url: not url.startswith(stage.server.url))

    other = phone(stage.browser, stage.server)
    other.goto("/return/")
    other.get_by_label("Dein Code").fill(code)
    other.get_by_test_id("return-code").click()
    expect(other.get_by_test_id("composer")).to_have_value("Da kommt jemand", timeout=15_000)


def test_a_chat_in_which_nobody_reads_says_when_somebody_does(stage: Stage) -> None:
    page = phone(stage.browser, stage.server)
    start(page)
    linde = stage.counsellor("Linde")
    desk.claim(linde, "Stiller Otter")
    in_chat(page)
    expect(page.locator("#nobody")).to_be_hidden()
    linde.goto("about:blank")
    expect(page.get_by_test_id("nobody")).to_be_visible(timeout=20_000)
    expect(page.locator("#nobody-back")).to_be_hidden()  # within the hours nobody knows when

    team_does(stage, "closed")
    page.reload()

    expect(page.get_by_test_id("nobody")).to_be_visible(timeout=20_000)
    expect(page.locator("#nobody-back")).to_have_text(re.compile(r"Wieder da: \w+, 14:00 Uhr\."))
    stage.counsellor("Linde")
    expect(page.get_by_test_id("nobody")).to_be_hidden(timeout=8_000)
