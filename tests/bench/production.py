"""`python -m tests.bench.production [BLOW …]`: 500 chats on the whole production stack while things befall it.

nginx with TLS, two server processes, PostgreSQL, Redis and coturn from deploy/'s own files (tests/support/stack.py);
all people in this one process. Prints two tables for deploy/README.md, what the logs hold in the end, and JSON.
All blows when none is named; BENCH_CHATS, BENCH_EVERY (seconds between two messages of a person) change the size.
"""

import asyncio
import dataclasses
import gc
import json
import os
import sys
from collections.abc import Sequence
from typing import Any

from tests.bench.production_blow import Outcome, struck
from tests.bench.production_blows import BLOWS
from tests.bench.production_load import load
from tests.bench.production_proof import Proof, proof
from tests.bench.production_site import Site, widen
from tests.support.stack import Stack

CALM_SECONDS, ATTACKERS = 60, 50
# Counsellors without a line for two minutes lose their chats to the queue; here they stay, so that the next blow finds
# everybody where they were. Nor do their screens lock after 15 minutes: nobody moves a mouse here.
PATIENT = {"COUNSELLING_COUNSELLOR_GRACE_SECONDS": "3600", "COUNSELLING_STAFF_IDLE_MINUTES": "600"}
HEADINGS = (
    "blow",
    "acknowledged",
    "lost",
    "doubled",
    "lines cut",
    "over after s",
    "95 % normal after s",
    "all normal after s",
    "longest wait s",
    "p95 before / after ms",
    "remark",
)


async def measure(site: Site, blows: Sequence[str]) -> dict[str, Any]:
    """The calm, each blow, the proof."""
    found: dict[str, Any] = {}
    async with site.talking():
        say(f"{len(site.pages)} people are here")
        await site.until(site.calm, seconds=60)
        found["load"] = await load(site, seconds=CALM_SECONDS)
        calm = site.lately(CALM_SECONDS)
        found |= {f"p{share}_ms": calm.quantile_ms(share / 100) for share in (50, 95, 99)}
        say(load_table(found))
        found["blows"] = []
        for name in blows:
            outcome = await struck(site, name)
            say(row(outcome))
            found["blows"].append(dataclasses.asdict(outcome))
    found["proof"] = dataclasses.asdict(await proof(site))
    books = site.books
    found |= {"refused": books.refused, "closed_with": books.closed_with, "gaps": books.gaps}
    return found


def load_table(found: dict[str, Any]) -> str:
    """Cores and memory of each part."""
    rows = [f"| {name} | {cores:.2f} | {mib:.0f} |" for name, (cores, mib) in found["load"].items()]
    calm = "p50 {p50_ms} / p95 {p95_ms} / p99 {p99_ms} ms from writing to the other side".format_map(found)
    return "\n".join(["| part | cores | memory MiB |", "| --- | --- | --- |", *rows, "", calm])


def row(outcome: Outcome) -> str:
    """One line of the table of blows."""
    normal = f"{outcome.normal}" if outcome.normal >= 0 else "not within 120"
    cells = [outcome.name, outcome.acked, outcome.lost, outcome.doubled, outcome.cut, outcome.over, outcome.most]
    cells += [normal, outcome.worst, f"{outcome.p95_before:.0f} / {outcome.p95_after:.0f}", outcome.remark]
    return f"| {' | '.join(map(str, cells))} |"


def proof_line(found: Proof) -> str:
    """What the logs say."""
    return ", ".join(f"{name} {count}" for name, count in dataclasses.asdict(found).items())


def say(words: str) -> None:
    """At once, also into a file."""
    print(words, flush=True)


def main(names: Sequence[str]) -> int:
    """Measure; 1 when something was lost or doubled, 2 when there is no such blow."""
    if unknown := [name for name in names if name not in BLOWS]:
        say(f"no such blow: {', '.join(unknown)}; there are: {', '.join(BLOWS)}")
        return 2
    with Stack(empty=True, settings=PATIENT) as stack:
        widen(stack)
        chats = os.environ.get("BENCH_CHATS", "500")
        people = stack.ground.seed("--pairs", chats, "--per-counsellor", "1", "--waiting", str(ATTACKERS))
        gc.disable()  # pauses of ours are not the server's
        site = Site(stack, people, every=float(os.environ.get("BENCH_EVERY", "10")))
        found = asyncio.run(measure(site, list(names) or list(BLOWS)))
    outcomes = [Outcome(**one) for one in found["blows"]]
    say("\n".join(["", load_table(found), "", f"| {' | '.join(HEADINGS)} |", "| --- " * len(HEADINGS) + "|"]))
    say("\n".join([*map(row, outcomes), "", f"In the logs at the end: {proof_line(Proof(**found['proof']))}"]))
    say(json.dumps(found))
    broken = sum(one.lost + one.doubled for one in outcomes) + found["proof"]["lost"] + found["proof"]["doubled"]
    return min(1, broken)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
