"""One blow from beginning to end: how people were before, what it did to them, and when it was as before."""

import asyncio
import contextlib
import time
from dataclasses import dataclass

from tests.bench.production_blows import BLOWS, GROUND
from tests.bench.production_site import Site

PATIENCE_SECONDS = 120


@dataclass(frozen=True)
class Outcome:
    """One row. Times in seconds from the beginning of the blow, but p95 in ms.

    `over`: the part is there again, or the attack has ended. `most`: from then on 95 of 100 messages were there within
    a second. `normal`: from then on all, and everybody has a line; -1 when that did not come within two minutes.
    `worst` is the longest that anybody waited for a message.
    """

    name: str
    acked: int
    lost: int
    doubled: int
    cut: int
    over: float
    most: float
    normal: float
    worst: float
    p95_before: float
    p95_after: float
    remark: str


async def struck(site: Site, name: str) -> Outcome:
    """The blow of this name, once everybody is calm, and what became of it."""
    async with GROUND.get(name, contextlib.nullcontext)(site):
        await site.until(site.calm, seconds=PATIENCE_SECONDS / 4)
        await asyncio.sleep(site.quiet / 2)
        before, start = site.lately(1.5 * site.quiet).quantile_ms(0.95), time.perf_counter()
        was = (site.books.doubled + site.books.misplaced, site.books.cut)
        remark = await BLOWS[name](site)
        over = time.perf_counter() - start
        await asyncio.sleep(site.quiet)  # a line that was cut just now is not missed yet
        calm = await site.until(site.calm, seconds=PATIENCE_SECONDS)
        late = site.books.late_since(start)
        normal = max([start, *(message.drawn_at for message in late), *(page.online_since for page in site.pages)])
        after = site.lately(1.5 * site.quiet).quantile_ms(0.95)
        end = time.perf_counter()
        await site.until(site.settled, seconds=60)
    window = site.books.window(start, end)
    return Outcome(
        name,
        acked=window.acked,
        lost=window.lost,
        doubled=site.books.doubled + site.books.misplaced - was[0],
        cut=site.books.cut - was[1],
        over=round(over, 1),
        most=round(site.books.mostly_normal_from(start, end) - start, 1),
        normal=round(normal - start, 1) if calm else -1,
        worst=round(max((message.seconds for message in late), default=0), 1),
        p95_before=before,
        p95_after=after,
        remark=remark,
    )
