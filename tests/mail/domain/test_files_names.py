"""Names of files: what people read stays, what a path, a header or a screen could act on goes."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counselling.mail.domain import names


@pytest.mark.parametrize(
    ("given_name", "stem"),
    [
        ("Foto.jpg", "Foto"),
        ("Mein Brief vom 3. März.pdf", "Mein Brief vom 3. März"),
        ("../../../etc/passwd", "passwd"),
        ("..\\..\\windows\\system32\\evil.exe", "evil"),
        ("/etc/shadow", "shadow"),
        ("C:\\Users\\Lena\\bild.png", "bild"),
        ("a.jpg\r\nSet-Cookie: x=1", "a.jpgSet-Cookie_ x=1"),
        ('x"; filename="evil.exe', "x__ filename=_evil"),
        ("bild\u202egpj.exe", "bildgpj"),
        ("b\u200bi\u2060l\ufeffd.jpg", "bild"),
        ("bild\0.php.jpg", "bild.php"),
        ("\x1b[31mrot.png", "[31mrot"),
        ("%2e%2e%2fetc", "_2e_2e_2fetc"),
        (".htaccess", "htaccess"),
        ("...", ""),
        ("", ""),
        ("con.txt", "_con"),
        ("LPT1", "_LPT1"),
        ("\ud800bild.jpg", "bild"),
        ("صورة.jpg", "صورة"),
        ("a\u0308.jpg", "ä"),
        ("~$geheim.pdf", "~_geheim"),
    ],
)
def test_a_name_is_made_harmless(given_name: str, stem: str) -> None:
    assert names.stem(given_name) == stem


@given(st.text(max_size=300))
def test_no_name_is_more_than_words(given_name: str) -> None:
    whole = names.whole(names.stem(given_name), "image/jpeg")

    assert 0 < len(whole) <= names.LONGEST
    assert whole.endswith(".jpg")
    assert not set('/\\<>:"|?*\r\n\0') & set(whole)
    assert not {unicodedata.category(character) for character in whole} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert not whole.startswith((".", " ")) or whole == ".jpg"
    assert names.stem(whole) == names.stem(names.whole(names.stem(whole), "image/jpeg"))


def test_the_ending_says_what_it_is() -> None:
    assert names.whole("Rechnung", "application/pdf") == "Rechnung.pdf"
    assert names.whole("", "image/png") == "Datei.png"


def test_a_very_long_name_is_cut_before_its_ending() -> None:
    whole = names.whole(names.stem("x" * 5000 + ".jpg"), "image/webp")

    assert whole == "x" * 95 + ".webp"
    assert len(whole) == 100
