"""deploy/nginx: a real nginx with this very site, in front of two little servers that tell what reached them."""

import contextlib
import http.client
import json
import re
import shutil
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingUnixStreamServer

import pytest

from counselling.web import bodies
from tests.support import environment
from tests.support.services import HOST, wait_until
from tests.support.stack_nginx import NAME, Nginx
from tests.support.stack_parts import family

SITE = environment.ROOT / "deploy" / "nginx" / "counselling.conf"
KEY = "dGhlIHNhbXBsZSBub25jZQ=="
LARGE_FORM = "/team/letters/00000000-0000-4000-8000-000000000000/write/"
LARGE_FORMS = ("/inbox/send/", "/inbox/draft/", LARGE_FORM, "/team/local/table/")
QUIET = "error_log /dev/null emerg;"
MOST = 131_072


class Told(BaseHTTPRequestHandler):
    """Says in JSON what it was asked; some paths have habits of their own."""

    protocol_version = "HTTP/1.1"
    server: "Behind"

    def do_GET(self) -> None:
        self.server.asked.append(f"{self.command} {self.path}")
        if self.headers.get("Upgrade"):
            self.send_response(101)
            for name, value in (("Upgrade", "websocket"), ("Connection", "Upgrade"), ("X-Key", KEY)):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(self.rfile.read(4))
        elif self.path == "/nonsense":
            self.wfile.write(b"HTTP/1.1 200 OK\r\nbad\x00: x\r\n\r\n")
        elif self.path == "/large":
            self._answer(bytes(4_000_000))
        else:
            self._answer(json.dumps(dict(self.headers)).encode())

    def do_POST(self) -> None:
        self.server.asked.append(f"{self.command} {self.path}")
        length = int(self.headers["Content-Length"])
        while length and (piece := self.rfile.read1(length)):
            self.server.brought += len(piece)
            length -= len(piece)
        if self.path != "/dies/":
            self._answer(b"taken")

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    def handle_one_request(self) -> None:
        self.close_connection = True
        with contextlib.suppress(ConnectionError):
            super().handle_one_request()
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Nothing."""


class Behind(ThreadingUnixStreamServer):
    """One server process, at its socket; `asked` is what came, `brought` how many bytes of bodies."""

    daemon_threads = True
    request_queue_size = 50

    def __init__(self, path: Path) -> None:
        self.path, self.asked, self.brought = path, list[str](), 0
        super().__init__(str(path), Told)
        self.thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05})
        self.thread.start()

    def handle_error(self, *_: object) -> None:
        """A line that was cut is none of ours."""

    def end(self) -> None:
        """As a process that stopped: its socket is gone."""
        self.shutdown()
        self.thread.join()
        self.server_close()
        self.path.unlink(missing_ok=True)


class House:
    """nginx and what is behind it. `changed` are literal strings of the site that this test needs otherwise."""

    def __init__(self, directory: Path, changed: dict[str, str]) -> None:
        text = SITE.read_text()
        for known, other in changed.items():
            assert known in text
            text = text.replace(known, other)
        (directory / "site").write_text(text)
        (directory / "run").mkdir()
        shutil.copytree(SITE.parent, directory / "src" / "deploy" / "nginx")
        places = {"/run/counselling": directory / "run", "/opt/counselling/src": directory / "src"}
        self.nginx = Nginx(directory / "site", directory / "nginx", places, processes=2)
        self.nginx.lay_out()
        self.behind = [Behind(directory / "run" / f"{number}.sock") for number in (1, 2)]
        self.nginx.start()

    @property
    def asked(self) -> list[str]:
        return [one for server in self.behind for one in server.asked]

    def line(self, *, name: str = NAME, lowest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_2) -> socket.socket:
        """A TLS line of our own, asked for this name."""
        context = ssl.create_default_context(cafile=self.nginx.directory / "certificate" / "fullchain.pem")
        if name != NAME:
            context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        context.minimum_version = context.maximum_version = lowest
        return context.wrap_socket(
            socket.create_connection((HOST, self.nginx.https_port), timeout=30), server_hostname=name
        )

    def ask(
        self, method: str, path: str, body: bytes | None = None, **headers: str
    ) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of one answer."""
        with self.line() as line:
            connection = http.client.HTTPConnection(NAME)
            connection.sock = line
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            return answer.status, dict(answer.headers), answer.read()

    def plain(self, said: str) -> bytes:
        """What port 80 answers."""
        with socket.create_connection((HOST, self.nginx.http_port), timeout=30) as line:
            line.sendall(said.encode())
            return b"".join(iter(lambda: line.recv(65_536), b""))

    def end(self) -> None:
        self.nginx.end()
        for server in self.behind:
            if server.thread.is_alive():
                server.end()

    def logged(self) -> str:
        """Everything nginx wrote."""
        written = [self.nginx.log, *(self.nginx.directory / "log").iterdir()]
        return "\n".join(path.read_text() for path in written)

    def spooled(self) -> list[str]:
        """Files with what passes through, unlinked ones too."""
        held = []
        for pid in family(self.nginx.pid):
            with contextlib.suppress(OSError):
                held += [str(one.readlink()) for one in Path(f"/proc/{pid}/fd").iterdir()]
        below = str(self.nginx.directory / "temporary")
        return [name for name in held if name.startswith(below)]


