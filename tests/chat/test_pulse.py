"""The heartbeat: presence, timers' calm after a start, and that no failure stops it."""

import asyncio
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from chat import domain, pulse, runtime
from chat.pools import run_db
from counselling.cases.models import Case, Seat, Waiting
from counselling.people.models import AuditEntry, Staff
from tests.chat.house import House, until, without_table, write


async def test_connected_people_are_noted_as_here(house: House) -> None:
    chat = await house.chat()
    await house.seeker(chat)
    await house.staff(chat)
    case, cookie = await house.waiting()
    await house.line("/chat/socket", cookie).begin()
    await run_db(Staff.objects.update, seen_at=None)
    await run_db(Waiting.objects.update, seen_at=None)

    await runtime.current().pulse.beat()

    assert await run_db(Staff.objects.filter(alias=chat.alias, seen_at__isnull=False).exists)
    assert await run_db(Waiting.objects.filter(case=case, seen_at__isnull=False).exists)
    assert await run_db(Seat.objects.filter(case=chat.case, role=1, seen_at__isnull=False).exists)


async def test_heart_outlives_a_database_that_is_away(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "BEAT", 0.1)
    chat = await house.chat()
    listening = await house.staff(chat)
    async with without_table("cases_case"):
        await asyncio.sleep(0.4)

    await run_db(write, chat.id, 1)

    await listening.hear("entry", seq=2, seconds=2)


async def test_timers_leave_a_fresh_server_alone(house: House) -> None:
    """After a restart everybody gets one grace period to come back."""
    chat = await house.chat()
    await run_db(Staff.objects.update, seen_at=timezone.now() - timedelta(hours=1))
    await run_db(Seat.objects.update, since=timezone.now() - timedelta(hours=1))

    await runtime.current().pulse.beat()

    assert await run_db(Case.objects.filter(pk=chat.case, state="active").exists)


async def test_timers_run_when_the_calm_is_over(house: House, settings) -> None:
    settings.COUNSELLOR_GRACE_SECONDS = 1
    chat = await house.chat()
    young = await house.seeker(chat)

    await young.hear("entry", code="counsellor_lost")
    await until(Case.objects.filter(pk=chat.case, state="waiting").exists)


async def test_look_at_the_log_is_one_query(house: House) -> None:
    chats = await house.chats(3, per_counsellor=3)

    def queries(count: int) -> int:
        with CaptureQueriesContext(connection) as caught:
            assert len(domain.log_ends([chat.id for chat in chats[:count]])) == count
        return len(caught)

    assert await run_db(queries, 1) == await run_db(queries, 3) == 1


async def test_entries_of_the_audit_trail_get_their_numbers(house: House) -> None:
    await house.chat()
    assert await run_db(AuditEntry.objects.filter(number=None).exists)

    await runtime.current().pulse.beat()

    assert not await run_db(AuditEntry.objects.filter(number=None).exists)
