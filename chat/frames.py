"""The wire protocol, server to client: every frame is built and encoded here (PROTOCOL.md is held to it by a test)."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from chat import protocol
from counselling.cases.domain import calls
from counselling.cases.domain.places import Place
from counselling.cases.domain.seats import SeatView
from counselling.cases.domain.timeline import Line
from counselling.errors import DomainError, SlowDown

_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

# The fields of each frame; those in brackets may be absent.
FIELDS = {
    "welcome": ("protocol", "role", "name", "cases", "limits", "ping_s"),
    "entry": ("case", "seq", "at", "kind", "role", "name", "mine", "[id]", "[text]", "[hint]", "[code]", "[about]"),
    "caught_up": ("case", "last_seq", "read", "state", "seats"),
    "ack": ("case", "id", "seq", "at", "[help]"),
    "read": ("case", "role", "seq"),
    "typing": ("case", "role", "name", "ttl_ms"),
    "case": ("case", "state", "seats", "ending"),
    "call": ("case", "meeting", "state", "other"),
    "signal": ("case", "meeting", "from", "page", "n", "body"),
    "waiting": ("case", "state", "position", "minutes", "open", "deadline", "by", "called_at", "kept_until"),
    "desk": (),
    "service": ("live",),
    "pong": (),
    "error": ("code", "sentence", "[case]", "[id]", "[retry_ms]"),
}


def encode(frame: dict[str, Any]) -> str:
    """The frame's text."""
    return _encoder.encode(frame)


def stamp(at: datetime) -> str:
    """UTC to the millisecond: 2026-11-22T18:04:05.123Z."""
    return at.isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"


def welcome(role: str, name: str, cases: list[dict[str, Any]]) -> str:
    """The first frame of every connection."""
    limits = {
        "text": protocol.MAX_TEXT,
        "burst": settings.MESSAGES_BURST,
        "per_second": settings.MESSAGES_PER_SECOND,
        "in_flight": protocol.IN_FLIGHT,
        "unconfirmed": protocol.UNCONFIRMED,
    }
    return encode(
        {
            "type": "welcome",
            "protocol": protocol.VERSION,
            "role": role,
            "name": name,
            "cases": cases,
            "limits": limits,
            "ping_s": protocol.PING_SECONDS,
        }
    )


def entry(case: UUID, line: Line, *, mine: bool) -> str:
    """One element of a timeline."""
    frame: dict[str, Any] = {
        "type": "entry",
        "case": str(case),
        "seq": line.seq,
        "at": stamp(line.at),
        "kind": line.kind,
        "role": line.role,
        "name": line.name,
        "mine": mine,
    }
    if mine and line.client_id:
        frame["id"] = str(line.client_id)
    if line.text is not None:
        frame["text"] = line.text
    if line.hinted and not mine:  # for readers of the team; whoever wrote it is told with `ack`
        frame["hint"] = True
    if line.kind == "notice":
        frame["code"], frame["about"] = line.code, line.about or {}
    return encode(frame)


def caught_up(case: UUID, last_seq: int, read: dict[str, int], state: str, seats: list[SeatView]) -> str:
    """The stream is complete up to last_seq; live from here."""
    return encode(
        {"type": "caught_up", "case": str(case), "last_seq": last_seq, "read": read, "state": state, "seats": seats}
    )


def ack(case: UUID, client_id: UUID, seq: int, at: datetime, *, helps: bool = False) -> str:
    """The message is on disk. `helps`: the page should show whom one can reach at once."""
    frame = {"type": "ack", "case": str(case), "id": str(client_id), "seq": seq, "at": stamp(at)}
    return encode(frame | {"help": True} if helps else frame)


def read(case: UUID, role: str, seq: int) -> str:
    """The other side has read up to seq."""
    return encode({"type": "read", "case": str(case), "role": role, "seq": seq})


def typing(case: UUID, role: str, name: str) -> str:
    """The other side is writing."""
    return encode({"type": "typing", "case": str(case), "role": role, "name": name, "ttl_ms": protocol.TYPING_TTL_MS})


def case_changed(case: UUID, state: str, seats: Iterable[SeatView], ending: str) -> str:
    """State or seats of the case changed."""
    return encode({"type": "case", "case": str(case), "state": state, "seats": list(seats), "ending": ending})


def waiting(case: UUID, place: Place) -> str:
    """The seeker's place in the queue."""
    return encode(
        {
            "type": "waiting",
            "case": str(case),
            "state": place.state,
            "position": place.position,
            "minutes": list(place.minutes) if place.minutes else None,
            "open": place.open,
            "deadline": _moment(place.deadline),
            "by": place.by,
            "called_at": _moment(place.called_at),
            "kept_until": _moment(place.kept_until),
        }
    )


def _moment(at: datetime | None) -> str | None:
    return stamp(at) if at else None


def call(place: calls.Place, state: str, other: UUID | None) -> str:
    """How a meeting stands for the page that takes part."""
    of = {"type": "call", "case": str(place.case), "meeting": str(place.meeting)}
    return encode({**of, "state": state, "other": str(other) if other else ""})


def call_over(place: calls.Place) -> str:
    """The right to take part is gone, or the meeting is."""
    return call(place, "ended", None)


def signal(place: calls.Place, signal: calls.Signal) -> str:
    """What the other browser said."""
    return encode(
        {
            "type": "signal",
            "case": str(place.case),
            "meeting": str(place.meeting),
            "from": signal.role,
            "page": str(signal.page),
            "n": signal.n,
            "body": signal.body,
        }
    )


def service(*, live: bool) -> str:
    """Whether nudges between processes flow; without them messages arrive within a second or two."""
    return encode({"type": "service", "live": live})


def error(problem: DomainError, *, case: UUID | None = None, client_id: UUID | None = None) -> str:
    """A refusal, in words for people and a code for the client."""
    frame: dict[str, Any] = {"type": "error", "code": problem.code, "sentence": str(problem.sentence)}
    if case:
        frame["case"] = str(case)
    if client_id:
        frame["id"] = str(client_id)
    if isinstance(problem, SlowDown):
        frame["retry_ms"] = 2000
    return encode(frame)


def bad_frame(why: str, client_id: UUID | None = None) -> str:
    """Not understood; `sentence` names the rule for the client's author, the id which of their messages it was."""
    frame = {"type": "error", "code": "bad_frame", "sentence": f"not understood: {why}"}
    if client_id:
        frame["id"] = str(client_id)
    return encode(frame)


DESK = encode({"type": "desk"})
PONG = encode({"type": "pong"})
