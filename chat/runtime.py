"""One runtime per event loop: hub, writer, relay and pulse, started with the first connection or by `serve`."""

import asyncio
from weakref import WeakKeyDictionary

from chat.hub import Hub
from chat.link import Pace
from chat.protocol import Closing
from chat.pulse import Pulse
from chat.relay import Relay
from chat.writer import Writer
from counselling.cases import bell
from counselling.cases.bell import Ring

TEAMS_EVERY_SECONDS = 0.3


class Runtime:
    """Everything that lives as long as the process."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        Pace.forget()
        self.hub = Hub()
        self.relay = Relay(self.hub)
        self.writer = Writer(self.hub, self.relay)
        self.pulse = Pulse(self.hub)
        self._teams: set[object] = set()
        self._stopped = False  # what was already on its way when it stopped finds nobody to tell
        self.leaving = False
        self._silence = bell.listen(self._rung)
        self.relay.start()
        self.pulse.start()

    async def farewell(self) -> None:
        """Ask everybody to come back, to another process or to the next one; nobody counts as gone for it."""
        self.leaving = True
        for link in list(self.hub.links):
            await link.hang_up(Closing.RESTART)

    async def stop(self) -> None:
        """Finish what was accepted and let go of everything."""
        self._stopped = True
        self._silence()
        await self.pulse.stop()
        await self.relay.stop()
        await self.writer.stop()
        await self.hub.stop()
        _runtimes.pop(self._loop, None)

    def _rung(self, ring: Ring) -> None:
        """From any thread, after a commit."""
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._apply, ring)

    def _apply(self, ring: Ring) -> None:
        if self._stopped:
            return
        for case in ring.cases:
            self.hub.soon(self.hub.case_changed(case))
        for case in ring.signals:
            self.hub.calls.changed(case)
        fresh = ring.teams - self._teams
        if fresh:
            self._teams |= fresh
            self._loop.call_later(TEAMS_EVERY_SECONDS, self._tell_teams, fresh)
        self.relay.ring(ring)

    def _tell_teams(self, teams: frozenset[object]) -> None:
        """Coalesced: a busy queue tells each desk and each waiting person a few times a second at most."""
        if self._stopped:
            return
        self._teams -= teams
        self.hub.soon(self.hub.to_teams(teams))  # type: ignore[arg-type]  # team ids
        self.hub.soon(self.hub.tell_places())


_runtimes: WeakKeyDictionary[asyncio.AbstractEventLoop, Runtime] = WeakKeyDictionary()


def current() -> Runtime:
    """The running loop's runtime, made at first use."""
    loop = asyncio.get_running_loop()
    runtime = _runtimes.get(loop)
    if runtime is None:
        runtime = _runtimes[loop] = Runtime()
    return runtime
