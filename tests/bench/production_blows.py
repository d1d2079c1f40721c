"""What may befall the stack, each as one blow while everybody talks. A name is what the command line takes.

A part that is killed stays so for two seconds, as systemd's RestartSec has it. A part that is frozen keeps its
connections and answers nothing for a while, as behind a cut cable.
"""

import asyncio
import functools
import json
import random
import sys
import time
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager

from tests.bench.production_disk import SmallDisk, disk_full
from tests.bench.production_page import Page
from tests.bench.production_site import Site

RESTART_SECONDS = 2

Ground = Callable[[Site], AbstractAsyncContextManager[None]]
Blow = Callable[[Site], Awaitable[str]]  # what is worth saying afterwards


async def killed(part: str, site: Site) -> str:
    """`kill -9`, and started again."""
    await asyncio.to_thread(site.stack.parts[part].kill)
    await asyncio.sleep(RESTART_SECONDS)
    await asyncio.to_thread(site.stack.parts[part].start)
    return ""


async def restarted(part: str, site: Site) -> str:
    """As `systemctl restart` does."""
    await asyncio.to_thread(site.stack.parts[part].restart)
    return ""


async def frozen(part: str, site: Site) -> str:
    """Stands still, goes on."""
    with site.stack.parts[part].frozen():
        await asyncio.sleep(site.frozen)
    return ""


async def all_cut(site: Site) -> str:
    """Every socket at once; pages come back after their own pause, the first within half a second."""
    return await cut(site, site.pages, within=0)


async def young_people_cut(site: Site) -> str:
    """The young people's sockets, within five seconds."""
    return await cut(site, site.pages[::2], within=5)


async def cut(site: Site, pages: list[Page], *, within: float) -> str:
    """How long it took until all were back, from the first one's cut."""
    start, loop = time.perf_counter(), asyncio.get_running_loop()
    for page in pages:
        loop.call_later(random.uniform(0, within), lambda page=page: page.line and page.line.cut())
    await site.until(lambda: all(page.online_since > start and page.online for page in pages), seconds=60)
    return f"{len(pages)} back after {max(page.online_since for page in pages) - start:.1f} s"


async def attacked(kind: str, site: Site) -> str:
    """By a process beside this one; what it counted."""
    cookie = site.people["seeker_cookie"]
    door = site.door(0, "", "")
    words = {
        "port": door.port,
        "certificate": door.certificate,
        "cookies": [f"{cookie}={one['seeker']}" for one in site.people["waiting"]],
        "cases": [one["case"] for one in site.people["waiting"]],
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.bench.production_attack", kind, str(site.attack)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate(json.dumps(words).encode())
    found = sorted(json.loads(said).items()) if process.returncode == 0 else []
    return ", ".join(f"{what}: {count}" for what, count in found) or "the attack itself failed"


SERVERS = ("counselling@1", "counselling@2")
PARTS = (*SERVERS, "nginx", "redis", "postgresql")
BLOWS: dict[str, Blow] = {
    **{f"{part} killed": functools.partial(killed, part) for part in PARTS},
    **{f"{part} restarted": functools.partial(restarted, part) for part in PARTS},
    **{f"{part} frozen": functools.partial(frozen, part) for part in PARTS},
    "500 reconnect": young_people_cut,
    "all cut": all_cut,
    "slow lines": functools.partial(attacked, "slow"),
    "flood of frames": functools.partial(attacked, "frames"),
    "flood of doors": functools.partial(attacked, "doors"),
    "disk full": disk_full,
    "coturn killed": functools.partial(killed, "coturn"),
}
# What is laid out before the blow and cleared away after it.
GROUND: dict[str, Ground] = {"disk full": SmallDisk}
