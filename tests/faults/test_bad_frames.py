"""Frames that no browser sends: the sender's line ends, the server and everybody else do not notice."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator

import pytest

from tests.support.people import People, counsellor, seeker
from tests.support.server import Ground, Server
from tests.support.wire import Line

pytestmark = [pytest.mark.faults, pytest.mark.timeout(120)]

TOO_LONG = 64 * 1024 + 1
HANDSHAKE = (
    "GET {path} HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\nCookie: {cookie}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Protocol: counselling.1\r\n\r\n"
)


@pytest.fixture(scope="module")
def people(embedded: Ground) -> People:
    seeded: People = embedded.seed("--pairs", "1")
    return seeded


@pytest.fixture(scope="module")
def server(embedded: Ground, people: People) -> Iterator[Server]:
    with Server(embedded) as running:
        yield running


@pytest.fixture
async def bystander(server: Server, people: People) -> AsyncIterator[Line]:
    """Somebody else, whose line must not notice anything."""
    async with counsellor(server, people) as line:
        await line.online()
        await line.open(people["pairs"][0]["case"])
        yield line
        await line.send({"type": "ping"})
        await line.heard("pong")
        assert line.connects == 1


async def test_frame_over_64_kib_ends_the_line(server: Server, people: People, bystander: Line) -> None:
    for _ in range(5):
        async with seeker(server, people) as line:
            await line.online()
            await line.send("x" * TOO_LONG)
            await line.connected_again()


async def test_invalid_utf8_ends_the_line(server: Server, people: People, bystander: Line) -> None:
    for number in range(20):
        payload = b'{"type":"ping"' + bytes([0xC0 + number % 2, 0x80, 0xFF])
        assert await asyncio.to_thread(ends_after, server, people, text_frame(payload))


async def test_binary_frame_is_answered_with_an_error(server: Server, people: People, bystander: Line) -> None:
    async with seeker(server, people) as line:
        await line.online()
        await line.send(b"\x00\x01\x02")
        await line.heard("error", code="bad_frame")
        assert line.connects == 1


def text_frame(payload: bytes) -> bytes:
    """An unfragmented text frame, masked with zeros."""
    return bytes([0x81, 0x80 | len(payload)]) + b"\0\0\0\0" + payload


def ends_after(server: Server, people: People, frame: bytes) -> bool:
    """Whether the server hangs up after this frame, sent by hand."""
    cookie = f"{people['seeker_cookie']}={people['pairs'][0]['seeker']}"
    request = HANDSHAKE.format(
        path="/chat/socket", host=f"127.0.0.1:{server.port}", origin=server.origin, cookie=cookie
    )
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as line:
        line.sendall(request.encode())
        assert b" 101 " in line.recv(4096)
        line.sendall(frame)
        with contextlib.suppress(ConnectionResetError):
            while line.recv(4096):
                pass
    return True
