"""Which characters may stand together in a name: one writing system, nothing invisible, marks in moderation.

The rules follow Unicode UTS 39 (single script, 5.1; mixed numbers, 5.3; marks, 5.4) and RFC 5892 A.1/A.2 (joiners). Why
these, and which libraries know the scripts: docs/decisions/0003-nickname-scripts.md.
"""

import re
import unicodedata
from functools import reduce
from itertools import groupby, pairwise

import idna
from confusable_homoglyphs import categories

_JOINERS = "\u200c\u200d"
# Letters and marks that draw nothing (Default_Ignorable_Code_Point outside Cf), and the blank Hangul fillers.
_BLANK = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]")
_EXTRA_EMOJI = frozenset("☀☁☂☃★☆☘☮☯♡♥♪♫⚘⚡⛄❄❤⭐✨")
_SKIN_TONES = frozenset("🏻🏼🏽🏾🏿")
_ANY = frozenset({"COMMON", "INHERITED"})
_UNKNOWN = "Unknown"
# UTS 39 augmented script sets: Han is written together with the Japanese, Korean and Bopomofo letters.
_AUGMENTED = {
    "HAN": frozenset({"HAN", "JAPANESE", "KOREAN", "HAN WITH BOPOMOFO"}),
    "HIRAGANA": frozenset({"JAPANESE"}),
    "KATAKANA": frozenset({"JAPANESE"}),
    "HANGUL": frozenset({"KOREAN"}),
    "BOPOMOFO": frozenset({"HAN WITH BOPOMOFO"}),
}
_ALPHABETS_WITH_FEW_MARKS = frozenset({"LATIN", "GREEK", "CYRILLIC"})


def is_emoji(character: str) -> bool:
    """One of the single pictures that are welcome: no flags, no joined ones, no check marks (they look official)."""
    pictures = "\U0001f300" <= character <= "\U0001faff" and unicodedata.category(character) == "So"
    return pictures or character in _EXTRA_EMOJI


def has_hidden(text: str) -> bool:
    """True for control, format, private-use, unassigned and blank characters; joiners count where nothing is joined."""
    hidden = (_hides(text, place) for place in range(len(text)))
    return any(hidden)


def _hides(text: str, place: int) -> bool:
    character = text[place]
    if character in _JOINERS:
        return not idna.valid_contextj(text, place)
    unseen = unicodedata.category(character) in {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
    return unseen or bool(_BLANK.match(character))


def has_strange_symbol(text: str) -> bool:
    """True for symbols that are neither on an ordinary keyboard nor a welcome emoji."""
    return any(_is_strange(before, character) for before, character in pairwise(f" {text}"))


def _is_strange(before: str, character: str) -> bool:
    if character in _SKIN_TONES:
        return not is_emoji(before)
    plain = character.isascii() or character in _JOINERS or unicodedata.category(character)[0] in "LMNP"
    return not (plain or is_emoji(character))


def has_towers(text: str) -> bool:
    """True for piled up marks (Zalgo): over 4 in a row (UTS 39), over 2 on Latin, Greek or Cyrillic, one of them twice.

    A mark that stands alone, with nothing to sit on, counts as one too; so does any enclosing mark.
    """
    towers = (_is_tower(before, mark) for before, mark in _marks_after_bases(unicodedata.normalize("NFD", text)))
    return any(towers)


def _marks_after_bases(text: str) -> list[tuple[str, str]]:
    """Each run of non-spacing marks with the character it sits on ("" at the start)."""
    runs = [(marked, "".join(run)) for marked, run in groupby(text, lambda c: unicodedata.category(c) in {"Mn", "Me"})]
    before = [("", ""), *((run[-1], run) for _, run in runs)]
    return [(base, run) for (base, _), (marked, run) in zip(before, runs, strict=False) if marked]


def _is_tower(base: str, marks: str) -> bool:
    enclosing = any(unicodedata.category(mark) == "Me" for mark in marks)
    if enclosing or base in {"", " "} or len(set(marks)) < len(marks):
        return True
    return len(marks) > (2 if categories.alias(base) in _ALPHABETS_WITH_FEW_MARKS else 4)


def is_single_script(text: str) -> bool:
    """True if one writing system covers all letters and all digits come from one row of digits."""
    aliases = {categories.alias(character) for character in text} - _ANY
    if _UNKNOWN in aliases:
        return False
    possible = [_AUGMENTED.get(alias, frozenset({alias})) for alias in aliases]
    zeros = {ord(digit) - unicodedata.decimal(digit) for digit in text if digit.isdecimal()}
    return len(zeros) <= 1 and (not possible or bool(reduce(frozenset.intersection, possible)))


def visible_length(text: str) -> int:
    """How many characters a reader sees, near enough: marks, joiners and skin tones belong to the one before."""
    return sum(1 for c in text if unicodedata.category(c) not in {"Mn", "Mc", "Me", "Cf"} and c not in _SKIN_TONES)
