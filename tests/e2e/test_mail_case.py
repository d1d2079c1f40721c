"""A case's page at a counsellor's desk: read, quote, insert, preview, send now or later, ask somebody; every look."""

import datetime as dt
import io
import json
from collections.abc import Iterator

import pytest
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Page, expect

from tests.e2e.desk_hands import Stage, chat
from tests.e2e.looks import LOOKS, PHONE, Walk, options

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

LONG = "Donaudampfschifffahrtsrat"[:24]


def seed(stage: Stage, **plan: object) -> str:
    """Linde, Mara, and a young person's case; the path of its page."""
    output = stage.server.ground.run("-m", "tests.e2e.mail_case_seed", json.dumps(plan))
    stage.people = json.loads(output.splitlines()[-1])
    return f"/team/letters/{stage.people['case']}/"


def text(page: Page) -> str:
    return page.get_by_test_id("compose-text").input_value()


def saved(page: Page) -> None:
    """Waits until what stands there is kept."""
    expect(page.get_by_test_id("saved")).to_contain_text("Gespeichert um", timeout=10_000)


def letters(page: Page) -> list[str]:
    return page.locator("[data-testid=letter] [data-text]").all_inner_texts()


def test_a_letter_is_written_with_everything_there_is_and_sent(stage: Stage) -> None:
    page = stage.counsellor("Linde", path=seed(stage))
    expect(page.get_by_test_id("letter").first.locator("mark")).to_have_text("Hinweiswort: Suizid")
    expect(page.get_by_test_id("message").first).to_contain_text("Bist du da?")
    page.get_by_test_id("compose-text").fill("Liebe Otter,")

    page.get_by_test_id("letter").last.get_by_test_id("quote").click()
    assert text(page).endswith(
        "> Danke für eure Antwort. Heute ging es ein bisschen besser.\n>\n> Kann ich morgen wieder schreiben?\n\n"
    )
    page.keyboard.type("Klar.")
    saved(page)
    page.reload()
    assert text(page).startswith("Liebe Otter,\n\n> Danke")

    page.get_by_test_id("preview-letter").click()
    expect(page.get_by_test_id("preview")).to_contain_text("Klar.")
    assert len(letters(page)) == 3
    page.get_by_test_id("send-letter").click()
    expect(page.get_by_test_id("done")).to_have_text("Der Brief ist angekommen.")
    expect(page.get_by_test_id("letter")).to_have_count(4)
    assert text(page) == ""


def test_a_picture_goes_along_with_the_letter(stage: Stage) -> None:
    page = stage.counsellor("Linde", path=seed(stage, chat=False))
    picture = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(picture, "PNG")

    page.get_by_test_id("attach-input").set_input_files(
        {"name": "Skizze.png", "mimeType": "image/png", "buffer": picture.getvalue()}
    )
    expect(page.get_by_test_id("attached")).to_contain_text("Skizze.png", timeout=15_000)
    page.get_by_test_id("compose-text").fill("Hier ist die Skizze.")
    saved(page)
    page.reload()
    expect(page.get_by_test_id("attached")).to_contain_text("Skizze.png")
    page.get_by_test_id("send-letter").click()

    expect(page.get_by_test_id("letter").last.get_by_test_id("file")).to_contain_text("Skizze.png")


def test_a_passage_that_is_marked_is_quoted_alone(stage: Stage) -> None:
    page = stage.counsellor("Linde", path=seed(stage, chat=False))
    first = page.get_by_test_id("letter").first
    first.locator("[data-text]").evaluate(
        """(node) => { const range = document.createRange(); const words = node.firstChild;
             range.setStart(words, 8); range.setEnd(words, 30);
             getSelection().removeAllRanges(); getSelection().addRange(range); }"""
    )
    first.get_by_test_id("quote").click()

    assert text(page) == "> seit der Trennung mein\n\n"


