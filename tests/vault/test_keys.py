"""Case keys and their seals, across a rotation of the master key."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest

from counselling.vault import keys
from counselling.vault.master import KeyFileProblem
from counselling.vault.sealing import Unreadable
from tests.support.key_files import key_line

CASE = UUID("6f0d3f5e-0a3b-4f0e-9a53-0123456789ab")
Use = Callable[..., None]


def test_new_keys_are_256_bits_and_never_repeat() -> None:
    made = {keys.new_key() for _ in range(500)}

    assert {len(key) for key in made} == {32}
    assert len(made) == 500


def test_a_seal_opens_to_its_key_and_never_contains_it(use_keys: Use) -> None:
    use_keys(key_line("a"))
    key = keys.new_key()

    kid, sealed = keys.seal_for_master(key, CASE)

    assert (kid, keys.open_for_master(memoryview(sealed), kid, CASE)) == ("a", key)
    assert key not in sealed
    assert len(sealed) == 1 + 60


def test_two_seals_of_one_key_differ() -> None:
    key = keys.new_key()

    assert keys.seal_for_master(key, CASE)[1] != keys.seal_for_master(key, CASE)[1]


def test_a_seal_with_any_byte_flipped_does_not_open() -> None:
    kid, sealed = keys.seal_for_master(keys.new_key(), CASE)

    for position in range(len(sealed)):
        broken = bytearray(sealed)
        broken[position] ^= 0x80
        with pytest.raises(Unreadable):
            keys.open_for_master(bytes(broken), kid, CASE)


def test_a_truncated_seal_does_not_open() -> None:
    kid, sealed = keys.seal_for_master(keys.new_key(), CASE)

    for length in range(len(sealed)):
        with pytest.raises(Unreadable):
            keys.open_for_master(sealed[:length], kid, CASE)


def test_a_seal_of_another_case_does_not_open() -> None:
    kid, sealed = keys.seal_for_master(keys.new_key(), CASE)

    with pytest.raises(Unreadable):
        keys.open_for_master(sealed, kid, uuid4())


def test_a_seal_under_another_key_id_does_not_open(use_keys: Use) -> None:
    use_keys(key_line("a"), key_line("b"))
    _, sealed = keys.seal_for_master(keys.new_key(), CASE)

    with pytest.raises(Unreadable):
        keys.open_for_master(sealed, "b", CASE)


def test_rotation_keeps_old_seals_readable_and_seals_with_the_new_key(use_keys: Use) -> None:
    old = key_line("old")
    key = keys.new_key()
    use_keys(old)
    sealed = keys.seal_for_master(key, CASE)[1]

    use_keys(key_line("new"), old)

    assert keys.open_for_master(sealed, "old", CASE) == key
    assert keys.seal_for_master(key, CASE)[0] == "new"


def test_a_seal_whose_key_left_the_file_asks_for_the_file(use_keys: Use) -> None:
    use_keys(key_line("old"))
    _, sealed = keys.seal_for_master(keys.new_key(), CASE)
    use_keys(key_line("new"))

    with pytest.raises(KeyFileProblem):
        keys.open_for_master(sealed, "old", CASE)
