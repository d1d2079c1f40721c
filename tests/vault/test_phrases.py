"""Phrases of German words: kind, random, forgiving to type, and the same for ever."""

import hashlib
import math
import unicodedata
from collections import Counter
from importlib import resources

import pytest
from hypothesis import given
from hypothesis import strategies as st

from counselling.vault import pairs, phrases
from counselling.vault.unkind import UNKIND

KIND = set(phrases.every_word()) - UNKIND
PHRASES = st.lists(st.sampled_from(phrases.every_word()), min_size=1, max_size=8)
BETWEEN = st.sampled_from([" ", "  ", "-", " - ", "\n", "\r\n", " – ", "‐", "—", ". ", ", ", "\u00a0"])
# What hurts most, looked for anywhere in a word; behind it, what contains it and means something else.
STEMS = {
    "mord": set(),
    "tod": set(),
    "tot": {"prototyp", "stotz", "total", "toto"},
    "blut": set(),
    "gewalt": set(),
    "krieg": set(),
    "waffe": {"waffel"},
    "sex": set(),
    "nackt": set(),
    "hass": {"chassis"},
    "leich": {"gleich", "leicht"},
    "sarg": set(),
    "grab": set(),
    "galg": set(),
    "opfer": {"klopfer"},
    "drog": set(),
    "sucht": {"ersucht"},
    "krank": set(),
    "krebs": set(),
    "angst": set(),
    "schlag": {"umschlag", "zuschlag"},
    "verge": {"vergeben"},
    "verga": {"vergabe"},
    "schmerz": set(),
    "suizid": set(),
    "sterb": set(),
    "trauer": set(),
    "selbstm": set(),
    "nigger": set(),
    "jude": set(),
    "moslem": set(),
    "muslim": set(),
    "islam": set(),
    "penis": set(),
    "vagin": set(),
    "porno": set(),
    "fick": set(),
    "arsch": {"barsch", "marsch"},
    "idiot": set(),
    "dumm": set(),
    "dick": set(),
    "fett": {"konfetti"},
}


def test_the_list_is_the_one_that_opens_cases() -> None:
    """Another version of the package with other words would lock people out: pin it, or bring the old list along."""
    file = resources.files("diceware") / "wordlists" / "wordlist_de.txt"

    digest = "a4a33aa6a9fd93f3d35a8a12c5899308ce4cc8c92cab76556a411ca97b232537"
    assert hashlib.sha256(file.read_bytes()).hexdigest() == digest
    assert len(phrases.every_word()) == len(set(phrases.every_word())) == 6**5


def test_six_words_keep_76_bits() -> None:
    assert set(phrases.every_word()) >= UNKIND
    assert len(KIND) == 6605
    assert 76 < 6 * math.log2(len(KIND)) < 77


@pytest.mark.parametrize(("stem", "innocent"), STEMS.items())
def test_no_suggestion_holds_a_word_that_hurts(stem: str, innocent: set[str]) -> None:
    assert {word for word in KIND if stem in word} <= innocent


def test_suggestions_are_random_words_of_the_kind_list() -> None:
    drawn = Counter(word for _ in range(2000) for word in phrases.suggest())

    assert drawn.total() == 12000
    assert set(drawn) <= KIND
    assert max(drawn.values()) <= 15
    assert len(drawn) > 5000
    assert len(phrases.suggest(9)) == 9


def test_numbers_are_the_dice_of_the_list() -> None:
    assert phrases.as_numbers(["aalen", "abart", "zyste"]) == ["11111", "11112", "66666"]
    with pytest.raises(KeyError):
        phrases.as_numbers(["counselling"])


@given(PHRASES, BETWEEN, st.data())
def test_a_phrase_may_be_typed_in_many_ways(words: list[str], between: str, data: st.DataObject) -> None:
    typed = [
        data.draw(st.sampled_from([word, word.upper(), word.title(), *phrases.as_numbers([word])])) for word in words
    ]

    assert phrases.normalise(f"  {between.join(typed)}{between}") == " ".join(words)


@given(PHRASES)
def test_dice_may_be_typed_in_one_go(words: list[str]) -> None:
    assert phrases.normalise("".join(phrases.as_numbers(words))) == " ".join(words)


def test_wide_letters_and_digits_are_forgiven() -> None:
    assert phrases.normalise("ａａｌｅｎ １１１１２") == "aalen abart"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Meine Katze  frisst Käse ", "Meine Katze  frisst Käse"),
        ("Ka\u0308se-Brot 7", "K\u00e4se-Brot 7"),
        ("Aalen Abart XYZ", "Aalen Abart XYZ"),
        ("11111 77777", "11111 77777"),
        ("111111", "111111"),
        ("\ufb01nde", "\ufb01nde"),
        ("", ""),
        (" - ", "-"),
    ],
)
def test_own_passphrases_keep_their_letters(typed: str, kept: str) -> None:
    assert phrases.normalise(typed) == kept


@given(st.text(max_size=60))
def test_normalise_changes_nothing_the_second_time(text: str) -> None:
    once = phrases.normalise(text)

    assert phrases.normalise(once) == once
    assert phrases.normalise(unicodedata.normalize("NFD", text)) == once


def test_fingerprints_are_six_kind_words_that_tell_keys_apart() -> None:
    one, two = pairs.new_pair().public, pairs.new_pair().public
    found = {phrases.fingerprint(*keys) for keys in ([one], [two], [one, two], [two, one], [one + two], [], [b""])}

    assert len(found) == 7
    assert all(len(words.split()) == 6 and set(words.split()) <= KIND for words in found)
    assert phrases.fingerprint(one, two) == phrases.fingerprint(one, two)


def test_fingerprints_use_all_words_alike() -> None:
    drawn = Counter(word for number in range(2000) for word in phrases.fingerprint(number.to_bytes(32, "big")).split())

    assert max(drawn.values()) <= 15
    assert len(drawn) > 5000
