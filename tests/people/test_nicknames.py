"""Nicknames: what is welcome, what is refused and why, and that suggestions are always fine."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from counselling.errors import Invalid
from counselling.people.domain import nicknames, posing, scripts, words

WELCOME = """
    Stiller Otter|Mia 2009|Müsli-Bär_7|O'Neil|St. Pauli|<3 Mia|❤️ Mia|Mia🙂|Mia 🤷🏽|Zoë|Ünal|Nguyễn Thị|Ẹ́kọ|I'm ok
    Женя|Ελένη|Հայկ|ქართული|תמר|שָׁלוֹם|علی|می‌خواهم|مُحَمَّد|नमस्ते|क्‍ष|தமிழ்|ไทยแลนด์|សុខា|မြန်မာ|ሰላም|ད་ལྟ
    李明|ひらがなカナ漢|ラーメン|한글 李|ㄅㄆ漢
    Badminton|Steam|Teamwork|Mood|Boot|Begleitung|Jasmin|Amin|Berat|Beatrice|Rater|Modern Talk|Lernen|Tomate
"""
STAFF = """
    Berater|Beraterin|BERATER|Berater:in|Deine Beraterin|MeinBerater|Onlineberatung|Beratungsteam|Die Leitung
    Teamleitung
    Team Rathaus|Team99|Admin|Administratorin|Moderatorin|Mod4|Support|Staff|Supervisorin|Psychologin
    Therapeut|    Sozialarbeiterin|Sozialpädagoge|Mitarbeiterin|Fachkraft
    Vertrauensperson|Jugendamt|Polizei|Chatbot|Manager|System
    Counsellor|counselor Amy|Social Worker|Official|Conseillère|Modérateur|Équipe|Asesor|Consejera|Moderador|Danışman
    Yönetici|Doradca|Zespół|Консультант|Админ|Модератор|Психолог|Підтримка|مستشار|مشرف|مدير|مشاور
    B e r a t e r|B.e.r.a.t.e.r|B_e-r a t e r|Ber ater|Te am|T.e.a.m|T e a m Anna|Ad min
    S.t.a.f.f|Ber🙂ater|🙂Berater🙂
    Adm1n|4dmin|Adm!n|B3r4t3r|Supp0rt|$upport|Counse11or|7eam|Te4m|ADMlN|Adrnin|Beraaaater|Adminnnn|Teeeeam
    ßerater
    Beräter|Bératerin|Вегатег|ᴀᴅᴍɪɴ|ʙᴇʀᴀᴛᴇʀ|𝓐𝓭𝓶𝓲𝓷|𝔅𝔢𝔯𝔞𝔱𝔢𝔯|Ⓐⓓⓜⓘⓝ|Ｂｅｒａｔｅｒ|Bеrater|аdmіn|Αdmin|ꓐerater|Tеаm|Ѕupport
