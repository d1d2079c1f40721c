"""Attackers, in a process of their own so that they do not slow the clock of those who measure.

`python -m tests.bench.production_attack KIND SECONDS` reads {"port", "certificate", "cookies", "cases"} as JSON and
prints what became of the attack: a count of each thing that happened.
"""

import asyncio
import contextlib
import itertools
import json
import random
import ssl
import sys
import time
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any

from tests.bench.production_line import Door, Line
from tests.bench.socket import Frame
from tests.support.services import HOST

NAME = "localhost"
HELLO = bytes.fromhex("16030100c0010000bc0303")  # how a handshake begins
PAGE = f"GET /chat/start/ HTTP/1.1\r\nHost: {NAME}\r\n"
FORM = f"POST /chat/start/ HTTP/1.1\r\nHost: {NAME}\r\nContent-Type: application/x-www-form-urlencoded\r\n"
FIELDS = b"step=name&nickname=Flut&csrfmiddlewaretoken=" + b"a" * 64
LINES = {"handshakes": 100, "headers": 200, "bodies": 100, "readers": 100, "doors": 100, "forms": 50, "sockets": 50}
NO_ANSWER = (OSError, TimeoutError, EOFError, asyncio.IncompleteReadError)


class Attack:
    """What all kinds share: until when, where, and what happened."""

    def __init__(self, words: dict[str, Any], seconds: float) -> None:
        self.words, self.end = words, time.monotonic() + seconds
        self.count: Counter[str] = Counter()
        # What an attacker saves on: nobody checks the certificate, and fifty lines come from each address.
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        self.tls.check_hostname, self.tls.verify_mode = False, ssl.CERT_NONE
        self._numbers = itertools.count()

    @property
    def on(self) -> bool:
        """Whether it goes on."""
        return time.monotonic() < self.end

    @contextlib.asynccontextmanager
    async def line(self, *, tls: bool = True, alone: bool = False) -> Any:
        """A connection: reader and writer. `alone`: from an address of its own."""
        number = next(self._numbers)
        source = f"127.{100 + number // 250 % 100}.7.{1 + number % 250}" if alone else f"127.99.1.{1 + number % 10}"
        where = {"ssl": self.tls, "server_hostname": NAME} if tls else {}
        reader, writer = await asyncio.wait_for(
            asyncio.open_connection(HOST, self.words["port"], local_addr=(source, 0), **where), 20
        )
        try:
            yield reader, writer
        finally:
            writer.transport.abort()

    async def again_and_again(self, kind: str, one: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """A line after the other, until the end."""
        while self.on:
            try:
                await one()
                self.count[f"{kind} done"] += 1
            except NO_ANSWER:
                self.count[f"{kind} cut"] += 1
            await asyncio.sleep(random.uniform(0, 0.05))

    async def together(self, **kinds: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """So many lines of each kind at once."""
        tasks = [self.again_and_again(kind, one) for kind, one in kinds.items() for _ in range(LINES[kind])]
        await asyncio.gather(*tasks)

    # --- slow lines --------------------------------------------------------------------------------------------------

    async def slow(self) -> None:
        """Handshakes, headers and bodies that never end, and answers that nobody reads."""
        await self.together(
            handshakes=self.slow_handshake, headers=self.slow_header, bodies=self.slow_body, readers=self.slow_reader
        )

    async def slow_handshake(self) -> None:
        async with self.line(tls=False) as (reader, writer):
            await self.drip(reader, writer, HELLO, b"\x00")

    async def slow_header(self) -> None:
        async with self.line() as (reader, writer):
            await self.drip(reader, writer, f"{PAGE}X-Slow: ".encode(), b"x")

    async def slow_body(self) -> None:
        async with self.line() as (reader, writer):
            await self.drip(reader, writer, f"{FORM}Content-Length: 1000\r\n\r\n".encode(), b"x")

    async def slow_reader(self) -> None:
        async with self.line() as (_, writer):
            for _ in range(20):
                writer.write(f"{PAGE}\r\n".encode())
            await asyncio.sleep(min(15, max(0.0, self.end - time.monotonic())))

    async def drip(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, begun: bytes, drop: bytes) -> None:
        """A beginning, then a byte a second; EOFError when the line was cut."""
        writer.write(begun)
        answer = asyncio.ensure_future(reader.read(4096))
        while self.on and not answer.done():
            writer.write(drop)
            await asyncio.wait([answer], timeout=1)
        if answer.cancel():
            return
        if not answer.result():
            raise EOFError

    # --- many lines --------------------------------------------------------------------------------------------------

    async def doors(self) -> None:
        """New connections without end: pages, forms with the wrong token, sockets without a session."""
        await self.together(doors=self.page, forms=self.form, sockets=self.stranger)

    async def page(self) -> None:
        await self.asked(f"{PAGE}Connection: close\r\n\r\n".encode())

    async def form(self) -> None:
        await self.asked(f"{FORM}Connection: close\r\nContent-Length: {len(FIELDS)}\r\n\r\n".encode() + FIELDS)

    async def stranger(self) -> None:
        await self.asked(
            f"GET /chat/socket HTTP/1.1\r\nHost: {NAME}\r\nOrigin: https://{NAME}:{self.words['port']}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"
            "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: counselling.1\r\n\r\n".encode()
        )

    async def asked(self, request: bytes) -> None:
        """One request by a line and an address of its own; its status is counted."""
        async with self.line(alone=True) as (reader, writer):
            writer.write(request)
            status = (await asyncio.wait_for(reader.readline(), 20)).split()
            await asyncio.wait_for(reader.read(65536), 20)
            self.count[f"status {status[1].decode() if len(status) > 1 else 'none'}"] += 1

    # --- many frames -------------------------------------------------------------------------------------------------

    async def frames(self) -> None:
        """Every session there is writes as fast as the line takes it, and comes back at once when it is thrown out."""
        await asyncio.gather(*(self.flood(number) for number in range(len(self.words["cookies"]))))

    async def flood(self, number: int) -> None:
        source = f"127.98.1.{1 + number % 250}"
        cookie = self.words["cookies"][number]
        door = Door(NAME, self.words["port"], "/chat/socket", cookie, source, self.words["certificate"])
        while self.on:
            line = Line(self.heard, door)
            with contextlib.suppress(*NO_ANSWER):
                await line.open()
                line.send({"type": "resume", "case": self.words["cases"][number], "after": 0})
                await self.pour(line, self.words["cases"][number])
            line.cut()
            self.count[f"closed with {line.code}"] += 1
            await asyncio.sleep(0.1)

    async def pour(self, line: Line, case: str) -> None:
        """Frames of several kinds, some of them no frames, as long as the line is there."""
        for turn in itertools.count():
            if line.over.is_set() or not self.on:
                return
            message = f"00000000-0000-4000-9000-{random.getrandbits(48):012x}"
            line.send({"type": "post", "case": case, "id": message, "text": "Flut " * 100})
            line.send({"type": "typing", "case": case})
            line.send({"type": "resume", "case": case, "after": 0})
            line.send({"type": "nonsense"})
            self.count["frames sent"] += 4
            await asyncio.sleep(0.01 if turn % 50 else 0.1)

    def heard(self, frame: Frame) -> None:
        """What the server says to it."""
        self.count[frame["code"] if frame["type"] == "error" else frame["type"]] += 1


async def main(kind: str, seconds: float) -> None:
    """Attack, and say what happened."""
    attack = Attack(json.loads(sys.stdin.read()), seconds)
    await {"slow": attack.slow, "doors": attack.doors, "frames": attack.frames}[kind]()
    print(json.dumps(attack.count))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], float(sys.argv[2])))
