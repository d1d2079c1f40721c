"""Accounts in a real browser: invitation, password, sign-ins, and the lock in the middle of a chat."""

import json
import re
import time

import pytest
from playwright.sync_api import Browser, Page, expect
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from chat.protocol import Closing
from tests.e2e.accounts_seed import PASSWORD
from tests.e2e.desk_hands import Stage, chat, composer, messages
from tests.e2e.looks import LOOKS, PHONE, WIDE, Walk, options, overflows, problems, shoot

pytestmark = pytest.mark.e2e

NEW = "Ahorn-Boot-Sonne-77"
OTTER = "Stiller Otter"
SIGN_IN = re.compile(r"/team/sign-in/")
LOCKED = re.compile(r"/team/locked/")
DESK = re.compile(r"/team/$")


def open_house(stage: Stage) -> None:
    """Linde talks with the Otter; everybody has a password."""
    stage.seed(staff={"Linde": 3, "Ahorn": 2}, waiting=["Blauer Bus"], chats={OTTER: "Linde"})
    output = stage.server.ground.run("-m", "tests.e2e.accounts_seed")
    stage.people["staff"] = json.loads(output.splitlines()[-1])


def idle_for(stage: Stage, minutes: int, seconds: int) -> None:
    """As if nobody had touched any browser for so long."""
    stage.server.ground.run("-c", IDLE.format(seconds=minutes * 60 + seconds))


IDLE = """
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
from counselling.people.models import StaffSession
StaffSession.objects.update(active_at=timezone.now() - timedelta(seconds={seconds}))
"""


def lock(page: Page) -> None:
    page.locator("summary").filter(has_text="Linde").click()
    page.get_by_test_id("lock").click()
    expect(page).to_have_url(LOCKED)


def unlock(page: Page, password: str = PASSWORD) -> None:
    page.locator("[name=password]").fill(password)
    page.get_by_test_id("unlock").click()


def clocked(page: Page) -> None:
    """From here on the page's time can be moved on."""
    page.clock.install()
    page.reload()
    page.locator("#desk[aria-busy=false]").wait_for()


# --- the lock ---------------------------------------------------------------------------------------------------------


def test_lock_covers_the_desk_and_the_password_brings_everything_back(stage: Stage) -> None:
    open_house(stage)
    page, otter = stage.counsellor("Linde"), stage.seeker(OTTER)
    chat(page, OTTER).click()
    composer(page).fill("Ein halber Satz, noch nicht")

    lock(page)
    assert OTTER not in page.content()
    assert "halber Satz" not in page.content()
    otter.say("bist du noch da?")
    unlock(page, "falsch")
    expect(page.get_by_text("Das Passwort passt nicht.")).to_be_visible()
    unlock(page)

    expect(page).to_have_url(DESK)
    chat(page, OTTER).click()
    expect(composer(page)).to_have_value("Ein halber Satz, noch nicht")
    expect(page.locator("[data-testid=message]:visible")).to_contain_text(["bist du noch da?"])
    page.locator("[data-testid=send]:visible").click()
    otter.hears("Ein halber Satz, noch nicht")


def test_locked_page_keeps_the_chat_with_its_counsellor(stage: Stage) -> None:
    open_house(stage)
    page = stage.counsellor("Linde")

    with page.expect_response(re.compile("/team/still-here/")) as pinged:
        lock(page)
    assert pinged.value.json() == {"locked": True}

    seen = stage.server.ground.run("-c", SEEN)
    assert seen.strip() == "True"


SEEN = """
import django; django.setup()
from django.utils import timezone
from counselling.people.domain import presence
from counselling.people.models import Staff
print(presence.was_seen(Staff.objects.get(alias="Linde").seen_at, timezone.now()))
"""


def test_the_page_asks_a_minute_before_and_a_button_extends(stage: Stage) -> None:
    open_house(stage)
    page = stage.counsellor("Linde")
    clocked(page)
    idle_for(stage, 14, 10)

    page.clock.fast_forward(61_000)
    expect(page.locator("#idle")).to_be_visible()
    assert int(page.locator("#idle [data-slot=seconds]").inner_text()) <= 50
    assert problems(page) == []
    shoot(page, "account-idle")
    expect(page.get_by_test_id("still-here")).to_be_focused()
    with page.expect_response(re.compile("/team/active")):
        page.keyboard.press("Enter")

    expect(page.locator("#idle")).to_be_hidden()
    left = page.evaluate("fetch('/team/left.json', {headers: {Accept: 'application/json'}}).then((r) => r.json())")
    assert left["seconds"] > 890


def test_without_an_answer_the_page_locks_and_the_draft_is_kept(stage: Stage) -> None:
    open_house(stage)
    page = stage.counsellor("Linde")
    clocked(page)
    chat(page, OTTER).click()
    composer(page).fill("Nicht verloren")
    with page.expect_response(re.compile("/team/active")):
        page.clock.fast_forward(61_000)  # what was done up to here is told
    idle_for(stage, 14, 10)

    page.clock.fast_forward(61_000)
    expect(page.locator("#idle")).to_be_visible()
    page.clock.fast_forward(49_000)
    expect(page).to_have_url(LOCKED)
    unlock(page)

    expect(page).to_have_url(DESK)
    chat(page, OTTER).click()
    expect(composer(page)).to_have_value("Nicht verloren")


