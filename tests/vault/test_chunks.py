"""Sealed files: whole or not at all, at their own place only."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from counselling.vault import chunks
from counselling.vault.chunks import BYTES, Place, Stage
from counselling.vault.keys import new_key
from counselling.vault.sealing import Unreadable

CASE = UUID("6f0d3f5e-0a3b-4f0e-9a53-0123456789ab")
FILE = UUID("0c9c5f2e-6d0b-4b52-8f0a-ba9876543210")
PLACE = Place(CASE, FILE, Stage.WHOLE)
KEY = new_key()
NONCE = slice(1, 13)


def sealed(data: bytes, place: Place = PLACE) -> list[bytes]:
    return list(chunks.seal_all(KEY, [data], len(data), place))


def opened(rows: list[bytes], place: Place = PLACE) -> bytes:
    length, parts = chunks.open_all(KEY, rows, place)
    data = b"".join(parts)
    assert length == len(data)
    return data


def refused(rows: list[bytes], place: Place = PLACE) -> bool:
    try:
        opened(rows, place)
    except Unreadable:
        return True
    return False


THREE = bytes(range(256)) * 600  # 150 KiB: three chunks


@given(st.binary(max_size=9000), st.integers(1, 4000))
def test_what_was_sealed_comes_back_whatever_its_pieces(data: bytes, step: int) -> None:
    parts = [data[start : start + step] for start in range(0, len(data), step)]
    rows = list(chunks.seal_all(KEY, parts, len(data), PLACE))

    assert opened([*map(memoryview, rows)]) == data  # type: ignore[list-item]  # as PostgreSQL hands them out


@pytest.mark.parametrize("length", [0, 1, 4088, 4089, BYTES - 8, BYTES - 7, BYTES, 3 * BYTES - 8, 1_000_000])
def test_lengths_at_the_edges_come_back(length: int) -> None:
    data = b"\x80" * length

    assert opened(sealed(data)) == data
    assert all(len(row) <= BYTES + 29 for row in sealed(data))


@given(st.integers(0, 11_000_000))
@settings(max_examples=300)
def test_padding_costs_at_most_12_percent_and_hides_the_exact_length(length: int) -> None:
    whole = chunks.padded(length)

    assert length + 8 <= whole <= max(4096, (length + 8) * 1.12)
    assert chunks.padded(whole - 8) == whole


def test_no_nonce_is_repeated() -> None:
    rows = [row for _ in range(300) for row in sealed(b"x")] + sealed(THREE)

    assert len({row[NONCE] for row in rows}) == len(rows)


def test_any_flipped_byte_is_refused() -> None:
    [row] = sealed(b"Bild")

    for position in [*range(40), len(row) // 2, *range(len(row) - 20, len(row))]:
        broken = bytearray(row)
        broken[position] ^= 1
        assert refused([bytes(broken)])


def test_chunks_that_are_missing_swapped_repeated_or_added_are_refused() -> None:
    first, second, third = rows = sealed(THREE)

    assert not refused(rows)
    for broken in (
        [],
        [first],
        [first, second],
        [second, third],
        [first, third],
        [first, third, second],
        [second, first, third],
        [first, first, third],
        [first, second, third, third],
        [first, second, third[:-1]],
        [first, second, third, b""],
    ):
        assert refused(broken)


@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(PLACE, case=UUID(int=CASE.int + 1)),
        replace(PLACE, file=UUID(int=FILE.int + 1)),
        replace(PLACE, stage=Stage.RAW),
    ],
)
def test_a_file_that_was_moved_is_refused(elsewhere: Place) -> None:
    assert refused(sealed(THREE), elsewhere)
    assert refused(sealed(THREE, elsewhere))


def test_a_chunk_of_another_file_of_the_same_case_is_refused() -> None:
    other = sealed(THREE, replace(PLACE, file=UUID(int=1)))
    mine = sealed(THREE)

    assert refused([mine[0], other[1], mine[2]])


def test_another_key_is_refused() -> None:
    with pytest.raises(Unreadable):
        chunks.open_all(new_key(), sealed(b"Bild"), PLACE)


@pytest.mark.parametrize("row", [b"", b"\x01", b"\x01" + b"n" * 12, b"\x02" + b"n" * 40])
def test_what_is_no_chunk_is_refused(row: bytes) -> None:
    with pytest.raises(Unreadable):
        chunks.unseal(KEY, row, PLACE, 0, last=True)


def test_authentic_chunks_that_are_no_file_are_refused() -> None:
    """Written by a key holder who does not follow the format: still no exception of another kind."""
    short = chunks.seal(KEY, b"1234567", PLACE, 0, last=True)
    boastful = chunks.seal(KEY, (100).to_bytes(8, "big") + b"x", PLACE, 0, last=True)

    assert refused([short])
    assert refused([boastful])


def test_one_chunk_opens_at_its_number_and_its_end_only() -> None:
    row = chunks.seal(KEY, b"Bild", PLACE, 3, last=False)

    assert chunks.unseal(KEY, row, PLACE, 3, last=False) == b"Bild"
    for number, last in ((2, False), (4, False), (3, True)):
        with pytest.raises(Unreadable):
            chunks.unseal(KEY, row, PLACE, number, last=last)


def test_a_chunk_that_is_too_large_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="too large"):
        chunks.seal(KEY, b"x" * (BYTES + 1), PLACE, 0, last=True)


@pytest.mark.parametrize("length", [3, 5])
def test_a_wrong_length_is_a_mistake_of_ours(length: int) -> None:
    with pytest.raises(ValueError, match="another length"):
        list(chunks.seal_all(KEY, [b"Bild"], length, PLACE))


def test_unreadable_carries_no_content() -> None:
    with pytest.raises(Unreadable) as refusal:
        chunks.open_all(KEY, sealed(b"Bild")[:-1], PLACE)

    assert str(refusal.value) == ""
    assert refusal.value.__cause__ is None
