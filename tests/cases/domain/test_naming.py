"""Where a nickname stands in a text: however it was typed, and whatever was hidden between its letters."""

import unicodedata

import pytest

from counselling.cases.domain import consultation, naming

FINDS = [
    ("Stiller Otter", "Ich bin stiller OTTER."),
    ("Stiller Otter", "Ich bin Stiller \u00a0 Otter."),
    ("Stiller Otter", "Ich bin Stiller\nOtter."),
    ("Stiller Otter", "Ich bin Stil\u200bler Ot\u00adter."),
    ("Stiller Otter", "Ich bin S\u200dt\u2060iller\ufeff Otter\u200b\u200b."),
    ("Stiller Otter", "Ich bin Ｓｔｉｌｌｅｒ　Ｏｔｔｅｒ."),
    ("Stiller Otter", "Ich bin 𝐒𝐭𝐢𝐥𝐥𝐞𝐫 𝐎𝐭𝐭𝐞𝐫."),
    ("Stiller Otter", "Ich bin S̶t̶i̶l̶l̶e̶r̶ O̶t̶t̶e̶r̶."),
    ("Grüner Wal", unicodedata.normalize("NFD", "Ich bin Grüner Wal.")),
    (unicodedata.normalize("NFD", "Grüner Wal"), "Ich bin grüner wal."),
    ("José", "Ich bin Jose\u0301."),
    ("José", "Ich bin jose."),
    ("Straße", "Ich bin STRASSE."),
    ("ΣΟΦΟΣ", "Ich bin σοφος."),
    ("İpek", "Ich bin ipek."),
    ("한강", unicodedata.normalize("NFD", "Ich bin 한강.")),
    ("ﬁnn", "Ich bin Finn."),
    ("Finn", "Ich bin ﬁnn."),
]


@pytest.mark.parametrize(("name", "text"), FINDS)
def test_the_name_is_found_and_taken_out_whole(name: str, text: str) -> None:
    assert consultation.without_names(text, name) == "Ich bin X."
    [(begin, end)] = naming.places(text, name)
    assert text[:begin] + text[end:] == "Ich bin ."


@pytest.mark.parametrize("text", ["", "Ich bin Otter.", "Stiller, Otter", "Stiller. Otter", "stillerotter"])
def test_what_is_another_name_is_left(text: str) -> None:
    assert naming.places(text, "Stiller Otter") == []


@pytest.mark.parametrize("name", ["", " ", "\u200b", "\u0301"])
def test_a_name_of_nothing_stands_nowhere(name: str) -> None:
    assert naming.places("Ich bin hier.\u0301 \u200b", name) == []


def test_several_places_do_not_overlap() -> None:
    text = "Otterotter OTTER O\u200bt\u0301ter\u0301"

    found = naming.places(text, "Otter")

    assert [text[begin:end] for begin, end in found] == ["Otter", "otter", "OTTER", "O\u200bt\u0301ter\u0301"]
    assert consultation.without_names(text, "Otter") == "XX X X"


def test_two_places_in_one_sign_are_two_pieces_of_the_text() -> None:
    """One sign may hold the end of one place and the beginning of the next."""
    text = "sassas ßß"

    assert consultation.without_names(text, "ss") == "saXas XX"
    assert naming.places("ㅤㅤ", "Otter") == []
    assert consultation.without_names("ǳzﬀff", "zf") == "ǳXff"
