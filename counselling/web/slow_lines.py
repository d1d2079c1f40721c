"""How long a line may take to say what it wants: Twisted's timer begins anew with every byte.

A line that drips (slow-loris, security.md 3, no. 38) is cut like one that is silent.
"""

from twisted.web.http import HTTPChannel


class OneTimer(HTTPChannel):
    """Its timer (the factory's `timeOut`, in seconds) begins with a request's first byte and ends with its last."""

    _begun = False

    def setTimeout(self, period: float | None) -> float | None:  # noqa: N802 -- Twisted's name
        """The line is idle (seconds until it is cut) or its request is complete (None); what was set before."""
        self._begun = False
        before: float | None = super().setTimeout(period)  # type: ignore[no-untyped-call]  # as Twisted has it
        return before

    def resetTimeout(self) -> None:  # noqa: N802 -- Twisted's name
        """Something came: only the first of it begins the timer anew."""
        if not self._begun:
            self._begun = True
            super().resetTimeout()  # type: ignore[no-untyped-call]  # as Twisted has it
