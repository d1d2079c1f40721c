"""`make bench`: speed and memory of the real server on loopback; a table, and one JSON object as the last line.

Figures are ratios and latencies of one run on one machine; nothing here is a test. BACKEND=production measures two
processes on a private PostgreSQL and Redis; what the whole stack bears behind nginx: `make bench-production`.
"""

import asyncio
import contextlib
import gc
import json
import os
from typing import Any

from tests.bench.connections import connections
from tests.bench.house import House
from tests.bench.human import human_pace
from tests.bench.saturation import throughput
from tests.bench.storm import QUIET, signin_storm
from tests.bench.uploads import uploads
from tests.support.server import Ground, Server
from tests.support.services import Postgres, Redis, free_port

SETTINGS = {
    "COUNSELLING_BENCH": "1",
    "COUNSELLING_MESSAGES_PER_SECOND": "100000",
    "COUNSELLING_MESSAGES_BURST": "100000",
}
# name -> (what it is called in the table, what to reach)
TABLE = {
    "noop_msgs_per_s": ("relay only, messages/s", ""),
    "chat_msgs_per_s": ("chat, messages/s", ""),
    "ratio": ("chat ÷ relay", "≥ 0.75"),
    "p50_ms": ("delivery at saturation, median ms", "< 50"),
    "p99_ms": ("delivery at saturation, p99 ms", "< 250"),
    "human_pace_p95_ms": ("500 chats at human pace, p95 ms", "< 100"),
    "human_cores": ("  processor cores used by them", "< 1"),
    "kib_per_idle_connection": ("memory per idle connection, KiB", "< 48"),
    "connects_per_s": ("connections/s", ""),
    "vault_open_ms": ("vault work to open a case, cold, median ms", "< 2"),
    "vault_open_warm_ms": ("  the next one of that session, ms", ""),
    "signin_ms": ("a staff sign-in with its code, median ms", "≤ 500"),
    "signin_storm_p95_ms": ("chats beside 200 sign-ins, p95 ms", "< 1000"),
    "signin_storm_seconds": ("  until the last of them is in, s", ""),
    "signin_storm_ok": ("  how many of them are in", "200"),
    "letters_inbox_none_ms": ("team's inbox, no case, median ms", ""),
    "letters_inbox_full_ms": ("  a full page of it", ""),
    "letters_inbox_many_ms": ("  with 5,000 open cases", ""),
    "letters_inbox_to_none": ("  as a multiple of none", "≤ 1.5"),
    "letters_worst_to_none": ("  the worst of seven lists, of none", "≤ 1.5"),
    "letters_worst_to_full": ("  the worst of them, of a full page", "≤ 1.5"),
    "letters_search_ms": ("search by name over 5,000, keys known, ms", ""),
    "timeline_inbox_1_ms": ("young person's inbox, 1 entry, median ms", ""),
    "timeline_inbox_10000_ms": ("  with 10,000 entries", ""),
    "timeline_inbox_ratio": ("  as a multiple", "≤ 1.5"),
    "timeline_case_1_ms": ("a case's page, 1 entry, median ms", ""),
    "timeline_case_50_ms": ("  a full page of 50", ""),
    "timeline_case_10000_ms": ("  with 10,000 entries", ""),
    "timeline_case_ratio": ("  as a multiple of a full page", "≤ 1.5"),
    "upload_extra_mib": ("10 MB attached by 4 at once, MiB more each", "< 32"),
    "upload_cleaner_mib": ("  process that cleans one of them, MiB", ""),
    "upload_chat_p95_ms": ("  chats meanwhile, p95 ms", "< 150"),
    "upload_chat_alone_p95_ms": ("  the same chats just before, p95 ms", ""),
    "upload_mib_per_s": ("  MiB/s brought, checked, cleaned", ""),
    "statistics_simulated_s": ("simulating 200,000 cases, s", ""),
    "statistics_year_s": ("a year's release from them, s", "< 20"),
    "statistics_quarter_s": ("  a quarter's", ""),
    "statistics_release_mib": ("  peak memory, MiB", "< 300"),
    "statistics_report_ms": ("report page of a year, median ms", "< 300"),
    "statistics_live_queries": ("live load, queries with one team", ""),
    "statistics_live_queries_of_three": ("  with three", "the same"),
    "acked": ("acknowledged messages", ""),
    "lost": ("  of these lost", "0"),
    "doubled": ("  or doubled", "0"),
    "cut": ("lines that the server cut", "0"),
}


