"""Names that pose as somebody from the team, found by how they look rather than how they are typed.

Two spellings with one skeleton look alike: `Bеrater` (Cyrillic е), `B e r a t e r` and `ʙᴇʀᴀᴛᴇʀ` are all `berater`.
The role badge in a chat comes from the server in any case; this only spares people the confusion.
"""

import re
import unicodedata
from functools import cache
from itertools import groupby

from confusable_homoglyphs import confusables

# Distinctive enough to be refused wherever they stand, across spaces too.
_ANYWHERE = """
    administrat ansprechpartner berater beratung fachkraft mitarbeiter moderator moderatrice moderation psycholog
    seelsorg sozialarbeit sozialpadagog sozialpaedagog supervis support sysadmin therapeut therapist vertrauensperson
    verwaltung webmaster counsel socialworker psicolog
    conseill moderateur administrateur consejer moderador administrador consulente moderatore amministrat
    doradca psihol danisman yonetici moderatör консультант администратор адміністратор модератор психолог
    поддержка підтримка консультантка مستشار مشاور
"""
# Refused as the beginning of a word ("Badminton" is welcome).
_BEGINNING = "admin betreuer betreuung админ адмін"
# Refused as a whole word, or as the whole name ("Steam" and "Teamwork" are welcome).
_WHOLE = """
    team teams mod mods staff leitung leiter leiterin teamleitung teamleiter teamleiterin chatleitung chatteam hilfeteam
    jugendamt system chatbot server helpdesk official offiziell offizielle polizei police manager managerin
    advisor adviser coach equipe equipo ekip destek zespol konsultant konsultantka asesor asesora orientador orientadora
    команда مشرف مدير مدیر فريق تیم الدعم پشتیبان پشتیبانی
"""
_LEET = str.maketrans("01345679l", "oieasgtgi")
# Signs that stand for letters have to be read before the words are split at signs.
_LEET_SIGNS = str.maketrans("@$€", "ase")
_LEET_STROKES = re.compile(r"(?<=\w)[!|](?=\w)")
_SEPARATORS = re.compile(r"[\W_]+")
_CAMEL = re.compile(r"(?<=[a-zß-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])")


def poses_as_staff(name: str) -> bool:
    """True if the NFKC-normalised name, or a word of it, looks like a title of the team."""
    anywhere, beginning, whole = _reserved()
    words = _words(name)
    shapes = {shape for word in [*_spelled_out(words), "".join(words)] for shape in _shapes(word)}
    level = {_without_doubles(shape) for shape in shapes}
    return (
        not shapes.isdisjoint(whole)
        or any(shape.startswith(beginning) for shape in level)
        or any(title in shape for shape in level for title in anywhere)
    )


def skeleton(text: str) -> str:
    """The shape of a text for comparison, never for display: look-alikes, case, marks, digits levelled."""
    levelled = "".join(_looks().get(character, character) for character in _bare(text)).translate(_LEET)
    return re.sub(r"(.)\1\1+", r"\1", levelled.replace("rn", "m").replace("vv", "w"))


def _without_doubles(shape: str) -> str:
    """`suport` for `support` and `supporrt`; for long titles only, as short ones would take `Mood` for `Mod`."""
    return "".join(character for character, _ in groupby(shape))


def _words(name: str) -> list[str]:
    readable = _LEET_STROKES.sub("i", name.translate(_LEET_SIGNS))
    return [word for word in _SEPARATORS.split(_CAMEL.sub(" ", readable)) if word]


def _spelled_out(words: list[str]) -> list[str]:
    """Joins runs of single letters, so that `T e a m Anna` reads as two words."""
    runs = groupby(words, lambda word: len(word) == 1)
    return [word for single, run in runs for word in (["".join(run)] if single else run)]


def _shapes(word: str) -> set[str]:
    """With and without digits around it (`Team99`), and with ß read as the b it resembles."""
    return {skeleton(word), skeleton(word.strip("0123456789")), skeleton(word.replace("ß", "b"))}


def _bare(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text.casefold())
    return "".join(c for c in decomposed if unicodedata.category(c) not in {"Mn", "Me", "Cf"})


@cache
def _looks() -> dict[str, str]:
    """What a non-ASCII character looks like in ASCII letters, by Unicode's table of confusables; once per process."""
    looks = _small_capitals()
    plain = str.maketrans(looks)
    for character, similar in confusables.confusables_data.items():
        shapes = (_bare(entry["c"]).translate(plain) for entry in similar)
        shape = next((shape for shape in shapes if shape.isascii() and shape.isalnum()), "")
        if shape and len(character) == 1 and not character.isascii():
            looks.setdefault(character, shape)
    return looks


def _small_capitals() -> dict[str, str]:
    """`ᴀᴅᴍɪɴ`: small capitals are letters of their own for Unicode, but nobody reads them so."""
    blocks = [*range(0x0250, 0x02B0), *range(0x1D00, 0x1D80), *range(0xA720, 0xA800)]
    named = re.compile(r"LATIN LETTER SMALL CAPITAL ([A-Z])")
    found = ((chr(code), named.fullmatch(unicodedata.name(chr(code), ""))) for code in blocks)
    return {character: match[1].lower() for character, match in found if match}


@cache
def _reserved() -> tuple[tuple[str, ...], tuple[str, ...], frozenset[str]]:
    anywhere, beginning = (
        tuple(_without_doubles(skeleton(title)) for title in titles.split()) for titles in (_ANYWHERE, _BEGINNING)
    )
    return anywhere, beginning, frozenset(map(skeleton, _WHOLE.split()))
