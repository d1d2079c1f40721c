"""Keys and codes on paper: what a tired person types still opens, and a slip is told."""

from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counselling.vault import recovery
from counselling.vault.recovery import Misread
from tests.support.key_files import key_line

KEY = bytes(range(32))
PAPER = recovery.printed(KEY)
STAFF = UUID("6f0d3f5e-0a3b-4f0e-9a53-0123456789ab")


@given(st.binary(min_size=32, max_size=32))
def test_what_was_printed_is_read(private: bytes) -> None:
    paper = recovery.printed(private)

    assert recovery.read(paper) == private
    assert [len(group) for group in paper.split("-")] == [4] * 14
    assert set(paper) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ-")


def test_the_paper_never_changes() -> None:
    """Printed once, it must be read by every later version."""
    assert PAPER == "000G-40R4-0M30-E209-185G-R38E-1W81-24GK-2GAH-C5RR-34D1-P70X-3RFH-669J"


@pytest.mark.parametrize(
    "typed",
    [
        PAPER.lower(),
        PAPER.replace("-", ""),
        PAPER.replace("-", " "),
        PAPER.replace("-", " – ") + "\n",
        "\t" + PAPER.replace("-", "\n"),
        PAPER.replace("0", "O").replace("1", "I"),
        PAPER.replace("0", "o").replace("1", "l").lower(),
        PAPER.replace("1", "L"),
    ],
)
def test_reading_forgives(typed: str) -> None:
    assert recovery.read(typed) == KEY


def test_every_slip_of_one_letter_is_told() -> None:
    for place, letter in enumerate(PAPER):
        if letter != "-":
            other = "7" if letter != "7" else "8"
            with pytest.raises(Misread):
                recovery.read(PAPER[:place] + other + PAPER[place + 1 :])


def test_swapped_neighbours_are_told() -> None:
    plain = PAPER.replace("-", "")

    for place in range(len(plain) - 1):
        swapped = plain[:place] + plain[place + 1] + plain[place] + plain[place + 2 :]
        if swapped != plain:
            with pytest.raises(Misread):
                recovery.read(swapped)


@pytest.mark.parametrize("typed", ["", "-", PAPER[:-1], PAPER + "0", PAPER[:-1] + "U", PAPER[:-1] + "Ü", PAPER * 2])
def test_what_is_no_key_is_told(typed: str) -> None:
    with pytest.raises(Misread) as told:
        recovery.read(typed)
    assert str(told.value) == ""
    assert isinstance(told.value, ValueError)


@given(st.text(max_size=100))
def test_any_other_text_is_told(typed: str) -> None:
    with pytest.raises(Misread):
        recovery.read(typed)


def test_codes_are_ten_and_never_repeat() -> None:
    codes = recovery.recovery_codes()

    assert len(set(codes)) == 10
    assert {(len(code), code[5]) for code in codes} == {(11, "-")}
    assert len(set(recovery.recovery_codes(500))) == 500
    assert set("".join(recovery.recovery_codes(500))) == set("0123456789ABCDEFGHJKMNPQRSTVWXYZ-")


def test_a_digest_forgives_what_reading_forgives() -> None:
    digest = recovery.code_digest(STAFF, "7K3M0-R2X1B")

    assert {recovery.code_digest(STAFF, typed) for typed in ("7k3mo r2xlb", "7K3MOR2XIB", " 7K3M0–R2X1B ")} == {digest}
    assert len(digest) == 32


def test_what_stands_on_no_paper_is_no_error() -> None:
    assert recovery.code_digest(STAFF, "\ud83d") != recovery.code_digest(STAFF, "7K3M0-R2X1B")
    with pytest.raises(Misread):
        recovery.read("\ud83d" * 56)


def test_a_digest_belongs_to_one_person_one_code_and_the_key_file(use_keys: Callable[..., None]) -> None:
    old = key_line("old")
    use_keys(old)
    digest = recovery.code_digest(STAFF, "7K3M0-R2X1B")
    assert digest not in {recovery.code_digest(uuid4(), "7K3M0-R2X1B"), recovery.code_digest(STAFF, "7K3M0-R2X1C")}

    use_keys(key_line("new"), old)

    assert recovery.code_digest(STAFF, "7K3M0-R2X1B") != digest
    assert recovery.every_code_digest(STAFF, "7k3mo-r2x1b") == [recovery.code_digest(STAFF, "7K3M0-R2X1B"), digest]
