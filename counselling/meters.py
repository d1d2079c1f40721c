"""What is counted while the server runs: plain numbers in this process's memory, which `/metrics` reads.

Messages pass by here, so counting takes no lock and some tens of nanoseconds (tests/upkeep/watching): one
`d[kind] += n` of CPython is not interrupted by another thread. A kind is a word of our source, never a person, a team
or a case, and there are at most MOST_KINDS of each.

Like `errors.py` this is known to every room and knows none.
"""

from bisect import bisect_left
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from django.conf import settings

MOST_KINDS: Final = 100
OTHER: Final = "other"

COUNTS: Final[list["Count"]] = []
SPREADS: Final[list["Spread"]] = []


class Count:
    """A number by kind: one that only grows, or with `falls` one that stands for what is there now.

    `kinds` are known from the start, at 0; without them each comes with its first use.
    """

    __slots__ = ("falls", "label", "name", "numbers", "what")

    def __init__(
        self, name: str, what: str, *, label: str = "", kinds: Sequence[str] = (), falls: bool = False
    ) -> None:
        self.name, self.what, self.label, self.falls = name, what, label, falls
        self.numbers: dict[str, int] = dict.fromkeys(kinds if label else ("",), 0)
        COUNTS.append(self)

    def add(self, kind: str = "", number: int = 1) -> None:
        """Count one, or `number`, of this kind."""
        try:
            self.numbers[kind] += number
        except KeyError:
            known = kind if len(self.numbers) < MOST_KINDS else OTHER
            self.numbers[known] = self.numbers.get(known, 0) + number


class Spread:
    """How long something took, in seconds: how often up to each bound, how often longer, and all together."""

    __slots__ = ("bounds", "name", "numbers", "total", "what")

    def __init__(self, name: str, what: str, bounds: Sequence[float]) -> None:
        self.name, self.what, self.bounds = name, what, tuple(bounds)
        self.numbers = [0] * (len(bounds) + 1)
        self.total = 0.0
        SPREADS.append(self)

    def took(self, seconds: float) -> None:
        """Once more."""
        self.numbers[bisect_left(self.bounds, seconds)] += 1
        self.total += seconds


SIDES: Final = ("seeker", "counsellor")

SOCKETS: Final = Count("sockets", "Open sockets.", label="kind", kinds=SIDES, falls=True)
CONNECTS: Final = Count("connects", "Sockets that were let in.", label="kind", kinds=SIDES)
TURNED_AWAY: Final = Count(
    "turned_away",
    "Sockets that were not let in.",
    label="why",
    kinds=("origin", "subprotocol", "session", "unavailable"),
)
FRAMES: Final = Count("frames", "Frames over sockets.", label="direction", kinds=("in", "out"))
MESSAGES: Final = Count("messages", "Chat messages that are on disk and acknowledged.")
REFUSED: Final = Count(
    "refused", "Refusals that people could read, by their code (counselling/errors.py).", label="code"
)
ERRORS: Final = Count(
    "errors",
    "What nobody expected: a mistake of ours, in the log by kind and place.",
    label="where",
    kinds=("page", "socket", "delivery", "pulse", "commit"),
)
FAILURES: Final = Count(
    "failures", "Attempts that another service did not serve.", label="service", kinds=("database", "redis", "mail")
)
LIMITS: Final = Count("limits", "Attempts beyond a rate limit.", label="limit")
COMMITS: Final = Spread(
    "commit_seconds",
    "From collecting a batch of messages and read marks to its being on disk.",
    (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0),
)
LAG: Final = Spread(
    "loop_lag_seconds",
    "How late the event loop was for its own beat, twice a second.",
    (0.001, 0.005, 0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5),
)


def happened(what: str) -> None:
    """Note that this was done just now, for whoever asks any process of this machine: the age of an empty file.

    That it cannot be written (a full disk) must not undo what was done.
    """
    with suppress(OSError):
        trace(what).touch()


def trace(what: str) -> Path:
    """Where `happened` notes it."""
    return Path(settings.VAR) / f"last-{what}"
