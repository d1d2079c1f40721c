"""Keeping a conversation on a phone: coming back from elsewhere, a copy, new words, out everywhere, gone for good."""

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import desk_hands as desk
from tests.e2e.desk_hands import Stage
from tests.e2e.looks import LOOKS, WIDE, Walk, options, problems, shoot
from tests.e2e.seeker_hands import begin, bubble, in_menu, marks, phone, write

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

OWN = "Grüne Wolke über dem Bahnhof"


def words_on(page: Page) -> list[str]:
    return page.locator("#words strong").all_inner_texts()


def keep(page: Page) -> list[str]:
    """From the page with the words through the try-out; the words."""
    words = words_on(page)
    assert len(words) == 6
    page.get_by_test_id("written").click()
    asked = [int(place) for place in re.findall(r"\d", page.locator("label[for=tried]").inner_text())]
    page.locator("#tried").fill(" ".join(words[place - 1] for place in asked))
    page.get_by_test_id("tried").click()
    expect(page.get_by_test_id("until")).to_be_visible()
    return words


def come_back(page: Page, nickname: str, words: str) -> None:
    page.goto("/")
    page.locator("a[href='/return/']").click()
    page.wait_for_url("**/return/")  # with its script, which is part of this page
    page.locator("#nickname").fill(nickname)
    page.locator("#passphrase").fill(words)
    page.get_by_test_id("return-words").click()


def chatting(stage: Stage, page: Page, nickname: str) -> Page:
    """A chat with a word from each side; the counsellor's page. In any language."""
    page.goto("/chat/start/")
    page.locator("#nickname").fill(nickname)
    page.get_by_test_id("next-step").click()
    page.get_by_test_id("begin").click()
    linde = stage.counsellor("Linde")
    desk.claim(linde, nickname)
    expect(page.get_by_test_id("composer")).to_be_visible()
    desk.write(linde, "Gut, dass du da bist")
    write(page, "Danke dir")
    marks(page, "Danke dir", "read")
    return linde


def test_the_story_of_a_kept_conversation(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2})
    otter = phone(stage.browser, stage.server)
    chatting(stage, otter, "Stiller Otter")

    otter.get_by_test_id("menu").click()
    otter.get_by_test_id("menu-keep").click()
    expect(otter.get_by_test_id("nickname")).to_have_text("Stiller Otter")
    words = keep(otter)
    otter.get_by_test_id("to-room").click()
    expect(bubble(otter, "Gut, dass du da bist")).to_be_visible()

    library = phone(stage.browser, stage.server, viewport={"width": 1280, "height": 800})
    come_back(library, "stiller otter", " ".join(words).upper())
    expect(bubble(library, "Danke dir")).to_be_visible()
    write(library, "Ich bin jetzt am Rechner")
    expect(bubble(otter, "Ich bin jetzt am Rechner")).to_be_visible()

    new_words = read_copy_and_change(library)
    expect(otter.get_by_test_id("chat-door")).to_be_visible(timeout=15_000)  # its line was cut, it went to the start
    out_everywhere_and_gone(stage, library, words, new_words)


def read_copy_and_change(page: Page) -> list[str]:
    """End the chat, read it again, take a copy, get new words."""
    in_menu(page, "Gespräch beenden")
    page.get_by_test_id("end-now").click()
    page.locator("#over a, [data-testid=read]").locator("visible=true").first.click()
    if page.get_by_test_id("read").count():
        page.get_by_test_id("read").locator("visible=true").click()
    expect(page.get_by_test_id("timeline")).to_contain_text("Gut, dass du da bist")
    page.get_by_test_id("mine").locator("visible=true").click()
    expect(page.get_by_test_id("stored-case")).to_contain_text("2 Nachrichten von dir.")
    page.get_by_test_id("copy").click()
    with page.expect_download() as download:
        page.get_by_test_id("copy-now").click()
    assert download.value.suggested_filename == "Notizen.html"
    file = download.value.path().read_text(encoding="utf-8")
    assert "Gut, dass du da bist" in file
    assert "Ich bin jetzt am Rechner" in file
    page.goto("/mine/")
    page.get_by_test_id("keep").click()
    return keep(page)