def test_server_locks_a_page_that_sleeps(stage: Stage) -> None:
    """No script of the page has to run: the pulse locks, the socket closes, and the desk asks the server what now."""
    open_house(stage)
    page = stage.counsellor("Linde")

    idle_for(stage, 15, 1)

    expect(page).to_have_url(LOCKED, timeout=5_000)


def test_activity_here_keeps_another_tab_open(stage: Stage) -> None:
    open_house(stage)
    page = stage.counsellor("Linde")
    clocked(page)
    idle_for(stage, 14, 10)
    page.clock.fast_forward(61_000)
    expect(page.locator("#idle")).to_be_visible()

    other = page.context.new_page()
    other.goto(f"{stage.server.url}/team/sessions/")
    with other.expect_response(re.compile("/team/active")):
        other.clock.fast_forward(61_000)
        other.mouse.move(10, 10)
        other.mouse.move(50, 50)
        other.clock.fast_forward(61_000)

    expect(page.locator("#idle")).to_be_hidden()
    expect(page).to_have_url(DESK)


def test_locked_tabs_of_one_browser_go_on_together(stage: Stage) -> None:
    open_house(stage)
    page = stage.counsellor("Linde")
    other = page.context.new_page()
    other.goto(f"{stage.server.url}/team/sessions/")
    lock(page)
    expect(other).to_have_url(LOCKED)

    unlock(page)
    expect(page).to_have_url(DESK)

    other.bring_to_front()
    other.evaluate("new BroadcastChannel('team-activity').postMessage('active')")
    other.reload()
    expect(other).to_have_url(re.compile(r"/team/sessions/"))


def test_lock_has_a_key(stage: Stage) -> None:
    open_house(stage)
    page = stage.counsellor("Linde")
    chat(page, OTTER).click()
    page.locator("h1").first.evaluate("document.activeElement.blur()")

    page.keyboard.press("l")

    expect(page).to_have_url(LOCKED)
    expect(page.locator("[name=password]")).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(DESK)


def test_a_note_that_was_begun_is_stored(stage: Stage) -> None:
    open_house(stage)
    page = stage.counsellor("Linde")
    chat(page, OTTER).click()
    page.get_by_test_id("note-input").fill("Erst die Schwester fragen")

    lock(page)
    unlock(page)

    expect(page).to_have_url(DESK)
    chat(page, OTTER).click()
    expect(page.locator("#notes")).to_contain_text("Erst die Schwester fragen")


def test_lock_works_without_scripts(stage: Stage) -> None:
    open_house(stage)
    page = stage.counsellor("Ole", path="/team/sessions/", java_script_enabled=False)
    page.locator("summary").filter(has_text="Ole").click()
    page.get_by_test_id("lock").click()
    expect(page).to_have_url(LOCKED)

    unlock(page)

    expect(page).to_have_url(re.compile(r"/team/sessions/$"))


# --- sign-ins ---------------------------------------------------------------------------------------------------------


def test_signing_out_another_browser_closes_its_socket_within_a_second(stage: Stage) -> None:
    open_house(stage)
    there = stage.counsellor("Linde")
    cookies = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in there.context.cookies())
    line = connect(
        stage.server.url.replace("http", "ws", 1) + "/team/socket",
        additional_headers={"Cookie": cookies},
        origin=stage.server.origin,
        subprotocols=["counselling.1"],
    )
    line.recv(timeout=5)
    here = another_browser(stage, "Linde")
    here.goto(f"{stage.server.url}/team/sessions/")
    expect(here.get_by_test_id("session")).to_have_count(2)

    began = time.monotonic()
    here.get_by_test_id("end-session").click()
    code = closed(line)
    took = time.monotonic() - began

    assert code == Closing.SESSION_ENDED
    assert took < 1.5  # the pulse asks once a second; the click and the answer come on top
    expect(there).to_have_url(SIGN_IN)
    expect(here.get_by_test_id("session")).to_have_count(1)


def another_browser(stage: Stage, alias: str) -> Page:
    """Signed in a second time, with cookies of its own."""
    stage.people["staff"][alias] = stage.server.ground.run("-c", AGAIN.format(alias=alias)).strip().splitlines()[-1]
    return stage.counsellor(alias)


AGAIN = """
import django; django.setup()
from counselling.people.models import Staff
from tests.support import key_rings
from tests.support.seed import sign_in
person = Staff.objects.get(alias="{alias}")
print(sign_in(person, key_rings.private_of(person.pk))[1])
"""


def closed(line) -> int:
    """With which code the server hung up."""
    while True:
        try:
            line.recv(timeout=5)
        except ConnectionClosed as end:
            return int(end.rcvd.code if end.rcvd else 1006)


