"""Two hundred sign-ins at the same moment beside running chats: Argon2 must not make anybody wait for a message."""

import asyncio
import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.bench.house import House, chat_pairs, hang_up, settle
from tests.bench.human import write_now_and_then
from tests.bench.pairs import Tally
from tests.support.browser import Browser

PASSWORD = "Kanu-Regen-Linde-42"
QUIET = 5  # sign-ins one after the other, before the storm
REDIRECT, VAULT_COOKIE = 302, "__Host-vault"
Person = tuple[str, str]  # user name, spare code


async def signin_storm(house: House, people: Sequence[Person], *, chats: int) -> dict[str, Any]:
    """Chats at a human pace; then all but QUIET of the people sign in at once, from addresses of their own.

    Each with password and code, so with Argon2, session, wrapped key and audit trail.
    """
    tally = Tally()
    with ThreadPoolExecutor(len(people)) as pool:
        quiet = [await _signed_in(pool, house, 250 + number, people[number]) for number in range(QUIET)]
        sides = await chat_pairs(house, tally, chats)
        end = time.perf_counter() + 3600
        talking = [asyncio.ensure_future(write_now_and_then(side, end)) for side in sides]
        await asyncio.sleep(12)
        tally.latencies.clear()
        storm = [_signed_in(pool, house, 1 + number, person) for number, person in enumerate(people[QUIET:])]
        took = await asyncio.gather(*storm)
    for task in talking:
        task.cancel()
    await settle(sides)
    hang_up(sides)
    found = {f"storm_{name}": value for name, value in tally.outcome().items()}
    return {
        "signin_ms": round(statistics.median(seconds for _, seconds in quiet) * 1000),
        "signin_storm_p95_ms": tally.quantile_ms(0.95),
        "signin_storm_seconds": round(max(seconds for _, seconds in took), 1),
        "signin_storm_ok": sum(is_in for is_in, _ in took),
        **found,
    }


async def _signed_in(pool: ThreadPoolExecutor, house: House, number: int, person: Person) -> tuple[bool, float]:
    """Whether they are in, and the seconds from sending the password to being in."""
    return await asyncio.get_running_loop().run_in_executor(pool, _sign_in, house, number, person)


def _sign_in(house: House, number: int, person: Person) -> tuple[bool, float]:
    server, (name, code) = house.servers[number % len(house.servers)], person
    browser = Browser(server.url, source=f"127.0.1.{number}")
    browser.get("/team/sign-in/")
    start = time.perf_counter()
    halfway = browser.post("/team/sign-in/", username=name, password=PASSWORD)
    entered = browser.post(halfway.location, code=code, spare="1") if halfway.location else halfway
    took = time.perf_counter() - start
    return entered.status == REDIRECT and VAULT_COOKIE in browser.cookies, took
