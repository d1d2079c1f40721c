"""Sixty ways to smuggle a script in, as nickname, message and note: inert in both browsers and in every page sent.

Names are kept only when they pass the rules for names, so here they are sealed past those; the rules' own page, which
repeats what it refuses, is asked for each.
"""

import json

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import desk_hands as desk
from tests.e2e.desk_hands import Stage
from tests.e2e.seeker_hands import elsewhere
from tests.e2e.smuggled import PAYLOADS, Marked, harmed, watched
from tests.support.browser import Browser

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

OTTER = "Stiller Otter"
# Names past the rules, and one message and one note each in the running chat.
SEEDED = """
import json, sys
import django; django.setup()
from unittest import mock
from uuid import UUID
from counselling.cases.domain import notes, posting, queue
from counselling.people.domain import access, nicknames
from counselling.people.models import Staff, Team
from tests.e2e.desk_seed import queued
from tests.support import key_rings, world
case, payloads = UUID(sys.argv[1]), json.loads(sys.argv[3])
otter, linde = access.seeker_by_token(sys.argv[2]), key_rings.actor(Staff.objects.get(alias="Linde"))
posting.commit([world.post(otter, case, payload) for payload in payloads])
with mock.patch.object(nicknames, "clean", str):
    for number, payload in enumerate(payloads):
        waits = queued(Team.objects.get(), payload, 1)
        if number < 10:  # the desk shows fifty who wait; these talk
            queue.claim(linde, UUID(waits["case"]))
        notes.add(linde, case, payload)
"""


def young(stage: Stage) -> tuple[Page, Browser]:
    """The Otter's browser, and the same session without any script."""
    context = stage.browser.new_context(base_url=stage.server.url, locale="de-DE")
    stage.contexts.append(context)
    context.route(lambda url: not url.startswith(stage.server.url), elsewhere)
    name, token = stage.people["cookie"]["seeker"], stage.people["seekers"][OTTER]["token"]
    url = stage.server.url.replace("http:", "https:")
    context.add_cookies([{"name": name, "value": token, "url": url, "secure": True}])
    return context.new_page(), Browser(stage.server.url, cookies={name: token})


def test_sixty_scripts_stay_text_in_both_browsers_and_on_the_wire(stage: Stage) -> None:
    assert len(set(PAYLOADS)) == 60
    assert Marked(PAYLOADS[0]).found
    assert Marked(f"<p>{PAYLOADS[0].replace('<', '&lt;')}</p>").found == []
    stage.seed(staff={"Linde": 12}, chats={OTTER: "Linde"})
    otter = stage.people["seekers"][OTTER]
    stage.server.ground.run("-c", SEEDED, otter["case"], otter["token"], json.dumps(PAYLOADS))
    page, wire = young(stage)
    told = watched(page)
    page.goto("/chat/")
    expect(page.get_by_test_id("message")).to_have_count(60)
    linde = stage.counsellor("Linde", path="/team/welcome/")
    told_linde = watched(linde)
    linde.goto(f"{stage.server.url}/team/")
    desk.chat(linde, OTTER).click()
    expect(linde.get_by_test_id("message")).to_have_count(60)
    expect(linde.get_by_test_id("queue-item")).to_have_count(50)
    expect(linde.get_by_test_id("chat-item")).to_have_count(11)

    assert page.locator("[data-testid=message] .text").all_inner_texts() == PAYLOADS
    assert desk.messages(linde) == PAYLOADS
    for payload in PAYLOADS:
        expect(linde.locator("#panel").get_by_text(payload, exact=True)).to_have_count(1)
    assert (told, told_linde, harmed(page), harmed(linde)) == ([], [], [], [])
    assert in_pages(wire) == {}


def in_pages(wire: Browser) -> dict[str, list[str]]:
    """The pages that a server draws with such texts in them, and what of them is more than text."""
    sent = {path: wire.get(path).body for path in ("/chat/", "/mine/read/", "/mine/")}
    wire.get("/mine/copy/")
    sent["/mine/copy/"] = wire.post("/mine/copy/").body
    stranger = Browser(wire.url)
    for payload in PAYLOADS:
        stranger.get("/chat/start/")
        sent[f"name {payload}"] = stranger.post("/chat/start/", step="name", nickname=payload).body
    assert sum("pwned" in body for body in sent.values()) >= 60
    return {path: found for path, body in sent.items() if (found := Marked(body).found)}
