"""What opening a case on a socket costs: the keys come by the cookies, and nothing is stretched. Counted, not timed."""

import threading
from collections.abc import Callable
from typing import Any

import pytest

from chat.pools import run_db
from counselling.people.domain import rings, staffkeys
from counselling.vault import pairs, passwords, seals, wraps
from tests.chat.house import Chat, House
from tests.chat.polling import entries, news


@pytest.fixture
def stretched(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The thread of every Argon2 of this process, whoever asked for it."""
    counted: list[str] = []
    real = passwords.Argon2id

    def count(*given: Any, **named: Any) -> Any:
        counted.append(threading.current_thread().name)
        return real(*given, **named)

    monkeypatch.setattr(passwords, "Argon2id", count)
    return counted


async def test_the_count_sees_a_password(house: House, stretched: list[str]) -> None:
    assert await run_db(staffkeys.recognise, "nobody", "Linde-Kanu-Regen-42") is None
    assert len(stretched) == 1


@pytest.mark.parametrize("cold", [True, False])
async def test_connecting_resuming_and_posting_stretch_nothing(
    house: House, stretched: list[str], *, cold: bool
) -> None:
    """`cold`: this process has not opened anything for these sessions yet, as after a restart."""
    chat = await house.chat()
    if cold:
        forget_all_keys()

    await converse(house, chat)
    for line in house.sockets:
        await line.end()
    await come_back(house, chat)

    assert stretched == []


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whatever the vault adds to sealing a text under a key: a pair, a wrap or a key that is made, opened or sealed."""
    counted: list[str] = []
    for module, name in VAULT_WORK:
        monkeypatch.setattr(module, name, counting(counted, name, getattr(module, name)))
    return counted


VAULT_WORK = [
    (pairs, "open_with"),
    (pairs, "seal_to"),
    (pairs, "parsed"),
    (seals, "open_with"),
    (seals, "seal_to"),
    (wraps, "unwrap"),
    (wraps, "wrap"),
    (passwords, "Argon2id"),
]


def counting(counted: list[str], name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def counts(*given: Any, **named: Any) -> Any:
        counted.append(name)
        return real(*given, **named)

    return counts


async def test_a_message_costs_what_it_cost_before_the_vault(house: House, opened: list[str]) -> None:
    """So the vault cannot slow messages down: each is sealed and opened under the key that its socket holds already."""
    chat = await house.chat()
    await converse(house, chat)
    young, team = house.sockets
    assert opened  # the streams began with the vault's work
    opened.clear()

    for number in range(8):
        await young.post(chat.case, f"Frage {number}")
        await team.hear("entry", text=f"Frage {number}")
        await team.post(chat.case, f"Antwort {number}")
        await young.hear("entry", text=f"Antwort {number}")

    assert opened == []


async def test_polling_stretches_nothing(house: House, stretched: list[str]) -> None:
    chat = await house.chat()
    await converse(house, chat)
    forget_all_keys()

    heard = [entries(await news(chat, 0, cookie)) for cookie in (chat.seeker, chat.counsellor)]

    assert [[entry.get("text") for entry in seen][-2:] for seen in heard] == [["hallo", "hallo du"]] * 2
    assert stretched == []


def forget_all_keys() -> None:
    for access in rings.held():
        rings.drop(access)


async def converse(house: House, chat: Chat) -> None:
    """Both sides connect, open the stream and write; each reads the other."""
    young, team = await house.seeker(chat), await house.staff(chat)
    await young.post(chat.case, "hallo")
    await team.hear("entry", text="hallo")
    await team.post(chat.case, "hallo du")
    await young.hear("entry", text="hallo du")


async def come_back(house: House, chat: Chat) -> None:
    """New lines of both sides draw what they missed, and one writes again."""
    young, team = await house.seeker(chat, after=1), await house.staff(chat, after=1)
    for line in (young, team):
        assert [entry["text"] for entry in line.entries(chat.case)] == ["hallo", "hallo du"]
    await young.post(chat.case, "wieder da")
    await team.hear("entry", text="wieder da")
