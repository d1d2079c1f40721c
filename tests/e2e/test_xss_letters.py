"""The same sixty scripts in every text of letters and of the case panel: inert for young people and for the team.

Letters, names of files, agreements, tasks, assessments, whereabouts, consultations, text modules, remarks, drafts,
names; and whatever a page repeats because it was refused.
"""

import json
import re
from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.desk_hands import Stage
from tests.e2e.seeker_hands import elsewhere
from tests.e2e.smuggled import ALIAS, PAYLOADS, TEXTS, Marked, harmed, watched
from tests.support.browser import Answer, Browser
from tests.support.server import Server

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

ALL: Final = "\n\n".join(TEXTS)
# These repeat nothing of what was written; they are looked at all the same.
QUIET: Final = (
    *("/mine/read/", "/inbox/notify/", "/facts/", "/letters/search/", "/team/risk/", "/team/consultations/"),
    *("/team/locked-files/", "address"),
)
EARLIER: Final = re.compile(r'href="(\?before=\d+[^"]*)"')


@pytest.fixture(scope="module")
def people(server: Server) -> dict[str, Any]:
    """Both tests read the same case; what they send is refused."""
    told = server.ground.run("-m", "tests.e2e.xss_letters_seed")
    seeded: dict[str, Any] = json.loads(told.splitlines()[-1])
    return seeded


def young(stage: Stage) -> Page:
    """The young person's browser."""
    context = stage.browser.new_context(base_url=stage.server.url, locale="de-DE")
    stage.contexts.append(context)
    context.route(lambda url: not url.startswith(stage.server.url), elsewhere)
    url = stage.server.url.replace("http:", "https:")
    name, token = stage.people["cookie"]["seeker"], stage.people["token"]
    context.add_cookies([{"name": name, "value": token, "url": url, "secure": True}])
    return context.new_page()


def wire(stage: Stage, alias: str = "") -> Browser:
    """The same sessions without any script; without an alias the young person's."""
    cookie = stage.people["cookie"]
    if not alias:
        return Browser(stage.server.url, cookies={cookie["seeker"]: stage.people["token"]})
    pairs = f"{cookie['staff']}={stage.people['staff'][alias]}".split("; ")
    return Browser(stage.server.url, cookies=dict(pair.split("=", 1) for pair in pairs))


def pages_of(people: dict[str, Any]) -> dict[str, list[str]]:
    """The addresses at which somebody reads what others wrote; "" is the young person."""
    case, look, number, record = (people[name] for name in ("case", "look", "consultation", "record"))
    file = f"/team/file/{case}/"
    return {
        "": ["/inbox/", "/inbox/write/", "/mine/where/", "/mine/agreed/", "/mine/read/", "/mine/", "/inbox/notify/"],
        "Linde": [
            f"/team/letters/{case}/",
            *(f"{file}{part}" for part in ("", "risk/", "facts/", "consult/")),
            *(f"/team/letters/{part}" for part in ("", "?tab=mine", "unsent/", "second-look/", "search/")),
            *("/team/modules/", "/team/absence/", "/team/risk/", f"/team/risk/{record}/"),
            *("/team/consultations/", f"/team/consultations/{number}/"),
        ],
        ALIAS: [f"/team/letters/second-look/{look}/", "/team/letters/second-look/", f"/team/risk/{record}/"],
        "Kim": ["/team/consultations/", f"/team/consultations/{number}/"],
        "Uli": ["/team/letters/load/", "/team/risk/", f"/team/risk/{record}/", "/team/locked-files/"],
    }


@pytest.mark.long  # the next test reads every page that is sent
def test_sixty_scripts_in_every_text_stay_text_in_the_browsers(stage: Stage, people: dict[str, Any]) -> None:
    stage.people = people
    pages = {
        alias: stage.counsellor(alias, path="/team/welcome/") if alias else young(stage) for alias in pages_of(people)
    }
    told = {alias: watched(page) for alias, page in pages.items()}
    found: dict[str, list[str]] = {}
    for alias, addresses in pages_of(people).items():
        for address in addresses:
            pages[alias].goto(stage.server.url + address)
            found[f"{alias} {address}"] = harmed(pages[alias])

    assert {place: rows for place, rows in found.items() if rows} == {}
    letters_are_read(pages[""], pages["Linde"], people["case"])
    panel_is_read(pages["Linde"], people)
    others_read(pages[ALIAS], pages["Kim"], people)
    composer_is_used(pages["Linde"], stage.server.url, people["case"])
    assert told == {alias: [] for alias in pages}
    assert {alias: harmed(page) for alias, page in pages.items()} == {alias: [] for alias in pages}