def out_everywhere_and_gone(stage: Stage, page: Page, old: list[str], new: list[str]) -> None:
    other = phone(stage.browser, stage.server)
    come_back(other, "Stiller Otter", " ".join(old))
    expect(other.get_by_role("alert")).to_contain_text("Das passt nicht zusammen.")
    come_back(other, "Stiller Otter", " ".join(new))
    expect(other.get_by_test_id("timeline")).to_contain_text("Danke dir")

    page.goto("/mine/")
    page.get_by_test_id("sign-out-everywhere").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Du bist abgemeldet.")
    other.goto("/mine/")
    expect(other.get_by_test_id("chat-door")).to_be_visible()

    come_back(other, "Stiller Otter", " ".join(new))
    other.get_by_test_id("mine").click()
    other.get_by_test_id("delete").click()
    other.get_by_test_id("delete-now").click()
    expect(other.get_by_role("alert")).to_contain_text("Setz erst den Haken")
    other.get_by_test_id("sure").check()
    other.get_by_test_id("delete-now").click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Gelöscht.")
    come_back(page, "Stiller Otter", " ".join(new))
    expect(page.get_by_role("alert")).to_contain_text("Das passt nicht zusammen.")


def test_signing_out_everywhere_closes_an_open_chat_at_once(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2})
    page = phone(stage.browser, stage.server)
    chatting(stage, page, "Flinker Dachs")
    page.goto("/mine/keep/")
    words = keep(page)
    other = phone(stage.browser, stage.server)
    closed: list[float] = []
    other.on("websocket", lambda socket: socket.on("close", lambda _: closed.append(time.monotonic())))
    come_back(other, "Flinker Dachs", " ".join(words))
    expect(bubble(other, "Danke dir")).to_be_visible()

    page.goto("/mine/")
    before = time.monotonic()
    page.get_by_test_id("sign-out-everywhere").click()
    expect(other.get_by_test_id("chat-door")).to_be_visible(timeout=10_000)

    assert closed[0] - before < 2  # one beat of the server, and what a browser under test takes


def walk(page: Page, stage: Stage, nickname: str) -> Iterator[str]:
    """Every page of keeping and coming back, by name."""
    page.goto("/return/words/")
    page.get_by_test_id("return-words").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    yield "return"
    page.goto("/return/lost/")
    yield "lost"
    chatting(stage, page, nickname)
    page.get_by_test_id("menu").click()
    yield "chat-menu"
    page.goto("/mine/keep/")
    yield "keep"
    page.locator(".fold summary").click()
    page.get_by_test_id("own-words").click()
    yield "keep-own"
    page.goto("/mine/")
    page.get_by_test_id("sign-out").click()
    yield "sign-out-question"
    page.goto("/mine/keep/")
    words = words_on(page)
    page.get_by_test_id("written").click()
    page.get_by_test_id("tried").click()
    yield "keep-tryout"
    page.locator("#tried").fill(" ".join(words))
    page.get_by_test_id("tried").click()
    yield "kept"
    page.goto("/mine/")
    yield "mine"
    page.get_by_test_id("copy").click()
    yield "copy"
    page.goto("/chat/end/")
    page.get_by_role("main").get_by_role("button").click()
    yield "closed"
    page.goto("/mine/read/")
    yield "read"
    page.goto("/mine/delete/")
    page.get_by_test_id("delete-now").click()
    yield "delete"
    page.goto("/mine/")
    page.get_by_test_id("sign-out").click()
    yield "signed-out"


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing_on_any_page(stage: Stage, language: str) -> None:
    stage.seed(staff={"Linde": 2})
    page = phone(stage.browser, stage.server, **options(language))
    seen, titles, small = Walk(language, "vault-seeker"), {}, {}
    for name in walk(page, stage, "Stiller Otter"):
        seen.see(page, name, whole=name != "chat-menu")
        titles[name] = page.title()
        small[name] = small_targets(page)

    assert seen.found == {}
    assert small == {name: [] for name in small}
    assert not any("Otter" in title or "Linde" in title for title in titles.values())


def small_targets(page: Page) -> list[str]:
    """Buttons and fields of the page's own part that a thumb would miss (below 44 px)."""
    return page.evaluate(
        """[...document.querySelectorAll('main .btn, main textarea, main input:not([type=hidden], [type=checkbox])')]
          .filter((e) => e.checkVisibility({ visibilityProperty: true }) && e.getBoundingClientRect().height > 1)
          .filter((e) => e.getBoundingClientRect().height < 40)
          .map((e) => e.textContent.trim() || e.name)"""
    )