def number(name: str, default: float) -> float:
    """A size of the run, to be changed by BENCH_… in the environment."""
    return float(os.environ.get(f"BENCH_{name}", default))


def measure(ground: Ground, processes: int) -> dict[str, Any]:
    """All phases; memory in a process that has served nobody before."""
    people = ground.seed("--pairs", str(int(number("CHATS", 500))), "--per-counsellor", "1")
    found: dict[str, Any] = {}
    with running(ground, processes) as servers:
        house = House(servers, people)
        found |= asyncio.run(connections(house, warm=len(people["pairs"]) // 5))
    with running(ground, processes) as servers:
        house = House(servers, people)
        sizes = {"count": int(number("PAIRS", 50)), "rounds": int(number("ROUNDS", 5))}
        found |= asyncio.run(throughput(house, **sizes, seconds=number("SECONDS", 4), window=int(number("WINDOW", 1))))
        found |= asyncio.run(human_pace(house, seconds=number("HUMAN_SECONDS", 30)))
    found |= told(ground, "opening", int(number("OPENINGS", 200)))
    staff = told(ground, "storm_seed", QUIET + int(number("SIGN_INS", 200)))
    with running(ground, processes) as servers:
        found |= asyncio.run(signin_storm(House(servers, people), staff, chats=int(number("STORM_CHATS", 100))))
    writers = told(ground, "uploads_seed", 4)
    with running(ground, processes) as servers:
        house = House(servers, people)
        found |= asyncio.run(uploads(house, writers, chats=int(number("STORM_CHATS", 100)), each=3))
    found |= told(ground, "letters_desk", 5000)
    found |= told(ground, "timeline", 10_000)
    found |= told(ground, "statistics", int(number("CASES", 200_000)))
    for name in ("acked", "lost", "doubled", "cut"):
        found[name] += found.pop(f"human_{name}") + found.pop(f"storm_{name}") + found.pop(f"upload_{name}")
    return found


def told(ground: Ground, module: str, count: int) -> Any:
    """What a module of the bench says that runs on the ground without a server."""
    return json.loads(ground.run("-m", f"tests.bench.{module}", str(count)).splitlines()[-1])


@contextlib.contextmanager
def running(ground: Ground, processes: int) -> Any:
    """So many servers on one ground."""
    with contextlib.ExitStack() as stack:
        ports = [ground.port, *(free_port() for _ in range(processes - 1))]
        yield [stack.enter_context(Server(ground, port=port, fresh=True)) for port in ports]


def report(found: dict[str, Any]) -> str:
    """The table."""
    rows = [f"{title:<40}{found[name]:>12}   {reach}" for name, (title, reach) in TABLE.items()]
    return "\n".join(rows)


def main() -> None:
    """Measure what BACKEND says."""
    backend = os.environ.get("BACKEND", "embedded")
    with contextlib.ExitStack() as stack:
        urls = {}
        if backend == "production":
            urls = {
                "database_url": stack.enter_context(Postgres()).url,
                "redis_url": stack.enter_context(Redis()).url,
            }
        ground = stack.enter_context(Ground(settings=SETTINGS, **urls))
        gc.disable()  # the client's pauses are not the server's
        found = {"backend": backend, **measure(ground, processes=2 if urls else 1)}
    print(report(found))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
