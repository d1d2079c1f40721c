"""Wraps of private halves, and the pepper around them through rotations of the master key."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counselling.vault import wraps
from counselling.vault.master import KeyFileProblem
from counselling.vault.sealing import Unreadable
from tests.support.key_files import key_line

Use = Callable[..., None]
KEK = b"k" * 32
PURPOSE = b"staff|v1|7"


def refuse(unwrap: Callable[[bytes, bytes, bytes], bytes], wrapped: bytes, kek: bytes = KEK, purpose: bytes = PURPOSE):
    with pytest.raises(Unreadable) as refusal:
        unwrap(kek, wrapped, purpose)
    assert str(refusal.value) == ""


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=300), st.binary(max_size=50))
def test_unwrap_gives_back_what_was_wrapped(kek: bytes, data: bytes, purpose: bytes) -> None:
    wrapped = wraps.wrap(kek, data, purpose)
    peppered = wraps.wrap_peppered(kek, data, purpose)

    assert wraps.unwrap(kek, memoryview(wrapped), purpose) == data
    assert wraps.unwrap_peppered(kek, memoryview(peppered), purpose) == data
    assert len(wrapped) == len(data) + 29


def test_no_wrap_looks_like_another() -> None:
    made = [wrap(KEK, b"x" * 32, PURPOSE) for wrap in (wraps.wrap, wraps.wrap_peppered) for _ in range(500)]

    assert len(set(made)) == len({one[-32:] for one in made}) == 1000


def test_wraps_refuse_any_byte_flipped() -> None:
    wrapped = wraps.wrap(KEK, b"x" * 32, PURPOSE)

    for position in range(len(wrapped)):
        broken = bytearray(wrapped)
        broken[position] ^= 1
        refuse(wraps.unwrap, bytes(broken))


def test_peppered_wraps_refuse_any_byte_flipped(use_keys: Use) -> None:
    """A flipped key id may name a key that nobody has: that asks for the key file, and opens nothing either."""
    use_keys(key_line("a1"))
    wrapped = wraps.wrap_peppered(KEK, b"x" * 32, PURPOSE)
    kid = range(1, 2 + wrapped[1])  # with its length: a longer one takes its last letters from the nonce

    for position in range(len(wrapped)):
        broken = bytearray(wrapped)
        broken[position] ^= 1
        with pytest.raises((Unreadable, KeyFileProblem) if position in kid else Unreadable):
            wraps.unwrap_peppered(KEK, bytes(broken), PURPOSE)


def test_wraps_refuse_every_truncation_and_an_extension() -> None:
    for wrap, unwrap in ((wraps.wrap, wraps.unwrap), (wraps.wrap_peppered, wraps.unwrap_peppered)):
        wrapped = wrap(KEK, b"", PURPOSE)
        for broken in [*(wrapped[:length] for length in range(len(wrapped))), wrapped + b"\0"]:
            refuse(unwrap, broken)


def test_wraps_refuse_another_key_or_purpose() -> None:
    for wrap, unwrap in ((wraps.wrap, wraps.unwrap), (wraps.wrap_peppered, wraps.unwrap_peppered)):
        wrapped = wrap(KEK, b"x" * 32, PURPOSE)
        refuse(unwrap, wrapped, kek=b"K" * 32)
        refuse(unwrap, wrapped, purpose=PURPOSE + b"1")


def test_the_two_kinds_are_never_taken_for_each_other() -> None:
    refuse(wraps.unwrap_peppered, wraps.wrap(KEK, b"x" * 32, PURPOSE))
    refuse(wraps.unwrap, wraps.wrap_peppered(KEK, b"x" * 32, PURPOSE))


def test_a_password_alone_opens_nothing(use_keys: Use) -> None:
    """Whoever has the database and guesses the password still needs the key file."""
    use_keys(key_line("a", b"a" * 32))
    wrapped = wraps.wrap_peppered(KEK, b"x" * 32, PURPOSE)
    use_keys(key_line("a", b"b" * 32))

    refuse(wraps.unwrap_peppered, wrapped)


def test_the_key_file_alone_opens_nothing(use_keys: Use) -> None:
    use_keys(key_line("a"))
    wrapped = wraps.wrap_peppered(KEK, b"x" * 32, PURPOSE)
    inner = wraps._unpepper(wrapped, PURPOSE)

    assert b"x" * 32 not in inner
    refuse(wraps.unwrap, inner, kek=b"K" * 32)


def test_repepper_moves_to_the_active_key_without_the_password(use_keys: Use) -> None:
    old, new = key_line("old"), key_line("new")
    use_keys(old)
    wrapped = wraps.wrap_peppered(KEK, b"x" * 32, PURPOSE)
    use_keys(new, old)

    renewed = wraps.repepper(memoryview(wrapped), PURPOSE)

    assert (wraps.kid_of(wrapped), wraps.kid_of(memoryview(renewed))) == ("old", "new")
    use_keys(new)
    assert wraps.unwrap_peppered(KEK, renewed, PURPOSE) == b"x" * 32
    with pytest.raises(KeyFileProblem, match="old"):
        wraps.unwrap_peppered(KEK, wrapped, PURPOSE)


def test_repepper_leaves_alone_what_is_already_renewed(use_keys: Use) -> None:
    use_keys(key_line("a"), key_line("b"))
    wrapped = wraps.wrap_peppered(KEK, b"x" * 32, PURPOSE)

    assert wraps.repepper(wrapped, PURPOSE) == wrapped


def test_repepper_refuses_what_is_damaged_or_meant_for_another(use_keys: Use) -> None:
    use_keys(key_line("a"))
    wrapped = wraps.wrap_peppered(KEK, b"x" * 32, PURPOSE)

    with pytest.raises(Unreadable):
        wraps.repepper(wrapped[:-1] + bytes((wrapped[-1] ^ 1,)), PURPOSE)
    with pytest.raises(Unreadable):
        wraps.repepper(wrapped, b"seeker|v1")


def test_repepper_without_the_old_key_asks_for_the_file(use_keys: Use) -> None:
    use_keys(key_line("old"))
    wrapped = wraps.wrap_peppered(KEK, b"x" * 32, PURPOSE)
    use_keys(key_line("new"))

    with pytest.raises(KeyFileProblem, match="old"):
        wraps.repepper(wrapped, PURPOSE)


@pytest.mark.parametrize(
    "broken", [b"", b"\3", b"\3\0", b"\3\0" + bytes(60), b"\3\2a", b"\3\2A?" + bytes(60), b"\3\x11" + b"a" * 80]
)
def test_kid_of_refuses_what_is_no_peppered_wrap(broken: bytes) -> None:
    with pytest.raises(Unreadable):
        wraps.kid_of(broken)
