"""Ten megabytes attached by several at once, beside running chats: what it costs in memory, and what the chats feel.

Memory is that of the server before and at its highest meanwhile, and that of the process that makes one file clean,
which lives for that file and of which there is one at a time.
"""

import asyncio
import contextlib
import http.client
import io
import json
import random
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pypdf
from PIL import Image
from pypdf.generic import NameObject, StreamObject

from tests.bench.house import House, chat_pairs, hang_up, settle
from tests.bench.human import write_now_and_then
from tests.bench.pairs import Tally
from tests.support.services import HOST

BYTES = 9_900_000
FORM = "f" * 32  # the token of every form
SETTLING_SECONDS = 12


async def uploads(house: House, people: Sequence[str], *, chats: int, each: int) -> dict[str, Any]:
    """Everybody attaches `each` files of ten megabytes, all at once; a PDF and a photo in turn."""
    files = [heavy_paper(BYTES), heavy_photo(BYTES)]
    tally = Tally()
    with ThreadPoolExecutor(len(people)) as pool:
        sides = await chat_pairs(house, tally, chats)
        end = time.perf_counter() + 3600
        talking = [asyncio.ensure_future(write_now_and_then(side, end)) for side in sides]
        await asyncio.to_thread(
            bring, house, people[0], [heavy_paper(9000), heavy_photo(0, (64, 48))]
        )  # what is loaded once
        await asyncio.sleep(SETTLING_SECONDS)
        alone_ms = tally.quantile_ms(0.95)
        tally.latencies.clear()
        with highest(house) as found:
            start, loop = time.perf_counter(), asyncio.get_running_loop()
            wanted = [[files[(number + turn) % 2] for turn in range(each)] for number in range(len(people))]
            await asyncio.gather(
                *(loop.run_in_executor(pool, bring, house, who, what) for who, what in zip(people, wanted, strict=True))
            )
            took = time.perf_counter() - start
    for task in talking:
        task.cancel()
    await settle(sides)
    hang_up(sides)
    return {
        "upload_extra_mib": round((found.server - found.before) / 1024 / len(people), 1),
        "upload_cleaner_mib": round(found.cleaner / 1024, 1),
        "upload_chat_alone_p95_ms": alone_ms,
        "upload_chat_p95_ms": tally.quantile_ms(0.95),
        "upload_mib_per_s": round(len(people) * each * BYTES / 2**20 / took, 1),
        **{f"upload_{name}": value for name, value in tally.outcome().items()},
    }


@dataclass
class Highest:
    """Resident KiB: of the servers before and at most, and of one cleaner at most."""

    before: int
    server: int = 0
    cleaner: int = 0


@contextlib.contextmanager
def highest(house: House) -> Iterator[Highest]:
    """What is looked at a hundred times a second while the block runs."""
    found, over = Highest(house.rss_kib()), threading.Event()

    def look() -> None:
        while not over.wait(0.01):
            found.server = max(found.server, house.rss_kib())
            found.cleaner = max([found.cleaner, *(rss for server in house.servers for rss in children(server.pid))])

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        yield found
    finally:
        over.set()
        watcher.join()


def children(pid: int) -> Iterator[int]:
    """The highest resident KiB of each cleaner that this server has started."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            for child in (task / "children").read_text().split():
                if "cleaner.py" in Path(f"/proc/{child}/cmdline").read_text():  # else it is still the server's twin
                    status = Path(f"/proc/{child}/status").read_text()
                    yield from (int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM:"))


def bring(house: House, cookies: str, files: Sequence[bytes]) -> None:
    """As attach.js does, one file after the other."""
    server = house.servers[0]
    line = http.client.HTTPConnection(HOST, server.port, timeout=120)

    def post(path: str, body: bytes, kind: str = "application/json") -> Any:
        headers = {"Cookie": cookies, "X-CSRFToken": FORM, "Origin": server.origin, "Accept": "application/json"}
        line.request("POST", path, body, headers | {"Content-Type": kind})
        answer = line.getresponse()
        told = json.loads(answer.read())
        if answer.status not in {200, 503}:
            raise RuntimeError(f"{path}: {answer.status} {told}")
        return told

    letter = str(uuid.uuid4())
    for data in files:
        begun = post("/inbox/files/", json.dumps({"letter": letter, "name": "x", "size": len(data)}).encode())
        base, piece = f"/inbox/files/{begun['file']}/", begun["piece"]
        for number, start in enumerate(range(0, len(data), piece)):
            post(f"{base}{number}/", data[start : start + piece], "application/octet-stream")
        while "error" in post(f"{base}done/", b""):
            time.sleep(1)
        post(f"{base}remove/", b"")
    line.close()


def heavy_paper(size: int) -> bytes:
    """A PDF of nearly so many bytes, as a scanner makes it."""
    writer, out = pypdf.PdfWriter(), io.BytesIO()
    writer.add_blank_page(200, 200)
    stream = StreamObject()
    stream.set_data(random.Random(7).randbytes(size - 2000))
    writer.root_object[NameObject("/Scan")] = writer._add_object(stream)
    writer.write(out)
    return out.getvalue()


def heavy_photo(size: int, pixels: tuple[int, int] = (4032, 3024)) -> bytes:
    """A JPEG of so many bytes, as a phone takes it: 12 million pixels, and what its maker hangs on behind."""
    out = io.BytesIO()
    Image.effect_noise(pixels, 90).convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue().ljust(size, b"\0")
