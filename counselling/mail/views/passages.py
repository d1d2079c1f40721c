"""A timeline as an inbox reads it: letters, talks and what happened, each a passage of its own, in one order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from counselling.cases.domain.timeline import Line
from counselling.cases.views.own.reading import Said, said

# Notices with which a talk begins or ends; others belong to whatever they stand in.
_BEGINS = frozenset({"chat_began", "taken_up"})
_ENDS = frozenset({"closed"})


@dataclass(frozen=True)
class Shown:
    """One line in words. `mark`: how far an own letter came (sent | read), else empty."""

    seq: int
    said: Said
    is_new: bool
    mark: str = ""
    files: Sequence[Any] = ()


@dataclass
class Passage:
    """`kind`: letter (one line), chat, or happened."""

    kind: str
    lines: list[Shown] = field(default_factory=list)
    over: bool = False

    @property
    def began(self) -> datetime:
        """When its first line came."""
        return self.lines[0].said.at

    @property
    def is_new(self) -> bool:
        """Whether something in it was not read before."""
        return any(line.is_new for line in self.lines)

    @property
    def first(self) -> Shown:
        """A letter's only line."""
        return self.lines[0]


def passages(
    lines: Iterable[Line], *, read: int, read_by_team: int, files: Mapping[UUID, Sequence[Any]]
) -> list[Passage]:
    """The lines that have words, in order. `read`: up to where the reader had read before, `read_by_team`: the others.

    `files` of letters by their ids.
    """
    found: list[Passage] = []
    for line in lines:
        words = said(line)
        if words is None:
            continue
        attached = files.get(line.client_id, ()) if line.client_id else ()
        is_new = line.seq > read and bool(words.who) and line.role != "seeker"
        shown = Shown(line.seq, words, is_new, _mark(line, read_by_team), attached)
        _place(found, line, shown)
    return found


def _place(found: list[Passage], line: Line, shown: Shown) -> None:
    """Into the passage that is open, or as a new one."""
    last = found[-1] if found else None
    kind = _kind(line, last)
    if last is None or last.over or kind == "letter" or last.kind != kind:
        last = Passage(kind)
        found.append(last)
    last.lines.append(shown)
    last.over = kind == "letter" or (kind == "chat" and line.code in _ENDS)


def _kind(line: Line, last: Passage | None) -> str:
    if line.kind == "letter":
        return "letter"
    in_chat = last is not None and last.kind == "chat" and not last.over
    return "chat" if line.kind == "message" or line.code in _BEGINS or in_chat else "happened"


def _mark(line: Line, read_by_team: int) -> str:
    if line.kind != "letter" or line.role != "seeker":
        return ""
    return "read" if line.seq <= read_by_team else "sent"
