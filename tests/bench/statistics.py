"""What statistics cost: `python -m tests.bench.statistics CASES` on a ground, printed as JSON.

So many cases are simulated in five calendar years. Then what is due is frozen in order, a year after its quarters, each
timed; memory is the peak of this process, which holds Django as well. The report is asked for as a page by somebody who
leads; the live load is measured in queries, with one team and with three, each with chats, letters and a queue.
"""

import json
import resource
import sys
import time
from functools import partial

import django

django.setup()

from django.conf import settings  # noqa: E402 -- after setup()
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402
from django.utils import timezone  # noqa: E402

from counselling.centre import defaults  # noqa: E402
from counselling.people.domain.actors import Actor  # noqa: E402
from counselling.people.models import Staff, Team  # noqa: E402
from counselling.statistics.domain import live, releases  # noqa: E402
from counselling.statistics.domain.simulating import simulate  # noqa: E402
from tests.bench.turns import in_turns  # noqa: E402
from tests.support import key_rings, letters, world  # noqa: E402

YEARS = 5


def measure(cases: int) -> dict[str, float]:
    """Simulate, freeze, look."""
    settings.ALLOWED_HOSTS = ["testserver", *settings.ALLOWED_HOSTS]
    settings.SECURE_SSL_REDIRECT = False
    defaults.ensure()
    team = world.team("Zahlen")
    lea = world.staff(team, "Zahlen Lea", "supervisor")
    Team.objects.exclude(pk=team.pk).update(name="Zz")  # the first team is the centre's door
    return _simulated(cases) | _released() | _page(lea) | _live(team, lea)


def _simulated(cases: int) -> dict[str, float]:
    begun = time.perf_counter()
    rows = simulate(cases, 1, timezone.localdate(), YEARS)
    return {"statistics_simulated_s": _since(begun), "statistics_rows": rows, "statistics_simulated_mib": _peak_mib()}


def _released() -> dict[str, float]:
    """The slowest year, the slowest quarter."""
    took = dict[bool, list[float]]()
    while due := releases.due(timezone.localdate()):
        for period in due:
            begun = time.perf_counter()
            releases.freeze(period, timezone.now())
            took.setdefault(period.quarter is None, []).append(_since(begun))
    return {
        "statistics_year_s": max(took[True]),
        "statistics_quarter_s": max(took[False]),
        "statistics_release_mib": _peak_mib(),
    }


def _page(lea: Actor) -> dict[str, float]:
    browser = Client()
    key_rings.sign_in(browser, Staff.objects.get(pk=lea.id))
    year = next(period for period in releases.published() if period.quarter is None)
    page = partial(_get, browser, f"/team/statistics/{year.code}/")
    with CaptureQueriesContext(connection) as caught:
        page()
    queries = len(caught)
    return {"statistics_report_ms": in_turns({"": page})[""], "statistics_report_queries": queries}


def _get(browser: Client, address: str) -> None:
    assert browser.get(address, secure=True).status_code == 200


def _live(team: Team, lea: Actor) -> dict[str, float]:
    """Queries with one team, and with three."""
    _busy(team, 1)
    few = _queries(lea)
    for number in (2, 3):
        more = world.team(f"Zahlen {number}")
        Staff.objects.get(pk=lea.id).teams.add(more)
        _busy(more, number)
    return {"statistics_live_queries": few, "statistics_live_queries_of_three": _queries(lea)}


def _busy(team: Team, number: int) -> None:
    """Somebody talks, waits, writes; more of each where the number is higher."""
    for chat in range(number):
        world.chat(team, world.counsellor(team, f"Linde {number}-{chat}", capacity=9))
        world.waiting(team)
        letters.asked(team, nickname=f"Otter {number}{chat}")


def _queries(lea: Actor) -> int:
    with CaptureQueriesContext(connection) as caught:
        assert live.of_teams(lea)
    return len(caught)


def _since(begun: float) -> float:
    return round(time.perf_counter() - begun, 2)


def _peak_mib() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
