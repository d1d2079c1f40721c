"""All that blocking leaves behind: until midnight the next proof of work of that address is harder."""

from datetime import timedelta

import pytest
from django.utils import timezone

from chat.pools import run_db
from counselling.cases.domain import closing
from counselling.cases.models import Case
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff
from counselling.web import limits
from tests.chat.client import ask
from tests.chat.house import Chat, House, until


def _block(chat: Chat) -> None:
    staff = Staff.objects.get(alias=chat.alias)
    closing.block(Actor.for_staff(staff, "", None), chat.id)


def _harder() -> bool:
    """Whether the place without an address, which is that of every line here, has to work harder."""
    return limits.hardness(limits.address_tag({})) == limits.HARDER


async def come_back(house: House, chat: Chat, how: str) -> None:
    """The page of a blocked case connects anew."""
    if how == "socket":
        await house.line("/chat/socket", chat.seeker).begin()
    else:
        have = {chat.case: 0} if how == "poll" else {}
        assert (await ask("/chat/poll", {"have": have}, chat.seeker))[0] == 200


async def test_who_is_connected_while_they_are_blocked_works_harder(house: House) -> None:
    chat = await house.chat()
    await house.seeker(chat)

    await run_db(_block, chat)

    await until(_harder)


@pytest.mark.parametrize("how", ["socket", "first poll", "poll"])
async def test_who_was_away_then_works_harder_once_they_are_back(house: House, how: str) -> None:
    chat = await house.chat()
    await run_db(_block, chat)
    assert not await run_db(_harder)

    await come_back(house, chat, how)

    await until(_harder)


@pytest.mark.parametrize("how", ["socket", "first poll"])
async def test_block_of_yesterday_is_forgotten(house: House, how: str) -> None:
    chat = await house.chat()
    await run_db(_block, chat)
    await run_db(Case.objects.update, closed_at=timezone.now() - timedelta(days=1))

    await come_back(house, chat, how)

    assert not await run_db(_harder)


async def test_counsellor_who_blocked_works_no_harder(house: House) -> None:
    chat = await house.chat()
    await run_db(_block, chat)

    await house.line("/team/socket", chat.counsellor).begin()

    assert not await run_db(_harder)
