"""Letters while the assessment is red: the help card stays on top of inbox and composer, whatever they show."""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.desk_hands import Stage
from tests.e2e.looks import LOOKS, Walk, options
from tests.e2e.seeker_hands import phone

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]

# A case of letters that is red, with an agreement and a draft in it.
RED = """
import json, sys
import django; django.setup()
from django.conf import settings
from counselling.cases.domain import agreements, risk
from counselling.cases.domain.risk_content import Assessment
from counselling.mail.domain import letters
from counselling.people.domain import access
from counselling.people.models import Seeker
from tests.e2e.desk_seed import fresh_team
from tests.support import letters as post, world
team = fresh_team()
linde = world.counsellor(team, "Linde")
made = post.claimed(team, linde, "Ich kann nicht mehr.")
agreements.write(linde, made.case, "Du rufst heute Abend deine Schwester an.")
risk.assess(linde, made.case, Assessment("red", said="Heute."))
post.send(linde, made.case, "Ich bin da. Ruf bitte gleich hier an, oder schreib mir, wo du bist.")
letters.keep(made.seeker, made.case, "Ich bin", version=0)
token = access.let_in(Seeker.objects.get(pk=made.seeker.id), made.seeker.private)[1]
print(json.dumps({"name": settings.SEEKER_COOKIE_NAME, "value": token}))
"""


def otter(stage: Stage, language: str) -> Page:
    """The young person's page, signed in."""
    cookie = json.loads(stage.server.ground.run("-c", RED).splitlines()[-1])
    page = phone(stage.browser, stage.server, **options(language))
    stage.contexts.append(page.context)
    page.context.add_cookies([{**cookie, "url": stage.server.url.replace("http:", "https:"), "secure": True}])
    return page


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing_in_letters_with_the_help_card(stage: Stage, language: str) -> None:
    page, walk = otter(stage, language), Walk(language, "mail-pinned")

    def pinned(place: str) -> None:
        card = page.get_by_test_id("pinned")
        expect(card).to_be_visible()
        expect(card.get_by_role("link", name="112")).to_be_visible()
        walk.see(page, place, whole=True)

    page.goto("/inbox/")
    pinned("inbox")
    page.goto("/inbox/write/")
    expect(page.get_by_test_id("letter-text")).to_have_value("Ich bin")
    pinned("write")
    page.get_by_test_id("letter-text").fill("")
    page.get_by_test_id("send-letter").click()
    expect(page.get_by_role("alert").locator("visible=true").first).to_be_visible()
    pinned("write-error")
    page.get_by_test_id("letter-text").fill("Ich bin am Bahnhof.")
    page.get_by_test_id("send-letter").click()
    expect(page.get_by_test_id("sent")).to_be_visible()
    pinned("inbox-sent")

    assert walk.found == {}
