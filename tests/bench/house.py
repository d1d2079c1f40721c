"""The servers under measurement, the people who can come in, and how they connect and hang up."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from tests.bench.pairs import ChatSide, Side, Tally, join
from tests.support.server import Server
from tests.support.services import HOST

Pair = dict[str, str]
CONNECTS_AT_ONCE = 20
PATIENCE_SECONDS = 15


@dataclass(frozen=True)
class House:
    """The servers and who can come in. Chats' two sides may sit at different servers, a no-op's must not."""

    servers: Sequence[Server]
    people: dict[str, Any]

    def seeker(self, number: int, pair: Pair) -> dict[str, Any]:
        """Where and how this chat's seeker connects."""
        return self._where("/chat/socket", number, f"{self.people['seeker_cookie']}={pair['seeker']}")

    def counsellor(self, number: int, pair: Pair) -> dict[str, Any]:
        """Where and how this chat's counsellor connects: for half the chats at another server."""
        return self._where("/team/socket", number // 2, f"{self.people['staff_cookie']}={pair['counsellor']}")

    def noop(self, number: int, pair: Pair) -> dict[str, Any]:
        """The relay, with the same cookies to carry."""
        return self._where(f"/bench/noop?{number}", number, f"{self.people['seeker_cookie']}={pair['seeker']}")

    def _where(self, path: str, number: int, cookie: str) -> dict[str, Any]:
        server = self.servers[number % len(self.servers)]
        return {"host": HOST, "port": server.port, "path": path, "origin": server.origin, "cookie": cookie}

    def rss_kib(self) -> int:
        """Memory of all servers."""
        return sum(server.rss_kib() for server in self.servers)

    def cpu_seconds(self) -> float:
        """Processor time of all servers."""
        return sum(server.cpu_seconds() for server in self.servers)


async def in_groups(tasks: Sequence[Callable[[], Any]], at_once: int = CONNECTS_AT_ONCE) -> None:
    """Run them, so many at a time."""
    gate = asyncio.Semaphore(at_once)

    async def one(task: Callable[[], Any]) -> None:
        async with gate:
            await task()

    await asyncio.gather(*(one(task) for task in tasks))


async def chat_pairs(house: House, tally: Tally, count: int) -> list[ChatSide]:
    """Both sides of the first `count` chats, connected and caught up."""
    sides: list[ChatSide] = []
    tasks = []
    for number, pair in enumerate(house.people["pairs"][:count]):
        left, right = ChatSide(pair["case"], tally), ChatSide(pair["case"], tally)
        join(left, right)
        tasks.append(partial(enter, left, house.seeker(number, pair)))
        tasks.append(partial(enter, right, house.counsellor(number, pair)))
        sides += [left, right]
    await in_groups(tasks)
    return sides


async def enter(side: ChatSide, where: dict[str, Any]) -> None:
    """Connect and draw the chat; TimeoutError when this one takes too long, however many there are."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        await side.connect(**where)
        await side.ready


async def settle(sides: Sequence[Side]) -> None:
    """Wait until nothing is under way any more, but not for ever: what is missing then is lost."""
    for _ in range(PATIENCE_SECONDS * 20):
        if not any(side.awaited for side in sides):
            return
        await asyncio.sleep(0.05)


def hang_up(sides: Iterable[Side]) -> None:
    """Close all these sockets; one that the server had cut before is counted, since nobody here comes back."""
    for side in sides:
        side.tally.cut += not side.socket.is_open
        side.socket.close()
