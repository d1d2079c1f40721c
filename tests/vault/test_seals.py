"""Seals of case and team keys: bound to what and whom they are for."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counselling.vault import pairs, seals
from counselling.vault.keys import new_key
from counselling.vault.sealing import Unreadable

PAIR = pairs.new_pair()
CASE = UUID("6f0d3f5e-0a3b-4f0e-9a53-0123456789ab")
HOLDER = f"seeker:{uuid4()}"


@given(st.uuids(), st.text(st.characters(exclude_categories=["Cs"]), max_size=80), st.integers(0, 2**64 - 1))
def test_holders_open_their_seals(place: UUID, holder: str, epoch: int) -> None:
    key = new_key()

    case = seals.seal_case_key(key, memoryview(PAIR.public), place, holder)
    team = seals.seal_team_key(key, PAIR.public, place, epoch, holder)

    assert seals.open_case_key(PAIR.private, memoryview(case), place, holder) == key
    assert seals.open_team_key(PAIR.private, memoryview(team), place, epoch, holder) == key
    assert len(case) == len(team) == 81


@pytest.mark.parametrize(
    "read",
    [
        lambda sealed: seals.open_case_key(PAIR.private, sealed, uuid4(), HOLDER),
        lambda sealed: seals.open_case_key(PAIR.private, sealed, CASE, HOLDER[:-1]),
        lambda sealed: seals.open_case_key(PAIR.private, sealed, CASE, f"team:{uuid4()}:1"),
        lambda sealed: seals.open_case_key(pairs.new_pair().private, sealed, CASE, HOLDER),
        lambda sealed: seals.open_team_key(PAIR.private, sealed, CASE, 1, HOLDER),
        lambda sealed: pairs.open_with(PAIR.private, sealed, b""),
    ],
)
def test_case_seals_open_nowhere_else(read: Callable[[bytes], bytes]) -> None:
    with pytest.raises(Unreadable):
        read(seals.seal_case_key(new_key(), PAIR.public, CASE, HOLDER))


@pytest.mark.parametrize(
    "read",
    [
        lambda sealed: seals.open_team_key(PAIR.private, sealed, uuid4(), 1, HOLDER),
        lambda sealed: seals.open_team_key(PAIR.private, sealed, CASE, 2, HOLDER),
        lambda sealed: seals.open_team_key(PAIR.private, sealed, CASE, 1, "recovery"),
        lambda sealed: seals.open_team_key(pairs.new_pair().private, sealed, CASE, 1, HOLDER),
        lambda sealed: seals.open_case_key(PAIR.private, sealed, CASE, HOLDER),
    ],
)
def test_team_seals_open_nowhere_else(read: Callable[[bytes], bytes]) -> None:
    with pytest.raises(Unreadable):
        read(seals.seal_team_key(PAIR.private, PAIR.public, CASE, 1, HOLDER))


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_what_is_no_key_is_refused(length: int) -> None:
    """Anybody can seal to a public half, so a right seal may hold anything."""
    with pytest.raises(Unreadable):
        seals.open_case_key(PAIR.private, seals.seal_case_key(bytes(length), PAIR.public, CASE, "x"), CASE, "x")
    with pytest.raises(Unreadable):
        seals.open_team_key(PAIR.private, seals.seal_team_key(bytes(length), PAIR.public, CASE, 1, "x"), CASE, 1, "x")


def test_a_whole_chain_opens_a_case() -> None:
    """Staff private half → team private half → case key, as a request does it."""
    staff, team, key = pairs.new_pair(), pairs.new_pair(), new_key()
    team_id = uuid4()
    holder = f"team:{team_id}:3"
    for_staff = seals.seal_team_key(team.private, staff.public, team_id, 3, "staff:1")
    for_team = seals.seal_case_key(key, team.public, CASE, holder)

    opened = seals.open_team_key(staff.private, for_staff, team_id, 3, "staff:1")

    assert seals.open_case_key(opened, for_team, CASE, holder) == key


@pytest.mark.parametrize("text", ["", "Was würdest du fragen?", "ا" * 3000])
def test_a_text_opens_for_its_reader_at_its_place_alone(text: str) -> None:
    reader, other, place = pairs.new_pair(), pairs.new_pair(), uuid4()
    sealed = seals.seal_text(text, reader.public, place, "staff:kim")

    assert seals.open_text(reader.private, sealed, place, "staff:kim") == text
    for private, where, holder in (
        (other.private, place, "staff:kim"),
        (reader.private, uuid4(), "staff:kim"),
        (reader.private, place, "staff:jon"),
    ):
        with pytest.raises(Unreadable):
            seals.open_text(private, sealed, where, holder)


def test_lengths_of_texts_are_told_in_steps_only() -> None:
    reader, place = pairs.new_pair(), uuid4()
    lengths = {len(seals.seal_text("x" * number, reader.public, place, "staff:kim")) for number in range(256)}
    assert len(lengths) == 1


@pytest.mark.parametrize("inside", [b"", b"no padding", b"\xff\x80"])
def test_bytes_that_are_no_text_are_refused(inside: bytes) -> None:
    reader, place = pairs.new_pair(), uuid4()
    sealed = pairs.seal_to(reader.public, inside, seals._text(place, "staff:kim"))
    with pytest.raises(Unreadable):
        seals.open_text(reader.private, sealed, place, "staff:kim")
