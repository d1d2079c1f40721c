"""Phrases of German words that somebody can write down and read out, and fingerprints of keys in the same words.

The words are the German Diceware list of the `diceware` package (Uli Fouquet and contributors, GPL-3.0-or-later), 7,776
words of four to eight letters a-z with the five dice that choose each. Suggestions leave out `unkind` words. What a
phrase opens depends on the list: the package is pinned and a test knows the list's digest.
"""

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from importlib import resources

from counselling.vault.unkind import UNKIND

WORDS = 6
# Between words people put spaces, line breaks, hyphens; keyboards make dashes of hyphens and full stops of two spaces.
_BETWEEN = re.compile(r"[\s\-\u2010-\u2015.,]+")
_DICE = re.compile(r"(?:[1-6]{5})+")


def suggest(count: int = WORDS) -> list[str]:
    """`count` words by the operating system's randomness; six keep 76 bits, see `tests/vault/test_phrases.py`."""
    return [secrets.choice(_kind()) for _ in range(count)]


def every_word() -> tuple[str, ...]:
    """The whole list in its order, the unkind words too."""
    return tuple(_dice_of())


def as_numbers(words: Iterable[str]) -> list[str]:
    """Each word as its five dice, such as "14263", for those who read no German; raises KeyError for other words."""
    return [_dice_of()[word] for word in words]


def normalise(text: str) -> str:
    """What is stretched of a typed passphrase.

    A phrase made of list words, or of their dice, becomes its words in small letters with a space between, however it
    was separated. Anything else keeps its letters as they are (in NFC) and loses only the space around it.
    """
    words = _words_in(unicodedata.normalize("NFKC", text).casefold())
    return " ".join(words) if words else unicodedata.normalize("NFC", text).strip()


def fingerprint(*publics: bytes) -> str:
    """Six words that two people compare by voice: 76 bits of SHA-256 over the public halves in their order.

    256 bits modulo the number of phrases: none is likelier than another by more than 2^-179.
    """
    digest = hashlib.sha256(b"fingerprint|v1")
    for public in publics:
        digest.update(len(public).to_bytes(8, "big") + public)
    number = int.from_bytes(digest.digest(), "big")
    words = []
    for _ in range(WORDS):
        number, place = divmod(number, len(_kind()))
        words.append(_kind()[place])
    return " ".join(words)


def _words_in(text: str) -> list[str] | None:
    """The list words that the whole text is made of, or None."""
    pieces = [piece for part in _BETWEEN.split(text) if part for piece in _dice_in(part)]
    words = [_word_of().get(piece, piece) for piece in pieces]
    return words if all(word in _dice_of() for word in words) else None


def _dice_in(part: str) -> list[str]:
    """Dice that were typed in one go are taken apart."""
    return re.findall(".{5}", part) if _DICE.fullmatch(part) else [part]


@lru_cache(maxsize=1)
def _word_of() -> dict[str, str]:
    """Dice to word, as the file has them."""
    file = resources.files("diceware") / "wordlists" / "wordlist_de.txt"
    lines = (line.split() for line in file.read_text(encoding="ascii").splitlines())
    return {dice: word for dice, word in lines}  # noqa: C416 -- dict() cannot tell that each line has two


@lru_cache(maxsize=1)
def _dice_of() -> dict[str, str]:
    return {word: dice for dice, word in _word_of().items()}


@lru_cache(maxsize=1)
def _kind() -> tuple[str, ...]:
    return tuple(word for word in _dice_of() if word not in UNKIND)