Build = Callable[..., House]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One for the tests that change nothing."""
    house = House(tmp_path_factory.mktemp("front"), {})
    yield house
    house.end()


@pytest.fixture
def build(tmp_path: Path) -> Iterator[Build]:
    """Others, each for one test."""
    made: list[House] = []

    def one(**changed: str) -> House:
        place = tmp_path / str(len(made))
        place.mkdir()
        made.append(House(place, changed))
        return made[-1]

    yield one
    for house in made:
        house.end()


def test_nginx_takes_the_site_as_it_is(house: House) -> None:
    said = house.nginx.checked()

    assert "test is successful" in said
    assert "[warn]" not in said


def test_server_hears_who_asks_from_nginx_alone(house: House) -> None:
    status, _, body = house.ask("GET", "/", X_Forwarded_For="203.0.113.7", X_Forwarded_Proto="http")
    told = json.loads(body)

    assert status == 200
    assert (told["X-Forwarded-For"], told["X-Forwarded-Proto"]) == (HOST, "https")
    assert (told["Host"], told["Connection"]) == (NAME, "close")


@pytest.mark.parametrize("path", ["/chat/socket", "/team/socket"])
def test_sockets_are_let_through_both_ways(house: House, path: str) -> None:
    with house.line() as line:
        line.sendall(
            f"GET {path} HTTP/1.1\r\nHost: {NAME}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nping".encode()
        )
        said = b""
        while not said.endswith(b"ping"):
            piece = line.recv(4096)
            assert piece, said
            said += piece

    assert said.startswith(b"HTTP/1.1 101 ")


def test_plain_http_leads_to_https(house: House) -> None:
    said = house.plain(f"GET /a?b=c HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n").decode()

    assert said.startswith("HTTP/1.1 301 ")
    assert f"Location: https://{NAME}/a?b=c\r\n" in said
    assert "Server: nginx\r\n" in said  # and no version


def test_whoever_comes_by_number_gets_nothing(house: House) -> None:
    assert house.plain(f"GET / HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n") == b""
    with pytest.raises(ssl.SSLError, match="unrecognized"):
        house.line(name="somewhere.example.net")


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")  # the old version is what is tried here
def test_old_tls_is_refused(house: House) -> None:
    with pytest.raises((ssl.SSLError, OSError)):
        house.line(lowest=ssl.TLSVersion.TLSv1_1)
    house.line(lowest=ssl.TLSVersion.TLSv1_3).close()


@pytest.mark.parametrize(
    "path",
    [
        *("/metrics", "/readyz", "//metrics", "/x/../metrics", "/%6detrics", "/readyz/", "/metrics?x=/healthz"),
        *("/%2e/metrics", "/healthz/%2e%2e/metrics", "/inbox/send/..//../metrics", "/metrics#/healthz", "/metrics;x"),
        f"https://{NAME}/metrics",
    ],
)
def test_what_is_for_this_machine_alone_is_not_there(house: House, path: str) -> None:
    status, _, body = house.ask("GET", path)

    assert status == 404
    assert b"nginx" in body  # its own answer
    assert f"GET {path}" not in house.asked


def test_whether_it_lives_may_be_asked_by_everybody(house: House) -> None:
    assert house.ask("GET", "/healthz")[0] == 200


def test_body_is_as_large_as_the_server_takes(house: House) -> None:
    assert house.ask("POST", "/chat/frames", bytes(MOST))[::2] == (200, b"taken")
    assert house.ask("POST", "/chat/frames", bytes(MOST + 1))[0] == 413


def test_large_forms_go_where_the_server_reads_them_as_they_come(house: House) -> None:
    """The first piece has arrived before the last one leaves."""
    before = sum(server.brought for server in house.behind)
    with house.line() as line:
        line.sendall(f"POST {LARGE_FORM} HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 500000\r\n\r\n".encode())
        line.sendall(bytes(300_000))
        wait_until(lambda: sum(s.brought for s in house.behind) - before == 300_000, seconds=20, what="the first piece")
        assert house.spooled() == []
        line.sendall(bytes(200_000))
        assert line.recv(4096).startswith(b"HTTP/1.1 200 ")


def test_every_address_of_large_forms_is_known() -> None:
    """nginx' list and the server's: each of these stands on both, and the server's has no other."""
    [pattern] = re.findall(r'location ~ "(.*)" {', SITE.read_text())

    assert all(re.fullmatch(pattern, path) and bodies.is_allowed(path.encode()) for path in LARGE_FORMS)
    assert all(any(place.fullmatch(path.encode()) for path in LARGE_FORMS) for place in bodies._places)


