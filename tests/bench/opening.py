"""What the vault costs when a socket opens a case: `python -m tests.bench.opening COUNT` on a ground, printed as JSON.

Cold is a process that has opened nothing for this session: the private half from under the cookie's token, the team's
key, the case's. Warm is the next case of the same session. Timed is what runs in `counselling.vault`: its callers ask
the database, too, which other figures show.
"""

import functools
import inspect
import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import django

django.setup()

from django.utils import timezone  # noqa: E402 -- after setup()

from counselling.cases.domain import keys  # noqa: E402
from counselling.people.domain import rings, sessions  # noqa: E402
from counselling.people.domain.actors import Actor  # noqa: E402
from counselling.people.models import Staff  # noqa: E402
from counselling.vault import digests, pairs, seals, vouching, wraps  # noqa: E402
from tests.support import key_rings, seed  # noqa: E402


def measure(count: int) -> dict[str, float]:
    """Medians in milliseconds."""
    team = seed.open_team()
    staff = Staff.objects.get(pk=seed.counsellor(team, Staff.objects.count(), 1)[0].id)
    cases = [UUID(seed.waiting(team, number)["case"]) for number in range(count)]
    actor, cookies = seed.sign_in(staff, key_rings.private_of(staff.pk))
    session_key, token = cookies.split("; ")[0], cookies.rpartition("=")[2]

    def opened(case: UUID) -> Actor:
        found = sessions.actor_of(staff, session_key, token, timezone.now())
        assert found
        assert keys.case_key(found, case)
        return found

    clock, cold, warm = Clock(), [], []
    for number, case in enumerate(cases):
        rings.drop(actor.access)
        opened(case)
        cold.append(clock.lap())
        opened(cases[number - 1])
        warm.append(clock.lap())
    return {"vault_open_ms": _median(cold), "vault_open_warm_ms": _median(warm)}


class Clock:
    """The seconds spent in functions of the vault's modules, each called by its module's name."""

    def __init__(self) -> None:
        self.spent, self.inside = 0.0, False
        for module in (digests, pairs, seals, vouching, wraps):
            for name, member in list(vars(module).items()):
                if inspect.isfunction(member) and member.__module__ == module.__name__:
                    setattr(module, name, self._timed(member))

    def lap(self) -> float:
        """The seconds since the last lap."""
        spent, self.spent = self.spent, 0.0
        return spent

    def _timed(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def timed(*given: Any, **named: Any) -> Any:
            if self.inside:
                return function(*given, **named)
            self.inside, start = True, time.perf_counter()
            try:
                return function(*given, **named)
            finally:
                self.inside, self.spent = False, self.spent + time.perf_counter() - start

        return timed


def _median(seconds: list[float]) -> float:
    return round(statistics.median(seconds) * 1000, 2)


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
