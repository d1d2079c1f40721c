"""The stack under measurement and everybody who talks through it, each from an address of their own."""

import asyncio
import contextlib
import re
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from tests.bench.production_books import Books, Window
from tests.bench.production_line import Door
from tests.bench.production_page import Page
from tests.support.stack import Stack

# Debian's nginx.conf has 768 places in each worker, and a visitor's socket takes two: docs/sizing.md.
WORKER_CONNECTIONS = 8192


@dataclass
class Site:
    """`pages` are both sides of each chat, one after the other. All times in seconds.

    Each person writes once in `every`; `quiet` without anything late are calm; a part stands `frozen`, an `attack`
    lasts so long.
    """

    stack: Stack
    people: dict[str, Any]
    every: float = 10
    quiet: float = 10
    frozen: float = 12
    attack: float = 20
    books: Books = field(default_factory=Books)
    pages: list[Page] = field(default_factory=list)

    def door(self, number: int, path: str, cookie: str) -> Door:
        """The way in from the address of this number, below 60,000."""
        source = f"127.{10 + number // 62_500}.{number // 250 % 250}.{1 + number % 250}"
        nginx = self.stack.nginx
        certificate = str(nginx.directory / "certificate" / "fullchain.pem")
        return Door("localhost", nginx.https_port, path, cookie, source, certificate)

    def seeker(self, number: int, books: Books, kind: type[Page] = Page) -> Page:
        """The young person of this chat."""
        pair = self.people["pairs"][number]
        cookie = f"{self.people['seeker_cookie']}={pair['seeker']}"
        return kind(self.door(2 * number, "/chat/socket", cookie), books, pair["case"])

    def counsellor(self, number: int, books: Books, kind: type[Page] = Page) -> Page:
        """The counsellor of this chat."""
        pair = self.people["pairs"][number]
        cookie = f"{self.people['staff_cookie']}={pair['counsellor']}"
        return kind(self.door(2 * number + 1, "/team/socket", cookie), books, pair["case"])

    @contextlib.asynccontextmanager
    async def talking(self) -> AsyncIterator[None]:
        """Everybody comes, and writes until the block ends."""
        for number in range(len(self.people["pairs"])):
            young, listening = self.seeker(number, self.books), self.counsellor(number, self.books)
            young.peer, listening.peer = listening, young
            self.pages += [young, listening]
        async with asyncio.TaskGroup() as group:
            living = [group.create_task(page.live(within=len(self.pages) / 50)) for page in self.pages]
            await self.until(self.all_here, seconds=60 + len(self.pages) / 10)
            writing = [group.create_task(page.write(every=self.every)) for page in self.pages]
            yield
            for task in writing:
                task.cancel()
            await self.until(self.settled, seconds=90)
            for task in living:
                task.cancel()

    # --- how it stands -----------------------------------------------------------------------------------------------

    def all_here(self) -> bool:
        """Every line is welcomed."""
        return all(page.online for page in self.pages)

    def settled(self) -> bool:
        """Everything written is answered, and what was acknowledged is drawn."""
        now = time.perf_counter()
        recent = self.books.window(now - 300, now)
        return not any(page.waiting for page in self.pages) and not recent.lost

    def calm(self) -> bool:
        """All lines are there, and nothing of the last seconds was late, or is."""
        now = time.perf_counter()
        return self.all_here() and not self.books.late_since(now - self.quiet)

    async def until(self, condition: Any, *, seconds: float) -> bool:
        """Whether it came within so many seconds, asked four times in each."""
        end = time.perf_counter() + seconds
        while not (found := condition()) and time.perf_counter() < end:  # noqa: ASYNC110 -- a thousand pages
            await asyncio.sleep(0.25)
        return bool(found)

    def lately(self, seconds: float) -> Window:
        """What was written in the last so many seconds, but for the last two, which may be on their way."""
        now = time.perf_counter()
        return self.books.window(now - seconds - 2, now - 2)


def widen(stack: Stack) -> None:
    """More places in nginx than Debian's, as deploy/install.sh makes them; it starts anew."""
    path = stack.nginx.directory / "nginx.conf"
    text = re.sub(r"worker_connections \d+;", f"worker_connections {WORKER_CONNECTIONS};", path.read_text())
    path.write_text(f"worker_rlimit_nofile {2 * WORKER_CONNECTIONS};\n{text}")
    stack.nginx.restart()
