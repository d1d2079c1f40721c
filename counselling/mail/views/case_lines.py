"""A timeline as its counsellor reads it: letters as cards, chats as passages of bubbles, notices in words between."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from counselling.cases.domain import danger_words
from counselling.cases.domain.danger_words import Words
from counselling.cases.domain.timeline import Line
from counselling.cases.views.words import NOTICES, WORDS
from counselling.mail.domain.files import FileView

Kind = Literal["letter", "message", "notice"]


@dataclass(frozen=True)
class Shown:
    """One line. `parts`: its text, cut where words of the list stand (those are True); others say `words`.

    `fresh`: I had not read it before. `read`: it is the team's, and the young person has read it.
    """

    seq: int
    at: datetime
    kind: Kind
    theirs: bool
    name: str
    parts: list[tuple[str, bool]] = field(repr=False)
    words: str
    fresh: bool
    read: bool
    files: Sequence[FileView]

    @property
    def hinted(self) -> bool:
        """Whether a word of the list stands in it."""
        return any(marked for _part, marked in self.parts)


@dataclass(frozen=True)
class Passage:
    """Lines that belong together: one letter, one chat, or a few notices."""

    kind: Literal["letter", "chat", "notices"]
    lines: list[Shown]

    @property
    def first(self) -> Shown:
        """Its first line; there is always one."""
        return self.lines[0]


@dataclass(frozen=True)
class Reading:
    """How a timeline is read: whose nickname, how far each side is, which words are marked, what is attached."""

    nickname: str
    read_to: int
    read_by_them: int
    words: Words
    files: Mapping[UUID, Sequence[FileView]]


def passages(lines: list[Line], reading: Reading) -> list[Passage]:
    """All lines in order, those of one kind that follow each other together."""
    found = list[Passage]()
    for line in lines:
        shown = _shown(line, reading)
        kind = _passage(shown)
        if found and found[-1].kind == kind != "letter":
            found[-1].lines.append(shown)
        else:
            found.append(Passage(kind, [shown]))
    return found


def _passage(shown: Shown) -> Literal["letter", "chat", "notices"]:
    if shown.kind in {"letter", "message"}:
        return "letter" if shown.kind == "letter" else "chat"
    return "notices"


def _shown(line: Line, reading: Reading) -> Shown:
    theirs, spoken = line.role == "seeker", line.kind in {"letter", "message"}
    text = line.text or ""
    return Shown(
        seq=line.seq,
        at=line.at,
        kind="letter" if line.kind == "letter" else "message" if spoken else "notice",
        theirs=theirs,
        name=reading.nickname if theirs else line.name,
        parts=(danger_words.parts(text, reading.words) if theirs else [(text, False)]) if spoken else [],
        words="" if spoken else _in_words(line),
        fresh=theirs and spoken and line.seq > reading.read_to,
        read=not theirs and line.seq <= reading.read_by_them,
        files=reading.files.get(line.client_id, ()) if line.client_id else (),
    )


def _in_words(line: Line) -> str:
    if line.kind in {"taken_back", "unreadable"}:
        return str(WORDS["conversation"][line.kind])  # type: ignore[index]  # words are nested
    about = {name: _readable(name, value) for name, value in (line.about or {}).items()}
    sentence = str(NOTICES.get(f"{line.code}_{about.get('by', '')}") or NOTICES.get(line.code) or NOTICES["other"])
    for name, value in about.items():
        sentence = sentence.replace(f"{{{name}}}", value)
    return sentence


def _readable(name: str, value: object) -> str:
    """Moments are told as times of day, `when` with its day; a channel by its name; everything else as it is."""
    text = str(value)
    if name == "channel":
        return str(NOTICES.get(f"channel_{text}", text))
    moment = parse_datetime(text) if "T" in text else None
    if moment is None:
        return text
    local = timezone.localtime(moment)
    if name != "when":
        return time_format(local)
    return _("%(day)s um %(time)s") % {"day": date_format(local, _("l, j. F")), "time": time_format(local)}
