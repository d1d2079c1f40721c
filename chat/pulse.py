"""Once a second each process looks at the log, at the sessions and at the clock: whatever nudge was lost heals here."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import DatabaseError
from django.utils import timezone

from chat import domain
from chat.hub import Hub
from chat.pools import run_db
from chat.protocol import Closing
from counselling import meters
from counselling.cases.domain import places, queue, retention, seats, timers
from counselling.people.domain import audit_chain, presence, sessions
from counselling.web.logs import kind_and_place

if TYPE_CHECKING:
    from uuid import UUID

log = logging.getLogger("counselling.chat")

BEAT = 1.0
PRESENCE_EVERY = 10.0
STAFF_EVERY = 5.0  # `seats.CONNECTED` allows two of these to be late
SEATS_EVERY = 2.0
PLACES_EVERY = 5.0
TIMERS_EVERY = 5.0
TRAIL_EVERY = 5.0
PRUNE_EVERY = 3600.0


class Pulse:
    """The heartbeat of one process."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._task: asyncio.Task[None] | None = None
        self._stamps: dict[UUID, tuple[object, ...] | None] = {}
        now = time.monotonic()
        # After a restart everybody gets one grace period to come back before a timer takes anything from them.
        calm = now + settings.COUNSELLOR_GRACE_SECONDS
        self._due: list[tuple[float, float, Callable[[], Awaitable[None]]]] = [
            (0.0, BEAT, self._log_ends),
            (0.0, BEAT, self._sign_ins),
            (0.0, BEAT / 2, self._sessions),  # a sign-out elsewhere closes sockets within a second
            (0.0, BEAT, self._arrivals),
            (0.0, BEAT, self._queues),
            (0.0, BEAT, self._hub.calls.heal),
            (0.0, PRESENCE_EVERY, self._presence),
            (0.0, STAFF_EVERY, self._staff),
            (0.0, SEATS_EVERY, self._seats),
            (0.0, PLACES_EVERY, self._hub.tell_places),
            (0.0, TRAIL_EVERY, self._trail),
            (calm, TIMERS_EVERY, self._timers),
            (calm, PRUNE_EVERY, self._prune),
        ]

    def start(self) -> None:
        """Beat from now on."""
        self._task = asyncio.ensure_future(self._run())

    async def stop(self) -> None:
        """Stop beating."""
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        while True:
            due = time.monotonic() + BEAT / 2
            await asyncio.sleep(BEAT / 2)
            meters.LAG.took(max(0.0, time.monotonic() - due))
            await self.beat()

    async def beat(self) -> None:
        """Everything that is due now."""
        now = time.monotonic()
        for number, (at, every, work) in enumerate(self._due):
            if at <= now:
                self._due[number] = (now + every, every, work)
                await self._guarded(work)

    async def _guarded(self, work: Callable[[], Awaitable[None]]) -> None:
        try:
            await work()
        except DatabaseError as problem:
            log.warning("database away: %s", type(problem).__name__)
            meters.FAILURES.add("database")
        except Exception as problem:  # noqa: BLE001 -- the heartbeat outlives every failure
            log.error("pulse failed: %s", kind_and_place(problem))  # noqa: TRY400 -- a traceback could hold content
            meters.ERRORS.add("pulse")

    async def _log_ends(self) -> None:
        cases = list(self._hub.by_case)
        if not cases:
            return
        ends = await run_db(domain.log_ends, cases)
        for case in cases:
            if case in ends:
                self._hub.log_grew(case, ends[case])
            else:
                await self._hub.case_changed(case)

    async def _sign_ins(self) -> None:
        await run_db(sessions.tend, timezone.now())

    async def _sessions(self) -> None:
        links = list(self._hub.links)
        if not links:
            return
        seekers = {int(link.actor.access) for link in links if link.actor.kind == "seeker"}
        staff = {link.actor.access for link in links if link.actor.kind == "staff"}
        valid = await run_db(domain.still_in, seekers, staff)
        for link in links:
            if link.actor.access not in valid:
                await link.hang_up(Closing.SESSION_ENDED)

    async def _arrivals(self) -> None:
        """Whoever just connected counts as here within a second, not only at the next round of presence."""
        arrived, self._hub.arrived = self._hub.arrived, set()
        await run_db(queue.seen, list(arrived), timezone.now())
        staff, self._hub.staff_arrived = self._hub.staff_arrived, set()
        await run_db(presence.seen, staff, timezone.now())

    async def _queues(self) -> None:
        """A queue that another process changed, without a nudge or with a lost one, rings its desks all the same."""
        before, teams = self._stamps, list(self._hub.by_team)
        found = await run_db(places.stamps, teams) if teams else {}
        self._stamps = {team: found.get(team) for team in teams}
        await self._hub.to_teams(team for team in teams if before.get(team, found.get(team)) != found.get(team))

    async def _presence(self) -> None:
        seekers: set[UUID] = {case for link in self._hub.links if link.actor.kind == "seeker" for case in link.cases}
        await run_db(queue.seen, list(seekers), timezone.now())

    async def _staff(self) -> None:
        staff = {link.actor.id for link in self._hub.links if link.actor.kind == "staff"}
        await run_db(presence.seen, staff, timezone.now())

    async def _seats(self) -> None:
        cases = list(self._hub.by_case)
        if cases:
            await self._hub.tell_seats(await run_db(seats.names, cases))

    async def _trail(self) -> None:
        await run_db(audit_chain.chain)

    async def _timers(self) -> None:
        await run_db(timers.tick)

    async def _prune(self) -> None:
        await run_db(retention.prune, timezone.now())
