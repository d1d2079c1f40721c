"""Return codes: written, copied, mistyped."""

import re

from hypothesis import given
from hypothesis import strategies as st

from counselling.people.domain import codes

CODES = st.integers(0, 2**80 - 1).map(codes._written)


def test_new_code_has_the_written_form() -> None:
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}", codes.new_code())


def test_new_codes_do_not_repeat_and_use_the_whole_alphabet() -> None:
    drawn = {codes.new_code() for _ in range(500)}

    assert len(drawn) == 500
    assert len(set("".join(drawn)) - {"-"}) == 32


@given(CODES)
def test_normalise_keeps_a_written_code(code: str) -> None:
    assert codes.normalise(code) == code


@given(CODES, st.data())
def test_normalise_forgives_how_people_copy(code: str, data: st.DataObject) -> None:
    letters = [
        data.draw(st.sampled_from({"0": "0Oo", "1": "1IiLl"}.get(letter, letter + letter.lower())))
        for letter in code.replace("-", "")
    ]
    gaps = [data.draw(st.sampled_from(["", " ", "-", " – ", "\u00a0", "\n", ".", "_"])) for _ in letters]

    assert codes.normalise("".join(gap + letter for gap, letter in zip(gaps, letters, strict=True))) == code


def test_normalise_reads_full_width_letters() -> None:
    assert codes.normalise("７Ｋ３Ｍ-Q9RT-02XV-H8CD") == "7K3M-Q9RT-02XV-H8CD"


@given(st.text(max_size=200))
def test_normalise_answers_anything_with_a_code_or_none(text: str) -> None:
    found = codes.normalise(text)

    assert found is None or codes.normalise(found) == found


def test_normalise_refuses_what_is_too_short_too_long_or_foreign() -> None:
    for text in (
        "",
        "7K3M-Q9RT-02XV",
        "7K3M-Q9RT-02XV-H8CDX",
        "UUUU-UUUU-UUUU-UUUU",
        "7K3M-Q9RT-02XV-H8C!",
        " " * 10_000,
    ):
        assert codes.normalise(text) is None, text
