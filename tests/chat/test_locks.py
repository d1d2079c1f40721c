"""A screen that locks closes its line within a second, and the process forgets its keys; unlocked it opens again."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat import pulse
from chat.pools import run_db
from chat.protocol import Closing
from counselling.cases.models import Case
from counselling.people.domain import rings, sessions
from counselling.people.models import StaffSession
from tests.chat.house import Chat, House, until

SOON = 1.5


@pytest.fixture(autouse=True)
def quick_pulse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "BEAT", 0.2)


def session_of(chat: Chat) -> StaffSession:
    return StaffSession.objects.get(session_key=chat.counsellor.split("=")[1].split(";")[0])


async def test_idle_session_locks_by_itself_and_its_line_ends(house: House) -> None:
    chat, other = await house.chats(2)
    idle, busy = await house.staff(chat), await house.staff(other)
    access = str((await run_db(session_of, chat)).pk)
    assert access in rings.held()
    long_ago = timezone.now() - timedelta(minutes=15, seconds=1)

    await run_db(StaffSession.objects.filter(pk=access).update, active_at=long_ago)

    assert await idle.hung(SOON) == Closing.SESSION_ENDED
    row = await run_db(session_of, chat)
    assert (row.wrapped, row.locked_at is None, row.revoked_at) == (None, False, None)
    assert access not in rings.held()
    assert await run_db(Case.objects.filter(pk=chat.case, state="active").exists)
    await busy.until_pong()


async def test_locking_by_hand_ends_the_line_and_the_cookie_connects_no_more(house: House) -> None:
    chat = await house.chat()
    line = await house.staff(chat)

    await run_db(sessions.lock, (await run_db(session_of, chat)).pk, timezone.now())

    assert await line.hung(SOON) == Closing.SESSION_ENDED
    again = house.line("/team/socket", chat.counsellor)
    await again.connect()
    assert await again.hung(SOON) == Closing.SESSION_ENDED


async def test_keys_of_a_session_that_ended_in_another_process_are_wiped(house: House) -> None:
    chat = await house.chat()
    line = await house.staff(chat)
    access = str((await run_db(session_of, chat)).pk)

    await run_db(StaffSession.objects.filter(pk=access).update, revoked_at=timezone.now(), wrapped=None)

    assert await line.hung(SOON) == Closing.SESSION_ENDED
    await until(lambda: access not in rings.held())