"""
ATTACKS = {
    "_HIDDEN": [
        "Mi\u200ba", "Mi\u200ca", "Mi\u200da", "\u200bMia", "Mia\ufeff", "Mi\u2060a", "Mi\u00ada", "Mi\u061ca",
        "\u202eaiM", "Mia\u202c", "\u2066Mia\u2069", "Mi\u200ea", "Mi\u200fa", "Mi\x00a", "Mi\x1ba", "Mi\x1ca",
        "Mi\x85a", "Mi\ue000a",
        "Mi\U0010fffda", "Mi\u0378a", "Mi\ufdd0a", "Mi\ud800a", "\u3164\u3164", "Mi\u115fa", "Mi\uffa0a", "Mi\u034fa",
        "Mi\ufe0fa", "Mi\U000e0100a", "Mi\U000e0041a", "Mi\u180ea", "👨\u200d👩\u200d👧 Mia", "علی\u200c", "\u200dनम",
    ],
    "_NUMBER_LIKE": [
        "0176 1234567", "+49 351 12345", "0351/123456", "(0351) 12 34 567", "123456", "Mia 0176-123-4567", "15.03.2009",
        "٠١٧٦١٢٣٤٥٦٧", "０１７６１２３４５６７", "ruf 01761234567",
    ],
    "_REACHABLE": [
        "mia@web.de", "@mia_09", "mia(at)web", "www.mia.de", "mia.com", "https://mia", "insta: mia", "Snap:mia",
        "mia#1234", "t.me/mia",
    ],
    "_SYMBOL": ["Mia ✅", "Mia ✓", "Mia✔", "🇩🇪 Mia", "Mia⚕", "Mia ⠀", "🏽Mia", "Mia €"],
    "_TOWERS": ["M\u0300\u0301\u0302ia", "Z̸̢͝a̵l̶g̷o̸̡̤", "\u0301Mia", "Mi a \u0301", "m\u0300\u0300ia", "M\u20ddia"],
    "_MIXED": ["Mіa", "Aлекс", "Ελenη", "李Mia", "ひMia", "한ひ", "علmia", "ㄅ한", "٣3", "नmia"],
    "_SHORT": ["", " ", "M", "\t\n", "é", "ä\u0323"],
    "_LONG": ["a" * 25, "a" * 10_000, "Mia " * 7, "\u0301" * 1000],
    "_WORDLESS": ["???", "😀😀", "--", "<>", ". ."],
}  # fmt: skip


def names(table: str) -> list[str]:
    return [name.strip() for line in table.strip().splitlines() for name in line.split("|")]


@pytest.mark.parametrize("name", names(WELCOME))
def test_clean_welcomes_names_of_every_script(name: str) -> None:
    assert nicknames.clean(name) == unicodedata.normalize("NFKC", name.replace("\ufe0f", ""))


@pytest.mark.parametrize("name", names(STAFF))
def test_clean_refuses_names_that_pose_as_staff(name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        nicknames.clean(name)

    assert refusal.value.sentence == nicknames._STAFF


@pytest.mark.parametrize(("reason", "name"), [(reason, name) for reason, known in ATTACKS.items() for name in known])
def test_clean_says_why_it_refuses(reason: str, name: str) -> None:
    with pytest.raises(Invalid) as refusal:
        nicknames.clean(name)

    assert refusal.value.sentence == getattr(nicknames, reason)


def test_attacks_are_as_many_as_the_security_page_asks() -> None:
    assert len(names(STAFF)) + sum(map(len, ATTACKS.values())) >= 100


def test_clean_trims_collapses_and_normalises() -> None:
    assert nicknames.clean("  Stiller \t\u3000\n Ｏｔｔｅｒ ") == "Stiller Otter"


@given(st.text(max_size=40))
@example("\u0344a")
@example("a\u00a8")
def test_clean_is_idempotent_and_keeps_its_promise(text: str) -> None:
    try:
        name = nicknames.clean(text)
    except Invalid:
        return

    assert nicknames.clean(name) == name == unicodedata.normalize("NFKC", name) == " ".join(name.split())
    assert nicknames.SHORTEST <= scripts.visible_length(name) <= nicknames.LONGEST
    assert not {unicodedata.category(character) for character in name} & {"Cc", "Cs", "Co", "Cn"}


@given(
    st.text(alphabet=st.characters(categories=["Cf", "Co", "Cs", "Cn"], exclude_characters="\u200c\u200d"), min_size=1)
)
def test_clean_never_lets_a_hidden_character_through(hidden: str) -> None:
    with pytest.raises(Invalid):
        nicknames.clean(f"Mi{hidden}a")


@given(st.sampled_from(["berater", "moderator", "support"]), st.data())
def test_clean_sees_through_case_separators_and_leet(title: str, data: st.DataObject) -> None:
    forms = {"a": "aA4áä", "e": "eE3é", "o": "oO0ö", "i": "iI1", "t": "tT7", "s": "sS5", "b": "bB"}
    letters = [data.draw(st.sampled_from(forms.get(letter, letter + letter.upper()))) for letter in title]
    disguised = data.draw(st.sampled_from(["", ".", " ", "_"])).join(letters)

    assert posing.poses_as_staff(disguised)


def test_every_german_pair_agrees_in_gender_and_is_clean() -> None:
    for article, nouns in words.GERMAN_NOUNS.items():
        for adjective in words.GERMAN_ADJECTIVES.split():
            for noun in nouns.split():
                pair = words.german_pair(adjective, article, noun)
                assert nicknames.clean(pair) == pair
    assert words.german_pair("Still", "der", "Otter") == "Stiller Otter"
    assert words.german_pair("Still", "die", "Eule") == "Stille Eule"
    assert words.german_pair("Still", "das", "Reh") == "Stilles Reh"


def test_every_english_pair_is_clean() -> None:
    pairs = [f"{one} {two}" for one in words.ENGLISH_ADJECTIVES.split() for two in words.ENGLISH_NOUNS.split()]

    assert [nicknames.clean(pair) for pair in pairs] == pairs


def test_there_are_sixty_by_sixty_words_without_doubles() -> None:
    german_nouns = [noun for nouns in words.GERMAN_NOUNS.values() for noun in nouns.split()]
    for known in (
        words.GERMAN_ADJECTIVES.split(),
        german_nouns,
        words.ENGLISH_ADJECTIVES.split(),
        words.ENGLISH_NOUNS.split(),
    ):
        assert len(known) == len(set(known)) >= 60


def test_suggest_speaks_the_language_and_varies() -> None:
    german = {nicknames.suggest("de-at") for _ in range(100)}
    english = {nicknames.suggest("en") for _ in range(100)}

    assert len(german) > 90
    assert {name.split()[1] for name in english} <= set(words.ENGLISH_NOUNS.split())
    assert {nicknames.suggest("fa").split()[0]} <= set(words.ENGLISH_ADJECTIVES.split())


def test_suggest_never_repeats_the_name_to_avoid(monkeypatch: pytest.MonkeyPatch) -> None:
    draws = iter(["Stiller Otter", "Stiller Otter", "Blaue Eule"])
    monkeypatch.setattr(words, "german", lambda _choose: next(draws))

    assert nicknames.suggest("de", avoid="Stiller Otter") == "Blaue Eule"
