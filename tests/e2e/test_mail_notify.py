"""Being told of news by mail, and being away: real mails over SMTP, the server's own clock, a real browser."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.desk_hands import Stage
from tests.e2e.looks import LOOKS, Walk, options, problems, shoot
from tests.e2e.seeker_hands import phone
from tests.mail.mails import ADDRESS, code_of
from tests.support.server import LIGHT, Ground, Server
from tests.support.services import HOST, given, wait_until
from tests.support.smtp import MailServer, mail_server

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
PAGE = "/inbox/notify/"
LONG = f"{'langer.name.' * 5}otter@ein-ziemlich-langer-name-fuer-eine-domain.example.org"


@pytest.fixture(scope="module")
def post_office() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture(scope="module")
def server(post_office: MailServer) -> Iterator[Server]:
    """As in conftest.py, with a mail server; its timers begin at once."""
    mail = {
        "COUNSELLING_SMTP_HOST": HOST,
        "COUNSELLING_SMTP_PORT": str(post_office.port),
        "COUNSELLING_MAIL_FROM": "noreply@sender.example",
        "COUNSELLING_COUNSELLOR_GRACE_SECONDS": "1",
    }
    with given() as urls, Ground(**urls, settings={**LIGHT, **mail}) as ground, Server(ground) as server:
        yield server


@pytest.fixture(autouse=True)
def nothing_sent(post_office: MailServer) -> None:
    post_office.taken.clear()


def seed(stage: Stage, **plan: Any) -> dict[str, Any]:
    """See notify_seed.py."""
    found: dict[str, Any] = json.loads(
        stage.server.ground.run("-m", "tests.e2e.notify_seed", json.dumps(plan)).splitlines()[-1]
    )
    return found


def otter(stage: Stage, **look: Any) -> Page:
    """The phone of somebody whose letters Linde answers."""
    stage.people = seed(stage, staff=["Linde", "Mara"], writes="Stiller Otter")
    page = phone(stage.browser, stage.server, **look)
    url = stage.server.url.replace("http:", "https:")
    cookie = {"name": stage.people["cookie"]["seeker"], "value": stage.people["token"], "url": url, "secure": True}
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    return page


def code_in(post_office: MailServer) -> str:
    """What the newest mail says."""
    wait_until(lambda: bool(post_office.taken), seconds=10, what="a mail with a code")
    return code_of(post_office.texts()[-1])


def switch_on(page: Page, post_office: MailServer) -> None:
    page.goto(PAGE)
    page.locator("#email").fill(ADDRESS)
    page.get_by_test_id("notify-address").click()
    expect(page.locator("#code")).to_be_visible()
    page.locator("#code").fill(code_in(post_office))
    page.get_by_test_id("notify-code").click()
    expect(page.get_by_role("status").filter(has_text="Eingeschaltet.")).to_be_visible()
    post_office.taken.clear()


@pytest.mark.parametrize("scripts", [True, False])
def test_the_story_of_a_mail_that_says_nothing(stage: Stage, post_office: MailServer, scripts: bool) -> None:
    page = otter(stage, java_script_enabled=scripts)
    switch_on(page, post_office)

    assert seed(stage, answers="Gut, dass du schreibst.") == {"due": 1}
    wait_until(lambda: bool(post_office.taken), seconds=20, what="the mail that there is something new")

    assert post_office.to == [ADDRESS]
    [text] = post_office.texts()
    assert text.startswith("Es gibt etwas Neues\n\nHallo,\n")
    whole = post_office.taken[0][1].as_string()
    assert [word for word in ("Linde", "Otter", "Gut, dass", HOST, "http") if word in whole] == []

    page.goto(PAGE)
    page.get_by_test_id("notify-off").click()
    expect(page.get_by_text("Ausgeschaltet. Deine Adresse ist gelöscht.")).to_be_visible()
    assert seed(stage, answers="Noch etwas.") == {"due": 0}
    log = stage.server.log.read_text()
    assert [line for line in log.splitlines() if "sentinel" in line] == []


def test_the_card_in_the_inbox_leads_there_and_switches_it_off(stage: Stage, post_office: MailServer) -> None:
    page = otter(stage)
    page.goto("/inbox/")
    page.get_by_test_id("notify-link").click()
    expect(page.locator("#email")).to_be_visible()
    switch_on(page, post_office)

    page.goto("/inbox/")
    expect(page.get_by_test_id("notify-card")).to_contain_text("s…@example.org")
    assert problems(page) == []
    shoot(page, "mail-notify-card", whole=True)
    page.get_by_test_id("notify-off").click()

    expect(page.get_by_text("Ausgeschaltet. Deine Adresse ist gelöscht.")).to_be_visible()


def every_step(page: Page, post_office: MailServer) -> Iterator[str]:
    """The page in each of its states, by name."""
    page.goto(PAGE)
    yield "offered"
    page.locator("#email").fill("otter@")
    page.get_by_test_id("notify-address").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "no-address"
    page.locator("#email").fill(LONG)
    page.get_by_test_id("notify-address").click()
    expect(page.locator("#code")).to_be_visible()
    yield "code"
    code_in(post_office)
    page.locator("#code").fill("12")
    page.get_by_test_id("notify-code").click()
    expect(page.get_by_role("alert")).to_be_visible()
    yield "wrong-code"
    page.locator("#code").fill(code_in(post_office))
    page.get_by_test_id("notify-code").click()
    page.locator(".notice.is-ok").wait_for()
    yield "on"
    page.get_by_test_id("notify-off").click()
    page.wait_for_url("**/?off=1")
    yield "off"


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing_while_it_is_switched_on_and_off(
    stage: Stage, post_office: MailServer, language: str
) -> None:
    page = otter(stage, **options(language))
    walk = Walk(language, "mail-notify")
    for name in every_step(page, post_office):
        walk.see(page, name, whole=True)

    assert walk.found == {}


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing_where_an_absence_is_planned(stage: Stage, language: str) -> None:
    stage.people = seed(stage, staff=["Linde", "Mara"], writes="Stiller Otter")
    page = stage.counsellor("Linde", path="/team/absence/", **options(language))
    walk = Walk(language, "mail-absence")
    walk.see(page, "empty", whole=True)
    page.get_by_test_id("plan-absence").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    walk.see(page, "error", whole=True)
    for offset in (3, 12):
        fill_days(page, offset, offset + 4)
        page.get_by_test_id("plan-absence").click()
    expect(page.get_by_test_id("absence")).to_have_count(2)
    walk.see(page, "planned", whole=True)

    assert walk.found == {}


def fill_days(page: Page, first: int, last: int) -> None:
    """From so many days ahead to so many, Mara answers."""
    for name, days in (("begins", first), ("ends", last)):
        day = page.evaluate("(days) => new Date(Date.now() + days * 864e5).toLocaleDateString('sv')", days)
        page.locator(f"#id_{name}").fill(day)
    page.locator("#id_substitute").select_option(label="Mara")


def test_away_from_today_and_the_letters_are_with_the_substitute(stage: Stage) -> None:
    stage.people = seed(stage, staff=["Linde", "Mara"], writes="Stiller Otter")
    page = stage.counsellor("Linde", path="/team/absence/")
    fill_days(page, 0, 7)
    page.get_by_test_id("plan-absence").click()
    expect(page.get_by_test_id("absence")).to_contain_text("Vertretung: Mara")

    wait_until(lambda: seed(stage, keeper=True)["keeper"] == "Mara", seconds=20, what="the clock to pass letters on")

    assert seed(stage, keeper=True)["notices"][-1] == "handed_over"
    page.reload()
    expect(page.get_by_test_id("absence")).to_contain_text("läuft")
    page.get_by_test_id("drop-absence").click()
    expect(page.get_by_text("Nichts eingetragen.")).to_be_visible()
    assert seed(stage, keeper=True)["keeper"] == "Mara"  # nothing comes back by itself


def test_a_browser_without_mail_is_not_offered_any(browser: Browser) -> None:
    """A server that has no mail server to send by."""
    with given() as urls, Ground(**urls, settings=LIGHT) as ground, Server(ground) as server:
        stage = Stage(server, browser)
        page = otter(stage)
        page.goto(PAGE)

        expect(page.get_by_text("Das gibt es hier gerade nicht.")).to_be_visible()
        expect(page.locator("#email")).to_have_count(0)
        stage.close()
