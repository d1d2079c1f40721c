"""Words that may hint at danger: they show help, mark a text for counsellors, put a case forward, and decide nothing.

A text is looked at in memory, by the session that writes or reads it; neither it nor what was found is ever logged.
What is kept is one bit of a case: a word of the list stood in it.
"""

import re
import time
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final
from uuid import UUID

from counselling.cases import bell
from counselling.cases.domain.timeline import Line
from counselling.cases.models import Waiting

DEFAULT: Final = (
    "suizid",
    "selbstmord",
    "umbringen",
    "nicht mehr leben",
    "will sterben",
    "ritzen",
    "kill myself",
    "suicide",
    "want to die",
)
KEPT_SECONDS: Final = 30  # how long a process goes on with a list that was changed meanwhile


@dataclass(frozen=True, slots=True)
class Words:
    """A list, compiled. `exact` finds its words where a word begins; `anywhere` is a quick first look."""

    exact: re.Pattern[str]
    anywhere: re.Pattern[str]

    def stand_in(self, text: str) -> bool:
        """Whether one of them stands in the text; capitals and forms of letters apart. Some microseconds."""
        folded = fold(text)
        return self.anywhere.search(folded) is not None and self.exact.search(folded) is not None


_lists: list[Callable[[UUID], str]] = []
_kept: dict[UUID, tuple[float, Words]] = {}


def listed_by(words_of: Callable[[UUID], str]) -> None:
    """From now on this tells a team's words, one a line, "" for the defaults: a room above this one keeps the rules."""
    _lists[:] = [words_of]


def of_team(team: UUID) -> Words:
    """The team's words as they are now, or the defaults. One query."""
    return _compiled(_lists[0](team) if _lists else "")


def lately(team: UUID) -> Words:
    """The same, at most KEPT_SECONDS old and without a query meanwhile: for what happens with every message."""
    now = time.monotonic()
    at, words = _kept.get(team, (float("-inf"), None))
    if words is None or now - at > KEPT_SECONDS:
        words = of_team(team)
        _kept[team] = now, words
    return words


def forget() -> None:
    """Ask again the next time: after a change in this process, and between tests."""
    _kept.clear()


def found_in(text: str, team: UUID) -> bool:
    """Whether one of the team's words stands in the text. One query."""
    return of_team(team).stand_in(text)


def parts(text: str, words: Words) -> list[tuple[str, bool]]:
    """The text as it was written (composed), cut where `words` begin and end, and whether each part is one of them."""
    composed = unicodedata.normalize("NFC", text)
    folded, came_from = _folded(composed)
    cut, found = 0, list[tuple[str, bool]]()
    for match in words.exact.finditer(folded):
        begin, end = came_from[match.start()], came_from[match.end() - 1] + 1
        found += [(composed[cut:begin], False), (composed[begin:end], True)]
        cut = end
    return [(part, marked) for part, marked in [*found, (composed[cut:], False)] if part]


def marked(lines: Sequence[Line], words: Words) -> list[Line]:
    """The lines for a reader of the team: `hinted` says of a young person's text that one of the words stands in it."""
    return [
        replace(line, hinted=True) if line.role == "seeker" and line.text and words.stand_in(line.text) else line
        for line in lines
    ]


def put_forward(cases: Sequence[UUID]) -> None:
    """A word stood in what was written in these cases: they go forward where they wait. Needs `atomic`.

    It is never taken back while nobody has answered, also when the text is: rather too soon than too late.
    """
    fresh = Waiting.objects.filter(case__in=cases, hinted=False)
    teams = set(fresh.values_list("team", flat=True))
    if teams and fresh.update(hinted=True):
        bell.ring(teams=teams)


def fold(text: str) -> str:
    """As words are compared: composed, without capitals; one blank where there were several."""
    return " ".join(unicodedata.normalize("NFC", text).casefold().split())


def _folded(composed: str) -> tuple[str, list[int]]:
    """As `fold`, and for each of its characters the place in the composed text that it came from."""
    folded, came_from = list[str](), list[int]()
    for place, character in enumerate(composed):
        for one in " " if character.isspace() else character.casefold():
            if one != " " or (folded and folded[-1] != " "):
                folded.append(one)
                came_from.append(place)
    return "".join(folded), came_from


@lru_cache(maxsize=64)
def _compiled(listed: str) -> Words:
    """Once for each version of a list."""
    words = [fold(word) for word in listed.splitlines() if word.strip()] or list(DEFAULT)
    either = "|".join(re.escape(word) for word in words)
    return Words(re.compile(rf"(?<!\w)(?:{either})"), re.compile(either))
