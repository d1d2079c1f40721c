"""Letters on a phone: from the door to the answer, drafts that stay, two pages, a lost session; without a script."""

from collections.abc import Iterator
from itertools import chain

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.desk_hands import Stage
from tests.e2e.looks import LOCALES, LOOKS, WIDE, Walk, options
from tests.e2e.mail_hands import begin, keep, team_does, write
from tests.e2e.seeker_hands import phone

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

OTTER = "Stiller Otter"
FIRST = "Hallo, ich schlafe seit Wochen schlecht und weiß nicht, mit wem ich reden soll."
SAVED = {"de": "Entwurf gespeichert um", "en": "Draft saved at"}
ANSWER = "Gut, dass du schreibst. Magst du erzählen, wie so ein Abend bei euch aussieht?"


def typed(page: Page, text: str) -> None:
    """Written and kept by the page itself."""
    with page.expect_response("**/inbox/draft/"):
        page.get_by_test_id("letter-text").fill(text)
    expect(page.get_by_test_id("saved")).to_contain_text(":")


def test_the_story_of_a_first_letter(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2})
    team_does(stage, "away")
    page = phone(stage.browser, stage.server)
    begin(page, OTTER, strain="3")
    words = keep(page)
    expect(page.get_by_test_id("nobody")).to_contain_text("Gerade liest niemand mit.")
    expect(page.get_by_test_id("promise")).to_contain_text("Das sind 2 Werktage.")
    typed(page, FIRST)
    page.reload()
    expect(page.get_by_test_id("letter-text")).to_have_value(FIRST)
    page.get_by_test_id("send-letter").click()
    expect(page.get_by_test_id("sent")).to_contain_text("Angekommen. Wir antworten bis")
    expect(page.get_by_test_id("mark")).to_have_text("gesendet, noch nicht gelesen")

    team_does(stage, "claim")
    team_does(stage, "answer", text=ANSWER)
    library = phone(stage.browser, stage.server, viewport=WIDE)
    library.goto("/return/")
    library.locator("#nickname").fill(OTTER)
    library.locator("#passphrase").fill(" ".join(words))
    library.get_by_test_id("return-words").click()
    expect(library.get_by_test_id("letter").last).to_contain_text(ANSWER)
    expect(library.locator("[data-new]")).to_have_count(1)
    library.reload()
    expect(library.get_by_test_id("letter")).to_have_count(2)
    expect(library.locator("[data-new]")).to_have_count(0)


def test_a_hint_shows_help_while_it_is_written_and_blocks_nothing(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2})
    page = phone(stage.browser, stage.server)
    begin(page, OTTER)
    keep(page)
    expect(page.get_by_test_id("helps-first")).to_be_hidden()
    typed(page, "Manchmal will ich nicht mehr leben.")
    expect(page.get_by_test_id("helps-first")).to_be_visible()
    page.get_by_test_id("send-letter").click()
    expect(page.get_by_test_id("sent")).to_contain_text("als Erstes")


def test_two_pages_of_one_letter_overwrite_nothing(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2})
    page = phone(stage.browser, stage.server)
    begin(page, OTTER)
    keep(page)
    other = page.context.new_page()
    other.goto(f"{stage.server.url}/inbox/write/")
    typed(page, "Auf dem Handy geschrieben")
    other.get_by_test_id("letter-text").fill("Am Rechner geschrieben")
    expect(other.get_by_role("alert").locator("visible=true")).to_contain_text(
        "auf einer anderen Seite", timeout=10_000
    )
    other.get_by_test_id("send-letter").click()
    expect(other.get_by_test_id("mine-text")).to_have_value("Am Rechner geschrieben")
    expect(other.get_by_test_id("kept-text")).to_have_text("Auf dem Handy geschrieben")
    other.get_by_test_id("take-mine").click()
    expect(other.get_by_test_id("letter-text")).to_have_value("Am Rechner geschrieben")
    other.get_by_test_id("send-letter").click()
    expect(other.get_by_test_id("letter")).to_have_count(1)


def test_a_letter_survives_a_lost_session(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2})
    page = phone(stage.browser, stage.server)
    begin(page, OTTER)
    words = keep(page)
    seat = stage.people["cookie"]["seeker"]
    page.context.clear_cookies(name=seat)
    page.get_by_test_id("letter-text").fill("Das darf nicht verloren gehen.")
    expect(page.get_by_test_id("saved")).to_contain_text("nicht mehr angemeldet", timeout=10_000)
    page.get_by_test_id("send-letter").click()
    expect(page.get_by_test_id("lost-text")).to_have_value("Das darf nicht verloren gehen.")
    page.locator("#nickname").fill(OTTER)
    page.locator("#passphrase").fill(" ".join(words))
    page.get_by_test_id("back").click()
    expect(page.get_by_test_id("letter-text")).to_have_value("Das darf nicht verloren gehen.")
    page.get_by_test_id("send-letter").click()
    expect(page.get_by_test_id("sent")).to_be_visible()


