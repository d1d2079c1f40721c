"""The calls of this process's links: what two browsers tell each other is drawn from the database, as entries are.

A nudge says only that there is something; the pulse looks anyway. Each draw asks anew whether the page takes part.
"""

from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from chat import frames
from chat.link import Link
from chat.pools import run_db
from counselling.cases.domain import calls
from counselling.cases.domain.calls import News, Place
from counselling.errors import DomainError


@dataclass(eq=False, slots=True)
class Ear:
    """One link's part in one meeting. `after` is the last signal that it was sent."""

    place: Place
    after: int
    told: str = ""  # the last `call` frame, so that only a change is sent
    busy: bool = False
    again: bool = False


class Calls:
    """Who listens to which meeting here. A link is in one meeting at most."""

    def __init__(self, soon: Callable[[Awaitable[None]], None]) -> None:
        self._soon = soon
        self._ears: dict[Link, Ear] = {}
        self._by_case: defaultdict[UUID, set[Link]] = defaultdict(set)
        self._stamps: dict[UUID, object] = {}

    @property
    def listening(self) -> int:
        """How many links take part in a call."""
        return len(self._ears)

    async def open(self, link: Link, place: Place, after: int) -> None:
        """Listen from now on, and draw what is there already. Raises NotFound, Locked."""
        self.forget(link)
        ear = self._ears[link] = Ear(place, after)
        self._by_case[place.case].add(link)
        try:
            await self._draw(link, ear)
        except DomainError:
            self.forget(link)
            raise
        if link.closed:
            self.forget(link)

    def forget(self, link: Link) -> None:
        """Listen to no meeting any more; safe to repeat."""
        ear = self._ears.pop(link, None)
        if ear:
            listening = self._by_case[ear.place.case]
            listening.discard(link)
            if not listening:
                del self._by_case[ear.place.case]

    def changed(self, case: UUID) -> None:
        """Something was said, or somebody came or went."""
        for link in self._by_case.get(case, ()):
            self._soon(self._look(link))

    async def heal(self) -> None:
        """Whatever nudge was lost: draw for the meetings that are not as they were. One look for all of them."""
        meetings = {ear.place.meeting for ear in self._ears.values()}
        if not meetings:
            self._stamps = {}
            return
        before, self._stamps = self._stamps, await run_db(calls.stamps, meetings)
        for link, ear in list(self._ears.items()):
            meeting = ear.place.meeting
            if before.get(meeting) != self._stamps.get(meeting):
                self._soon(self._look(link))

    async def _look(self, link: Link) -> None:
        """Draw once more; while that runs already, once more after it."""
        ear = self._ears.get(link)
        if ear is None:
            return
        if ear.busy:
            ear.again = True
            return
        try:
            await self._draw(link, ear)
        except DomainError:
            self.forget(link)
            await link.send(frames.call_over(ear.place))

    async def _draw(self, link: Link, ear: Ear) -> None:
        ear.busy = True
        try:
            ear.again = True
            while ear.again and self._ears.get(link) is ear and not link.closed:
                ear.again = False
                await self._tell(link, ear, await run_db(calls.since, link.actor, ear.place, ear.after))
        finally:
            ear.busy = False

    async def _tell(self, link: Link, ear: Ear, news: News) -> None:
        frame = frames.call(ear.place, news.state, news.other)
        if frame != ear.told:
            ear.told = frame
            await link.send(frame)
        for signal in news.signals:
            ear.after = signal.n
            await link.send(frames.signal(ear.place, signal))
        if news.over:
            self.forget(link)
