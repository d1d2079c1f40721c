"""The queue of writers on its own: first come, first served, and nobody is forgotten in it."""

import threading
import time
from collections.abc import Callable

from counselling.sqlite.fifo import FifoLock


def until(ready: Callable[[], bool]) -> None:
    end = time.monotonic() + 10
    while not ready():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_a_free_lock_is_granted_at_once() -> None:
    lock = FifoLock()

    assert lock.acquire(0) is True


def test_a_held_lock_is_refused_when_the_time_is_over() -> None:
    lock = FifoLock()
    lock.acquire(0)
    began = time.monotonic()

    assert lock.acquire(0.05) is False
    assert time.monotonic() - began >= 0.05


def test_release_frees_the_lock_for_the_next() -> None:
    lock = FifoLock()
    lock.acquire(0)
    lock.release()

    assert lock.acquire(0) is True


def test_grants_follow_the_order_of_arrival() -> None:
    lock = FifoLock()
    lock.acquire(0)
    order: list[int] = []

    def wait(number: int) -> None:
        assert lock.acquire(10)
        order.append(number)
        lock.release()

    threads = [threading.Thread(target=wait, args=(number,)) for number in range(20)]
    for number, thread in enumerate(threads, 1):
        thread.start()
        until(lambda number=number: len(lock._line) == number)  # type: ignore[misc]
    lock.release()
    for thread in threads:
        thread.join()

    assert order == list(range(20))


def test_somebody_who_gave_up_is_passed_over() -> None:
    lock = FifoLock()
    lock.acquire(0)
    results: list[bool] = []
    patient = threading.Thread(target=lambda: results.append(lock.acquire(10)))
    assert lock.acquire(0.01) is False
    patient.start()
    until(lambda: len(lock._line) == 1)
    lock.release()
    patient.join()
    lock.release()

    assert results == [True]
    assert lock.acquire(0) is True


def test_a_grant_in_the_last_moment_is_neither_lost_nor_doubled() -> None:
    """Time-outs that race with releases: the lock is held by one at a time and free in the end."""
    lock = FifoLock()
    inside: list[int] = []
    overlaps: list[int] = []

    def hurry() -> None:
        for _ in range(200):
            if lock.acquire(0.0005):
                inside.append(1)
                if len(inside) > 1:
                    overlaps.append(1)
                time.sleep(0.0004)
                inside.pop()
                lock.release()

    threads = [threading.Thread(target=hurry) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert overlaps == []
    assert lock.acquire(1) is True
