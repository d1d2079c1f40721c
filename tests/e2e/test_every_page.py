"""Every page that no story walks past: about the centre, what went wrong, the room's rarer views, the admin."""

import json
import re
from collections.abc import Iterator

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.e2e import walked
from tests.e2e.desk_hands import Stage, claim, queued
from tests.e2e.looks import LOOKS, Walk, options
from tests.e2e.seeker_hands import phone

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

OTTER = "Stiller Otter"
SETUP = "import django; django.setup()\n"
# A centre as somebody set it up: an imprint, hours, the telephone.
A_CENTRE = f"{SETUP}from counselling.centre import defaults; defaults.demo_centre()"
# As while the database is away: what a page reads, or a form writes, is not there.
GONE = SETUP + "from django.db import connection; connection.cursor().execute('ALTER TABLE {} RENAME TO {}')"
PUT_AWAY = f"{SETUP}from counselling.cases.models import Waiting; Waiting.objects.update(seen_at=None)"
TEXT = "Der Knopf ganz unten ist viel zu klein für meinen Daumen."


def away(stage: Stage, table: str) -> Iterator[None]:
    """One step without this table."""
    stage.server.ground.run("-c", GONE.format(table, f"{table}_away"))
    yield
    stage.server.ground.run("-c", GONE.format(f"{table}_away", table))


def about_the_centre(page: Page) -> Iterator[str]:
    for place, name in walked.PUBLIC.items():
        page.goto(reverse(name))
        yield place


def what_went_wrong(page: Page, stage: Stage) -> Iterator[str]:
    """A form refused, one that came too late, one while the database was away; nothing there, nothing to be had."""
    form = reverse("centre:accessibility")
    page.goto(form)
    report(page, "")
    expect(page.get_by_role("alert")).to_be_visible()
    yield "accessibility-refused"
    page.goto(form)
    page.context.clear_cookies()
    report(page, TEXT)
    expect(page.get_by_role("textbox")).to_have_value(TEXT)
    yield "again-expired"
    page.goto(form)
    for _ in away(stage, "centre_barrierreport"):
        report(page, TEXT)
        expect(page.get_by_role("textbox")).to_have_value(TEXT)
        yield "again-unavailable"
    page.goto("/nowhere/")
    yield "404"
    for _ in away(stage, "people_team"):
        answer = page.goto("/")
        assert answer
        assert answer.status == 503
        yield "503"


def report(page: Page, text: str) -> None:
    page.locator("main textarea").fill(text)
    page.locator("main form .btn-primary").click()


def the_rooms_rarer_views(page: Page, stage: Stage) -> Iterator[str]:
    """Preparing, the code and the question of a browser without its script; called, and a place that was given up."""
    page.goto(reverse("chat:begin"))
    page.locator("#nickname").fill(OTTER)
    page.get_by_test_id("next-step").click()
    page.context.route(re.compile(r"/proof[^/]*\.js"), lambda route: route.abort())
    sent_without_its_script(page, "#facts-form")
    expect(page.locator("[data-goes-on]")).to_be_attached()
    yield "preparing"
    page.context.unroute(re.compile(r"/proof[^/]*\.js"))
    page.reload()
    page.get_by_test_id("place").wait_for(timeout=15_000)
    sent_without_its_script(page, "form[action='/mine/code/']")
    expect(page.locator(".code-shown")).to_be_visible()
    yield "code"
    page.goto(reverse("chat:end"))
    yield "end"
    called(stage)
    unheard(page)
    page.goto(reverse("chat:room"))
    expect(page.get_by_test_id("call")).to_be_visible()
    yield "called"
    page.context.unroute_all()
    sent_without_its_script(page, "form[action='/chat/leave/']")
    expect(page.get_by_test_id("rejoin")).to_be_visible()
    yield "ended"


def sent_without_its_script(page: Page, form: str) -> None:
    """As a browser sends a form when no script is there to do it otherwise."""
    with page.expect_navigation():
        page.locator(form).first.evaluate("form => form.submit()")


def called(stage: Stage) -> None:
    """The phone was put away, and Linde calls."""
    stage.server.ground.run("-c", PUT_AWAY)
    linde = stage.counsellor("Linde")
    claim(linde, OTTER)
    expect(queued(linde, OTTER)).to_have_count(0)


def unheard(page: Page) -> None:
    """The page is there before its line: until then nobody knows that somebody came."""
    page.context.route_web_socket("**/chat/socket", lambda _socket: None)
    page.context.route(re.compile(r"/chat/(poll|frames)$"), lambda route: route.abort())


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing_on_the_pages_that_no_story_walks_past(stage: Stage, language: str) -> None:
    stage.seed(staff={"Linde": 2})
    stage.server.ground.run("-c", A_CENTRE)
    page, seen, titles = phone(stage.browser, stage.server, **options(language)), Walk(language, "every"), {}
    for steps in (about_the_centre(page), what_went_wrong(page, stage), the_rooms_rarer_views(page, stage)):
        for name in steps:
            seen.see(page, name, whole=True)
            titles[name] = page.title()

    assert seen.found == {}
    assert [title for title in titles.values() if "Otter" in title or "Linde" in title] == []


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing_in_the_administration(stage: Stage, language: str) -> None:
    stage.seed(staff={"Linde": 2})
    stage.people["staff"] = json.loads(stage.server.ground.run("-m", "tests.e2e.accounts_seed").splitlines()[-1])
    page, seen = stage.counsellor("Ole", path="/admin/", **options(language)), Walk(language, "every")
    for place, name in walked.ADMIN.items():
        page.goto(stage.server.url + reverse(name))
        at_once(page)
        seen.see(page, place, whole=True)

    assert seen.found == {}


def at_once(page: Page) -> None:
    """Django fades its colours from light to dark; nobody is to be measured half-way."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("Animation.enable")
    devtools.send("Animation.setPlaybackRate", {"playbackRate": 1000})