# --- invitation and password ------------------------------------------------------------------------------------------


def test_from_an_invitation_to_the_first_sign_in(stage: Stage, browser: Browser) -> None:
    open_house(stage)
    admin = stage.counsellor("Ole", path="/admin/people/staff/add/")
    assert admin.locator("input[type=password]").count() == 0
    admin.locator("[name=username]").fill("birke")
    admin.locator("[name=alias]").fill("Birke")
    admin.locator("[name=languages]").fill('["de"]')
    admin.locator("[name=_save]").click()
    code = admin.get_by_test_id("code").inner_text()
    assert code not in admin.url

    context = browser.new_context(locale="de-DE", viewport=PHONE)
    stage.contexts.append(context)
    page = context.new_page()
    page.goto(f"{stage.server.url}/team/first/")
    page.keyboard.press("Tab")
    fill_first(page, "birke", "7K3M-Q9RT-02XV-H8CD")
    expect(page.get_by_test_id("gone")).to_be_visible()
    fill_first(page, "birke", code.lower().replace("-", " "))
    page.get_by_test_id("to-sign-in").click()
    page.locator("[name=username]").fill("birke")
    page.locator("[name=password]").fill(NEW)
    page.get_by_test_id("sign-in").click()

    expect(page).not_to_have_url(SIGN_IN)
    expect(page.get_by_text("passen nicht zusammen")).to_have_count(0)
    admin.reload()
    assert code not in admin.content()


def fill_first(page: Page, username: str, code: str) -> None:
    page.locator("[name=username]").fill(username)
    page.locator("[name=code]").fill(code)
    page.locator("[name=new]").fill(NEW)
    page.locator("[name=again]").fill(NEW)
    page.get_by_test_id("set-password").click()


def test_changing_the_password_keeps_the_cases_and_signs_others_out(stage: Stage) -> None:
    open_house(stage)
    there = stage.counsellor("Linde")
    here = another_browser(stage, "Linde")
    stage.seeker(OTTER).say("ein Satz von vorher")
    here.goto(f"{stage.server.url}/team/password/")
    here.locator("[name=old]").fill(PASSWORD)
    here.locator("[name=new]").fill(NEW)
    here.locator("[name=again]").fill(NEW)
    here.get_by_test_id("change-password").click()
    expect(here.get_by_text("Dein neues Passwort gilt.")).to_be_visible()

    expect(there).to_have_url(SIGN_IN, timeout=3_000)
    here.goto(f"{stage.server.url}/team/")
    lock(here)
    unlock(here, PASSWORD)
    expect(here.get_by_text("Das Passwort passt nicht.")).to_be_visible()
    unlock(here, NEW)

    expect(here).to_have_url(DESK)
    chat(here, OTTER).click()
    expect(here.locator("[data-testid=message]:visible")).to_contain_text(["ein Satz von vorher"])
    assert messages(here) == ["ein Satz von vorher"]


# --- how they look ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing_on_the_pages_of_an_account(stage: Stage, language: str) -> None:
    open_house(stage)
    page = stage.counsellor("Linde", path="/team/sessions/", **options(language))
    walk = Walk(language, "account")
    other = another_browser(stage, "Linde")
    page.reload()
    walk.see(page, "sessions")
    page.locator("summary").filter(has_text="Linde").click()
    walk.see(page, "menu")
    page.goto(f"{stage.server.url}/team/password/")
    page.locator("[name=old]").fill("falsch")
    page.locator("[name=new]").fill("kurz")
    page.get_by_test_id("change-password").click()
    walk.see(page, "password")
    page.locator("summary").filter(has_text="Linde").click()
    page.get_by_test_id("lock").click()
    page.locator("[name=password]").fill("falsch")
    page.get_by_test_id("unlock").click()
    walk.see(page, "locked")
    page.context.clear_cookies()
    page.goto(f"{stage.server.url}/team/first/")
    fill_first(page, "linde", "7K3M-Q9RT-02XV-H8CD")
    walk.see(page, "first")
    other.close()

    assert walk.found == {}


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing_on_the_administrators_pages(stage: Stage, language: str) -> None:
    open_house(stage)
    page = stage.counsellor("Ole", path="/team/welcome/", **options(language))
    walk = Walk(language, "account")
    walk.see(page, "welcome")
    page.goto(f"{stage.server.url}/admin/people/staff/")
    page.get_by_role("link", name="Ahorn").click()
    page.locator(".object-tools a").first.click()
    walk.see(page, "invite")
    page.get_by_test_id("invite").click()
    walk.see(page, "invited")

    assert walk.found == {}


def test_right_to_left_fits(stage: Stage) -> None:
    open_house(stage)
    page = stage.counsellor("Linde", path="/team/sessions/", viewport={"width": 320, "height": 700})
    page.evaluate("document.documentElement.dir = 'rtl'")

    assert overflows(page) <= 0
    assert WIDE["width"] > 320
