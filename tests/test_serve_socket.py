"""`counselling serve --socket`: never a stale socket in the way, never two servers at one, and a polite end."""

import asyncio
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Self

import pytest
from websockets.asyncio.client import ClientConnection, unix_connect
from websockets.exceptions import ConnectionClosed
from websockets.typing import Origin

from counselling.web.unix_socket import SocketProblem, UnixSocket
from tests.support import environment
from tests.support.server import Ground
from tests.support.services import wait_until
from tests.support.wire import SUBPROTOCOL
from tests.support.zygote import Fork

pytestmark = pytest.mark.timeout(180)
ASK = b"GET /static/web/js/exit.js HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
SOON = 8.0  # seconds; far below LEAVING_SECONDS even on a busy machine


class Served:
    """One process of `counselling serve --socket`, by a fork."""

    process: Fork

    def __init__(self, ground: Ground, path: Path) -> None:
        self.ground, self.path = ground, path
        self.log = path.with_suffix(".log")
        self.words = ("counselling", "serve", "--socket", str(path))

    def __enter__(self) -> Self:
        self.process = self.ground.zygote.start(*self.words, log=self.log)
        wait_until(self._ready, seconds=60, what="the server")
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait(10)

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def ended(self) -> str:
        """What it said, once it has ended."""
        self.process.wait(20)
        return self.log.read_text()

    def connect(self) -> socket.socket:
        """A connection, perhaps only in line."""
        line = socket.socket(socket.AF_UNIX)
        line.settimeout(20)
        line.connect(str(self.path))
        return line

    def _ready(self) -> bool:
        if self.process.poll() is not None:
            raise RuntimeError(self.log.read_text())
        return listens(self.path)


def listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as line:
        try:
            line.connect(str(path))
        except OSError:
            return False
    return True


def heard(line: socket.socket) -> bytes:
    """Everything until the server closes."""
    parts = []
    while part := line.recv(65_536):
        parts.append(part)
    return b"".join(parts)


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    with Ground() as ground:
        yield ground


@pytest.fixture
def place() -> Iterator[Path]:
    """A short directory: paths of sockets are bounded."""
    with tempfile.TemporaryDirectory(prefix="sock-") as directory:
        yield Path(directory)


@pytest.fixture
def served(ground: Ground, place: Path) -> Iterator[Served]:
    with Served(ground, place / "1.sock") as server:
        yield server


def test_only_the_group_may_connect_and_nothing_stays_behind(served: Served) -> None:
    assert stat.S_IMODE(served.path.stat().st_mode) == 0o660

    served.signal(signal.SIGTERM)

    assert served.ended() == "The server has stopped.\n"
    assert list(served.path.parent.iterdir()) == [served.log]


def test_it_ends_with_zero(ground: Ground, place: Path) -> None:
    words = [sys.executable, "-m", "counselling", "serve", "--socket", str(place / "1.sock")]
    with subprocess.Popen(words, env=ground.environment, cwd=environment.ROOT, stdout=subprocess.PIPE) as process:
        wait_until(lambda: listens(place / "1.sock"), seconds=60, what="the server")
        process.terminate()
        assert process.wait(30) == 0


def test_the_socket_of_a_killed_server_is_in_nobodys_way(served: Served) -> None:
    served.signal(signal.SIGKILL)
    served.process.wait(10)
    assert served.path.is_socket()

    with Served(served.ground, served.path) as again:
        assert listens(again.path)


@pytest.mark.parametrize("frozen", [False, True], ids=["running", "frozen"])
def test_the_socket_of_a_living_server_is_refused(served: Served, frozen: bool) -> None:
    if frozen:
        served.signal(signal.SIGSTOP)
    code, said = served.ground.forked(*served.words)

    assert (code, said) == (
        1,
        f"Another server already listens at {served.path}. Stop it first, or choose another path.\n",
    )
    served.signal(signal.SIGCONT)
    assert listens(served.path)


def test_what_is_no_socket_is_left_alone(place: Path) -> None:
    path = place / "1.sock"
    path.write_text("mine")

    with pytest.raises(SocketProblem, match="is there already and no socket"):
        UnixSocket(path)

    assert path.read_text() == "mine"


@pytest.mark.parametrize(
    ("path", "why"),
    [("nowhere/1.sock", "No socket can be made at .*: No such file or directory"), ("x" * 200, "longer than 90 bytes")],
    ids=["no directory", "too long"],
)
def test_a_place_that_is_none_is_refused_in_words(place: Path, path: str, why: str) -> None:
    with pytest.raises(SocketProblem, match=why):
        UnixSocket(place / path)


def test_a_server_that_leaves_takes_only_its_own_socket_away(place: Path) -> None:
    first = UnixSocket(place / "1.sock")
    first.leave()
    second = UnixSocket(place / "1.sock")
    with first.socket, second.socket:
        first.leave()
        assert listens(place / "1.sock")
        second.leave()
        assert list(place.iterdir()) == []


