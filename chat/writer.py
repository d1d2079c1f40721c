"""Group commit: messages that arrive together from many chats share one transaction (design section 4).

Only what is committed is acknowledged. Links are told by callback, so a client that went away cannot hurt a batch.
"""

import asyncio
import logging
import time
from collections import deque
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import DatabaseError

from chat import frames, pools
from chat.link import Link, Stream
from counselling import meters
from counselling.cases.domain import posting
from counselling.cases.domain.posting import Busy, Mark, Outcome, Post, Posted
from counselling.cases.domain.seats import ROLE_NAMES
from counselling.cases.domain.timeline import Line
from counselling.cases.models import Role
from counselling.errors import DomainError, SlowDown, Unavailable
from counselling.web.logs import kind_and_place

if TYPE_CHECKING:
    from chat.hub import Hub
    from chat.relay import Relay

log = logging.getLogger("counselling.chat")

MOST_PENDING = 2000
BATCH = 400
BUSY_SECONDS = 3.0  # how long a post waits for a case that another transaction holds
BUSY_PAUSE_SECONDS = 0.01

Queued = tuple[Post, Link, float]  # until when it waits for a busy case; 0 when it has not met one


class Writer:
    """Collects while a batch commits; then commits what was collected."""

    def __init__(self, hub: "Hub", relay: "Relay") -> None:
        self._hub = hub
        self._relay = relay
        self._posts: deque[Queued] = deque()
        self._marks: dict[int, Mark] = {}
        self._work: asyncio.Task[None] | None = None

    def post(self, post: Post, link: Link) -> None:
        """Queue one message; raises SlowDown when the process is saturated."""
        if len(self._posts) >= MOST_PENDING:
            raise SlowDown
        link.in_flight += 1
        self._posts.append((post, link, 0.0))
        self._start()

    def mark(self, case: UUID, stream: Stream, seq: int) -> None:
        """Queue a read mark; only the furthest of each seat is written."""
        seat = stream.opened.seat
        known = self._marks.get(seat)
        if known is None or known.seq < seq:
            self._marks[seat] = Mark(case, seat, seq)
            self._start()

    async def stop(self) -> None:
        """Finish what was accepted."""
        if self._work:
            await self._work

    def _start(self) -> None:
        if self._work is None or self._work.done():
            self._work = asyncio.ensure_future(self._run())

    async def _run(self) -> None:
        while self._posts or self._marks:
            began = time.monotonic()
            batch = [self._posts.popleft() for _ in range(min(BATCH, len(self._posts)))]
            marks, self._marks = list(self._marks.values()), {}
            outcomes = await self._commit([post for post, _, _ in batch], marks)
            meters.COMMITS.took(time.monotonic() - began)
            await self._settle(batch, outcomes)

    async def _commit(self, posts: list[Post], marks: list[Mark]) -> list[Outcome]:
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(pools.WRITER, posting.commit, posts, marks)
        except DatabaseError as problem:
            log.warning("nothing stored, database away: %s", type(problem).__name__)
            meters.FAILURES.add("database")
            return [Unavailable() for _ in posts]
        except Exception as problem:  # noqa: BLE001 -- the batch's edge: everybody in it gets an answer
            log.error("nothing stored: %s", kind_and_place(problem))  # noqa: TRY400 -- a traceback could hold content
            meters.ERRORS.add("commit")
            return [Unavailable() for _ in posts]

    async def _settle(self, batch: list[Queued], outcomes: list[Outcome]) -> None:
        """Acknowledge, deliver, refuse; in the order of the log."""
        grown: dict[UUID, int] = {}
        again: list[Queued] = []
        now = time.monotonic()
        for (post, link, until), outcome in zip(batch, outcomes, strict=True):
            if isinstance(outcome, Busy) and not 0 < until < now:
                again.append((post, link, until or now + BUSY_SECONDS))
                continue
            link.in_flight -= 1
            if isinstance(outcome, Posted):
                await self._acknowledge(post, link, outcome)
                if not outcome.repeat:
                    grown[post.case] = outcome.seq
            else:
                problem = outcome if isinstance(outcome, DomainError) else Unavailable()
                await _send(link, frames.error(problem, case=post.case, client_id=post.client_id))
        if grown:
            self._relay.log_grew(grown)
        if again:
            await self._later(again)

    async def _later(self, again: list[Queued]) -> None:
        """Once more, before what came later, so that nobody's messages change places; others do not wait for it."""
        others = bool(self._posts)
        self._posts.extendleft(reversed(again))
        if not others:
            await asyncio.sleep(BUSY_PAUSE_SECONDS)

    async def _acknowledge(self, post: Post, link: Link, posted: Posted) -> None:
        await _send(link, frames.ack(post.case, post.client_id, posted.seq, posted.at, helps=posted.hinted))
        if posted.repeat:
            return
        meters.MESSAGES.add()
        self._hub.acknowledged(link, post.case, posted.seq)
        if len(self._hub.by_case.get(post.case, ())) > (not link.closed):
            line = Line(
                posted.seq,
                posted.at,
                "message",
                ROLE_NAMES[Role(post.role)],
                link.actor.alias,
                post.seat,
                post.client_id,
                post.text,
                "",
                None,
                posted.hinted,
            )
            await self._hub.deliver(post.case, line, by=link)


async def _send(link: Link, frame: str) -> None:
    if not link.closed:
        await link.send(frame)
