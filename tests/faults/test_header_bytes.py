"""Bytes that some readers take for the end of a header line, with a forged address behind them: 400.

CVE-2026-44546: what one program reads as one header, the next read as two.
"""

import socket
from collections.abc import Iterator

import pytest

from tests.support.browser import Browser
from tests.support.server import Ground, Server

pytestmark = [pytest.mark.faults, pytest.mark.timeout(90)]

# Everything that `str.splitlines` takes for a line's end besides the real one, as a byte.
ENDS = (b"\x0b", b"\x0c", b"\x1c", b"\x1d", b"\x1e", b"\x85")
PLACES = {
    "within a value": b"X-Note: a%sX-Forwarded-For: 203.0.113.7\r\n",
    "within a name": b"X-No%ste: a\r\nX-Forwarded-For: 203.0.113.7\r\n",
}
CASES = [(end, place) for place in PLACES for end in ENDS]


@pytest.fixture(scope="module")
def server(embedded: Ground) -> Iterator[Server]:
    embedded.seed()
    with Server(embedded) as running:
        yield running


def status_of(server: Server, header: bytes) -> int:
    """What a request with this header is answered with."""
    request = b"GET /help/ HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%sConnection: close\r\n\r\n" % (server.port, header)
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
        line.sendall(request)
        answer = b""
        while part := line.recv(4096):
            answer += part
    return int(answer.split(b" ", 2)[1])


def test_a_header_without_such_bytes_is_answered(server: Server) -> None:
    assert status_of(server, b"X-Note: a\r\nX-Forwarded-For: 203.0.113.7\r\n") == 200


@pytest.mark.parametrize(("end", "place"), CASES, ids=str)
def test_a_header_with_such_a_byte_is_refused(server: Server, end: bytes, place: str) -> None:
    assert status_of(server, PLACES[place] % end) == 400
    assert Browser(server.url).get("/help/").status == 200


def test_a_forged_address_does_not_help_guessing(server: Server) -> None:
    """Eleven codes from eleven forged addresses are eleven tries from one: there is no proxy of ours before this."""
    heard = []
    for number in range(11):
        browser = Browser(server.url, headers={"X-Forwarded-For": f"203.0.113.{number}"})
        browser.get("/return/")
        heard.append(browser.post("/return/", code=f"ABCD-EFGH-JKMN-PQR{number % 8 + 2}").body)

    assert ["Das waren viele Versuche." in body for body in heard] == [False] * 10 + [True]
