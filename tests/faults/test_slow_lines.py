"""Hundreds of lines that never finish their request are cut within ten seconds; pages come all the while."""

import contextlib
import socket
import time
from collections.abc import Iterator

import pytest

from tests.support.browser import Browser
from tests.support.server import Ground, Server

pytestmark = [pytest.mark.faults, pytest.mark.timeout(120)]

LINES, SECONDS = 500, 10
BEGUN = {
    "a page": b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ",
    "a form": b"POST /exit/ HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\nhalf=",
    "a socket": b"GET /chat/socket HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n",
    "nothing": b"",
}
# What a line that drips goes on with; after an answered page it says nothing more.
DRIPS = {"a page": b"x", "a form": b"x", "a socket": b"X-Slow: x\r\n"}
ANSWERED = b"GET /imprint/ HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


@pytest.fixture(scope="module")
def server(embedded: Ground) -> Iterator[Server]:
    embedded.seed()
    with Server(embedded) as running:
        yield running


def test_unfinished_requests_are_cut(server: Server) -> None:
    """All kinds at once."""
    with contextlib.ExitStack() as stack:
        lines = [begun(stack, server, kind) for kind in BEGUN for _ in range(LINES // len(BEGUN))]
        assert Browser(server.url).get("/help/").status == 200
        for line, start in lines:
            line.settimeout(max(0.1, start + SECONDS - time.monotonic()))
            assert is_cut(line)


def test_requests_that_drip_are_cut_and_so_is_an_idle_line(server: Server) -> None:
    with contextlib.ExitStack() as stack:
        dripping = [(begun(stack, server, kind)[0], drip) for kind, drip in DRIPS.items()]
        idle = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
        idle.sendall(ANSWERED)
        start = time.monotonic()
        while dripping and time.monotonic() < start + SECONDS:
            dripping = [(line, drip) for line, drip in dripping if still_takes(line, drip)]
        assert dripping == []
        idle.settimeout(max(0.1, start + SECONDS + 1 - time.monotonic()))
        assert is_cut(idle)


def still_takes(line: socket.socket, drip: bytes) -> bool:
    """Whether the line is open a third of a second after one more drop."""
    line.settimeout(0.3)
    try:
        line.sendall(drip)
        return bool(line.recv(4096))
    except TimeoutError:
        return True
    except OSError:
        return False


def begun(stack: contextlib.ExitStack, server: Server, kind: str) -> tuple[socket.socket, float]:
    """A line with the beginning of a request, and since when."""
    line = stack.enter_context(socket.create_connection(("127.0.0.1", server.port)))
    line.sendall(BEGUN[kind])
    return line, time.monotonic()


def is_cut(line: socket.socket) -> bool:
    """Whether the server hung up, whatever it said before; TimeoutError when it did not."""
    with contextlib.suppress(ConnectionResetError):
        while line.recv(4096):
            pass
    return True
