"""A file in a plain form, on a real server: it lies on no disk, costs little memory, and a line may break anywhere."""

import http.client
import json
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.bench.uploads import heavy_paper
from tests.support.browser import Browser
from tests.support.server import Ground, Server
from tests.support.services import HOST, wait_until

pytestmark = [pytest.mark.faults, pytest.mark.timeout(180)]

FORM = "f" * 32
END = "grenze"
HEAVY = 9_900_000
SEED = """
import django; django.setup()
from django.conf import settings
from counselling.people.domain import access
from counselling.people.models import Seeker
from tests.mail import files_world as paperclip
from tests.support import letters, world
team = world.team("Ablage")
paperclip.allow(team)
made = letters.writer(team)
token = access.let_in(Seeker.objects.get(pk=made.seeker.id), made.seeker.private)[1]
print(f"{settings.SEEKER_COOKIE_NAME}={token}; {settings.CSRF_COOKIE_NAME}=" + "f" * 32)
"""
COUNT = """
import django; django.setup()
import json
from counselling.mail.models import File, FileChunk
print(json.dumps([File.objects.filter(complete=True).count(), File.objects.filter(complete=False).count(),
                  FileChunk.objects.filter(number__gte=1_000_000).count()]))
"""


@dataclass(frozen=True)
class House:
    """A server, and the cookies of a young person who writes."""

    server: Server
    cookies: str

    def counted(self) -> list[int]:
        """[whole files, half ones, pieces of half ones]."""
        found: list[int] = json.loads(self.server.ground.run("-c", COUNT).splitlines()[-1])
        return found

    def head(self, length: int, cookies: str | None = None) -> bytes:
        """The request's lines for a body of this length."""
        said = [
            "POST /inbox/draft/ HTTP/1.1",
            f"Host: {HOST}:{self.server.port}",
            f"Origin: {self.server.url}",
            f"Cookie: {self.cookies if cookies is None else cookies}",
            f"Content-Type: multipart/form-data; boundary={END}",
            f"Content-Length: {length}",
        ]
        return ("\r\n".join(said) + "\r\n\r\n").encode()

    def line(self) -> socket.socket:
        """A line to the server."""
        made = socket.create_connection((HOST, self.server.port), timeout=90)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made


@pytest.fixture(scope="module")
def house(embedded: Ground) -> Iterator[House]:
    embedded.seed()
    with Server(embedded) as running:
        yield House(running, running.ground.run("-c", SEED).splitlines()[-1])


def form(data: bytes, text: str = "Hier ist es.") -> bytes:
    """As the composer sends it."""
    fields = {"csrfmiddlewaretoken": FORM, "version": "0", "text": text}
    said = "".join(
        f'--{END}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()
    )
    about = f'--{END}\r\nContent-Disposition: form-data; name="file"; filename="Scan.pdf"\r\n\r\n'
    return (said + about).encode() + data + f"\r\n--{END}--\r\n".encode()


def answered(made: socket.socket) -> int:
    """The status of the next answer on this line, read to its end."""
    answer = http.client.HTTPResponse(made)
    answer.begin()
    answer.read()
    return answer.status


def on_disk(server: Server) -> list[str]:
    """Temporary files that the process has open."""
    found = []
    for link in Path(f"/proc/{server.pid}/fd").iterdir():
        try:
            target = str(link.readlink())
        except OSError:
            continue
        if target.endswith("(deleted)"):
            found.append(target)
    return found


def test_ten_megabytes_lie_on_no_disk_and_cost_little_memory(house: House) -> None:
    small = form(heavy_paper(9_000))
    with house.line() as made:  # what is loaded once
        made.sendall(house.head(len(small)) + small)
        assert answered(made) == 303
    body, before, open_before, most = form(heavy_paper(HEAVY)), house.server.rss_kib(), on_disk(house.server), 0
    with house.line() as made:
        made.sendall(house.head(len(body)))
        for start in range(0, len(body), 262_144):
            made.sendall(body[start : start + 262_144])
            most = max(most, house.server.rss_kib() - before)
            assert on_disk(house.server) == open_before
        assert answered(made) == 303
        most = max(most, house.server.rss_kib() - before)
        made.sendall(house.head(len(small)) + small)  # the line is good for more
        assert answered(made) == 303
    assert most < 32 * 1024
    assert house.counted()[1:] == [0, 0]


def test_a_line_that_had_to_wait_is_as_good_as_before(house: House) -> None:
    """What goes on reading it must not run among the threads of the request for which it waited."""
    body = form(heavy_paper(3_000_000))
    with house.line() as made:
        made.sendall(house.head(len(body)) + body)
        assert answered(made) == 303
        for path in ("/help/", "/static/web/css/tokens.css", "/inbox/write/", "/static/web/css/base.css"):
            said = f"GET {path} HTTP/1.1\r\nHost: {HOST}:{house.server.port}\r\nCookie: {house.cookies}\r\n\r\n"
            made.sendall(said.encode())
            assert answered(made) == 200


def test_a_line_that_breaks_leaves_nothing_behind(house: House) -> None:
    whole, *_rest = house.counted()
    body = form(heavy_paper(2_000_000))
    with house.line() as made:
        made.sendall(house.head(len(body)) + body[:1_000_000])
        wait_until(lambda: house.counted()[2] > 0, seconds=60, what="a piece")
    wait_until(lambda: house.counted() == [whole, 0, 0], seconds=60, what="cleaning up")
    assert Browser(house.server.url).get("/help/").status == 200


@pytest.mark.parametrize(("size", "status"), [(12_000_000, 422), (61_000_000, 413)])
def test_what_is_too_large_is_let_go_and_said(house: House, size: int, status: int) -> None:
    before, body = house.counted(), form(b"x" * size)
    with house.line() as made:
        made.sendall(house.head(len(body)) + body)
        assert answered(made) == status
    assert house.counted() == before


def test_whoever_is_not_signed_in_is_answered_after_the_body(house: House) -> None:
    before, body = house.counted(), form(b"x" * 3_000_000, "Nicht verlieren")
    with house.line() as made:
        made.sendall(house.head(len(body), f"form={FORM}") + body)
        assert answered(made) in {302, 403}
    assert house.counted() == before
