"""What may hang is asked without hanging."""

import asyncio
import threading
import time

import pytest

from counselling.upkeep.watching.asking import Question, Shared


async def test_a_question_that_hangs_is_answered_otherwise_and_not_asked_twice() -> None:
    over, asked = threading.Event(), []

    def hang() -> str:
        asked.append(1)
        over.wait(20)
        return "at last"

    question = Question(hang, seconds=0.1, otherwise=lambda: "timeout")

    assert [await question.answer(), await question.answer()] == ["timeout", "timeout"]
    assert len(asked) == 1
    over.set()
    patient = Question(lambda: over.wait(5), seconds=5, otherwise=lambda: False)
    assert await patient.answer() is True
    await asyncio.sleep(0.2)
    assert await question.answer() == "at last"


async def test_a_question_that_breaks_is_answered_otherwise() -> None:
    def broken() -> str:
        raise ZeroDivisionError

    question = Question(broken, seconds=5, otherwise=lambda: "unknown")

    assert [await question.answer(), await question.answer()] == ["unknown", "unknown"]


async def test_an_answer_is_shared_by_all_who_ask_meanwhile_and_shortly_after() -> None:
    asked = []

    async def ask() -> int:
        asked.append(1)
        await asyncio.sleep(0.05)
        return len(asked)

    shared = Shared(ask, seconds=30)

    assert await asyncio.gather(*(shared.answer() for _ in range(500))) == [1] * 500
    assert await shared.answer() == 1
    short = Shared(ask, seconds=0)
    assert [await short.answer(), await short.answer()] == [2, 3]


async def test_who_asked_first_may_leave() -> None:
    async def ask() -> str:
        await asyncio.sleep(0.1)
        return "kept"

    shared = Shared(ask, seconds=1)
    first = asyncio.ensure_future(shared.answer())
    await asyncio.sleep(0.01)
    second = asyncio.ensure_future(shared.answer())
    await asyncio.sleep(0.01)
    first.cancel()

    assert await second == "kept"
    with pytest.raises(asyncio.CancelledError):
        await first


async def test_the_loop_goes_on_while_a_question_hangs() -> None:
    question = Question(lambda: time.sleep(0.3), seconds=1, otherwise=lambda: None)
    asking = asyncio.ensure_future(question.answer())
    turns = 0
    while not asking.done():
        turns += 1
        await asyncio.sleep(0.01)

    assert turns > 3