def test_keeping_and_coming_back_with_the_keyboard_alone(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2})
    page = phone(stage.browser, stage.server, viewport=WIDE, has_touch=False, reduced_motion="reduce")
    begin(page, "Wacher Luchs")
    page.goto("/mine/keep/")
    words = words_on(page)
    press_until(page, "[data-testid=written]", "Enter")
    expect(page.locator("#tried")).to_be_visible()
    press_until(page, "#tried", "")
    page.keyboard.type(" ".join(words))
    press_until(page, "[data-testid=tried]", "Enter")
    expect(page.get_by_test_id("until")).to_be_visible()

    page.context.clear_cookies()
    page.goto("/return/")
    press_until(page, "#nickname", "")
    page.keyboard.type("wacher luchs")
    page.keyboard.press("Tab")
    page.keyboard.type(" ".join(words))
    press_until(page, "[data-testid=return-words]", "Enter")
    expect(page.get_by_test_id("place")).to_be_visible()


def press_until(page: Page, selector: str, key: str) -> None:
    """Tab until this has the focus, then press the key."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement?.matches(selector) ?? false", selector):
            break
    else:
        raise AssertionError(f"{selector} is not reached by Tab")
    if key:
        page.keyboard.press(key)


def test_without_a_script_words_are_kept_and_open_the_timeline(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2})
    page = phone(stage.browser, stage.server)
    chatting(stage, page, "Leiser Uhu")
    page.goto("/chat/end/")
    page.get_by_role("main").get_by_role("button").click()
    state = page.context.storage_state()

    plain = phone(stage.browser, stage.server, java_script_enabled=False, storage_state=state)
    plain.goto("/mine/read/")
    expect(plain.get_by_test_id("timeline")).to_contain_text("Gut, dass du da bist")
    plain.goto("/mine/keep/")
    expect(plain.locator("[data-copy]")).to_be_hidden()
    before = words_on(plain)
    plain.get_by_test_id("other-words").click()
    assert words_on(plain) != before
    words = keep(plain)

    other = phone(stage.browser, stage.server, java_script_enabled=False)
    come_back(other, "Leiser Uhu", " ".join(words))
    expect(other.get_by_test_id("timeline")).to_contain_text("Danke dir")
    other.goto("/mine/")
    with other.expect_download() as download:
        other.get_by_test_id("copy").click()
        other.get_by_test_id("copy-now").click()
    assert "Danke dir" in download.value.path().read_text(encoding="utf-8")


def test_words_are_copied_with_one_tap(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2})
    page = phone(stage.browser, stage.server)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    begin(page, "Kluger Rabe")
    page.goto("/mine/keep/")
    words = words_on(page)

    page.locator("[data-copy]").click()

    expect(page.locator("[data-copy]")).to_have_text("Kopiert.")
    assert page.evaluate("navigator.clipboard.readText()") == " ".join(words)


def test_the_downloaded_copy_reads_well_without_any_request(stage: Stage) -> None:
    stage.seed(staff={"Linde": 2})
    page = phone(stage.browser, stage.server)
    chatting(stage, page, "Bunte Meise")
    page.goto("/mine/copy/")
    with page.expect_download() as download:
        page.get_by_test_id("copy-now").click()
    asked: list[str] = []
    reader = phone(stage.browser, stage.server, reduced_motion="reduce")
    reader.on("request", lambda request: asked.append(request.url))

    reader.set_content(download.value.path().read_text(encoding="utf-8"))

    expect(reader.get_by_text("Gut, dass du da bist")).to_be_visible()
    assert asked == []
    assert problems(reader) == []
    shoot(reader, "vault-seeker-copy-file", whole=True)


def test_the_work_is_done_before_the_words_are_sent(stage: Stage) -> None:
    """With proof of work the form carries a solution; nobody waits for long, nobody types anything twice."""
    stage.seed(staff={"Linde": 2})
    page = phone(stage.browser, stage.server)
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.post_data or "") if request.method == "POST" else None)

    come_back(page, "Niemand", OWN)

    expect(page.get_by_role("alert")).to_contain_text("Das passt nicht zusammen.")
    assert "proof=none" in sent[-1]  # the test's server asks for no work, and the page said so
