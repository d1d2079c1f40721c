"""A thief takes everything the server keeps after a whole conversation: nothing said is found, nothing opens."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e import desk_hands as desk
from tests.e2e.seeker_hands import begin, bubble, phone, write
from tests.support.chromium import chromium
from tests.support.server import Ground, Server
from tests.support.services import Postgres, Redis

pytestmark = [pytest.mark.faults, pytest.mark.e2e, pytest.mark.timeout(300)]

SAID, ANSWERED, NOTED, UNSENT = "Brombeersommer", "Holunderherbst", "Schlehenwinter", "Quittenfrühling"
NICKNAME, PASSWORD = "Mispelotter", "Zwetschge-Kanu-Regen-42"
SENTINELS = (SAID, ANSWERED, NOTED, UNSENT, NICKNAME, PASSWORD)
PEOPLE = """
import json, sys
from tests.support import seed
from counselling.people.domain import papers, presence, staff, staffkeys
team = seed.open_team()
staff.let_in("mara", password=sys.argv[1], alias="Mara", role="counsellor", team=team.slug, languages=["de"])
papers.found_here(team.pk)
actor, cookies = seed.sign_in(*staffkeys.recognise("mara", sys.argv[1]))
presence.set_status(actor, "here")
print(json.dumps(cookies))
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


def test_copy_of_everything_opens_nothing_embedded(browser: Browser) -> None:
    with Ground() as ground:
        live_a_conversation(ground, browser)
        copy = ground.directory.with_name(ground.directory.name + "-stolen")
        shutil.copytree(ground.directory, copy)
        try:
            assert sentinels_in(files(copy)) == []
            stolen = {name: value.replace(str(ground.directory), str(copy)) for name, value in ground.settings.items()}
            ground.settings = stolen
            opens_nothing(ground)
        finally:
            shutil.rmtree(copy)


def test_copy_of_everything_opens_nothing_on_postgres_and_redis(browser: Browser) -> None:
    with Postgres() as postgres, Redis() as redis, Ground(database_url=postgres.url, redis_url=redis.url) as ground:
        live_a_conversation(ground, browser)
        log = postgres.directory / "log"
        kept = {"database": postgres.dump(), "redis": redis.dump(), "database's log": log.read_bytes()}
        assert sentinels_in(kept | files(ground.directory) | files(postgres.data)) == []
        opens_nothing(ground, "--log", str(log))


def live_a_conversation(ground: Ground, browser: Browser) -> None:
    """Waiting text, messages both ways, a note, unsent text on both sides; the server stops while all are signed in."""
    cookies = json.loads(ground.run("-c", PEOPLE, PASSWORD).splitlines()[-1])
    with Server(ground) as server:
        mara, young = at_the_desk(browser, server, cookies), phone(browser, server)
        begin(young, NICKNAME)
        desk.claim(mara, NICKNAME)
        expect(young.get_by_test_id("composer")).to_be_visible(timeout=15_000)
        write(young, f"{SAID} ist vorbei")
        expect(mara.locator("[data-testid=message]:visible").filter(has_text=SAID)).to_be_visible(timeout=15_000)
        desk.write(mara, f"{ANSWERED} kommt")
        expect(bubble(young, ANSWERED)).to_be_visible(timeout=15_000)
        fetch(mara, "/team/note", {"text": f"{NOTED} als Notiz"})
        fetch(mara, "/team/draft", {"text": f"{UNSENT} als Entwurf"})
        for page in (mara, young):
            page.context.close()


def at_the_desk(browser: Browser, server: Server, cookies: str) -> Page:
    """The desk of somebody with a password of their own, signed in."""
    context = browser.new_context(base_url=server.url, viewport={"width": 1280, "height": 800}, locale="de-DE")
    for cookie in f"__Host-team={cookies}".split("; "):
        name, value = cookie.split("=", 1)
        url = server.url.replace("http:", "https:")
        context.add_cookies([{"name": name, "value": value, "url": url, "secure": True}])
    page = context.new_page()
    page.goto("/team/")
    page.locator("#desk[aria-busy=false]").wait_for()
    return page


def fetch(page: Page, path: str, data: dict[str, Any]) -> None:
    """What the desk's scripts send for the open case."""
    sent = """async ([path, data]) => {
        const state = await (await fetch("/team/desk.json", {headers: {Accept: "application/json"}})).json();
        const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
        const headers = {"Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token};
        const body = JSON.stringify({case: state.mine[0].case, ...data});
        return (await fetch(path, {method: "POST", headers, body})).status;
    }"""
    assert page.evaluate(sent, [path, data]) in {200, 204}


def opens_nothing(ground: Ground, *words: str) -> None:
    """With every key of the copy nothing opens; with the password that no copy holds, everything of hers does."""
    without = steal(ground, *words)
    assert without["opened"] == {}
    assert without["keys"] > 100
    assert without["records"] > 10

    with_password = steal(ground, *words, "--password", f"mara:{PASSWORD}")
    assert set(with_password["opened"]) >= {"case key", "team key", "nickname", "message", "note", "draft"}


def steal(ground: Ground, *words: str) -> Any:
    return json.loads(ground.run("-m", "tests.support.thief", *words).splitlines()[-1])


def sentinels_in(kept: dict[str, bytes]) -> list[str]:
    return [f"{word} in {where}" for where, held in kept.items() for word in SENTINELS if word.encode() in held]


def files(directory: Path) -> dict[str, bytes]:
    """Everything below a directory; our own hashed static files hold nothing of anybody."""
    found = (path for path in directory.rglob("*") if path.is_file() and "static" not in path.parts)
    return {str(path.relative_to(directory)): path.read_bytes() for path in found}
