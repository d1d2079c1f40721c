"""Two processes behind nginx, restarted by SIGTERM in turn while everybody writes: nobody loses anything."""

import asyncio
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path
from typing import Any, Self

import httpx
import pytest

from tests.faults.traffic import assert_nothing_lost, traffic
from tests.support.people import People, counsellor, line, seeker
from tests.support.server import Ground
from tests.support.services import HOST, wait_until
from tests.support.zygote import Fork

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]
TIMES, PAIRS, WAITING = 3, 5, 4

# What matters here of deploy/nginx/counselling.conf, which tests/faults/test_production.py runs as it is.
SITE = """
worker_processes 1; daemon off; pid {directory}/nginx.pid; error_log /dev/null emerg;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {directory}/body; proxy_temp_path {directory}/proxy; fastcgi_temp_path {directory}/fastcgi;
    uwsgi_temp_path {directory}/uwsgi; scgi_temp_path {directory}/scgi;
    upstream counselling {{ least_conn; {servers} }}
    map $http_upgrade $counselling_line {{ default upgrade; "" close; }}
    server {{
        listen {host}:{port};
        location / {{
            proxy_pass http://counselling;
            proxy_http_version 1.1;
            proxy_set_header Host $host;
            proxy_set_header Upgrade $http_upgrade;
            proxy_set_header Connection $counselling_line;
        }}
    }}
}}
"""


class Process:
    """One `counselling serve --socket`."""

    running: Fork | None = None

    def __init__(self, ground: Ground, path: Path) -> None:
        self.ground, self.path, self.log = ground, path, path.with_suffix(".log")

    def start(self) -> None:
        words = ("counselling", "serve", "--socket", str(self.path))
        self.running = self.ground.zygote.start(*words, log=self.log)
        wait_until(self._answers, seconds=60, what="the server")

    def stop(self) -> None:
        """As systemd does."""
        if self.running:
            self.running.send_signal(signal.SIGTERM)
            self.running.wait(60)

    def _answers(self) -> bool:
        with socket.socket(socket.AF_UNIX) as knock:
            return knock.connect_ex(str(self.path)) == 0


class Site:
    """nginx in front of both; for `seeker` and `counsellor` it is a server like any."""

    def __init__(self, ground: Ground) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="site-"))
        self.directory.chmod(0o755)  # nginx' worker is another user where the tests are root
        self.url = f"http://{HOST}:{ground.port}"
        self.origin = ground.settings["COUNSELLING_ORIGINS"]
        self.processes = [Process(ground, self.directory / f"{number}.sock") for number in (1, 2)]
        servers = " ".join(f"server unix:{process.path} max_fails=0;" for process in self.processes)
        conf = SITE.format(directory=self.directory, servers=servers, host=HOST, port=ground.port)
        (self.directory / "nginx.conf").write_text(f"user {user()};\n{conf}" if user() else conf)

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.callback(shutil.rmtree, self.directory, ignore_errors=True)
            for process in self.processes:
                stack.callback(process.stop)
                process.start()
            nginx = stack.enter_context(subprocess.Popen(["nginx", "-c", str(self.directory / "nginx.conf")]))
            stack.callback(nginx.terminate)
            wait_until(lambda: page(self, "/healthz") == 200, seconds=60, what="nginx")
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()


def user() -> str:
    """Sockets are for their group alone: as root, nginx' worker is root too."""
    return "root" if Path("/proc/self").stat().st_uid == 0 else ""


def page(site: Site, path: str, cookies: str = "") -> int:
    """The status of a page, which nginx asks the other process for while one is gone."""
    try:
        return httpx.get(f"{site.url}{path}", headers={"Cookie": cookies}).status_code
    except httpx.TransportError:
        return 0


@pytest.fixture(scope="module")
def site(production: Ground) -> Iterator[Site]:
    if not shutil.which("nginx"):
        pytest.fail("nginx is missing: apt-get install nginx-light")
    with Site(production) as site:
        yield site


async def test_restarts_in_turn_lose_and_double_nothing(site: Any, production: Ground) -> None:
    people: People = await asyncio.to_thread(production.seed, "--pairs", str(PAIRS), "--waiting", str(WAITING))
    desk = f"{people['staff_cookie']}={people['pairs'][0]['counsellor']}"
    async with AsyncExitStack() as stack:
        waiting = [
            await stack.enter_async_context(line(site, "/chat/socket", f"{people['seeker_cookie']}={one['seeker']}"))
            for one in people["waiting"]
        ]
        for one in waiting:
            await one.online()
        places = await asyncio.to_thread(places_of, production, people)
        async with traffic([site, site], people) as running:
            pages: list[int] = []
            for process in site.processes * TIMES:
                await running.more(20)
                stopping = asyncio.create_task(asyncio.to_thread(process.stop))
                while not stopping.done():
                    pages.append(await asyncio.to_thread(page, site, "/team/", desk))
                    await asyncio.sleep(0.05)
                await stopping
                await running.more(20)
                await asyncio.to_thread(process.start)
        lines = [writer.line for writer in running.writers] + waiting
        await asyncio.gather(*(one.online() for one in lines))

        assert set(pages) == {200}
        assert {code for one in lines for code in one.closed_with} == {1012}
        assert sum(one.connects for one in lines) > len(lines)
        assert await asyncio.to_thread(places_of, production, people) == places
    await assert_nothing_lost(site, people, running)
    assert [process.log.read_text().count("The server has stopped.") for process in site.processes] == [TIMES, TIMES]
    assert not [process for process in site.processes if "cut" in process.log.read_text()]
    for side in (seeker, counsellor):
        async with side(site, people) as one:
            await one.online()


def places_of(ground: Ground, people: People) -> str:
    """Who waits since when, nobody thought to be gone."""
    cases = [one["case"] for one in people["waiting"]]
    return ground.run(
        "-c",
        f"""
import django; django.setup()
from counselling.cases.models import Waiting
rows = Waiting.objects.filter(case__in={cases!r}, ended_at__isnull=True, seen_at__isnull=False).order_by("since")
print([(str(row.case_id), row.since.isoformat()) for row in rows])""",
    )
