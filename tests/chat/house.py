"""People of a house and their lines into it, made by the domain."""

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import connection, transaction

from chat.pools import run_db
from counselling.cases.domain import posting
from counselling.cases.domain.posting import Post
from counselling.cases.domain.seats import lock
from counselling.cases.models import Entry, Seat
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff
from tests.chat.client import Socket
from tests.support import key_rings, seed


@dataclass
class Chat:
    """A running chat and its two cookies."""

    case: str
    seeker: str
    counsellor: str
    alias: str

    @property
    def id(self) -> UUID:
        return UUID(self.case)


@dataclass
class House:
    """Makes people by the domain and remembers every line."""

    sockets: list[Socket] = field(default_factory=list)

    async def chat(self) -> Chat:
        """A chat that runs already."""
        return (await self.chats(1))[0]

    async def chats(self, count: int, *, per_counsellor: int = 1) -> list[Chat]:
        """Several of them."""
        made = await run_db(_pairs, count, per_counsellor)
        return [
            Chat(pair["case"], seeker_cookie(pair["seeker"]), staff_cookie(pair["counsellor"]), pair["alias"])
            for pair in made
        ]

    async def waiting(self) -> tuple[str, str]:
        """Somebody in the queue: case and cookie."""
        made = await run_db(_waiting)
        return made["case"], seeker_cookie(made["seeker"])

    async def counsellor(self, *, chats: int = 2, role: str = "counsellor") -> tuple[Actor, str]:
        """Somebody who is here, and their cookie."""
        actor, session = await run_db(_staff, chats, role)
        return actor, staff_cookie(session)

    def line(self, path: str, cookie: str = "", **how: Any) -> Socket:
        """A line that is not connected yet."""
        self.sockets.append(Socket(path, cookie, **how))
        return self.sockets[-1]

    async def seeker(self, chat: Chat, after: int | None = 0) -> Socket:
        """The young person, connected, with an open stream unless `after` is None."""
        return await self._connected("/chat/socket", chat.seeker, chat.case, after)

    async def staff(self, chat: Chat, after: int | None = 0) -> Socket:
        """The counsellor, connected, with an open stream unless `after` is None."""
        return await self._connected("/team/socket", chat.counsellor, chat.case, after)

    async def _connected(self, path: str, cookie: str, case: str, after: int | None) -> Socket:
        line = self.line(path, cookie)
        await line.begin()
        if after is not None:
            await line.open(case, after)
        return line


def seated(name: str, role: str = "counsellor", *, here: bool = True) -> dict[str, Any]:
    """A seat as frames tell it."""
    return {"role": role, "name": name, "here": here}


def seeker_cookie(token: str) -> str:
    return f"{settings.SEEKER_COOKIE_NAME}={token}"


def staff_cookie(session: str) -> str:
    return f"{settings.SESSION_COOKIE_NAME}={session}"


def _pairs(count: int, per_counsellor: int) -> list[dict[str, str]]:
    return seed.pairs(seed.open_team(), count, per_counsellor)


def _waiting() -> dict[str, str]:
    team = seed.open_team()
    if not Staff.objects.exists():
        seed.counsellor(team, 0, 1)
    return seed.waiting(team, 1)


def _staff(chats: int, role: str) -> tuple[Actor, str]:
    actor, session = seed.counsellor(seed.open_team(), Staff.objects.count(), chats)
    Staff.objects.filter(pk=actor.id).update(role=role)
    return actor, session


def write(case: UUID, count: int, role: int = 1) -> None:
    """So many messages straight into the log: no process hears of them but by looking."""
    seat = Seat.objects.get(case=case, role=role, ended_at__isnull=True)
    key = key_rings.case_key(case)
    first = Entry.objects.filter(case=case).count()
    posts = [Post(case, seat.pk, role, uuid4(), f"Zeile {first + n + 1}", key) for n in range(count)]
    for start in range(0, count, 500):
        posting.commit(posts[start : start + 500])


@contextlib.asynccontextmanager
async def without_table(name: str) -> AsyncIterator[None]:
    """The database refuses whatever needs this table, as it does when it is broken or away."""
    await run_db(_execute, f"ALTER TABLE {name} RENAME TO {name}_away")
    try:
        yield
    finally:
        await run_db(_execute, f"ALTER TABLE {name}_away RENAME TO {name}")


def _execute(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


@contextlib.asynccontextmanager
async def busy(case: UUID) -> AsyncIterator[None]:
    """Another transaction holds the case; nothing of it is committed meanwhile."""
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            lock(case)
            held.set()
            done.wait(20)

    holder = asyncio.ensure_future(run_db(hold))
    await asyncio.to_thread(held.wait, 20)
    try:
        yield
    finally:
        done.set()
        await holder


async def until(condition: Callable[[], bool], *, seconds: float = 8) -> None:
    """Ask the database again and again until it is true; TimeoutError otherwise."""
    async with asyncio.timeout(seconds):
        while not await run_db(condition):  # noqa: ASYNC110 -- a row, not an event
            await asyncio.sleep(0.02)


async def turned_away(line: Socket, case: str) -> None:
    """Return when this line's stream of the case has ended; nothing is said about it, but every command is refused."""
    async with asyncio.timeout(8):
        while True:
            await line.say("got", case=case, seq=0)
            if [frame for frame in await line.until_pong() if frame.get("code") == "not_found"]:
                return
            await asyncio.sleep(0.02)


async def messages(case: str) -> int:
    """How many messages are on disk."""
    return await run_db(Entry.objects.filter(case=case, kind=Entry.Kind.MESSAGE).count)


async def stored_mark(case: str, role: int, seq: int) -> None:
    """Return when the read mark is on disk."""
    await until(Seat.objects.filter(case=case, role=role, read_seq=seq).exists)
