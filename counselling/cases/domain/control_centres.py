"""Control centres of rescue services by town: which one is meant by what a young person told, and which may be.

A name counts only as a whole word ("Ulmer Straße" is not Ulm), however it was typed. Where it is not clear, candidates
are shown and somebody chooses; the whole list always stands there.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final

from django.conf import settings

# What stands before or after a town's own name on lists and signs, and tells nobody apart.
_TITLES: Final = frozenset(
    {"stadt", "landeshauptstadt", "hauptstadt", "kreisstadt", "universitatsstadt", "hansestadt", "gemeinde", "markt"}
)
# With one of these before it, it is another place: Bad Urach, Neu Ulm, Sankt Georgen.
_OTHER: Final = frozenset({"neu", "alt", "bad", "gross", "klein", "ober", "unter", "nieder", "hohen", "sankt", "st"})
# "Freiburg im Breisgau" is called Freiburg, and so is another one.
_LINKS: Final = frozenset({"am", "an", "auf", "bei", "im", "in", "ob", "unter", "vor", "der", "dem"})
_SHORTEST_GUESS: Final = 4  # letters; what is shorter looks like too many words
_ALIKE: Final = 0.82  # of 1: a letter or two of a town's name

Words = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ControlCentre:
    """One that can be called from outside its area. `told`: its town was named; `maybe`: it could have been meant."""

    town: str
    number: str
    told: bool = False
    maybe: bool = False


@dataclass(frozen=True, slots=True)
class _Name:
    """A town's name in folded words: the name itself, its first part if people say only that, what tells it apart."""

    core: Words
    short: Words
    apart: Words


def listed(said: Iterable[str] = ()) -> list[ControlCentre]:
    """The centre's whole list: the one whose town was named first, then those that may be meant, then the others.

    `told` is at most one: where two are named, or two have the name, both are only `maybe`.
    """
    words = _words(" \n ".join(said))
    centres = [ControlCentre(town, number) for town, number in settings.CONTROL_CENTRES]
    names = [_name(centre.town) for centre in centres]
    named = _without_shorter([place for place, name in enumerate(names) if _is_named(name, words)], names)
    exact = _told_apart(named, names, words)
    found = [
        replace(
            centre, told=exact == [place], maybe=exact != [place] and (place in named or _may_be(names[place], words))
        )
        for place, centre in enumerate(centres)
    ]
    return sorted(found, key=lambda one: (not one.told, not one.maybe))


def _without_shorter(named: list[int], names: Sequence[_Name]) -> list[int]:
    """Who said "Bad Urach" did not also mean an Urach."""
    cores = {place: names[place].core for place in named}
    return [
        place
        for place in named
        if not any(len(core) > len(cores[place]) and _within(cores[place], core) for core in cores.values())
    ]


def _told_apart(named: list[int], names: Sequence[_Name], words: Words) -> list[int]:
    """Of towns that go by one name, those whose addition was said as well: (Breisgau), (Elbe)."""
    if len({names[place].core for place in named}) != 1:
        return named
    core = names[named[0]].core
    same = [place for place, name in enumerate(names) if core in {name.core, name.short}]
    apart = [place for place in same if names[place].apart and _within(names[place].apart, words)]
    return apart or same


def _is_named(name: _Name, words: Words) -> bool:
    """Whether the whole name stands there, and not as a part of another one; Neu Ulm is Neu-Ulm."""
    compound = _split(name.core)
    if len(compound) > len(name.core):
        return _within(compound, _split(words))
    return any(begin == 0 or words[begin - 1] not in _OTHER for begin in _places(name.core, words))


def _split(words: Words) -> Words:
    return tuple(part for word in words for part in word.split("-"))


def _may_be(name: _Name, words: Words) -> bool:
    """Its first part alone, a part of a compound, an unsure place, or a letter or two beside it."""
    parts = _split(words)
    if _within(name.core, parts) or (name.short and _within(name.short, parts)):
        return True
    whole = "".join(name.core)
    return len(whole) >= _SHORTEST_GUESS and any(_is_like(whole, word) for word in words)


def _is_like(whole: str, word: str) -> bool:
    if abs(len(whole) - len(word)) > 2 or len(word) < _SHORTEST_GUESS:  # noqa: PLR2004 -- letters too many or too few
        return False
    return SequenceMatcher(None, whole, word).ratio() >= _ALIKE


def _within(part: Words, words: Words) -> bool:
    return bool(_places(part, words))


def _places(part: Words, words: Words) -> list[int]:
    """Where these words stand one after the other."""
    return [at for at in range(len(words) - len(part) + 1) if part and words[at : at + len(part)] == part]


@lru_cache(maxsize=1024)
def _name(town: str) -> _Name:
    core, addition = _words(re.sub(r"[(/,].*", "", town)), re.search(r"[(/,](.*)", town)
    core = tuple(word for word in core if word not in _TITLES) or core
    link = next((at for at, word in enumerate(core) if word in _LINKS and at > 0), 0)
    rest = core[link:] if link else ()
    apart = tuple(word for word in (*rest, *_words(addition[1] if addition else "")) if word not in _LINKS)
    return _Name(core=core, short=core[:link], apart=apart)


def _words(text: str) -> Words:
    """Folded words; compounds with a hyphen are one: Neu-Ulm is not Ulm."""
    return tuple(word.strip("-") for word in re.findall(r"\w[\w-]*", _fold(text)))


def _fold(text: str) -> str:
    """Without capitals and accents; ä, ae and a are one, ß is ss; dashes of any kind are hyphens."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(one for one in plain if not unicodedata.combining(one))
    return re.sub(r"(?<=[aou])e", "", re.sub(r"[‐-―−]", "-", bare))