def letters_are_read(otter: Page, linde: Page, case: str) -> None:
    """Every letter and every file's name, as it was written, on the pages of both."""
    origin = linde.url.split("/team/")[0]
    for page, path, text in (
        (otter, "/inbox/", ".inbox-text"),
        (linde, f"/team/letters/{case}/", ".case-letter > .case-text"),
    ):
        page.goto(origin + path)
        letters, files = [], []
        while True:
            letters += page.locator(text).all_inner_texts()
            files += page.locator("[data-testid=file] .file-name bdi").all_inner_texts()
            earlier = page.get_by_test_id("earlier")
            if not earlier.count():
                break
            earlier.first.click()
            page.wait_for_load_state()
        assert {text for text in TEXTS if text not in letters} == set()
        assert {text for text in TEXTS if not any(letter.endswith(f"Suizid? {text}") for letter in letters)} == set()
        assert len(set(files)) == len(PAYLOADS) - 1  # one was reported


def panel_is_read(linde: Page, people: dict[str, Any]) -> None:
    """Every agreement, task, note, assessment and place, on the panel and its pages."""
    origin = linde.url.split("/team/")[0]
    linde.goto(f"{origin}/team/file/{people['case']}/")
    panel = linde.get_by_test_id("file-panel").locator("p.kept").all_text_contents()
    assert {text: panel.count(text) for text in TEXTS if panel.count(text) != 3} == {}
    linde.goto(f"{origin}/team/file/{people['case']}/risk/")
    shown = linde.locator("main").text_content() or ""
    assert [payload for payload in PAYLOADS if payload not in shown] == []
    linde.goto(f"{origin}/team/file/{people['case']}/consult/")
    assert linde.locator("[data-testid=lines] label").count() >= len(TEXTS)


def composer_is_used(linde: Page, origin: str, case: str) -> None:
    """A draft, a quoted passage, a text module put in, and the preview of all that."""
    linde.goto(f"{origin}/team/letters/{case}/")
    text = linde.get_by_test_id("compose-text")
    expect(text).to_have_value(ALL)
    linde.get_by_test_id("quote").last.click()
    linde.get_by_test_id("picker-open").click()
    linde.get_by_test_id("picker-filter").fill("pwned")
    linde.get_by_test_id("picker-filter").press("Enter")
    expect(text).not_to_have_value(ALL)
    linde.get_by_test_id("preview-letter").click()
    expect(linde.get_by_test_id("preview")).to_contain_text(PAYLOADS[-1])


def others_read(mara: Page, kim: Page, people: dict[str, Any]) -> None:
    """The colleague who reads a draft again, and the one of another team."""
    origin = kim.url.split("/team/")[0]
    mara.goto(f"{origin}/team/letters/second-look/{people['look']}/")
    assert mara.locator("[data-testid=remarks] .note-text").all_inner_texts() == TEXTS
    expect(mara.get_by_test_id("draft")).to_have_text(ALL)
    kim.goto(f"{origin}/team/consultations/{people['consultation']}/")
    expect(kim.get_by_test_id("excerpt")).to_have_text(ALL)
    remarks = kim.get_by_test_id("remarks").inner_text()
    assert [text for text in TEXTS if text not in remarks] == []


def test_sixty_scripts_stay_text_in_every_page_that_is_sent(stage: Stage, people: dict[str, Any]) -> None:
    stage.people = people
    sent: dict[str, Answer] = {}
    for alias, addresses in pages_of(people).items():
        browser = wire(stage, alias)
        for address in addresses:
            sent[f"{alias} {address}"] = answer = browser.get(address)
            for number in range(10):
                earlier = EARLIER.search(answer.body)
                if not earlier:
                    break
                sent[f"{alias} {address} {number}"] = answer = browser.get(address.split("?")[0] + earlier[1])
    sent |= refused_to_young_people(stage) | refused_to_the_team(stage, people)

    assert {place: answer.status for place, answer in sent.items() if answer.status >= 500} == {}
    assert {place: found for place, answer in sent.items() if (found := Marked(answer.body).found)} == {}
    assert [place for place, answer in sent.items() if "pwned" not in answer.body and not place.endswith(QUIET)] == []


