"""Sealed texts: what goes in comes out, at its own place only, and nothing else ever does."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counselling.vault import sealing
from counselling.vault.keys import new_key
from counselling.vault.sealing import PAD, Binding, Kind, Unreadable

CASE = UUID("6f0d3f5e-0a3b-4f0e-9a53-0123456789ab")
PLACE = Binding(Kind.MESSAGE, CASE, role=1, seq=7)
KEY = new_key()
NONCE = slice(1, 13)
BINDINGS = st.builds(
    Binding, st.sampled_from(Kind), st.uuids(), role=st.integers(0, 255), seq=st.integers(0, 2**64 - 1)
)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=4000), BINDINGS)
def test_open_gives_back_what_was_sealed(text: str, binding: Binding) -> None:
    assert sealing.open_sealed(KEY, sealing.seal(KEY, text, binding), binding) == text


@pytest.mark.parametrize("text", ["", "\0", "a\0\0", "\x80", "é" * 128, "x" * 255, "x" * 256, "👋" * 4000])
def test_open_gives_back_texts_that_look_like_padding(text: str) -> None:
    assert sealing.open_sealed(KEY, sealing.seal(KEY, text, PLACE), PLACE) == text


def test_open_accepts_what_postgresql_hands_out() -> None:
    assert sealing.open_sealed(KEY, memoryview(sealing.seal(KEY, "Hallo", PLACE)), PLACE) == "Hallo"


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=2000))
def test_seal_tells_the_length_in_steps_of_256_bytes_only(text: str) -> None:
    steps = len(text.encode()) // PAD + 1

    assert len(sealing.seal(KEY, text, PLACE)) == 1 + 12 + steps * PAD + 16


def test_seal_never_repeats_a_nonce() -> None:
    """Also not for the same text at the same place: a restored backup repeats seq, never the nonce."""
    sealed = [sealing.seal(KEY, "Hallo", PLACE) for _ in range(2000)]

    assert len({record[NONCE] for record in sealed}) == 2000


def test_open_refuses_a_record_with_any_byte_flipped() -> None:
    sealed = sealing.seal(KEY, "Es geht um meine Schwester", PLACE)

    for position in range(len(sealed)):
        broken = bytearray(sealed)
        broken[position] ^= 1
        with pytest.raises(Unreadable):
            sealing.open_sealed(KEY, bytes(broken), PLACE)


def test_open_refuses_every_truncation_and_an_extension() -> None:
    sealed = sealing.seal(KEY, "Hallo", PLACE)

    for broken in [*(sealed[:length] for length in range(len(sealed))), sealed + b"\0"]:
        with pytest.raises(Unreadable):
            sealing.open_sealed(KEY, broken, PLACE)


@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(PLACE, case=UUID(int=CASE.int + 1)),
        replace(PLACE, role=2),
        replace(PLACE, role=0),
        replace(PLACE, seq=6),
        replace(PLACE, seq=8),
        replace(PLACE, seq=7 + 2**32),
        *(replace(PLACE, kind=kind) for kind in Kind if kind != PLACE.kind),
    ],
)
def test_open_refuses_a_record_that_was_moved(elsewhere: Binding) -> None:
    sealed = sealing.seal(KEY, "Hallo", PLACE)

    with pytest.raises(Unreadable):
        sealing.open_sealed(KEY, sealed, elsewhere)


def test_open_refuses_another_key() -> None:
    with pytest.raises(Unreadable):
        sealing.open_sealed(new_key(), sealing.seal(KEY, "Hallo", PLACE), PLACE)


def test_open_refuses_authentic_bytes_that_were_never_padded() -> None:
    """Written by a key holder who does not follow the format: still no exception of another kind."""
    for padded in (b"", b"\0" * 256, b"Hallo", b"\xff\x80" + b"\0" * 254):
        nonce = b"n" * 12
        ciphertext = sealing.AESGCM(KEY).encrypt(nonce, padded, PLACE.associated())
        with pytest.raises(Unreadable):
            sealing.open_sealed(KEY, bytes((sealing.SUITE,)) + nonce + ciphertext, PLACE)


def test_unreadable_carries_no_content() -> None:
    sealed = sealing.seal(KEY, "Hallo", PLACE)

    with pytest.raises(Unreadable) as refusal:
        sealing.open_sealed(KEY, sealed[:-1], PLACE)

    assert str(refusal.value) == ""
    assert refusal.value.__cause__ is None
    assert refusal.value.__suppress_context__
