"""What somebody sends lies on no disk, and what is handed out waits for a slow line instead of filling memory."""

import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.browser import Browser
from tests.support.server import Ground, Server

pytestmark = [pytest.mark.faults, pytest.mark.timeout(120)]

FORM = "f" * 32
LINES = 12
HEAVY = 9_500_000
SEED = f"""
import django; django.setup()
import json
from django.conf import settings
from counselling.people.domain import access
from counselling.people.models import Seeker
from tests.bench.uploads import heavy_paper
from tests.mail import files_world as paperclip
from tests.support import letters, world
team = world.team("Ablage")
paperclip.allow(team)
made = letters.writer(team)
known = paperclip.sent(made.seeker, made.case, heavy_paper({HEAVY}), "Scan.pdf")
token = access.let_in(Seeker.objects.get(pk=made.seeker.id), made.seeker.private)[1]
print(json.dumps([str(known.id), f"{{settings.SEEKER_COOKIE_NAME}}={{token}}"]))
"""


@pytest.fixture(scope="module")
def server(embedded: Ground) -> Iterator[Server]:
    embedded.seed()
    with Server(embedded) as running:
        yield running


def line(server: Server, said: bytes, *, window: int = 0) -> socket.socket:
    """A line that has said this."""
    made = socket.socket()
    if window:
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, window)
    made.settimeout(30)
    made.connect(("127.0.0.1", server.port))
    made.sendall(said)
    return made


def files_of(server: Server) -> list[str]:
    """What the process has open that is gone from its directory: temporary files."""
    links = Path(f"/proc/{server.pid}/fd").iterdir()
    return [target for link in links if (target := _target(link)).endswith("(deleted)")]


def _target(link: Path) -> str:
    try:
        return str(link.readlink())
    except OSError:
        return ""


def answer(made: socket.socket) -> bytes:
    data = b""
    while part := made.recv(65_536):
        data += part
    return data


@pytest.mark.parametrize("how", [b"Content-Length: 120000", b"Transfer-Encoding: chunked"])
def test_a_body_is_never_put_on_a_disk(server: Server, how: bytes) -> None:
    before = files_of(server)
    head = b"POST /exit/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" + how + b"\r\n\r\n"
    piece = b"x" * 60_000 if b"Length" in how else b"ea60\r\n" + b"x" * 60_000 + b"\r\n"
    with line(server, head + piece) as made:
        assert Browser(server.url).get("/help/").status == 200  # by now the first part lies somewhere
        assert files_of(server) == before
        made.sendall(piece if b"Length" in how else piece + b"0\r\n\r\n")
        assert answer(made).startswith(b"HTTP/1.1 ")


@pytest.mark.parametrize("how", [b"Content-Length: 3000000", b"Transfer-Encoding: chunked"])
def test_a_body_that_is_too_large_is_refused_and_not_kept(server: Server, how: bytes) -> None:
    Browser(server.url).get("/help/")
    before = server.rss_kib()
    head = b"POST /exit/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" + how + b"\r\n\r\n"
    chunk = b"x" * 50_000
    body = chunk * 60 if b"Length" in how else (b"c350\r\n" + chunk + b"\r\n") * 60 + b"0\r\n\r\n"
    with line(server, head + body) as made:
        assert answer(made).startswith(b"HTTP/1.1 413 ")
    assert server.rss_kib() - before < 4_000


def test_lines_that_take_nothing_cost_little_and_get_the_whole_file_later(server: Server) -> None:
    known, cookie = json.loads(server.ground.run("-c", SEED).splitlines()[-1])
    asked = f"GET /inbox/files/{known}/ HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n"
    with line(server, asked.encode()) as warm:
        whole = answer(warm)
    assert len(whole) > HEAVY - 5000
    before = server.rss_kib()
    lines = [line(server, asked.encode(), window=4096) for _ in range(LINES)]
    start = time.monotonic()
    most = 0
    while time.monotonic() < start + 3:
        assert Browser(server.url).get("/help/").status == 200
        most = max(most, server.rss_kib() - before)
    assert most < LINES * HEAVY / 1024 / 2  # what each costs is its own connection to the database, not the file
    for made in lines:
        body = answer(made).partition(b"\r\n\r\n")[2]
        assert body == whole.partition(b"\r\n\r\n")[2]
        made.close()


def test_a_line_that_keeps_a_least_pace_is_not_cut(server: Server) -> None:
    """12 KiB in 11 seconds: below what a phone has left when its volume is used up."""
    head = b"POST /exit/ HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Length: 13200\r\n\r\n"
    start = time.monotonic()
    with line(server, head) as made:
        for number in range(11):
            made.sendall(b"x" * 1200)
            time.sleep(max(0.0, start + number + 1 - time.monotonic()))
        assert answer(made).startswith(b"HTTP/1.1 ")
        assert time.monotonic() - start > 9