def refused_to_young_people(stage: Stage) -> dict[str, Answer]:
    """What comes back with the text that was not taken, with a session and without one."""
    otter, stranger = wire(stage), Browser(stage.server.url)
    otter.get("/inbox/write/")
    found = {
        "both": otter.post("/inbox/send/", text=f"{ALL} anders", version="0"),
        "too long": otter.post("/inbox/draft/", text=ALL * 9, version="0"),
        "address": otter.post("/inbox/notify/", step="address", email=PAYLOADS[0]),
        "where": otter.post("/mine/where/", text=ALL),
        "from chat": otter.post("/letter/from-chat/", text=ALL * 9),
    }
    stranger.get("/letter/")
    found |= {
        "signed out": stranger.post("/inbox/send/", text=ALL),
        "back": stranger.post("/inbox/back/", text=ALL, nickname=PAYLOADS[0], passphrase=PAYLOADS[1]),
        "facts": stranger.post("/letter/", step="name", nickname="Roter Panda", text=ALL),
    }
    for payload in PAYLOADS:
        found[f"name {payload}"] = stranger.post("/letter/", step="name", nickname=payload, text=payload)
    return found


def refused_to_the_team(stage: Stage, people: dict[str, Any]) -> dict[str, Answer]:
    """Every form of the case panel and of letters, refused with everything that stood in it."""
    linde, kim, mara = wire(stage, "Linde"), wire(stage, "Kim"), wire(stage, ALIAS)
    case, file = f"/team/letters/{people['case']}/", f"/team/file/{people['case']}/"
    for browser in (linde, kim, mara):
        browser.get("/team/consultations/")
    found = {
        "agreement": linde.post(f"{file}agreement/", text=ALL),
        "note": linde.post(f"{file}notes/", text=ALL * 2),
        "task": linde.post(f"{file}tasks/", text=ALL, due_on=PAYLOADS[0]),
        "assessment": linde.post(f"{file}risk/", level="yellow", said=ALL, decision=ALL, review_on=PAYLOADS[0]),
        "consult": linde.post(f"{file}consult/", step="share", text=ALL),
        "take": linde.post(f"{file}consult/", step="take", text=ALL, take="3"),
        "strange step": linde.post(f"{file}consult/", step=PAYLOADS[0], text=ALL),
        "answer": kim.post(f"/team/consultations/{people['consultation']}/", text=ALL * 2),
        "preview": linde.post(f"{case}write/", step="preview", text=ALL, version="1"),
        "insert": linde.post(f"{case}write/", step="insert", text=ALL, version="1", module=PAYLOADS[0]),
        "later": linde.post(f"{case}write/", step="later", text=ALL, version="1", day=PAYLOADS[0], time=PAYLOADS[1]),
        "case both": linde.post(f"{case}write/", step="keep", text=f"{ALL} anders", version="0"),
        "own remark": linde.post(f"{case}write/", step="remark", text=ALL, version="1", remark=ALL * 2),
        "remark": mara.post(f"/team/letters/second-look/{people['look']}/", remark=ALL * 2),
        "search": linde.post("/team/letters/search/", nickname=PAYLOADS[2]),
        "hand over": linde.post(f"{case}hand-over/", to=PAYLOADS[0], note=ALL),
        "give back": linde.post(f"{case}give-back/", note=ALL * 2),
        "remind": linde.post(f"{case}remind/", on=PAYLOADS[0]),
        "close": linde.post(f"{case}close/", ending="", farewell=ALL, referral=PAYLOADS[0]),
        "absence": linde.post("/team/absence/", begins=PAYLOADS[0], ends=PAYLOADS[1], substitute=PAYLOADS[2]),
    }
    for payload in PAYLOADS:
        found[f"module {payload}"] = linde.post("/team/modules/", step="add", title=payload * 9, text=payload)
    return found
