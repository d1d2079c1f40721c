"""The wire protocol, client to server: one typed command per frame (PROTOCOL.md is held to this file by a test).

A frame that does not parse is an answerable mistake, never an exception that ends the socket.
"""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any, NoReturn, TypeGuard
from uuid import UUID

SUBPROTOCOL = "counselling.1"
VERSION = 1
MAX_FRAME_BYTES = 65_536
MAX_TEXT = 4000
MAX_SEQ = 2**31 - 1
IN_FLIGHT = 32  # posts of one link that wait for their commit
UNCONFIRMED = 200  # entries sent to one link and not confirmed by `got`
PING_SECONDS = 20
TYPING_TTL_MS = 6000


class Closing:
    """Close codes; 4xxx are ours, a client need not come back after 4401, 4404 and 4400."""

    NO_SUBPROTOCOL = 4400
    SESSION_ENDED = 4401
    NO_CASE = 4404
    FLOOD = 4429
    RESTART = 1012


class BadFrame(Exception):
    """Not a frame of this protocol; `why` names the rule, never the content. `id` is the frame's own, if it had one."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
        self.id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Resume:
    """Open or continue the stream of one case after a known entry."""

    case: UUID
    after: int


@dataclass(frozen=True, slots=True)
class Post:
    """Write a message; the id makes a repeat harmless."""

    case: UUID
    id: UUID
    text: str


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Remove an own message that nobody has read."""

    case: UUID
    seq: int


@dataclass(frozen=True, slots=True)
class Read:
    """Everything up to seq was seen by a person."""

    case: UUID
    seq: int


@dataclass(frozen=True, slots=True)
class Typing:
    """Somebody is writing; a hint that expires."""

    case: UUID


@dataclass(frozen=True, slots=True)
class Got:
    """Everything up to seq arrived; lets the server send on."""

    case: UUID
    seq: int


@dataclass(frozen=True, slots=True)
class Call:
    """Take part in a meeting with this page; open or continue what it hears."""

    case: UUID
    meeting: UUID
    page: UUID
    after: int


@dataclass(frozen=True, slots=True)
class Signal:
    """Something for the other browser of a meeting."""

    case: UUID
    meeting: UUID
    page: UUID
    body: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Ping:
    """Still here."""


# Python's UUID also reads braces, signs and underscores; two spellings of one id would be two ids elsewhere.
_CANONICAL = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")

Command = Resume | Post | TakeBack | Read | Typing | Got | Call | Signal | Ping


def _refuse(why: str) -> NoReturn:
    raise BadFrame(why)


def is_id(value: object) -> TypeGuard[str]:
    """Whether this is a UUID in canonical form."""
    return isinstance(value, str) and _CANONICAL.fullmatch(value) is not None


def _uuid(value: object) -> UUID:
    if not is_id(value):
        _refuse("id")
    return UUID(value)


def _seq(value: object) -> int:
    if type(value) is not int or not 0 <= value <= MAX_SEQ:
        _refuse("seq")
    return value


def _text(value: object) -> str:
    """Any JSON string that is valid Unicode text; length and emptiness are the domain's to judge."""
    if not isinstance(value, str) or "\0" in value:
        _refuse("text")
    try:
        value.encode()
    except UnicodeEncodeError:  # a lone surrogate
        _refuse("text")
    return value


def _object(value: object) -> dict[str, Any]:
    """Any JSON object; what may stand in it is for the room above to say."""
    if not isinstance(value, dict):
        _refuse("body")
    return value


_READERS: dict[object, Callable[[object], Any]] = {UUID: _uuid, int: _seq, str: _text, dict[str, Any]: _object}

COMMANDS: dict[str, type[Command]] = {
    "resume": Resume,
    "post": Post,
    "take_back": TakeBack,
    "read": Read,
    "typing": Typing,
    "got": Got,
    "call": Call,
    "signal": Signal,
    "ping": Ping,
}
_SHAPES = {name: {field.name: _READERS[field.type] for field in fields(command)} for name, command in COMMANDS.items()}


def parse(text: str) -> Command:
    """One frame as a command; raises BadFrame naming the broken rule."""
    if len(text) * 4 > MAX_FRAME_BYTES and len(text.encode(errors="surrogatepass")) > MAX_FRAME_BYTES:
        _refuse("size")
    try:
        data = json.loads(text, parse_constant=_refuse)
    except (ValueError, RecursionError):
        _refuse("json")
    if not isinstance(data, dict):
        _refuse("object")
    return read(data)


def read(data: dict[str, Any]) -> Command:
    """A decoded frame as a command; raises BadFrame, with the frame's `id` where that is one."""
    try:
        return _command(data)
    except BadFrame as bad:
        if is_id(value := data.get("id")):
            bad.id = UUID(value)
        raise


def _command(data: dict[str, Any]) -> Command:
    name = data.pop("type", None)
    shape = _SHAPES.get(name) if isinstance(name, str) else None
    if shape is None:
        _refuse("type")
    if data.keys() != shape.keys():
        _refuse("fields")
    return COMMANDS[name](**{field: reader(data[field]) for field, reader in shape.items()})
