"""What rooms above this one keep in a case: told to its young person where everything stored is listed or copied.

And what of it stands at the top of their conversation, one line each; and how long they need a way back for it.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from counselling.people.domain.actors import Actor


@dataclass(frozen=True, slots=True)
class Passage:
    """One part of a copy: a heading, and paragraphs of plain text."""

    heading: str
    paragraphs: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Line:
    """One line that leads somewhere: words, the name of the page, an icon of the sprite."""

    text: str = field(repr=False)
    page: str
    icon: str


Stored = Callable[[Collection[UUID]], Mapping[UUID, list[str]]]
Copied = Callable[[Actor, UUID], list[Passage]]
OnTop = Callable[[Actor, UUID], list[Line]]
Needed = Callable[[Actor], datetime | None]
_stored: list[Stored] = []
_copied: list[Copied] = []
_on_top: list[OnTop] = []
_needs: list[Needed] = []


def register(*, stored: Stored, copied: Copied) -> None:
    """`stored`: sentences about what lies sealed, by case, in one query a kind. `copied`: what of it is theirs to keep.

    Both are asked in the reader's language.
    """
    _stored.append(stored)
    _copied.append(copied)


def stored(case_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """Sentences for each of these cases. The caller knows whose they are."""
    found: dict[UUID, list[str]] = {case_id: [] for case_id in case_ids}
    for tell in _stored:
        for case_id, sentences in tell(case_ids).items():
            found[case_id] += sentences
    return found


def copied(actor: Actor, case_id: UUID) -> Iterator[Passage]:
    """For a copy of this case. Raises NotFound, NotAllowed, Locked."""
    for tell in _copied:
        yield from tell(actor, case_id)


def put_on_top(lines: OnTop) -> None:
    """Have these lines stand above the conversation of a case, in its reader's language; in one query each."""
    _on_top.append(lines)


def on_top(actor: Actor, case_id: UUID) -> list[Line]:
    """What stands there now, for the case's own young person."""
    return [line for lines in _on_top for line in lines(actor, case_id)]


def needs_code(until: Needed) -> None:
    """Have return codes hold for longer than usual: until a day after this moment (UTC; None: nothing needs them)."""
    _needs.append(until)


def code_needed(actor: Actor) -> datetime | None:
    """Until when a young person needs a code that they get now."""
    return max((moment for until in _needs if (moment := until(actor))), default=None)
