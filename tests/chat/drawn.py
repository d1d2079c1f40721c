"""What the tests of drawing share: a look at the hub, and a round that waits before it reads."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from chat import domain, drawing, runtime
from chat.hub import Hub
from chat.link import Link
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff
from tests.chat.client import Socket
from tests.chat.house import Chat
from tests.support import key_rings


def hub() -> Hub:
    """This loop's."""
    return runtime.current().hub


def link() -> Link:
    """The only one that is connected."""
    [only] = hub().links
    return only


def seqs(line: Socket, case: str) -> list[int]:
    """What came, in the order in which it came."""
    return [entry["seq"] for entry in line.entries(case)]


def counsellor_of(chat: Chat) -> Actor:
    """Signed in, with their keys."""
    return key_rings.actor(Staff.objects.get(alias=chat.alias))


@asynccontextmanager
async def held_up(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[asyncio.Event]:
    """The next round waits before it reads until the block ends; the event tells that it began."""
    began, go = asyncio.Event(), asyncio.Event()
    real = drawing.run_db

    async def waiting(function: Any, *args: Any) -> Any:
        if function is domain.fresh_together:
            began.set()
            await go.wait()
        return await real(function, *args)

    monkeypatch.setattr(drawing, "run_db", waiting)
    try:
        yield began
    finally:
        go.set()
