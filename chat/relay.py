"""Between processes: the only module that sends to a channel layer. Numbers and ids cross it, never text.

Without Redis (one process) nothing is sent. When Redis is away, entries still arrive by the pulse's look at the log.
One message is under way at a time; what is to be told meanwhile gathers for the next, hints a moment longer.
"""

import asyncio
import logging
import secrets
from collections import defaultdict
from typing import Any
from uuid import UUID

from channels.layers import get_channel_layer
from django.conf import settings

from chat import frames
from chat.hub import Hub
from counselling import meters
from counselling.cases.bell import Ring

log = logging.getLogger("counselling.chat")

GROUP = "bell"
RETRY_SECONDS = 2.0
RENEW_SECONDS = 1.0
HINT_SECONDS = 0.05  # how long a hint waits for company: each message costs every process about a millisecond


class Relay:
    """Sends this process's nudges to the others and receives theirs."""

    def __init__(self, hub: Hub) -> None:
        self._hub = hub
        self._me = secrets.token_hex(4)
        self._layer = get_channel_layer() if settings.REDIS_URL else None
        self._channel = ""
        self._gathered: defaultdict[str, list[Any]] = defaultdict(list)
        self._sending = False
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self._renewal: asyncio.Task[None] | None = None
        self.live = True

    def start(self) -> None:
        """Listen from now on."""
        if self._layer:
            self._task = asyncio.ensure_future(self._listen())
            self._renewal = asyncio.ensure_future(self._stay())

    async def stop(self) -> None:
        """Stop listening. Asked again until it is done: channels_redis loses a cancellation that meets a message."""
        if self._timer:
            self._timer.cancel()
        while running := [task for task in (self._task, self._renewal) if task and not task.done()]:
            for task in running:
                task.cancel()
            await asyncio.wait(running, timeout=0.1)

    # --- sending -----------------------------------------------------------------------------------------------------

    def log_grew(self, ends: dict[UUID, int]) -> None:
        """Entries were committed: {case: seq}."""
        self._tell(log=[[case.hex, seq] for case, seq in ends.items()])

    def read(self, case: UUID, role: str, seq: int) -> None:
        """A side has read further."""
        self._hint(reads=[case.hex, role, seq])

    def typing(self, case: UUID, role: str) -> None:
        """A side is writing."""
        self._hint(typings=[case.hex, role])

    def ring(self, ring: Ring) -> None:
        """Cases or queues changed, or something was said in a call."""
        told = {"cases": ring.cases, "teams": ring.teams, "signals": ring.signals}
        self._tell(**{kind: [one.hex for one in found] for kind, found in told.items() if found})

    def _tell(self, **nudges: list[Any]) -> None:
        self._gather(nudges)
        self._send()

    def _hint(self, **hint: Any) -> None:
        self._gather({kind: [told] for kind, told in hint.items()})
        if self._gathered and self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(HINT_SECONDS, self._send)

    def _gather(self, nudges: dict[str, list[Any]]) -> None:
        if self._layer and self.live:
            for kind, told in nudges.items():
                self._gathered[kind] += told

    def _send(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if self._gathered and not self._sending:
            self._sending = True
            self._hub.soon(self._out())

    async def _out(self) -> None:
        """One message after the other until all is told; what gathered is lost when Redis is away."""
        try:
            while self._gathered and self._layer:
                message, self._gathered = {"type": "bell", "from": self._me, **self._gathered}, defaultdict(list)
                await self._layer.group_send(GROUP, message)
        except Exception as problem:  # noqa: BLE001 -- redis-py's ConnectionError is no OSError; its module is not ours
            self._gathered.clear()
            await self._changed(live=False, problem=problem)
        finally:
            self._sending = False

    # --- receiving ---------------------------------------------------------------------------------------------------

    async def _listen(self) -> None:
        while True:
            try:
                await self._receive()
            except Exception as problem:  # noqa: BLE001 -- as above; the listener must outlive every outage
                await self._changed(live=False, problem=problem)
                await asyncio.sleep(RETRY_SECONDS)

    async def _receive(self) -> None:
        if self._layer is None:
            return
        self._channel = self._channel or await self._layer.new_channel()
        await self._layer.group_add(GROUP, self._channel)
        await self._changed(live=True)
        while True:
            message = await self._layer.receive(self._channel)
            if message.get("from") != self._me:
                await self._apply(message)

    async def _stay(self) -> None:
        """Renew the membership all the time: Redis may have restarted in a blink, and the layer forgets members.

        A failed send says nothing about the listener's own connection, so recovery is noticed here, too.
        """
        while self._layer:
            await asyncio.sleep(min(RENEW_SECONDS, self._layer.group_expiry / 4))
            try:
                if self._channel:
                    await self._layer.group_add(GROUP, self._channel)
                    await self._changed(live=True)
            except Exception as problem:  # noqa: BLE001 -- as above
                await self._changed(live=False, problem=problem)

    async def _apply(self, message: dict[str, Any]) -> None:
        for case, seq in message.get("log", ()):
            self._hub.log_grew(UUID(case), seq)
        for case, role, seq in message.get("reads", ()):
            await self._hub.hint(UUID(case), frames.read(UUID(case), role, seq), but=role)
        for case, role in message.get("typings", ()):
            await self._hub.hint(UUID(case), frames.typing(UUID(case), role, ""), but=role)
        for case in message.get("cases", ()):
            self._hub.soon(self._hub.case_changed(UUID(case)))
        for case in message.get("signals", ()):
            self._hub.calls.changed(UUID(case))
        if message.get("teams"):
            await self._hub.to_teams(UUID(team) for team in message["teams"])

    async def _changed(self, *, live: bool, problem: Exception | None = None) -> None:
        if live == self.live:
            return
        self.live = live
        meters.FAILURES.add("redis", not live)
        log.warning("nudges between processes: %s", "back" if live else f"away ({type(problem).__name__})")
        await self._hub.to_all(frames.service(live=live))