def test_text_modules_by_keyboard_alone(stage: Stage) -> None:
    page = stage.counsellor("Linde", path=seed(stage))
    field = page.get_by_test_id("compose-text")
    field.focus()
    page.keyboard.type("Anfang\n")

    page.keyboard.press("Control+.")
    expect(page.get_by_test_id("picker-filter")).to_be_focused()
    page.keyboard.press("Escape")
    expect(field).to_be_focused()
    page.keyboard.press("Control+.")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#picker [aria-selected=true]")).to_contain_text("Dank für den ersten Brief")
    page.keyboard.press("Enter")
    assert text(page) == "Anfang\nLiebe*r Stiller Otter,\n\ndanke für deinen Brief."

    page.keyboard.press("Control+.")
    page.keyboard.type("gruss nirgends")
    expect(page.locator("#picker-none")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.press("Control+A")
    page.keyboard.type("herzl")
    page.keyboard.press("Enter")
    assert text(page).endswith("danke für deinen Brief.Herzliche Grüße\nLinde vom Team Linde")
    page.keyboard.press("Control+Z")
    assert text(page) == "Anfang\nLiebe*r Stiller Otter,\n\ndanke für deinen Brief."


def test_sent_later_listed_and_fetched_back(stage: Stage) -> None:
    page = stage.counsellor("Linde", path=seed(stage))
    page.get_by_test_id("compose-text").fill("Guten Morgen")
    page.get_by_test_id("later").locator("summary").click()
    page.get_by_test_id("send-later").click()
    expect(page.locator("#moment-error")).to_contain_text("an welchem Tag")
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    page.locator("#later-day").fill(tomorrow.isoformat())
    page.locator("#later-time").fill("09:30")
    page.get_by_test_id("send-later").click()
    expect(page.get_by_test_id("scheduled")).to_contain_text("um 09:30 Uhr raus")
    expect(page.get_by_test_id("quote")).to_have_count(0)

    page.goto(stage.server.url + "/team/letters/unsent/")
    expect(page.get_by_test_id("later-row")).to_contain_text("Stiller Otter")
    page.get_by_test_id("cancel-later").click()
    assert text(page) == "Guten Morgen"


def test_what_was_just_typed_is_kept_before_the_screen_is_locked(stage: Stage) -> None:
    page = stage.counsellor("Linde", path=seed(stage, chat=False))
    page.get_by_test_id("compose-text").fill("Noch nicht gespeichert")
    page.locator(".bar-end summary").click()
    with page.expect_response(lambda answer: answer.url.endswith("/write/")) as kept:
        page.get_by_test_id("lock").click()

    assert kept.value.status == 200


def test_two_open_pages_never_overwrite_each_other(stage: Stage) -> None:
    path = seed(stage)
    one, two = stage.counsellor("Linde", path=path), stage.counsellor("Linde", path=path)
    one.get_by_test_id("compose-text").fill("Von der ersten Seite")
    saved(one)

    two.get_by_test_id("compose-text").fill("Von der zweiten Seite")
    expect(two.locator("#letter-diverged")).to_be_visible(timeout=10_000)
    two.locator("#letter-diverged").get_by_role("button").click()
    expect(two.get_by_test_id("both-mine").locator("textarea")).to_have_value("Von der zweiten Seite")
    expect(two.get_by_test_id("both-theirs").locator("textarea")).to_have_value("Von der ersten Seite")
    two.get_by_test_id("take-mine").click()

    assert text(two) == "Von der zweiten Seite"


def test_a_colleague_takes_a_second_look(stage: Stage) -> None:
    linde = stage.counsellor("Linde", path=seed(stage))
    linde.get_by_test_id("compose-text").fill("Mein erster Entwurf")
    linde.get_by_test_id("second-look").locator("summary").click()
    linde.locator("#reader").select_option(label="Mara")
    linde.get_by_test_id("share").click()
    expect(linde.get_by_test_id("unshare")).to_be_visible()

    mara = stage.counsellor("Mara", path="/team/letters/second-look/")
    mara.get_by_test_id("asked-row").click()
    expect(mara.get_by_test_id("draft")).to_have_text("Mein erster Entwurf")
    expect(mara.get_by_test_id("answers")).to_contain_text("Kann ich morgen wieder schreiben?")
    assert "Stiller Otter" not in mara.content()
    mara.get_by_test_id("remark").fill("Sehr gut so.")
    mara.get_by_test_id("remark-save").click()

    linde.reload()
    expect(linde.get_by_test_id("remarks")).to_contain_text("Sehr gut so.")
    linde.locator("#remark").fill("Danke dir.")
    linde.get_by_test_id("remark-save").click()
    expect(linde.get_by_test_id("remarks").locator("li")).to_have_count(2)
    linde.get_by_test_id("send-letter").click()
    expect(linde.get_by_test_id("done")).to_be_visible()
    mara.reload()
    expect(mara.get_by_role("heading", level=1)).to_have_text("Hier ist nichts")


def test_everything_works_without_a_script(stage: Stage) -> None:
    page = stage.counsellor("Linde", path=seed(stage), java_script_enabled=False, viewport=PHONE)
    page.get_by_test_id("compose-text").fill("Liebe Otter,")
    page.get_by_test_id("letter").last.get_by_test_id("quote").click()
    assert text(page).startswith("Liebe Otter,\n\n> Danke für eure Antwort.")
    page.locator("#module").select_option(label="Gruß")
    page.get_by_test_id("insert").click()
    assert text(page).endswith("Herzliche Grüße\nLinde vom Team Linde\n\n")
    page.get_by_test_id("preview-letter").click()
    expect(page.get_by_test_id("preview")).to_contain_text("Linde vom Team Linde")
    page.get_by_test_id("keep-letter").click()
    expect(page.get_by_test_id("done")).to_have_text("Der Entwurf ist gespeichert.")
    page.get_by_test_id("send-letter").click()

    expect(page.get_by_test_id("done")).to_have_text("Der Brief ist angekommen.")
    expect(page.get_by_test_id("letter")).to_have_count(4)


def test_the_desk_leads_from_a_chat_to_its_case(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2}, chats={"Blauer Bus": "Linde"})
    desk = stage.counsellor("Linde")
    chat(desk, "Blauer Bus").click()
    desk.get_by_test_id("open-case").click()

    expect(desk.get_by_role("heading", level=1)).to_have_text("Blauer Bus")
    expect(desk.locator("#compose-place")).to_contain_text("Ihr chattet gerade.")


