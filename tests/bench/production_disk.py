"""PostgreSQL's disk is full for a while: its directory moves to a small disk, in memory, which is then filled."""

import asyncio
import os
import shutil
import subprocess
from pathlib import Path

from tests.bench.production_site import Site
from tests.support.services import copy_with_owner

ROOM_MIB = 48


async def disk_full(site: Site) -> str:
    """No byte more for so many seconds, log and tables alike; then room, and PostgreSQL is started where it ended."""
    postgres = site.stack.postgres
    filler = postgres.data / "filler"
    await asyncio.to_thread(fill, filler)
    await asyncio.sleep(site.frozen)
    ended = not postgres.pid
    filler.unlink()
    await asyncio.to_thread(postgres.start) if ended else None
    return "PostgreSQL ended and was started by hand" if ended else "PostgreSQL stayed"


def fill(path: Path) -> None:
    """All that is left of the disk."""
    with path.open("wb") as file:
        try:
            while os.write(file.fileno(), bytes(1 << 20)):
                pass
        except OSError:
            return


class SmallDisk:
    """PostgreSQL's directory on a disk of its own with little room, within the block. Root alone may mount one."""

    def __init__(self, site: Site) -> None:
        self.postgres = site.stack.postgres
        self.aside = self.postgres.directory / "aside"

    async def __aenter__(self) -> None:
        await asyncio.to_thread(self._onto)

    async def __aexit__(self, *_: object) -> None:
        await asyncio.to_thread(self._off)

    def _onto(self) -> None:
        self.postgres.stop(gently=True)
        data = self.postgres.data
        data.rename(self.aside)
        data.mkdir()
        size = sum(path.stat().st_size for path in self.aside.rglob("*") if path.is_file()) >> 20
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size + ROOM_MIB}m", "tmpfs", data], check=True)
        subprocess.run(["cp", "-a", f"{self.aside}/.", data], check=True)
        try:
            self.postgres.start()
        except TimeoutError:
            subprocess.run(["umount", data], check=True)
            raise

    def _off(self) -> None:
        self.postgres.stop(gently=True)
        data = self.postgres.data
        kept = data.with_name("kept")
        copy_with_owner(data, kept)
        subprocess.run(["umount", data], check=True)
        data.rmdir()
        kept.rename(data)
        shutil.rmtree(self.aside)
        self.postgres.start()
