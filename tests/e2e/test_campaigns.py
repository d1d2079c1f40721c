"""Links and the button in a real browser: made, printed, followed; and the button on a strict website of somebody else.

That website is another origin with a policy that allows nothing but our origin, as a careful city has it.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.desk_hands import Stage
from tests.e2e.looks import LOOKS, Walk, options
from tests.e2e.seeker_hands import phone
from tests.support.services import HOST, wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]
SETUP = "import django; django.setup()\n"
SHUT = f"{SETUP}from counselling.centre.models import OpeningHour; OpeningHour.objects.all().delete()"
COUNTED = f"""{SETUP}
from counselling.cases.models import CountRow
print([row.codes for row in CountRow.objects.filter(event="campaign")])"""


def lead(stage: Stage, path: str = "/team/statistics/links/", **more: Any) -> Page:
    """A supervisor's page, of a team whose chat is open."""
    stage.seed(staff={"Linde": 3})
    output = stage.server.ground.run("-m", "tests.e2e.campaigns_seed")
    stage.people["staff"] |= json.loads(output.splitlines()[-1])["staff"]
    return stage.counsellor("Uli", path=path, **more)


@contextmanager
def website(body: str, policy: str) -> Iterator[str]:
    """Somebody else's page, at another origin; its address."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = f"<!doctype html><html lang=de><title>Stadt</title><h1>Stadt</h1>\n{body}\n</html>".encode()
            self.send_response(200)
            for name, value in (
                ("Content-Type", "text/html; charset=utf-8"),
                ("Content-Length", str(len(content))),
                ("Content-Security-Policy", policy),
            ):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_words: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer((HOST, 0), Page) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://{HOST}:{server.server_port}/"
        server.shutdown()


def visitor(stage: Stage, **more: Any) -> tuple[Page, list[str], list[dict[str, str]]]:
    """Somebody's phone, all that its console says, and the headers of what it asks of us."""
    page = phone(stage.browser, stage.server, **more)
    page.context.unroute_all()  # that website is not ours, and still on this machine
    stage.contexts.append(page.context)
    said: list[str] = []
    asked: list[dict[str, str]] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: "/button." in request.url and asked.append(request.all_headers()))
    return page, said, asked


def test_link_is_made_printed_followed_and_ended(stage: Stage) -> None:
    page = lead(stage, java_script_enabled=False)
    page.get_by_label("Name").fill("Schule am Berg")
    page.get_by_label("Kürzel in der Adresse").fill("Schule!")
    page.get_by_test_id("make").click()
    expect(page.get_by_role("alert")).to_contain_text("Zum Beispiel: schule")
    expect(page.get_by_label("Name")).to_have_value("Schule am Berg")
    page.get_by_label("Kürzel in der Adresse").fill("")
    page.get_by_test_id("make").click()
    expect(page.get_by_test_id("address")).to_have_text(f"{stage.server.origin}/k/schule-am-berg")
    expect(page.get_by_test_id("unpublished")).to_have_text("noch nicht veröffentlicht")
    assert page.locator(".campaign-code").evaluate("image => image.decode().then(() => image.naturalWidth > 0)")
    for file, name in (
        ("poster", "schule-am-berg-de.pdf"),
        ("poster-en", "schule-am-berg-en.pdf"),
        ("svg", "schule-am-berg.svg"),
        ("png", "schule-am-berg.png"),
    ):
        with page.expect_download() as got:
            page.get_by_test_id(file).click()
        assert got.value.suggested_filename == name

    guest, _said, _asked = visitor(stage)
    address = page.get_by_test_id("address").inner_text()
    guest.goto(address)
    assert guest.url == f"{stage.server.url}/"
    page.get_by_test_id("end").click()
    expect(page.get_by_test_id("said")).to_contain_text("beendet")
    expect(page.get_by_test_id("resume")).to_be_visible()
    guest.goto(address)
    assert guest.url == f"{stage.server.url}/"
    assert stage.server.ground.run("-c", COUNTED).strip() == "[{'campaign': 'schule-am-berg'}]"


def test_button_works_on_a_strict_website_of_somebody_else(stage: Stage) -> None:
    page = lead(stage, "/team/statistics/button/?link=stadtseite")
    snippet = {code: page.get_by_test_id(f"snippet-{code}").inner_text() for code in ("de", "en")}
    origin = stage.server.origin
    policy = f"default-src 'none'; script-src {origin}; connect-src {origin}; style-src {origin}"
    assert page.get_by_test_id("snippet-policy").inner_text() == f"script-src {origin}; connect-src {origin}"

    with website(snippet["de"], policy) as there:
        guest, said, asked = visitor(stage)
        guest.goto(there)
        link = guest.get_by_role("link")
        expect(link).to_contain_text("Der Chat ist gerade offen.")
        expect(link).to_have_attribute("data-open", "true")
        assert link.evaluate("link => getComputedStyle(link).borderTopStyle") == "solid"
        assert (
            guest.evaluate("['ask', 'show', 'dress', 'newLink', 'linkBefore'].filter((name) => name in window)") == []
        )
        assert said == []
        assert [(headers.get("cookie"), headers.get("referer", "")) for headers in asked] == [(None, ""), (None, "")]
        assert guest.context.cookies() == []
        link.click()
        guest.wait_for_url(f"{stage.server.url}/")

    stage.server.ground.run("-c", SHUT)
    asking = stage.browser.new_context().request
    state = f"{stage.server.url}/button.json?language=en"
    wait_until(lambda: asking.get(state).json()["open"] is False, seconds=20, what="the closed door")
    alone = snippet["en"].splitlines()[1].replace("data-language", 'data-label="Youth" data-language')
    with website(alone, policy) as there:
        guest, said, _asked = visitor(stage, locale="en-GB")
        guest.goto(there)
        link = guest.get_by_role("link")
        expect(link).to_have_attribute("data-open", "false")
        expect(link).to_have_attribute("href", f"{origin}/")
        expect(link).to_contain_text(str(asking.get(state).json()["text"]))
        assert link.inner_text().startswith("Youth")
        assert said == []


def test_link_stays_where_the_policy_forbids_the_script(stage: Stage) -> None:
    page = lead(stage, "/team/statistics/button/")
    snippet = page.get_by_test_id("snippet-de").inner_text()
    with website(snippet, "default-src 'none'") as there:
        guest, said, _asked = visitor(stage)
        guest.goto(there)
        expect(guest.get_by_role("link")).to_have_attribute("href", f"{stage.server.origin}/")
        assert ["Content Security Policy" in line for line in said] == [True]


@pytest.mark.parametrize("language", LOOKS)
def test_axe_finds_nothing_on_links_and_button(stage: Stage, language: str) -> None:
    walk = Walk(language, "campaigns")
    page = lead(stage, **options(language))
    walk.see(page, "links", whole=True)
    page.get_by_test_id("make").click()
    walk.see(page, "links-refused", whole=True)
    page.goto(stage.server.url + "/team/statistics/links/stadtseite/?said=made")
    walk.see(page, "link", whole=True)
    page.goto(stage.server.url + f"/team/statistics/links/{'x' * 40}/")
    walk.see(page, "link-ended", whole=True)
    page.goto(stage.server.url + "/team/statistics/button/")
    walk.see(page, "button", whole=True)
    assert walk.found == {}