def test_what_waits_in_the_waiting_room_becomes_a_letter(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2})
    page = phone(stage.browser, stage.server)
    page.goto("/chat/start/")
    page.locator("#nickname").fill(OTTER)
    page.get_by_test_id("next-step").click()
    page.get_by_test_id("begin").click()
    page.get_by_test_id("first-text").fill("Ich schreibe es lieber auf.")
    page.get_by_test_id("as-letter").locator("visible=true").click()
    expect(page.get_by_test_id("letter-text")).to_have_value("Ich schreibe es lieber auf.")
    expect(page.get_by_test_id("no-way-back")).to_be_visible()
    page.get_by_test_id("send-letter").click()
    keep(page)
    page.get_by_test_id("send-letter").click()
    expect(page.get_by_test_id("letter")).to_contain_text("Ich schreibe es lieber auf.")


@pytest.mark.parametrize("language", LOCALES)
def test_without_a_script_everything_works(stage: Stage, language: str) -> None:
    stage.seed(staff={"Linde": 2})
    page = phone(stage.browser, stage.server, locale=LOCALES[language], java_script_enabled=False)
    begin(page, OTTER, strain="2")
    keep(page)
    page.get_by_test_id("letter-text").fill("Ein Entwurf")
    page.get_by_test_id("save-letter").click()
    expect(page.get_by_test_id("saved")).to_contain_text(SAVED[language])
    expect(page.get_by_test_id("letter-text")).to_have_value("Ein Entwurf")
    write(page, FIRST)
    expect(page.get_by_test_id("sent")).to_be_visible()
    page.get_by_test_id("withdraw").click()
    expect(page.get_by_test_id("letter")).to_have_count(0)
    page.get_by_test_id("write").click()
    write(page, "Doch, ich schreibe.")
    team_does(stage, "claim")
    team_does(stage, "answer", text=ANSWER)
    page.goto("/inbox/")
    expect(page.get_by_test_id("letter").last).to_contain_text(ANSWER)


def to_the_letter(page: Page) -> Iterator[str]:
    """From the door to the composer, by name."""
    page.goto("/letter/")
    page.locator("#nickname").fill("x")
    page.get_by_test_id("next-step").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "name"
    page.locator("#nickname").fill("Ein ziemlich langer Name")
    page.get_by_test_id("next-step").click()
    expect(page.get_by_test_id("skip")).to_be_visible()
    page.locator("label:has(input[name=strain][value='5'])").click()
    yield "facts"
    page.get_by_test_id("begin").click()
    expect(page.get_by_test_id("written")).to_be_visible()
    yield "keep"
    page.get_by_test_id("write-first").click()
    page.get_by_test_id("send-letter").click()
    expect(page.get_by_role("alert").locator("visible=true").first).to_be_visible()
    yield "write-error"
    page.goto("/mine/keep/?for=letter")
    keep(page)


def writing(page: Page, stage: Stage) -> Iterator[str]:
    """The first letter and all that comes of it."""
    typed(page, f"{FIRST}\n\n{'Donaudampfschifffahrtsgesellschaft' * 8}")
    yield "write"
    other = page.context.new_page()
    other.goto(f"{stage.server.url}/inbox/write/")
    typed(other, FIRST)
    other.close()
    write(page, "Etwas anderes")
    expect(page.get_by_test_id("take-mine")).to_be_visible()
    yield "both"
    page.get_by_test_id("take-kept").click()
    expect(page.get_by_test_id("letter-text")).to_have_value(FIRST)
    page.get_by_test_id("send-letter").click()
    expect(page.get_by_test_id("sent")).to_be_visible()
    yield "inbox-sent"
    team_does(stage, "claim")
    team_does(stage, "read")
    team_does(stage, "answer", text=ANSWER)
    page.goto("/inbox/")
    yield "inbox"
    team_does(stage, "close")
    page.goto("/inbox/")
    yield "inbox-closed"
    page.goto("/letter/")
    yield "where"
    page.get_by_test_id("go-on").click()
    expect(page.get_by_test_id("letter-text")).to_be_visible()
    page.context.clear_cookies(name=stage.people["cookie"]["seeker"])
    write(page, FIRST)
    expect(page.get_by_test_id("lost-text")).to_be_visible()
    page.get_by_test_id("back").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    yield "signed-out"


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing_on_any_page(stage: Stage, language: str) -> None:
    stage.seed(staff={"Linde": 2})
    page = phone(stage.browser, stage.server, **options(language))
    seen, titles = Walk(language, "mail-seeker"), {}
    for name in chain(to_the_letter(page), writing(page, stage)):
        seen.see(page, name, whole=True)
        titles[name] = page.title()

    assert seen.found == {}
    assert not any("langer" in title or "Linde" in title for title in titles.values())
