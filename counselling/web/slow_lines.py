"""How long a line may take to say what it wants: Twisted's timer begins anew with every byte.

A line that drips (slow-loris, security.md 3, no. 38) is cut like one that is silent. One that brings a piece of a file
over a slow phone is not: as long as it keeps a least pace it has longer.
"""

import time
from typing import Any, Final

from twisted.web.http import HTTPChannel

from counselling.web import patient
from counselling.web.large_bodies import StreamedRequest

LEAST_PACE: Final = 1024  # bytes a second, since the request's first byte: below a phone whose volume is used up
LONGEST_SECONDS: Final = 100  # for the 64 KiB of a piece and what comes with them


class OneTimer(HTTPChannel):
    """Its timer (the factory's `timeOut`, in seconds) begins with a request's first byte and ends with its last."""

    _begun: float | None = None
    _brought = 0

    @property  # type: ignore[override]  # Twisted has an attribute that calls
    def requestFactory(self) -> type[StreamedRequest]:  # noqa: N802 -- Twisted's name
        """Our own kind of request, whatever Daphne names."""
        return StreamedRequest

    @requestFactory.setter
    def requestFactory(self, _kind: Any) -> None:  # noqa: N802 -- as above
        """Daphne names its own for every line."""

    def dataReceived(self, data: bytes) -> None:  # noqa: N802 -- Twisted's name
        """Counted, for the pace."""
        self._brought += len(data)
        super().dataReceived(data)  # type: ignore[no-untyped-call]  # as Twisted has it

    def setTimeout(self, period: float | None) -> float | None:  # noqa: N802 -- Twisted's name
        """The line is idle (seconds until it is cut) or its request is complete (None); what was set before."""
        self._begun, self._brought = None, 0
        before: float | None = super().setTimeout(period)  # type: ignore[no-untyped-call]  # as Twisted has it
        return before

    def resetTimeout(self) -> None:  # noqa: N802 -- Twisted's name
        """Something came: the first of it begins the timer anew, and so does what keeps the pace."""
        now = time.monotonic()
        if self._begun is None:
            self._begun = now
        elif not self._keeps_pace(now - self._begun):
            return
        super().resetTimeout()  # type: ignore[no-untyped-call]  # as Twisted has it

    def _keeps_pace(self, seconds: float) -> bool:
        longest = patient.LONGEST_SECONDS if self.requests and self.requests[-1].body else LONGEST_SECONDS
        return seconds < longest and self._brought >= LEAST_PACE * seconds
