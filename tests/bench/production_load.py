"""What each part of the stack takes of the machine: processor cores and memory."""

import asyncio
import contextlib
import os
import time
from pathlib import Path

from tests.bench.production_site import Site
from tests.support.stack_parts import family

TICKS = os.sysconf("SC_CLK_TCK")


async def load(site: Site, *, seconds: float) -> dict[str, tuple[float, float]]:
    """Cores and MiB of each part, by name; `client` is this process, whose memory nobody asks about."""
    pids = {name: part.pid for name, part in site.stack.parts.items()}
    before = {name: cpu_seconds(pid) for name, pid in pids.items()}
    own, start = time.process_time(), time.perf_counter()
    await asyncio.sleep(seconds)
    took = time.perf_counter() - start
    cores = {name: (cpu_seconds(pid) - before[name]) / took for name, pid in pids.items()}
    found = {name: (round(cores[name], 3), round(memory_mib(pid), 1)) for name, pid in pids.items()}
    return found | {"client": (round((time.process_time() - own) / took, 3), 0.0)}


def cpu_seconds(pid: int) -> float:
    """Of a process, its children, and those of them that ended."""
    ticks = 0
    for one in family(pid):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{one}/stat").read_text().rpartition(") ")[2].split()
            ticks += sum(map(int, fields[11:15]))
    return ticks / TICKS


def memory_mib(pid: int) -> float:
    """Of a process and its children, what they share counted once (Pss)."""
    kib = 0
    for one in family(pid):
        with contextlib.suppress(OSError):
            lines = Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()
            kib += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kib / 1024