def walk(stage: Stage, linde: Page, mara: Page) -> Iterator[tuple[str, Page]]:
    """Every page around a case, by name."""
    url = stage.server.url
    yield "case", linde
    linde.get_by_test_id("send-letter").click()
    expect(linde.locator("#letter-error")).to_be_visible()
    yield "case-error", linde
    linde.get_by_test_id("compose-text").fill("Liebe Otter,\n\nschön, dass du schreibst.")
    linde.get_by_test_id("picker-open").click()
    yield "picker", linde
    linde.keyboard.press("Escape")
    linde.get_by_test_id("preview-letter").click()
    expect(linde.get_by_test_id("preview")).to_be_visible()
    yield "preview", linde
    linde.locator("#letter-form [name=version]").evaluate("(field) => { field.value = 0; }")
    linde.get_by_test_id("compose-text").fill("Eine andere Fassung.")
    linde.get_by_test_id("keep-letter").click()
    expect(linde.get_by_test_id("take-mine")).to_be_visible()
    yield "both", linde
    linde.get_by_test_id("take-theirs").click()
    expect(linde.get_by_test_id("done")).to_be_visible()
    linde.get_by_test_id("second-look").locator("summary").click()
    linde.locator("#reader").select_option(label="Mara")
    linde.get_by_test_id("share").click()
    expect(linde.get_by_test_id("unshare")).to_be_visible()
    mara.goto(f"{url}/team/letters/second-look/")
    yield "second-look-list", mara
    mara.get_by_test_id("asked-row").click()
    mara.get_by_test_id("remark").fill("Sehr gut.")
    mara.get_by_test_id("remark-save").click()
    mara.get_by_test_id("remark-save").click()
    expect(mara.locator("#remark-error")).to_be_visible()
    yield "second-look", mara
    linde.reload()
    yield "case-shared", linde
    linde.get_by_test_id("later").locator("summary").click()
    linde.locator("#later-day").fill((timezone.localdate() + dt.timedelta(days=1)).isoformat())
    linde.locator("#later-time").fill("09:30")
    linde.get_by_test_id("send-later").click()
    expect(linde.get_by_test_id("scheduled")).to_be_visible()
    yield "scheduled", linde
    linde.goto(f"{url}/team/letters/unsent/")
    yield "unsent", linde
    linde.goto(f"{url}/team/modules/")
    linde.get_by_test_id("module").first.locator("summary").first.click()
    yield "modules", linde
    linde.get_by_test_id("module-new").last.locator("summary").click()
    linde.get_by_test_id("module-new").last.locator("textarea").fill("Hallo {wer}")
    linde.get_by_test_id("module-add").last.click()
    expect(linde.get_by_role("alert")).to_be_visible()
    yield "modules-error", linde


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing_on_any_page(stage: Stage, language: str) -> None:
    path = seed(stage, nickname=LONG)
    looks = options(language)
    linde, mara = (
        stage.counsellor("Linde", path=path, **looks),
        stage.counsellor("Mara", path="/team/modules/", **looks),
    )
    seen, titles = Walk(language, "mail-case"), {}
    for name, page in walk(stage, linde, mara):
        seen.see(page, name, whole=name != "picker")
        titles[name] = page.title()

    assert seen.found == {}
    assert not any(LONG in title or "Linde" in title for title in titles.values())