def test_nothing_is_put_aside_on_a_disk(house: House) -> None:
    """A body on its way, and an answer that nobody takes."""
    with house.line() as slow, house.line() as deaf:
        slow.sendall(f"POST /inbox/ HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: {MOST}\r\n\r\n".encode())
        slow.sendall(bytes(MOST - 1))
        deaf.sendall(f"GET /large HTTP/1.1\r\nHost: {NAME}\r\n\r\n".encode())
        wait_until(lambda: "GET /large" in house.asked, seconds=20, what="the question")
        time.sleep(0.5)
        assert house.spooled() == []


def test_that_test_would_see_it(build: Build) -> None:
    loose = build(**{"client_body_buffer_size 128k;": "client_body_buffer_size 8k;"})
    with loose.line() as slow:
        slow.sendall(f"POST /inbox/ HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: {MOST}\r\n\r\n".encode())
        slow.sendall(bytes(MOST - 1))
        wait_until(lambda: bool(loose.spooled()), seconds=20, what="the file")


def test_process_that_stopped_is_passed_over(build: Build) -> None:
    house = build()
    house.behind[0].end()

    answers = [house.ask("POST", f"/frames/{number}", b"x")[0] for number in range(6)]

    assert answers == [200] * 6
    assert sorted(house.asked) == [f"POST /frames/{number}" for number in range(6)]


def test_what_was_sent_is_never_sent_twice(build: Build) -> None:
    """A process that dies over a message: the visitor hears that it failed, and no other process gets it."""
    house = build()

    assert house.ask("POST", "/dies/", b"x")[0] == 502
    assert house.asked == ["POST /dies/"]


def test_where_nobody_answers_a_page_says_whom_to_ask(build: Build) -> None:
    house = build()
    for server in house.behind:
        server.end()

    status, headers, body = house.ask("GET", "/")

    assert (status, headers["Content-Type"]) == (502, "text/html; charset=utf-8")
    assert headers["Cache-Control"] == "no-store"
    assert "0800 111 0 111" in body.decode()


def troubles(house: House) -> None:
    """Whatever makes nginx complain about somebody."""
    with contextlib.suppress(OSError, ssl.SSLError), house.line(name="somewhere.example.net"):
        pass
    with socket.create_connection((HOST, house.nginx.https_port), timeout=30) as line:
        line.sendall(b"GET / HTTP/1.0\r\n\r\n\x16\x03\x01 no TLS")
        line.recv(100)
    with house.line() as slow:
        slow.sendall(b"GET / HTTP/1.1\r\n")
        assert slow.recv(100) == b""
    assert house.ask("POST", "/", bytes(MOST + 1))[0] == 413
    assert house.ask("GET", "/nonsense")[0] == 502
    assert house.ask("GET", "/%00")[0] == 400
    assert house.plain("nonsense\r\n\r\n") is not None
    with house.line() as first, house.line() as second:
        for line in (first, second):
            line.sendall(f"GET /large HTTP/1.1\r\nHost: {NAME}\r\n\r\n".encode())
            time.sleep(0.2)
        wait_until(lambda: "GET /large" in house.asked, seconds=20, what="the question")
        assert house.ask("GET", "/")[0] == 503
    for server in house.behind:
        server.end()
    assert house.ask("GET", "/")[0] == 502
    house.nginx.stop()


HASTY = {"client_header_timeout 8s;": "client_header_timeout 1s;", "counselling_places 400;": "counselling_places 2;"}


def test_no_address_is_written_down(build: Build) -> None:
    house = build(**HASTY)

    troubles(house)

    assert (HOST in house.logged(), "client" in house.logged()) == (False, False)


def test_that_one_would_see_it_too(build: Build) -> None:
    house = build(**HASTY, **{QUIET: "", "access_log off;": "", "limit_conn_log_level info;": ""})

    troubles(house)

    assert house.logged().count(f"client: {HOST}") >= 4


def test_what_keeps_it_from_starting_is_told(build: Build) -> None:
    house = build()
    house.nginx.stop()
    (house.nginx.directory / "certificate" / "fullchain.pem").unlink()

    with pytest.raises(RuntimeError, match="fullchain"):
        house.nginx.start()

    assert "fullchain.pem" in house.logged()
