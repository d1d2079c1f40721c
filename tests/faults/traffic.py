"""People who write without pause, and the proof afterwards that nothing acknowledged was lost or doubled."""

import asyncio
import contextlib
import itertools
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field

from tests.support.people import People, counsellor, seeker
from tests.support.server import Server
from tests.support.wire import Line, doubled, missing

UNDER_WAY = 4


@dataclass
class Writer:
    """One side of one chat: keeps a few messages under way and remembers what it wrote."""

    line: Line
    case: str
    name: str
    written: dict[str, str] = field(default_factory=dict)

    async def write(self) -> None:
        """Until cancelled."""
        for number in itertools.count():
            await self.line.until(lambda: len(self.line.pending) < UNDER_WAY, seconds=60, what="an acknowledgement")
            text = f"{self.name} {number}"
            self.written[await self.line.post(self.case, text)] = text


@dataclass
class Traffic:
    """All chats of the seeded people in full swing."""

    writers: list[Writer]

    @property
    def acked(self) -> int:
        """How many messages were acknowledged so far."""
        return sum(len(writer.line.acks) for writer in self.writers)

    async def more(self, count: int, *, seconds: float = 30) -> None:
        """Return after so many further acknowledgements."""
        wanted = self.acked + count
        async with asyncio.timeout(seconds):
            while self.acked < wanted:  # noqa: ASYNC110 -- twenty lines, no single event
                await asyncio.sleep(0.01)

    async def settle(self, *, seconds: float = 60) -> None:
        """Return when every message that was ever written is acknowledged."""
        await asyncio.gather(*(writer.line.all_acked(seconds=seconds) for writer in self.writers))

    def assert_whole(self, case: str, entries: dict[int, dict[str, object]]) -> None:
        """This timeline, drawn from the log, holds each acknowledged message once, at its place, without gaps."""
        assert missing(entries) == []
        assert doubled(entries) == []
        for writer in (writer for writer in self.writers if writer.case == case):
            assert writer.line.contradictions == []
            assert writer.line.refused == {}
            on_disk = {message_id: entries[seq]["text"] for message_id, seq in writer.line.acks.items()}
            assert on_disk == writer.written


@contextlib.asynccontextmanager
async def traffic(servers: Sequence[Server], people: People) -> AsyncIterator[Traffic]:
    """Everybody writes until the block ends; then all that is under way is brought home."""
    async with contextlib.AsyncExitStack() as stack:
        writers = []
        for number, pair in enumerate(people["pairs"]):
            for name, side, server in (("S", seeker, servers[0]), ("C", counsellor, servers[-1])):
                line = await stack.enter_async_context(side(server, people, number))
                await line.online()
                await line.open(pair["case"])
                writers.append(Writer(line, pair["case"], f"{name}{number}"))
        running = Traffic(writers)
        tasks = [asyncio.create_task(writer.write()) for writer in writers]
        try:
            yield running
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        await running.settle()


async def assert_nothing_lost(server: Server, people: People, running: Traffic) -> None:
    """Fresh lines of both sides draw every case from its beginning."""
    for number, pair in enumerate(people["pairs"]):
        for side in (seeker, counsellor):
            async with side(server, people, number) as line:
                await line.online()
                await line.open(pair["case"])
                await line.drawn_whole(pair["case"])
                running.assert_whole(pair["case"], line.entries[pair["case"]])
