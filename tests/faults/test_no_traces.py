"""Nothing of a visit is kept in clear: no text, name, address or browser in logs, database, Redis or on disk.

Everything that could leak is made first: pages, forms, a chat, notes, drafts, refusals and a broken database.
"""

import asyncio
from pathlib import Path

import pytest

from tests.support.browser import Browser
from tests.support.people import People, counsellor, line
from tests.support.server import Ground, Server
from tests.support.services import Postgres, Redis
from tests.support.wire import Line

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]

TEXT, NAME, AGENT, ADDRESS = "Brombeersommer", "Quittenotter", "Holunderbrowser/7.7", "127.0.0.77"
FORWARDED, REFERRER, PATH = "198.51.100.77", "https://schlehe.example/", "mispelpfad"
TRACES = (TEXT, NAME, AGENT, ADDRESS, FORWARDED, REFERRER, PATH)
SAYS = {"User-Agent": AGENT, "X-Forwarded-For": FORWARDED, "Referer": REFERRER}


async def test_visit_leaves_no_traces_embedded(embedded: Ground) -> None:
    server = await visit(embedded)

    assert traces({"log": server.log.read_bytes(), **files(embedded.directory)}) == []


async def test_visit_leaves_no_traces_in_postgres_and_redis(
    production: Ground, postgres: Postgres, redis: Redis
) -> None:
    server = await visit(production)

    found = {"log": server.log.read_bytes(), "database": postgres.dump(), "redis": redis.dump()}
    found |= {"database's log": (postgres.directory / "log").read_bytes()}
    assert traces(found | files(postgres.data)) == []


def traces(kept: dict[str, bytes]) -> list[str]:
    return [f"{trace} in {where}" for where, held in kept.items() for trace in TRACES if trace.encode() in held]


def files(directory: Path) -> dict[str, bytes]:
    """Everything below a directory that could hold a trace; our own hashed static files cannot."""
    found = (path for path in directory.rglob("*") if path.is_file() and "static" not in path.parts)
    return {str(path.relative_to(directory)): path.read_bytes() for path in found}


async def visit(ground: Ground) -> Server:
    """A whole visit with everything that goes wrong on the way."""
    people = await asyncio.to_thread(ground.seed, "--pairs", "1")
    with Server(ground) as server:
        browser = Browser(server.url, headers=SAYS, source=ADDRESS)
        await asyncio.to_thread(look_around, browser)
        await asyncio.to_thread(take_a_place, browser)
        async with young(server, browser) as seeker, counsellor(server, people) as team:
            await seeker.online()
            await team.online()
            case = (await seeker.heard("waiting"))["case"]
            await talk(seeker, case)
            await stumble(seeker, case)
            await asyncio.to_thread(write_a_note, server, people)
        await asyncio.to_thread(browser.post, "/chat/draft/", text=f"{TEXT} im Entwurf")
        await asyncio.to_thread(browser.get, "/mine/code/")
    return server


def look_around(browser: Browser) -> None:
    for path in ("/", "/help/", "/anonymous/", f"/{PATH}/?{TEXT}", "/team/", "/chat/"):
        assert browser.get(path).status < 500
    browser.post("/chat/start/", nickname=f"{NAME}@example.org", step="name")
    assert Browser(browser.url, headers=SAYS, source=ADDRESS).post("/chat/draft/", text=TEXT).status == 403


def take_a_place(browser: Browser) -> None:
    browser.get("/chat/start/")
    assert browser.post("/chat/start/", step="name", nickname=NAME).status == 200
    assert browser.post("/chat/start/", step="facts", nickname=NAME, proof="skip").status in {302, 303}


def young(server: Server, browser: Browser) -> Line:
    seeker = line(server, "/chat/socket", browser.cookie)
    seeker.headers, seeker.source = SAYS, ADDRESS
    return seeker


async def talk(seeker: Line, case: str) -> None:
    await seeker.open(case)
    first = await seeker.acked(await seeker.post(case, f"{TEXT} eins"))
    await seeker.acked(await seeker.post(case, f"{TEXT} zwei"))
    await seeker.send({"type": "take_back", "case": case, "seq": first})
    await seeker.send({"type": "typing", "case": case})


async def stumble(seeker: Line, case: str) -> None:
    """Frames that are refused, each with the text in it."""
    for frame in (
        f"{TEXT} kein JSON",
        {"type": TEXT},
        {"type": "post", "case": case, "id": TEXT, "text": TEXT},
        {"type": "post", "case": case, "id": "00000000-0000-4000-8000-000000000000", "text": TEXT * 400},
        {"type": "resume", "case": "00000000-0000-4000-8000-000000000000", "after": 0},
    ):
        seeker.frames.clear()
        await seeker.send(frame)
        await seeker.heard("error")


def write_a_note(server: Server, people: People) -> None:
    pair = people["pairs"][0]
    desk = Browser(server.url, cookies={people["staff_cookie"]: pair["counsellor"]})
    desk.get("/team/")
    assert desk.post_json("/team/note", {"case": pair["case"], "text": f"{TEXT} als Notiz"}).status == 200
    assert desk.post_json("/team/draft", {"case": pair["case"], "text": f"{TEXT} als Entwurf"}).status in {200, 204}
    assert desk.post_json("/team/note", {"case": TEXT, "text": TEXT}).status in {400, 404, 422}
