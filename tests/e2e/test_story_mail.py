"""One young person and their counsellors over weeks: a letter at night, an answer, a chat, a picture, an agreement, a
worry, a holiday, an end, and a letter after it. In German and in English; the whole of it in real browsers."""

import datetime as dt
import io
import json
import re

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.e2e import desk_hands, seeker_hands
from tests.e2e.desk_hands import Stage
from tests.e2e.looks import LOCALES, PHONE, WIDE, problems
from tests.e2e.mail_hands import begin, keep, team_does, write
from tests.e2e.seeker_hands import phone

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

OTTER, BUS = "Stiller Otter", "Blauer Bus"
QUARTER_PAST_TWO = re.compile(r"14:15|2:15 p\.m\.")  # it opens at 14
AT_NIGHT = "Ich liege wach und streite im Kopf weiter. Kann man das irgendwie abstellen?"
QUESTION = "Gut, dass du schreibst. Wann am Tag ist es denn am ruhigsten?"
IN_CHAT = "Am ruhigsten ist es draußen mit dem Hund."
HERE = "Das klingt gut. Wie heißt er?"
WITH_PICTURE = "Das ist er."
AGREED = "Jeden Abend eine Runde mit dem Hund, und am Freitag schreibst du mir."
WORRY = "Manchmal denke ich, ohne mich wäre es leichter."
FAREWELL = "Es war schön, dich zu begleiten. Du kannst jederzeit wieder schreiben."
AFTERWARDS = "Ich wollte nur sagen, dass es besser geht. Und ich habe noch eine Frage."


@pytest.mark.parametrize("language", LOCALES)
def test_a_case_goes_through_letters_chat_and_back(stage: Stage, language: str) -> None:
    stage.seed(staff={"Linde": 2, "Mara": 2})
    stage.server.ground.run("-c", ALLOW_FILES)
    locale = {"locale": LOCALES[language]}
    page = phone(stage.browser, stage.server, **locale)
    linde, mara = (stage.counsellor(who, path="/team/letters/", **locale) for who in ("Linde", "Mara"))

    a_letter_at_night(stage, page)
    case = an_answer_with_a_question(linde)
    a_chat_from_the_inbox(stage, page, linde, locale)
    a_letter_with_a_picture(page, linde, case)
    an_agreement(page, linde, case)
    a_worry_with_a_day_to_look_again(page, linde, case)
    a_hand_over_for_the_holidays(page, linde, mara, case)
    an_end_and_a_letter_after_it(page, mara, case)
    sound(page, PHONE)
    sound(page, WIDE)
    sound(mara, PHONE)
    sound(mara, WIDE)


ALLOW_FILES = """
import django
django.setup()
from counselling.mail.models import MailRules
from counselling.people.models import Team
MailRules.objects.create(team=Team.objects.get(), files_from_seekers=True)
"""


def a_letter_at_night(stage: Stage, page: Page) -> None:
    """Nobody is there: that is said, help is shown, and the letter goes. Somebody else wrote before, nothing urgent."""
    team_does(stage, "closed")
    team_does(stage, "another", nickname=BUS, text="Kann man euch auch am Wochenende schreiben?")
    begin(page, OTTER, strain="5")
    keep(page)
    expect(page.get_by_test_id("nobody")).to_be_visible()
    expect(page.get_by_test_id("helps-first")).to_be_visible()
    write(page, AT_NIGHT)
    expect(page.get_by_test_id("sent")).to_be_visible()
    sound(page, PHONE)


def an_answer_with_a_question(linde: Page) -> str:
    """The case stands first in the team's inbox, due 15 minutes after opening; its page, and an answer."""
    linde.reload()
    rows = linde.get_by_test_id("letter-row")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text(OTTER)
    expect(rows.last).to_contain_text(BUS)
    expect(rows.first.get_by_test_id("light")).to_contain_text(QUARTER_PAST_TWO)
    row(linde).get_by_test_id("claim").click()
    linde.wait_for_url(re.compile(r"/team/letters/[0-9a-f-]{36}/"))
    expect(linde.get_by_test_id("letter")).to_contain_text(AT_NIGHT)
    answer(linde, QUESTION)
    sound(linde, WIDE)
    return linde.url.split("?")[0]


def a_chat_from_the_inbox(stage: Stage, page: Page, linde: Page, locale: dict[str, str]) -> None:
    """The counsellor is here in the morning: the same case goes on live, and rests in letters again."""
    stage.server.ground.run("-m", "tests.e2e.mail_seed", json.dumps({"do": "here"}))
    desk = stage.counsellor("Linde", **locale)
    page.goto("/inbox/")
    expect(page.get_by_test_id("letter").last).to_contain_text(QUESTION)
    page.get_by_test_id("to-chat").click()
    expect(page.get_by_test_id("place")).to_be_visible(timeout=15_000)
    desk_hands.claim(desk, OTTER)
    seeker_hands.write(page, IN_CHAT)
    expect(desk.get_by_test_id("message").filter(has_text=IN_CHAT)).to_be_visible(timeout=15_000)
    desk_hands.write(desk, HERE)
    expect(seeker_hands.bubble(page, HERE)).to_be_visible(timeout=15_000)
    page.goto("/chat/end/")
    page.locator("main form button").last.click()
    page.wait_for_url("**/inbox/")
    expect(page.get_by_test_id("chat-passage")).to_contain_text(HERE)
    desk.context.close()


