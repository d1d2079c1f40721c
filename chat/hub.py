"""The connected clients of this process, by case and by team, and how entries reach them.

A committed entry is handed to the streams that are exactly one behind; everybody else draws from the log (drawing.py).
"""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Awaitable, Iterable
from dataclasses import replace
from typing import TypeVar
from uuid import UUID

from django.db import DatabaseError

from chat import domain, frames
from chat.calls import Calls
from chat.drawing import Drawing, Lag
from chat.link import Link, News, Stream
from chat.pools import run_db
from chat.protocol import Closing
from counselling import meters
from counselling.cases.domain.places import Place
from counselling.cases.domain.seats import SeatView
from counselling.cases.domain.timeline import Line
from counselling.cases.models import Case
from counselling.errors import DomainError
from counselling.web import limits
from counselling.web.logs import kind_and_place

log = logging.getLogger("counselling.chat")

T = TypeVar("T")


class Hub:
    """All links of one process."""

    def __init__(self) -> None:
        self.by_case: defaultdict[UUID, set[Link]] = defaultdict(set)
        self.by_team: defaultdict[UUID, set[Link]] = defaultdict(set)
        self.links: set[Link] = set()
        self.arrived: set[UUID] = set()  # seekers' cases whose page connected since the last beat
        self.staff_arrived: set[UUID] = set()
        self.drawing = Drawing(soon=self.soon, drop=self.drop)
        self.calls = Calls(self.soon)
        self._opening: defaultdict[UUID, set[News]] = defaultdict(set)
        self._tasks: set[asyncio.Task[None]] = set()

    # --- coming and going --------------------------------------------------------------------------------------------

    def join(self, link: Link) -> None:
        """Register before anything is read, so that nothing falls between (register, then fetch)."""
        self.links.add(link)
        for case in link.cases:
            self.by_case[case].add(link)
        self.arrived |= link.cases
        if link.actor.kind == "staff":
            self.staff_arrived.add(link.actor.id)
        for team in link.teams:
            self.by_team[team].add(link)

    def leave(self, link: Link) -> None:
        """Forget a link and the keys it held; safe to repeat."""
        link.closed = True
        self.links.discard(link)
        self.calls.forget(link)
        for case in link.cases | link.streams.keys():
            self._forget(self.by_case, case, link)
        for team in link.teams:
            self._forget(self.by_team, team, link)
        link.streams.clear()

    async def open(self, link: Link, case: UUID, after: int, *, announce: bool) -> None:
        """Open a stream after `after` and draw up to now: listen first, then read, so that nothing falls between.

        Raises NotFound, NotAllowed, Unreadable.
        """
        news = News()
        self._opening[case].add(news)
        try:
            begun = await run_db(domain.begin, link.actor, case, after)
        finally:
            self._forget(self._opening, case, news)
        if link.closed:
            return
        end = max(begun.state.last_seq, news.end)
        stream = Stream(begun.opened, begun.after, begun.after, end, announce=announce, read=begun.opened.read)
        link.streams[case] = stream
        self.by_case[case].add(link)
        await self.drawing.catch_up(Lag(link, case, stream), begun, changed=news.changed)

    def drop(self, link: Link, case: UUID) -> None:
        """Close a stream whose seat ended."""
        link.streams.pop(case, None)
        if case not in link.cases or link.actor.kind == "staff":
            self._forget(self.by_case, case, link)

    @staticmethod
    def _forget(index: defaultdict[UUID, set[T]], key: UUID, member: T) -> None:
        index[key].discard(member)
        if not index[key]:
            del index[key]

    def links_of(self, case: UUID) -> list[Link]:
        """Who is connected to a case here."""
        return list(self.by_case.get(case, ()))

    def soon(self, work: Awaitable[None]) -> None:
        """Run in the background; failures are logged by kind, never by content."""
        task = asyncio.ensure_future(self._guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guarded(self, work: Awaitable[None]) -> None:
        try:
            await work
        except DatabaseError as problem:
            log.warning("database away: %s", type(problem).__name__)
            meters.FAILURES.add("database")
        except Exception as problem:  # noqa: BLE001 -- a background task's edge
            log.error("delivery failed: %s", kind_and_place(problem))  # noqa: TRY400 -- a traceback could hold content
            meters.ERRORS.add("delivery")

    async def stop(self) -> None:
        """Cancel what runs in the background."""
        self.drawing.stop()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # --- delivery ----------------------------------------------------------------------------------------------------

    async def deliver(self, case: UUID, line: Line, *, by: Link) -> None:
        """Hand a just committed entry to the other links of its case, encoded at most twice."""
        mine = theirs = None
        for link in self.links_of(case):
            stream = link.streams.get(case)
            if link is by or stream is None:
                continue
            if stream.opened.seat == line.seat:
                frame = mine = mine or frames.entry(case, line, mine=True)
            else:
                frame = theirs = theirs or frames.entry(case, line, mine=False)
            if self._next(link, case, stream, line.seq, frame):
                await link.send(frame)

    def acknowledged(self, link: Link, case: UUID, seq: int) -> None:
        """The author knows their own entry from its acknowledgement."""
        self._tell_opening(case, seq)
        stream = link.streams.get(case)
        if stream and self._next(link, case, stream, seq, None) and stream.confirmed == seq - 1:
            stream.confirmed = seq

    def log_grew(self, case: UUID, last_seq: int) -> None:
        """The log reaches to last_seq (another process wrote, a nudge was lost, a client confirmed)."""
        self._tell_opening(case, last_seq)
        for link in self.links_of(case):
            stream = link.streams.get(case)
            if stream:
                stream.end = max(stream.end, last_seq)
                self.drawing.lag(link, case, stream)

    def _tell_opening(self, case: UUID, seq: int = 0, *, changed: bool = False) -> None:
        """Streams whose beginning is being read must not miss what happens meanwhile."""
        for news in self._opening.get(case, ()):
            news.end = max(news.end, seq)
            news.changed |= changed

    def _next(self, link: Link, case: UUID, stream: Stream, seq: int, frame: str | None) -> bool:
        """True when `seq` is exactly what the stream is waiting for; otherwise it is stashed or caught up on."""
        stream.end = max(stream.end, seq)
        if not stream.catching and seq == stream.sent + 1 and stream.room > 0:
            stream.sent = seq
            return True
        self.drawing.lag(link, case, stream)
        if stream.catching:
            stream.stash[seq] = frame
        return False

    async def hint(self, case: UUID, frame: str, *, but: str) -> None:
        """A frame that may be lost (typing, read marks), to every stream of the case but those of one role."""
        for link in self.links_of(case):
            stream = link.streams.get(case)
            if stream and frames_role(stream) != but:
                await link.send(frame)

    async def to_teams(self, teams: Iterable[UUID]) -> None:
        """Tell the desks of these teams to fetch again."""
        for link in {link for team in teams for link in self.by_team.get(team, ())}:
            await link.send(frames.DESK)

    async def to_all(self, frame: str) -> None:
        """A frame for everybody."""
        for link in list(self.links):
            await link.send(frame)

    # --- changes of state --------------------------------------------------------------------------------------------

    async def case_changed(self, case: UUID) -> None:
        """State or seats changed: everybody connected gets what they may see now, or loses the stream."""
        self._tell_opening(case, changed=True)
        self.calls.changed(case)
        for link in self.links_of(case):
            try:
                state = await run_db(domain.case_state, link.actor, case)
            except DomainError:
                await self._lost(link, case)
                continue
            stream = link.streams.get(case)
            if stream and stream.opened.seat != state.seat:  # an invited colleague took over: another seat, same key
                stream.opened = replace(stream.opened, seat=state.seat, role=state.role)
            if stream:
                stream.seats = state.seats
            self.log_grew(case, state.last_seq)
            await link.send(frames.case_changed(case, state.state, state.seats, state.ending))
            if link.actor.kind == "seeker":
                await self._tell_place(link, case, state)

    async def tell_seats(self, seats: dict[UUID, list[SeatView]]) -> None:
        """Somebody of the team lost their connection or is back: told to whoever was told otherwise."""
        for case, now in seats.items():
            told = [stream.seats for link in self.links_of(case) if (stream := link.streams.get(case))]
            if any(before is not None and before != now for before in told):
                await self.case_changed(case)

    async def _tell_place(self, link: Link, case: UUID, state: domain.CaseState) -> None:
        if state.state == Case.State.WAITING:
            place = (await run_db(domain.places_of, [case])).get(case)
            if place:
                await self._show_place(link, case, place)
        if state.state == Case.State.CLOSED and state.ending == "blocked" and link.tag:
            await run_db(limits.make_harder, link.tag)

    async def _lost(self, link: Link, case: UUID) -> None:
        if link.actor.kind == "seeker":
            await link.hang_up(Closing.NO_CASE)
        else:
            self.drop(link, case)
            await link.send(frames.DESK)

    async def tell_places(self) -> None:
        """Refresh the places of all waiting seekers that are connected here."""
        watching = {case: link for link in self.links if link.actor.kind == "seeker" for case in link.cases}
        if not watching:
            return
        for case, place in (await run_db(domain.places_of, list(watching))).items():
            for link in self.links_of(case):
                if link.actor.kind == "seeker":
                    await self._show_place(link, case, place)

    async def _show_place(self, link: Link, case: UUID, place: Place) -> None:
        """A changed place; who was thought to be away when they were called is here, so the chat begins."""
        if place.state == "called":
            place = await run_db(domain.arrive, link.actor, case)
        frame = frames.waiting(case, place)
        if link.place != frame:
            link.place = frame
            await link.send(frame)


def frames_role(stream: Stream) -> str:
    """The protocol's name of the role whose seat this stream has."""
    return "seeker" if stream.opened.role == 1 else "counsellor"
