"""The only name a seeker has here: chosen freely, readable for both sides, giving nothing away.

Nicknames need not be unique (design section 5) and are stored only sealed; this module neither stores nor logs them.
"""

import re
import secrets
import unicodedata

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from counselling.errors import Invalid
from counselling.people.domain import posing, scripts, words

SHORTEST, LONGEST = 2, 24  # visible characters
_MOST_TYPED = 200  # code points; beyond this nothing is worth examining

_EMOJI_STYLE = re.compile("(?<=[\u2600-\u27bf\u2b50\U0001f300-\U0001faff])\ufe0f")
# Seven digits are no age and no lucky number any more; telephone numbers are written with these between.
_NUMBER = re.compile(r"\d(?:[\s./()\-]*\d){6,}")
_NUMBER_ALONE = re.compile(r"[\s./()+\-]*\d(?:[\s./()+\-]*\d){5,}[\s./()+\-]*")
_ADDRESS = re.compile(
    r"@|://|\bwww\.|\w#\d{4}\b|\(at\)"
    r"|\w\.(?:app|at|ch|co|com|de|eu|fr|gg|info|io|link|ly|me|net|nl|online|org|pl|ru|to|tv|uk|us|xyz)\b"
    r"|\b(?:discord|e-?mail|ig|insta|instagram|mail|snap|snapchat|tel|telegram|tiktok|whatsapp)\s*:",
    re.IGNORECASE,
)

_SHORT = _("Dein Name braucht mindestens zwei Zeichen.")
_LONG = _("Das ist etwas lang. Nimm bitte höchstens 24 Zeichen.")
_HIDDEN = _("Da ist ein unsichtbares Zeichen dabei. Tipp den Namen am besten noch einmal neu ein.")
_SYMBOL = _("Eines der Zeichen geht hier nicht. Nimm Buchstaben, Zahlen oder ein einfaches Emoji.")
_TOWERS = _("Da stehen viele Zeichen übereinander. Nimm bitte eine einfachere Schreibweise.")
_MIXED = _("Nimm für den Namen bitte nur eine Schrift, zum Beispiel nur lateinische Buchstaben.")
_WORDLESS = _("Nimm bitte mindestens einen Buchstaben oder eine Zahl in den Namen.")
_STAFF = _("Der Name klingt nach jemandem aus dem Team. Nimm lieber einen Fantasienamen.")
_NUMBER_LIKE = _("Das sieht nach einer Telefonnummer oder einem Datum aus. Mit einem Fantasienamen bleibst du anonym.")
_REACHABLE = _("Damit könnte dich jemand im Internet finden. Mit einem Fantasienamen bleibst du anonym.")


def clean(text: str) -> str:
    """The name as it is kept: NFKC, trimmed, single spaces, 2 to 24 visible characters of one script.

    `clean(clean(x)) == clean(x)`. Raises `Invalid` with one friendly sentence: the first reason that applies.
    """
    if len(text) > _MOST_TYPED:
        raise Invalid(_LONG)
    if _has_control(text):
        raise Invalid(_HIDDEN)
    name = " ".join(unicodedata.normalize("NFKC", _EMOJI_STYLE.sub("", text)).split())
    reason = _objection(name)
    if reason is not None:
        raise Invalid(reason)
    return name


def suggest(language: str, *, avoid: str = "") -> str:
    """A friendly name at random in the language (`de`, `en-gb` …; English where we have no words), never `avoid`."""
    make = words.german if language.lower().startswith("de") else words.english
    name = make(secrets.choice)
    return name if name != avoid else suggest(language, avoid=avoid)


def _has_control(text: str) -> bool:
    """Control characters that `str.split` would take for spaces; a pasted tab or line break is forgiven."""
    return any(unicodedata.category(character) == "Cc" and character not in "\t\r\n" for character in text)


def _objection(name: str) -> str | Promise | None:
    """Why not, or None. Safety of the young person comes before form, so that the most useful sentence is heard."""
    objections = (
        (scripts.has_hidden(name), _HIDDEN),
        (_is_number(name), _NUMBER_LIKE),
        (bool(_ADDRESS.search(name)), _REACHABLE),
        (posing.poses_as_staff(name), _STAFF),
        (scripts.has_strange_symbol(name), _SYMBOL),
        (scripts.has_towers(name), _TOWERS),
        (not scripts.is_single_script(name), _MIXED),
        (scripts.visible_length(name) < SHORTEST, _SHORT),
        (scripts.visible_length(name) > LONGEST, _LONG),
        (not any(character.isalnum() for character in name), _WORDLESS),
    )
    return next((sentence for applies, sentence in objections if applies), None)


def _is_number(name: str) -> bool:
    return bool(_NUMBER.search(name) or _NUMBER_ALONE.fullmatch(name))