def a_letter_with_a_picture(page: Page, linde: Page, case: str) -> None:
    """Blurred until it is tapped, on both sides."""
    page.get_by_test_id("write").click()
    expect(page.locator("[data-choose]")).to_be_visible()
    page.get_by_test_id("attach-input").set_input_files(
        {"name": "Hund.png", "mimeType": "image/png", "buffer": picture()}
    )
    expect(page.get_by_test_id("attached").locator("li[data-file]")).to_have_text("Hund.png", timeout=15_000)
    write(page, WITH_PICTURE)
    expect(page.get_by_test_id("letter").last.get_by_test_id("file")).to_contain_text("Hund.png")
    linde.goto(case)
    shown = linde.get_by_test_id("letter").last
    expect(shown).to_contain_text(WITH_PICTURE)
    blurred = shown.get_by_test_id("unblur")
    expect(blurred).to_have_attribute("aria-pressed", "false")
    blurred.click()
    expect(blurred).to_have_attribute("aria-pressed", "true")


def an_agreement(page: Page, linde: Page, case: str) -> None:
    """What was agreed stands at the top for both."""
    linde.goto(case)
    linde.get_by_test_id("agreement-open").click()
    linde.locator("#agreement-text").fill(AGREED)
    linde.get_by_test_id("agreement-save").click()
    expect(linde.get_by_test_id("agreement")).to_have_text(AGREED)
    page.goto("/inbox/")
    expect(page.get_by_test_id("agreed")).to_contain_text(AGREED)


def a_worry_with_a_day_to_look_again(page: Page, linde: Page, case: str) -> None:
    """Yellow, with a day: the young person sees nothing of it but that somebody answers."""
    page.get_by_test_id("write").click()
    write(page, WORRY)
    linde.goto(case)
    linde.get_by_test_id("risk-link").click()
    linde.locator("label:has(input[name=level][value=yellow])").click()
    linde.locator("[name=said]").fill(WORRY)
    linde.get_by_test_id("risk-save").click()
    expect(linde.get_by_role("alert").first).to_be_visible()
    day = timezone.localdate() + dt.timedelta(days=3)
    linde.locator("[name=review_on]").fill(day.isoformat())
    linde.get_by_test_id("risk-save").click()
    expect(linde.get_by_test_id("history")).to_contain_text(WORRY)
    sound(linde, PHONE)
    sound(linde, WIDE)
    page.goto("/inbox/")
    expect(page.get_by_test_id("agreed")).to_be_visible()


def a_hand_over_for_the_holidays(page: Page, linde: Page, mara: Page, case: str) -> None:
    """A colleague answers; whoever handed over reads no more, and the young person knows."""
    linde.goto(case)
    linde.get_by_test_id("hand-over").locator("summary").click()
    linde.locator("#hand-over-to").select_option(label="Mara")
    linde.locator("#hand-over-note").fill("Ich bin bis Montag weg.")
    linde.get_by_test_id("do-hand-over").click()
    expect(linde).not_to_have_url(case)
    refused = linde.goto(case)
    assert refused
    assert refused.status == 404
    mara.goto(case)
    expect(mara.get_by_test_id("notes")).to_contain_text("Ich bin bis Montag weg.")
    answer(mara, "Hallo, ich bin Mara. Linde hat mir alles gegeben.")
    page.goto("/inbox/")
    expect(page.get_by_test_id("letter").last).to_contain_text("ich bin Mara")
    expect(page.get_by_test_id("timeline")).to_contain_text("Linde")


def an_end_and_a_letter_after_it(page: Page, mara: Page, case: str) -> None:
    """Closed with a farewell; a new letter opens it again."""
    mara.goto(case)
    mara.get_by_test_id("close").locator("summary").click()
    mara.locator("#close-ending").select_option("helped")
    mara.locator("#close-farewell").fill(FAREWELL)
    mara.get_by_test_id("do-close").click()
    mara.wait_for_url("**/team/letters/**")
    page.goto("/inbox/")
    expect(page.get_by_test_id("letter").last).to_contain_text(FAREWELL)
    page.get_by_test_id("write").click()
    write(page, AFTERWARDS)
    expect(page.get_by_test_id("letter").last).to_contain_text(AFTERWARDS)
    mara.goto(case.split("/team/", maxsplit=1)[0] + "/team/letters/")
    row(mara).get_by_test_id("claim").click()
    expect(mara.get_by_test_id("letter").last).to_contain_text(AFTERWARDS)
    expect(mara.get_by_test_id("letter").first).to_contain_text(AT_NIGHT)


def row(page: Page) -> Locator:
    return page.get_by_test_id("letter-row").filter(has_text=OTTER)


def answer(page: Page, text: str) -> None:
    """A letter of the counsellor, at the bottom of the case's page."""
    page.get_by_test_id("compose-text").fill(text)
    page.get_by_test_id("send-letter").click()
    expect(page.get_by_test_id("letter").last).to_contain_text(text)


def picture() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (60, 40), "saddlebrown").save(made, "PNG")
    return made.getvalue()


def sound(page: Page, size: ViewportSize) -> None:
    """Nothing for axe, and not wider than the screen."""
    before = page.viewport_size
    page.set_viewport_size(size)
    assert problems(page) == []
    assert page.evaluate("document.scrollingElement.scrollWidth - innerWidth") <= 0
    if before:
        page.set_viewport_size(before)
