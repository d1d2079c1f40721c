"""Afterwards: every case drawn once more from the log, beside what its two sides were told."""

import asyncio
from dataclasses import dataclass, field

from tests.bench.house import in_groups
from tests.bench.production_books import Books
from tests.bench.production_page import Page
from tests.bench.production_site import Site
from tests.bench.socket import Frame

READERS_AT_ONCE = 20
READ_SECONDS = 60


@dataclass
class Proof:
    """Messages in the logs of all cases. All but `drawn` must be 0."""

    drawn: int = 0
    lost: int = 0
    doubled: int = 0
    misplaced: int = 0
    unordered: int = 0
    unread: int = field(default=0)


class Reader(Page):
    """Draws a case from its beginning; `shown` are its messages by place, `whole` is set at the end of the log."""

    def __init__(self, *words: object) -> None:
        super().__init__(*words)  # type: ignore[arg-type]  # a page's own
        self.shown: dict[int, str] = {}
        self.whole = asyncio.Event()

    def hear(self, frame: Frame) -> None:
        super().hear(frame)
        if frame["type"] == "caught_up" and self.last >= frame["last_seq"]:
            self.whole.set()

    def show(self, frame: Frame) -> None:
        if frame["kind"] == "message":
            self.shown[frame["seq"]] = frame["text"][:36]


async def proof(site: Site) -> Proof:
    """Of every case; of each second one as the counsellor sees it."""
    found = Proof()

    async def compare(number: int) -> None:
        side = (site.seeker, site.counsellor)[number % 2](number, Books(), Reader)
        reader = asyncio.create_task(side.live())
        try:
            await asyncio.wait_for(side.whole.wait(), READ_SECONDS)
        except TimeoutError:
            found.unread += 1
        reader.cancel()
        await asyncio.gather(reader, return_exceptions=True)
        count(found, side.shown, site.pages[2 * number : 2 * number + 2])

    await in_groups([lambda number=number: compare(number) for number in range(len(site.people["pairs"]))])
    return found


def count(found: Proof, shown: dict[int, str], sides: list[Page]) -> None:
    """One case: what was acknowledged stands there once, at its place, in the order in which it was written."""
    ids = list(shown.values())
    found.drawn += len(ids)
    found.doubled += len(ids) - len(set(ids))
    for side in sides:
        acked = [message for message in side.written if message.seq]
        found.lost += sum(message.id not in shown.values() for message in acked)
        found.misplaced += sum(shown.get(message.seq, message.id) != message.id for message in acked)
        places = [message.seq for message in acked]
        found.unordered += places != sorted(places)
