"""Passwords stretched: once, two at a time, from any thread, and the same on every keyboard."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2.low_level import Type, hash_secret_raw
from pytest_django import Settings

from counselling.vault import passwords

SALT = b"0123456789abcdef"


@pytest.fixture
def cheap(settings: Settings) -> None:
    settings.ARGON2_MEMORY_KIB = 64


def test_production_pays_the_full_price(settings: Settings) -> None:
    """64 MiB, 3 iterations, 1 lane (security.md section 2), held to another implementation."""
    if hasattr(settings, "ARGON2_MEMORY_KIB"):
        del settings.ARGON2_MEMORY_KIB

    expected = hash_secret_raw("Käse".encode(), SALT, 3, 64 * 1024, 1, 32, Type.ID)

    assert passwords.stretch("Käse", SALT) == expected


def test_only_the_memory_follows_the_setting(cheap: None) -> None:
    assert passwords.stretch("Käse", SALT) == hash_secret_raw("Käse".encode(), SALT, 3, 64, 1, 32, Type.ID)


def test_salts_are_16_random_bytes() -> None:
    made = {passwords.new_salt() for _ in range(500)}

    assert len(made) == 500
    assert {len(salt) for salt in made} == {16}


def test_password_and_salt_both_count(cheap: None) -> None:
    root = passwords.stretch("Mondlicht", SALT)

    assert passwords.stretch("Mondlicht", SALT) == root
    others = {passwords.stretch(word, SALT) for word in ("mondlicht", "Mondlicht ", " Mondlicht", "")}
    assert len({root, passwords.stretch("Mondlicht", b"s" * 32), *others}) == 6


def test_keyboards_agree_on_umlauts(cheap: None) -> None:
    assert passwords.stretch("Ku\u0308che", SALT) == passwords.stretch("K\u00fcche", SALT)
    assert passwords.stretch("\ufb01", SALT) != passwords.stretch("fi", SALT)


def test_half_a_character_is_a_password_too(cheap: None) -> None:
    assert len(passwords.stretch("abc\ud83d", SALT)) == 32


def test_what_is_derived_from_a_root_tells_nothing_of_the_rest(cheap: None) -> None:
    root = passwords.stretch("Mondlicht", SALT)
    derived = [derive(root) for derive in (passwords.verifier, passwords.kek, passwords.lookup)]

    assert len({root, *derived}) == 4
    assert {len(value) for value in derived} == {32}
    assert derived == [derive(root) for derive in (passwords.verifier, passwords.kek, passwords.lookup)]


@pytest.mark.timeout(60)
def test_200_at_once_all_end_on_two_threads(cheap: None) -> None:
    expected = [passwords.stretch(str(number % 10), SALT) for number in range(200)]

    with ThreadPoolExecutor(200) as many:
        found = list(many.map(lambda number: passwords.stretch(str(number % 10), SALT), range(200)))

    assert found == expected
    assert len([thread for thread in threading.enumerate() if thread.name.startswith("argon2")]) <= 2


def test_waiters_are_served_in_the_order_they_came(cheap: None) -> None:
    """With one of the two places taken, so that no scheduling of threads decides who is through first."""
    served: list[int] = []
    leave = threading.Event()
    pool = passwords._pool()
    taken = pool.submit(leave.wait, 30)

    def serve(number: int) -> None:
        passwords._argon2(b"x", SALT)
        served.append(number)

    waiting = [pool.submit(serve, number) for number in range(50)]
    for future in waiting:
        future.result()
    leave.set()

    assert taken.result() is True
    assert served == list(range(50))


def test_a_failure_reaches_its_caller_and_nobody_else(cheap: None) -> None:
    with pytest.raises(ValueError, match="salt"):
        passwords.stretch("x", b"short")
    assert len(passwords.stretch("x", SALT)) == 32


FORKED = """
import os
from django.conf import settings
settings.configure(ARGON2_MEMORY_KIB=64)
from counselling.vault import passwords
mine = passwords.stretch("x", b"s" * 16)
child = os.fork()
if not child:
    os._exit(0 if passwords.stretch("x", b"s" * 16) == mine else 1)
raise SystemExit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_forked_process_stretches_too() -> None:
    """Its parent's threads are gone there: it would wait for them for ever."""
    assert subprocess.run([sys.executable, "-W", "ignore", "-c", FORKED], timeout=30, check=False).returncode == 0


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a thread has no priority of its own")
def test_stretching_stands_back_for_everything_else(cheap: None) -> None:
    passwords.stretch("x", SALT)

    threads = passwords._pool()._threads  # of this process only
    assert {os.getpriority(os.PRIO_PROCESS, thread.native_id or 0) for thread in threads} == {passwords.POLITE}
    assert os.getpriority(os.PRIO_PROCESS, threading.main_thread().native_id or 0) < passwords.POLITE
