"""Is a passphrase of one's own hard enough to guess? Lengths, a block list, and zxcvbn knowing German words."""

import re
import unicodedata
from decimal import Decimal

from zxcvbn import matching
from zxcvbn.scoring import most_guessable_match_sequence
from zxcvbn.time_estimates import guesses_to_score

from counselling.vault.blocked import BLOCKED
from counselling.vault.phrases import every_word

SHORTEST = 10  # characters
LONGEST = 200
SCORE = 3  # 10^8 guesses; each costs whoever stole everything one Argon2
_READ = 100  # characters that zxcvbn sees; its work grows faster than their number
_WORD_RANK = 3000  # the list is in no order of frequency: each word counts as one of a few thousand

# zxcvbn's 20 look-alikes give a text 736 readings (3.8 s at 100 characters, measured); these give eight (see tests).
_LOOKALIKES = {"a": ["4", "@"], "e": ["3"], "i": ["1", "!"], "o": ["0"], "s": ["$", "5"], "t": ["7"]}
matching.L33T_TABLE.clear()
matching.L33T_TABLE.update(_LOOKALIKES)
matching.RANKED_DICTIONARIES["german"] = dict.fromkeys(every_word(), _WORD_RANK)

_KNOWN = re.compile("|".join(sorted(BLOCKED, key=len, reverse=True)))
_DAY, _MONTH, _YEAR = r"(?:0[1-9]|[12]\d|3[01])", r"(?:0[1-9]|1[0-2])", r"(?:19|20)\d\d"
_DATE = rf"(?:{_DAY}{_MONTH}(?:{_YEAR}|\d\d)|{_YEAR}{_MONTH}{_DAY})"
_DATES = re.compile(rf"{_DATE}{{1,2}}|({_DATE})\1+")  # one, two, or one again and again
_SHORTEST_NICKNAME = 3  # "Al" stands in too many words
_BLOCKED_TOO = "passwort"  # a nickname is as good as that
_LEFT_LETTERS = 2  # beside blocked words that is as good as nothing: "Passwort1234!"
_LEFT_DIGITS = 8  # a date


def problem(passphrase: str, nickname: str, *, score: int = SCORE) -> str | None:
    """Why this passphrase will not do: "short", "long", "common", "nickname", "weak"; None when it will.

    `score`: the least that zxcvbn must say, 0 to 4. Takes a few milliseconds, 0.2 s at the very worst; keeps nothing of
    what it was given.
    """
    if len(passphrase) > LONGEST:
        return "long"
    text = unicodedata.normalize("NFC", passphrase).strip()
    if len(text) < SHORTEST:
        return "short"
    plain, mine = _plain(text), _plain(nickname)
    if _is_blocked(plain) or _DATES.fullmatch(plain):
        return "common"
    if len(mine) >= _SHORTEST_NICKNAME and _is_blocked(plain.replace(mine, _BLOCKED_TOO)):
        return "nickname"
    if _is_strong(text, nickname, score):
        return None
    return "nickname" if _is_strong(text, "", score) else "weak"


def _is_blocked(plain: str) -> bool:
    """Nothing but blocked words, with a number or a letter or two."""
    left, found = _KNOWN.subn("", plain)
    digits = sum(character.isdigit() for character in left)
    return bool(found) and digits <= _LEFT_DIGITS and len(left) - digits <= _LEFT_LETTERS


def _plain(text: str) -> str:
    """Letters and digits only, small, "ä" as "ae"; so no punctuation hides a word."""
    folded = text.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    return "".join(character for character in folded if character.isalnum())


def _is_strong(text: str, nickname: str, score: int) -> bool:
    """Not by `zxcvbn()`: that leaves the nickname in a dictionary that all threads share."""
    text = text[:_READ]
    mine = {part: 1 for part in {nickname.lower(), *nickname.lower().split()} if part}
    matches = matching.omnimatch(text, {**matching.RANKED_DICTIONARIES, "user_inputs": mine})
    return guesses_to_score(Decimal(most_guessable_match_sequence(text, matches)["guesses"])) >= score
