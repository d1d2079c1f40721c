"""Drawing entries from the log: what another process wrote, what a lost nudge told of, what a client missed.

Streams that lag a little are drawn together, two queries for all of them; while that runs, others gather for the next
round. Those that lag far are drawn page by page, each at the pace of its client (docs/decisions/0009).
"""

from collections import deque
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

from chat import domain, frames
from chat.domain import Begun, CaseState, Want
from chat.link import Link, Stream
from chat.pools import run_db
from counselling.cases.domain.timeline import PAGE, Line
from counselling.errors import DomainError
from counselling.vault.sealing import Unreadable

NEAR = 20  # entries: who lags more is drawn alone
ROUND = 400  # entries drawn at once, so that who comes next waits milliseconds

Encoded = dict[tuple[UUID, int, bool], str]


@dataclass(frozen=True, slots=True)
class Lag:
    """A stream that lacks entries, and whose it is."""

    link: Link
    case: UUID
    stream: Stream

    @property
    def live(self) -> bool:
        """Whether somebody still listens by this very stream: it may have been dropped or begun anew."""
        return not self.link.closed and self.link.streams.get(self.case) is self.stream

    def want(self) -> Want:
        """The next few entries that are missing; what was handed over meanwhile is not fetched."""
        stream = self.stream
        last = min(stream.end, stream.sent + min(NEAR, stream.room))
        seqs = [seq for seq in range(stream.sent + 1, last + 1) if seq not in stream.stash]
        opened = stream.opened
        return Want(self.link.actor, self.case, opened.seat, opened.team, opened.key, seqs)

    async def hand_over(self, lines: Iterable[Line], encoded: Encoded) -> None:
        """Send what follows, from these lines and the stash, in order and no more than the client has room for."""
        found, stream = {line.seq: line for line in lines}, self.stream
        while self.live and stream.room > 0:
            line, seq = found.get(stream.sent + 1), stream.sent + 1
            if line is None and seq not in stream.stash:
                return
            stream.sent = seq
            frame = self._encode(line, encoded) if line else stream.stash[seq]
            if frame:
                await self.link.send(frame)

    def _encode(self, line: Line, encoded: Encoded) -> str:
        """The frame, encoded once for all who see it the same way."""
        mine = line.seat == self.stream.opened.seat
        key = self.case, line.seq, mine
        if key not in encoded:
            encoded[key] = frames.entry(self.case, line, mine=mine)
        return encoded[key]

    async def announce(self, state: CaseState) -> None:
        """Say once that everything up to here was sent."""
        self.stream.announce = False
        self.stream.seats = state.seats
        if self.live:
            await self.link.send(frames.caught_up(self.case, self.stream.sent, state.read, state.state, state.seats))

    def release(self) -> None:
        """Nobody draws for this stream any more; what is in the stash is in the log as well."""
        self.stream.catching = False
        self.stream.stash.clear()


class Drawing:
    """What the streams of one process lack, and the fetching of it."""

    def __init__(self, *, soon: Callable[[Awaitable[None]], None], drop: Callable[[Link, UUID], None]) -> None:
        self._soon = soon
        self._drop = drop
        self._near: deque[Lag] = deque()
        self._busy = False

    def stop(self) -> None:
        """Begin no further round."""
        self._near.clear()

    def lag(self, link: Link, case: UUID, stream: Stream) -> None:
        """Draw soon what the stream lacks, unless it is whole, drawn already, or its client must confirm first."""
        if not stream.behind or stream.catching or stream.room <= 0:
            return
        lag = Lag(link, case, stream)
        if stream.announce or stream.end - stream.sent > NEAR:
            self._alone(lag)
            return
        stream.catching = True
        self._near.append(lag)
        self._begin()

    def _alone(self, lag: Lag) -> None:
        lag.stream.catching = True
        self._soon(self.catch_up(lag))

    # --- together ----------------------------------------------------------------------------------------------------

    def _begin(self) -> None:
        if self._near and not self._busy:
            self._busy = True
            self._soon(self._round())

    async def _round(self) -> None:
        """Draw for those who gathered; whatever happens, all of them are released and the next round begins."""
        chosen = self._take()
        try:
            drawn = await run_db(domain.fresh_together, [want for _, want in chosen]) if chosen else []
            encoded: Encoded = {}
            for lines in drawn:
                lag, want = chosen.popleft()
                await self._settle(lag, lines, len(want.seqs), encoded)
        finally:
            for lag, _ in chosen:
                lag.release()
            self._busy = False
            self._begin()

    def _take(self) -> deque[tuple[Lag, Want]]:
        """The first who gathered and what they want, up to a round's size."""
        chosen: deque[tuple[Lag, Want]] = deque()
        size = 0
        while self._near and size < ROUND:
            lag = self._near.popleft()
            if lag.live:
                want = lag.want()
                size += len(want.seqs)
                chosen.append((lag, want))
        return chosen

    async def _settle(self, lag: Lag, lines: list[Line] | None, wanted: int, encoded: Encoded) -> None:
        """Hand over what was drawn; who has lost the seat or finds the log shorter than told is drawn alone."""
        try:
            await lag.hand_over(lines or (), encoded)
        finally:
            lag.release()
        if not lag.live:
            return
        if lines is None or len(lines) < wanted:
            self._alone(lag)
        else:
            self.lag(lag.link, lag.case, lag.stream)

    # --- alone -------------------------------------------------------------------------------------------------------

    async def catch_up(self, lag: Lag, begun: Begun | None = None, *, changed: bool = False) -> None:
        """Draw until the stream is whole or its client must confirm first; a stream without a seat is dropped."""
        lag.stream.catching = True
        try:
            if begun:
                await self._first(lag, begun, changed=changed)
            await self._whole(lag)
        except (DomainError, Unreadable):
            if lag.live:
                self._drop(lag.link, lag.case)
        finally:
            lag.release()

    @staticmethod
    async def _first(lag: Lag, begun: Begun, *, changed: bool) -> None:
        """The page that was read with the right to it; when the case changed meanwhile, the right is asked anew."""
        state = await run_db(domain.case_state, lag.link.actor, lag.case) if changed else begun.state
        await lag.hand_over(begun.lines, {})
        if lag.stream.announce and not lag.stream.behind:
            await lag.announce(state)

    async def _whole(self, lag: Lag) -> None:
        while lag.live:
            if lag.stream.behind and lag.stream.room > 0:
                await self._page(lag)
            elif lag.stream.announce and not lag.stream.behind:
                await lag.announce(await run_db(domain.case_state, lag.link.actor, lag.case))
            else:
                return

    async def _page(self, lag: Lag) -> None:
        """One page of the log, and what was handed over meanwhile."""
        stream = lag.stream
        limit, told = min(PAGE, stream.room), stream.end
        lines = await run_db(domain.fresh, lag.link.actor, lag.case, stream.opened.key, stream.sent, limit)
        await lag.hand_over(lines, {})
        if len(lines) < limit and stream.end == told:  # nobody told of more meanwhile: this is where the log ends
            stream.end = max([stream.sent, *stream.stash])