def test_of_many_that_come_at_once_one_listens(ground: Ground, place: Path) -> None:
    code = f"""
import sys, time
from pathlib import Path
from counselling.web.unix_socket import SocketProblem, UnixSocket
try:
    mine = UnixSocket(Path({str(place / "1.sock")!r}))
except SocketProblem:
    print("refused", flush=True)
else:
    print("listens", flush=True)
    time.sleep(30)
"""
    said = [place / f"{number}.log" for number in range(6)]
    with ExitStack() as stack:
        for log in said:
            stack.enter_context(ground.zygote.start("-c", code, log=log))
        wait_until(lambda: all(log.exists() and log.read_text() for log in said), seconds=30, what="an answer of each")

    assert sorted(log.read_text() for log in said) == ["listens\n", *["refused\n"] * 5]


def test_who_is_in_line_is_served_before_it_stops(served: Served) -> None:
    served.signal(signal.SIGSTOP)
    with ExitStack() as stack:
        lines = [stack.enter_context(served.connect()) for _ in range(30)]
        for line in lines:
            line.sendall(ASK)
        served.signal(signal.SIGTERM)
        served.signal(signal.SIGCONT)
        answers = [heard(line) for line in lines]

    assert {answer.partition(b"\r\n")[0] for answer in answers} == {b"HTTP/1.1 200 OK"}
    assert served.ended() == "The server has stopped.\n"


def test_a_request_that_has_begun_is_answered(served: Served) -> None:
    with served.connect() as line, served.connect() as idle:
        line.sendall(ASK[:-2])
        idle.sendall(ASK)
        assert idle.recv(15) == b"HTTP/1.1 200 OK"
        time.sleep(0.2)
        began = time.monotonic()
        served.signal(signal.SIGTERM)
        wait_until(lambda: not served.path.exists(), seconds=5, what="the end of listening")
        assert b"connection: close" not in heard(idle).lower()
        time.sleep(0.5)
        assert served.process.poll() is None
        line.sendall(b"\r\n")
        answer = heard(line)

    assert answer.startswith(b"HTTP/1.1 200 OK")
    assert b"connection: close" in answer.lower()
    assert served.ended() == "The server has stopped.\n"
    assert time.monotonic() - began < SOON


@pytest.mark.long  # waits for the end of patience
def test_who_takes_nothing_is_cut_in_the_end(served: Served) -> None:
    with ExitStack() as stack:
        for _ in range(3):  # more than the kernel keeps, never read
            line = stack.enter_context(served.connect())
            line.setblocking(False)
            with suppress(BlockingIOError):
                line.sendall(ASK * 400)
        time.sleep(1)
        began = time.monotonic()
        served.signal(signal.SIGTERM)
        said = served.ended()

    assert said.endswith("The server has stopped.\n")
    assert time.monotonic() - began < 18


async def test_lines_end_with_1012_and_polls_with_an_answer(served: Served) -> None:
    people = await asyncio.to_thread(served.ground.seed, "--waiting", "1")
    young = people["waiting"][0]
    cookie = f"{people['seeker_cookie']}={young['seeker']}"
    origin = served.ground.settings["COUNSELLING_ORIGINS"]
    reading, writing = await asyncio.open_unix_connection(str(served.path))
    async with unix_connect(
        str(served.path),
        uri="ws://localhost/chat/socket",
        origin=Origin(origin),
        subprotocols=[SUBPROTOCOL],
        additional_headers={"Cookie": cookie, "Host": "127.0.0.1"},
        proxy=None,
    ) as line:
        await line.recv()
        body = f'{{"have":{{"{young["case"]}":1}}}}'
        writing.write(
            f"POST /chat/poll HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\nOrigin: {origin}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode()
        )
        await asyncio.sleep(2)  # the pulse has noted that the page is here
        served.signal(signal.SIGTERM)
        answer = await asyncio.wait_for(reading.read(), SOON)
        with pytest.raises(ConnectionClosed) as end:
            await asyncio.wait_for(to_the_end(line), SOON)
    writing.close()
    await writing.wait_closed()

    assert end.value.rcvd is not None
    assert (end.value.rcvd.code, answer.partition(b"\r\n")[0]) == (1012, b"HTTP/1.1 200 OK")
    assert await asyncio.to_thread(served.ended) == "The server has stopped.\n"
    seen = f"""
import django; django.setup()
from counselling.cases.models import Waiting
print(Waiting.objects.filter(case="{young["case"]}", ended_at__isnull=True, seen_at__isnull=False).count())"""
    assert await asyncio.to_thread(served.ground.run, "-c", seen) == "1\n"


async def to_the_end(line: ClientConnection) -> None:
    """Raises ConnectionClosed."""
    while True:
        await line.recv()


def test_a_second_request_to_stop_changes_nothing(served: Served) -> None:
    with served.connect() as line:
        line.sendall(ASK[:-2])
        time.sleep(0.2)
        for _ in range(3):
            os.kill(served.process.pid, signal.SIGTERM)
            time.sleep(0.1)
        line.sendall(b"\r\n")
        assert heard(line).startswith(b"HTTP/1.1 200 OK")

    assert "Traceback" not in served.ended()
