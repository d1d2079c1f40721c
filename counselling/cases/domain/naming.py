"""Where a nickname stands in a text, however it was typed: in capitals, with accents on their own, with unseen signs.

People who want to hide nothing still paste such texts: telephones write é as e and a mark, and chats add joiners.
"""

import re
import unicodedata
from typing import Final

# What draws nothing and says nothing: marks (accents, too: José is Jose), joiners, soft hyphens; and blank letters.
_SILENT: Final = frozenset({"Mn", "Me", "Cf"})
_BLANK: Final = frozenset("\u115f\u1160\u3164\uffa0")


def places(text: str, name: str) -> list[tuple[int, int]]:
    """(begin, end) of each place of the text where the name stands; what hangs on its last letter belongs to it."""
    wanted = _folded(name)[0].strip()
    if not wanted:
        return []
    folded, came_from = _folded(text)
    found: list[tuple[int, int]] = []
    for match in re.finditer(re.escape(wanted), folded):
        begin, end = came_from[match.start()], came_from[match.end() - 1] + 1
        while end < len(text) and not _fold(text[end]):
            end += 1
        found.append((max(begin, found[-1][1]) if found else begin, end))
    return found


def _folded(text: str) -> tuple[str, list[int]]:
    """The text as it is compared, one blank where there were several, and where each of its characters came from."""
    folded, came_from = list[str](), list[int]()
    for place, character in enumerate(text):
        for one in _fold(character):
            if one != " " or (folded and folded[-1] != " "):
                folded.append(one)
                came_from.append(place)
    return "".join(folded), came_from


def _fold(character: str) -> str:
    """One character without capitals, width and accents; "" for what nobody sees."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    kept = (one for one in plain if unicodedata.category(one) not in _SILENT and one not in _BLANK)
    return "".join(" " if one.isspace() else one for one in kept)
