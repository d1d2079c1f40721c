"""Texts under the master key."""

from collections.abc import Callable

import pytest

from counselling.vault import operational
from counselling.vault.master import KeyFileProblem
from counselling.vault.sealing import Unreadable
from tests.support.key_files import key_line

Use = Callable[..., None]


@pytest.mark.parametrize("text", ["", "canary", "Eine Rampe fehlt 🙂\n\0"])
def test_a_text_comes_back(text: str) -> None:
    assert (
        operational.open_operational(memoryview(operational.seal_operational(text, "report|v1")), "report|v1") == text
    )


def test_a_text_is_bound_to_its_purpose() -> None:
    with pytest.raises(Unreadable):
        operational.open_operational(operational.seal_operational("x", "report|v1"), "canary|v1")


def test_a_text_with_any_byte_flipped_is_refused() -> None:
    """A flipped key id asks for a key that nobody has; everything behind it is unreadable."""
    sealed = operational.seal_operational("Eine Rampe fehlt", "report|v1")
    behind_the_kid = 1 + sealed[0]

    for position in range(len(sealed)):
        broken = bytearray(sealed)
        broken[position] ^= 1
        with pytest.raises(Unreadable if position >= behind_the_kid else (Unreadable, KeyFileProblem)):
            operational.open_operational(bytes(broken), "report|v1")


def test_every_truncation_is_refused() -> None:
    sealed = operational.seal_operational("Eine Rampe fehlt", "report|v1")

    for length in range(len(sealed)):
        with pytest.raises(Unreadable):
            operational.open_operational(sealed[:length], "report|v1")


def test_rotation_keeps_old_texts_readable(use_keys: Use) -> None:
    old = key_line("old")
    use_keys(old)
    sealed = operational.seal_operational("Eine Rampe fehlt", "report|v1")

    use_keys(key_line("new"), old)

    assert operational.open_operational(sealed, "report|v1") == "Eine Rampe fehlt"
    assert operational.seal_operational("", "report|v1")[1:4] == b"new"


def test_a_text_whose_key_left_the_file_asks_for_the_file(use_keys: Use) -> None:
    use_keys(key_line("old"))
    sealed = operational.seal_operational("Eine Rampe fehlt", "report|v1")
    use_keys(key_line("new"))

    with pytest.raises(KeyFileProblem, match="old"):
        operational.open_operational(sealed, "report|v1")


def test_resealing_brings_a_text_under_the_active_key(use_keys: Use) -> None:
    old, new = key_line("a1"), key_line("b2")
    use_keys(old)
    sealed = operational.seal_operational("Eine Rampe fehlt", "report|v1")
    assert operational.reseal(sealed, "report|v1") == sealed
    use_keys(new, old)

    moved = operational.reseal(sealed, "report|v1")

    assert (operational.kid_of(sealed), operational.kid_of(moved), operational.kid_of(b"")) == ("a1", "b2", "")
    assert operational.open_operational(moved, "report|v1") == "Eine Rampe fehlt"
