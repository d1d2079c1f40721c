"""Two machines share PostgreSQL, Redis and a copy of the key file, and nothing else: no files, no socket, no memory.

Nobody is tied to a machine: whoever comes to the other one with the next request is known there.
"""

import asyncio
import json
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.faults.conftest import UNLIMITED
from tests.mail import files_world as paperclip
from tests.support.browser import Browser
from tests.support.people import counsellor, line, seeker
from tests.support.second_factor import code
from tests.support.server import LIGHT, Ground, Server
from tests.support.services import Postgres, Redis, wait_until
from tests.support.wire import Line

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]

PASSWORD = "Zwetschge-Kanu-Regen-42"
HIDDEN = re.compile(r'name="(letter|version)" value="([^"]+)"')


@dataclass(frozen=True)
class Machines:
    """The two, and how somebody comes to either of them."""

    one: Server
    two: Server

    def browser(self, cookies: str = "") -> "Anywhere":
        """A browser with these cookies; each of its requests goes to the machine it is told."""
        known = dict(cookie.split("=", 1) for cookie in cookies.split("; ") if cookie)
        return Anywhere(self, Browser(self.one.url, cookies=known))

    def seed(self, module: str, *words: str) -> Any:
        """What a module of tests made, in the database that both have."""
        return json.loads(self.one.ground.run("-m", module, *words).splitlines()[-1])


@dataclass(frozen=True)
class Anywhere:
    """One browser with one set of cookies, sent to one machine and to the other."""

    machines: Machines
    browser: Browser

    @property
    def at_one(self) -> Browser:
        """Its next request is for the first machine."""
        self.browser.url = self.machines.one.url
        return self.browser

    @property
    def at_two(self) -> Browser:
        """Its next request is for the second."""
        self.browser.url = self.machines.two.url
        return self.browser

    def line(self, server: Server, path: str) -> Line:
        """A socket with its cookies."""
        return line(server, path, self.browser.cookie)


def machine(postgres: Postgres, redis: Redis) -> Ground:
    """Its directories, before it knows the other's key file."""
    return Ground(database_url=postgres.url, redis_url=redis.url, settings={**LIGHT, **UNLIMITED})


@pytest.fixture(scope="module")
def machines(postgres: Postgres, redis: Redis) -> Iterator[Machines]:
    with machine(postgres, redis) as here, machine(postgres, redis) as there:
        (there.directory / "master.key").unlink()
        shutil.copy(here.directory / "master.key", there.directory / "master.key")
        origins = f"http://127.0.0.1:{here.port},http://127.0.0.1:{there.port}"
        for ground in (here, there):
            ground.settings["COUNSELLING_ORIGINS"] = origins
            private = ground.directory / "tmp"
            private.mkdir()
            ground.settings["TMPDIR"] = str(private)
            shutil.copytree(ground.settings["COUNSELLING_STATIC"], ground.directory / "static")
            ground.settings["COUNSELLING_STATIC"] = str(ground.directory / "static")
        with Server(here) as one, Server(there) as two:
            yield Machines(one, two)


def test_they_share_nothing_but_the_two_services(machines: Machines) -> None:
    one, two = (server.ground.settings for server in (machines.one, machines.two))
    shared = {name for name in one if one[name] == two[name]}
    places = {name for name in one if str(machines.one.ground.directory) in one[name]}

    assert shared >= {"DATABASE_URL", "REDIS_URL"}
    assert places >= {"COUNSELLING_VAR", "COUNSELLING_KEY_FILE", "COUNSELLING_STATIC", "TMPDIR"}
    assert shared.isdisjoint(places)


async def test_a_chat_crosses_and_either_side_may_come_back_at_the_other_machine(machines: Machines) -> None:
    people = await asyncio.to_thread(machines.one.ground.seed, "--pairs", "1")
    case = people["pairs"][0]["case"]

    async with seeker(machines.one, people) as young, counsellor(machines.two, people) as team:
        await both_open(case, young, team)
        await talk(case, young, team, "hüben und drüben")
        await young.send({"type": "typing", "case": case})
        await team.heard("typing", case=case)
    async with seeker(machines.two, people) as young, counsellor(machines.one, people) as team:
        await both_open(case, young, team)
        await talk(case, young, team, "umgekehrt")
    async with seeker(machines.two, people) as young, counsellor(machines.two, people) as team:
        await both_open(case, young, team)
        await talk(case, young, team, "am selben Ort")
        texts = [entry["text"] for _, entry in sorted(young.entries[case].items()) if entry["kind"] == "message"]

    assert texts == [f"{who}: {what}" for what in ("hüben und drüben", "umgekehrt", "am selben Ort") for who in "SC"]


async def both_open(case: str, *lines: Line) -> None:
    for one in lines:
        await one.online()
        await one.open(case)


async def talk(case: str, young: Line, team: Line, text: str) -> None:
    """A message each way, drawn by the other side."""
    for name, sender, receiver in (("S", young, team), ("C", team, young)):
        seq = await sender.acked(await sender.post(case, f"{name}: {text}"))
        assert (await receiver.drawn(case, seq))["text"] == f"{name}: {text}"


