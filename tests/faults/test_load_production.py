"""The whole production stack under chats at a human pace while something befalls it (tests/bench/production*.py).

`make bench-production` measures the same with 500 chats; here it is 40 that write more often, and what must hold: what
was acknowledged stands in the log once, at its place, in order, the other side has it, and everybody is back soon.
"""

import asyncio
import os
from collections.abc import Iterator

import pytest

from tests.bench.production_blow import struck
from tests.bench.production_blows import BLOWS
from tests.bench.production_books import Books
from tests.bench.production_proof import Proof, proof
from tests.bench.production_site import Site, widen
from tests.support.stack import Stack

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

CHATS = 40
QUICK = ("counselling@1 killed", "nginx killed", "postgresql killed", "redis frozen")
ROOT_ALONE = {"disk full": "only root may mount a small disk"}


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    """With more places in nginx than Debian's."""
    with Stack() as running:
        widen(running)
        yield running


@pytest.mark.long  # test_production.py and test_rolling_restart.py do the like with fewer people
async def test_nothing_is_lost_while_parts_are_killed(stack: Stack) -> None:
    await endures(stack, *QUICK)


@pytest.mark.long
@pytest.mark.parametrize("blow", [name for name in BLOWS if name not in QUICK])
async def test_nothing_is_lost_while_it(stack: Stack, blow: str) -> None:
    if blow in ROOT_ALONE and os.geteuid():
        pytest.skip(ROOT_ALONE[blow])
    await endures(stack, blow)


async def endures(stack: Stack, *blows: str) -> None:
    """Chats of their own go through these blows, one after the other."""
    words = ("--pairs", str(CHATS), "--waiting", "10")
    people = await asyncio.to_thread(stack.ground.seed, *words)
    site = Site(stack, people, every=2, quiet=2, frozen=4, attack=6, books=Books(late=3))
    async with site.talking():
        outcomes = [await struck(site, name) for name in blows]
    found = await proof(site)
    assert [(one.name, one.lost, one.doubled) for one in outcomes] == [(name, 0, 0) for name in blows]
    assert [one.name for one in outcomes if one.normal < 0] == []
    assert site.settled()
    assert site.books.refused.keys() <= {"unavailable", "slow_down"}
    assert found == Proof(drawn=len(site.books.messages))
