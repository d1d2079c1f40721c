"""What the other walks pass by: after a first password and a new one, an invitation refused, new words, the last month.

And the question before the lock, in both languages.
"""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.accounts_seed import PASSWORD
from tests.e2e.desk_hands import Stage
from tests.e2e.looks import LOOKS, Walk, options
from tests.e2e.seeker_hands import phone
from tests.e2e.test_vault_accounts import NEW, fill_first, idle_for
from tests.e2e.test_vault_seeker import keep

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

OTTER = "Stiller Otter"
# The Otter was last seen eleven months ago.
LONG_AGO = """
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
from counselling.people.models import Seeker
Seeker.objects.update(seen_on=timezone.localdate() - timedelta(days=340))
"""


def open_house(stage: Stage) -> None:
    """Linde, the only one who opens the vault, talks with the Otter; Ole looks after the accounts."""
    stage.seed(staff={"Linde": 3}, chats={OTTER: "Linde"})
    output = stage.server.ground.run("-m", "tests.e2e.accounts_seed")
    stage.people["staff"] = json.loads(output.splitlines()[-1])


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing_around_passwords(stage: Stage, language: str) -> None:
    open_house(stage)
    walk = Walk(language, "vault-rest")
    ole = stage.counsellor("Ole", path="/admin/people/staff/", **options(language))
    refused(ole)
    walk.see(ole, "invitation-refused")
    first_password(stage, invited(stage, ole), language, walk)
    linde = stage.counsellor("Linde", path="/team/password/", **options(language))
    linde.locator("[name=old]").fill(PASSWORD)
    linde.locator("[name=new]").fill(NEW)
    linde.locator("[name=again]").fill(NEW)
    linde.get_by_test_id("change-password").click()
    expect(linde.locator("p.notice.is-ok")).to_be_visible()
    walk.see(linde, "password-changed")

    assert walk.found == {}


def refused(ole: Page) -> None:
    """The last who opens the vault cannot be reset."""
    ole.locator("#result_list").get_by_role("link", name="Linde").click()
    ole.locator(".object-tools a").first.click()
    expect(ole.get_by_role("alert")).to_be_visible()
    expect(ole.get_by_test_id("invite")).to_have_count(0)


def invited(stage: Stage, ole: Page) -> str:
    """Birke's code."""
    ole.goto(f"{stage.server.url}/admin/people/staff/add/")
    ole.locator("[name=username]").fill("birke")
    ole.locator("[name=alias]").fill("Birke")
    ole.locator("[name=languages]").fill('["de"]')
    ole.locator("[name=_save]").click()
    return ole.get_by_test_id("code").inner_text()


def first_password(stage: Stage, code: str, language: str, walk: Walk) -> None:
    page = phone(stage.browser, stage.server, **options(language))
    page.goto("/team/first/")
    fill_first(page, "birke", code)
    expect(page.get_by_test_id("to-sign-in")).to_be_visible()
    walk.see(page, "first-done")
    page.context.close()


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing_in_the_question_before_the_lock(stage: Stage, language: str) -> None:
    open_house(stage)
    page, walk = stage.counsellor("Linde", path="/team/sessions/", **options(language)), Walk(language, "vault-rest")
    page.clock.install()
    page.reload()
    page.wait_for_load_state()
    idle_for(stage, 14, 0)
    page.clock.fast_forward(61_000)
    expect(page.locator("#idle")).to_be_visible()

    walk.see(page, "idle")

    assert walk.found == {}
    expect(page.get_by_test_id("still-here")).to_be_focused()


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing_for_somebody_who_kept_long_ago(stage: Stage, language: str) -> None:
    open_house(stage)
    page, walk = otters_phone(stage, language), Walk(language, "vault-rest")
    page.goto("/mine/keep/")
    before = page.get_by_role("heading", level=1).inner_text()
    keep(page)
    page.goto("/mine/keep/")
    expect(page.get_by_role("heading", level=1)).not_to_have_text(before)
    walk.see(page, "new-words", whole=True)
    page.goto("/chat/end/")
    page.get_by_role("main").get_by_role("button").click()
    stage.server.ground.run("-c", LONG_AGO)
    for place in ("read", "mine"):
        page.goto("/mine/read/" if place == "read" else "/mine/")
        expect(page.get_by_test_id("until")).to_have_class("notice is-amber")
        walk.see(page, f"fading-{place}", whole=True)
    page.context.close()

    assert walk.found == {}


def otters_phone(stage: Stage, language: str) -> Page:
    """A phone with the cookie of the chat that runs."""
    page = phone(stage.browser, stage.server, **options(language))
    name, token = stage.people["cookie"]["seeker"], stage.people["seekers"][OTTER]["token"]
    # As at the desk: a __Host- cookie can only be set for https.
    url = stage.server.url.replace("http:", "https:")
    page.context.add_cookies([{"name": name, "value": token, "url": url, "secure": True}])
    return page