async def test_who_waits_at_one_machine_is_claimed_at_the_other(machines: Machines) -> None:
    plan = ("--waiting", "1", "--pairs", "1", "--per-counsellor", "2")
    people = await asyncio.to_thread(machines.one.ground.seed, *plan)
    waiter = people["waiting"][0]
    desk = machines.browser(f"{people['staff_cookie']}={people['pairs'][0]['counsellor']}")
    young = line(machines.one, "/chat/socket", f"{people['seeker_cookie']}={waiter['seeker']}")

    async with young:
        await young.online()
        await young.heard("waiting", case=waiter["case"])
        await asyncio.to_thread(desk.at_two.get, "/team/")
        claimed = await asyncio.to_thread(desk.at_two.post_json, "/team/claim", {"case": waiter["case"]})
        assert claimed.status in {200, 204}
        await young.heard("case", case=waiter["case"], state="active", seconds=10)


def signed_in(machines: Machines, username: str, *, steps: int = 0) -> Anywhere:
    """The password at one machine, the second step at the other."""
    made = machines.browser()
    made.at_one.get("/team/sign-in/")
    half = made.at_one.post("/team/sign-in/", username=username, password=PASSWORD)
    assert half.location == "/team/second-step/"
    made.at_two.get("/team/second-step/")
    assert made.at_two.post("/team/second-step/", code=code(steps=steps)).location == "/team/"
    return made


async def test_a_sign_in_is_good_at_both_and_its_end_is_felt_at_the_other(machines: Machines) -> None:
    await asyncio.to_thread(machines.one.ground.seed, "--pairs", "1")
    await asyncio.to_thread(machines.one.ground.run, "-m", "tests.support.seed_account", "linde", PASSWORD)
    first = await asyncio.to_thread(signed_in, machines, "linde")
    second = await asyncio.to_thread(signed_in, machines, "linde", steps=1)
    for desk in (first, second):
        assert [browser.get("/team/").status for browser in (desk.at_one, desk.at_two)] == [200, 200]

    async with second.line(machines.two, "/team/socket") as listening:
        await listening.online()
        page = await asyncio.to_thread(first.at_one.get, "/team/sessions/")
        [other] = re.findall(r'name="session" value="([0-9a-f-]+)"', page.body)
        await asyncio.to_thread(first.at_one.post, "/team/sessions/", session=other)
        await listening.until(lambda: 4401 in listening.closed_with, seconds=10, what="the end of the line")

    assert second.at_two.get("/team/").location.startswith("/team/sign-in/")
    assert first.at_two.get("/team/").status == 200


def test_a_file_brought_in_pieces_to_both_is_read_at_both(machines: Machines) -> None:
    people = machines.seed("tests.e2e.files_seed", "{}")
    cookies = people["cookie"]
    young = machines.browser(f"{cookies['seeker']}={people['token']}")
    desk = machines.browser(f"{cookies['staff']}={people['staff']['Linde']}")
    data = paperclip.noise("PNG", (400, 300))

    page = young.at_one.get("/inbox/write/")
    fields = dict(HIDDEN.findall(page.body))
    begun = young.at_one.post_json("/inbox/files/", {"letter": fields["letter"], "name": "Foto.png", "size": len(data)})
    file, size = begun.json["file"], begun.json["piece"]
    for number, start in enumerate(range(0, len(data), size)):
        there = young.at_two if number % 2 else young.at_one
        assert there.post_bytes(f"/inbox/files/{file}/{number}/", data[start : start + size]).status == 200
    assert number >= 1
    assert young.at_two.post_bytes(f"/inbox/files/{file}/done/", b"").status == 200
    fields = dict(HIDDEN.findall(young.at_one.get("/inbox/write/").body))
    sent = young.at_one.post("/inbox/send/", text="Siehst du das Bild?", **fields)
    assert sent.location == "/inbox/?sent=1"

    found = [
        browser.get(path).content
        for who, path in ((young, f"/inbox/files/{file}/"), (desk, f"/team/letters/{people['case']}/files/{file}/"))
        for browser in (who.at_one, who.at_two)
    ]
    assert found[0].startswith(b"\x89PNG")
    assert found == [found[0]] * 4


def test_what_was_tried_at_one_is_counted_at_the_other(machines: Machines) -> None:
    """Ten wrong codes an hour from one address: windows begin with the hour."""
    wait_until(lambda: time.time() % 3600 < 3580, seconds=30, what="the next hour")
    someone = machines.browser()
    someone.at_one.get("/return/")

    answers = [tried(someone.at_one), *(tried(someone.at_two) for _ in range(10)), tried(someone.at_one)]

    assert answers == ["unknown"] * 10 + ["too many"] * 2


def tried(browser: Browser) -> str:
    """What is said of a wrong code."""
    body = browser.post("/return/", code="AAAA-BBBB-CCCC").body
    return "too many" if "viele Versuche" in body else "unknown" if 'role="alert"' in body else body
