"""The story of a vault: from an empty server to a conversation that only two sides can open, and that one of them ends.

Nothing is seeded but opening hours: people come by invitation, prove themselves twice, write down the recovery key,
compare six words; a counsellor leaves, the young person comes back with six words of their own and deletes everything.
"""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import desk_hands as desk
from tests.e2e.factor_hands import PASSWORD, Hand, code, hand_on
from tests.e2e.looks import shoot
from tests.e2e.seeker_hands import begin, bubble, marks, phone, write
from tests.support import environment
from tests.support.server import Ground, Server
from tests.support.services import given

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

OTTER = "Stiller Otter"
DESK = re.compile(r"/team/$")
HOURS = """
import django; django.setup()
from counselling.centre import defaults
from tests.support import seed
defaults.ensure()
seed.open_team()
"""
Come = Callable[[], Hand]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with given() as urls, Ground(**urls) as ground:
        ground.settings["COUNSELLING_BEHIND_PROXY"] = "1"
        ground.run("-c", HOURS)
        with Server(ground) as server:
            yield server


@pytest.fixture
def come(server: Server, browser: Browser) -> Iterator[Come]:
    """Browsers of staff, each from an address of its own."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(hand_on(server, browser, server.url))


def test_only_two_sides_open_a_conversation(server: Server, browser: Browser, come: Come) -> None:
    technik, linde, ahorn = come(), come(), come()
    first_administrator(server, technik)
    arrive(linde, "linde", invited(technik, "Linde"))
    set_up_the_vault(linde)
    arrive(ahorn, "ahorn", invited(technik, "Ahorn"))
    let_in_after_comparing(linde, ahorn)

    otter = phone(browser, server)
    talk(linde.page, otter)
    words = keep(otter)
    hand_over(linde.page, ahorn.page, otter)
    leave(technik, linde)
    write(otter, "Geht es hier weiter?")
    expect(ahorn.page.locator("[data-testid=message]:visible")).to_contain_text(["Geht es hier weiter?"])

    library = phone(browser, server, viewport={"width": 1280, "height": 800})
    come_back(library, words)
    expect(bubble(library, "Gut, dass du schreibst")).to_be_visible()
    delete_everything(library)
    come_back(otter, words)
    expect(otter.get_by_role("alert")).to_contain_text("Das passt nicht zusammen.")
    assert "The audit trail" in counselling(server, "check", "--audit")


def counselling(server: Server, *words: str, typed: str = "") -> str:
    """What a command says; it must succeed."""
    done = subprocess.run(
        [sys.executable, "-m", "counselling", *words],
        env=server.ground.environment,
        cwd=environment.ROOT,
        input=typed,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def first_administrator(server: Server, technik: Hand) -> None:
    counselling(server, "createstaff", "technik", "--role", "administrator", "--team", "test", typed=f"{PASSWORD}\n")
    technik.password("technik", "/team/welcome/")
    prove_twice(technik)
    expect(technik.page).to_have_url(re.compile(r"/team/welcome/$"))


def prove_twice(hand: Hand) -> None:
    """The first sign-in leads through the set-up of an app."""
    hand.page.get_by_test_id("add-app").click()
    hand.page.locator("#id_code").fill(code(hand.secret()))
    hand.page.get_by_test_id("confirm-app").click()
    hand.keep_codes()


def invited(technik: Hand, alias: str) -> str:
    """The one-time code that the administrator hands over."""
    page = technik.page
    page.goto("/admin/people/staff/add/")
    page.locator("[name=username]").fill(alias.lower())
    page.locator("[name=alias]").fill(alias)
    page.locator("[name=languages]").fill('["de"]')
    page.locator("[name=teams_old] option, #id_teams_from option").first.dblclick()
    page.locator("[name=_save]").click()
    return page.get_by_test_id("code").inner_text()


def arrive(hand: Hand, username: str, invitation: str) -> None:
    page = hand.page
    page.goto("/team/first/")
    page.locator("[name=username]").fill(username)
    page.locator("[name=code]").fill(invitation)
    page.locator("[name=new]").fill(PASSWORD)
    page.locator("[name=again]").fill(PASSWORD)
    page.get_by_test_id("set-password").click()
    hand.password(username)
    prove_twice(hand)
    hand.is_at_the_desk()


def set_up_the_vault(linde: Hand) -> None:
    """Before it the chat is closed; the paper is shown once and copied back."""
    page = linde.page
    expect(page.locator("#vault-banner [data-when=unset]")).to_be_visible()
    page.goto("/team/vault/")
    page.get_by_test_id("vault-found").click()
    paper = page.locator("#paper-key code").all_inner_texts()
    shoot(page, "vault-story-1-paper")
    page.get_by_test_id("paper-written").click()
    page.locator("[name=recovery_key]").fill(" ".join(paper).lower())
    page.get_by_test_id("paper-copied").click()
    expect(page.get_by_test_id("vault")).to_have_attribute("data-standing", "open")
    assert paper[0] not in page.content()


def let_in_after_comparing(linde: Hand, ahorn: Hand) -> None:
    expect(ahorn.page.locator("#vault-banner [data-when=shut]")).to_be_visible()
    ahorn.page.goto("/team/vault/")
    words = ahorn.page.get_by_test_id("my-words").inner_text()
    linde.page.reload()
    member = linde.page.get_by_test_id("member").filter(has=linde.page.locator(".member-name", has_text="Ahorn"))
    expect(member.locator(".words")).to_contain_text(words)
    member.locator("[name=compared]").check()
    shoot(linde.page, "vault-story-2-words")
    member.get_by_test_id("vault-let-in").click()
    expect(member).to_contain_text("freigeschaltet")
    expect(linde.page.get_by_test_id("vault-news")).to_contain_text("Linde hat Ahorn")
    for hand in (linde, ahorn):
        hand.page.goto("/team/")
        hand.page.locator("#desk[aria-busy=false]").wait_for()


def talk(linde: Page, otter: Page) -> None:
    begin(otter, OTTER)
    desk.claim(linde, OTTER)
    expect(otter.get_by_test_id("composer")).to_be_visible(timeout=15_000)
    desk.write(linde, "Gut, dass du schreibst")
    write(otter, "Ich weiß nicht, wohin damit")
    marks(otter, "Ich weiß nicht, wohin damit", "read")


def keep(otter: Page) -> list[str]:
    """Six words, tried out once."""
    otter.get_by_test_id("menu").click()
    otter.get_by_test_id("menu-keep").click()
    otter.wait_for_url("**/mine/keep/")
    words = otter.locator("#words strong").all_inner_texts()
    otter.get_by_test_id("written").click()
    asked = [int(place) for place in re.findall(r"\d", otter.locator("label[for=tried]").inner_text())]
    otter.locator("#tried").fill(" ".join(words[place - 1] for place in asked))
    otter.get_by_test_id("tried").click()
    otter.get_by_test_id("to-room").click()
    expect(bubble(otter, "Gut, dass du schreibst")).to_be_visible()
    return words


def hand_over(linde: Page, ahorn: Page, otter: Page) -> None:
    linde.get_by_test_id("handover").click()
    dialog = linde.get_by_role("dialog")
    dialog.get_by_label("Ahorn").check()
    dialog.get_by_test_id("confirm").click()
    expect(otter.get_by_role("heading", name="Ahorn")).to_be_visible()
    desk.chat(ahorn, OTTER).click()
    expect(ahorn.locator("[data-testid=message]:visible")).to_contain_text(["Ich weiß nicht, wohin damit"])


def leave(technik: Hand, linde: Hand) -> None:
    """The administrator switches an account off: out within seconds, and a new epoch begins."""
    page = technik.page
    page.goto("/admin/people/staff/")
    page.get_by_role("link", name="Linde").click()
    page.locator("[name=is_active]").uncheck()
    page.locator("[name=_save]").click()
    expect(linde.page).to_have_url(re.compile("/team/sign-in/"), timeout=5_000)


def come_back(page: Page, words: list[str]) -> None:
    page.goto("/return/words/")
    page.locator("#nickname").fill(OTTER)
    page.locator("#passphrase").fill(" ".join(words))
    page.get_by_test_id("return-words").click()


def delete_everything(page: Page) -> None:
    page.goto("/mine/")
    page.get_by_test_id("delete").click()
    page.get_by_test_id("sure").check()
    page.get_by_test_id("delete-now").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gelöscht.")
