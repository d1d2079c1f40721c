"""What one browser may say to the other: six kinds, exactly their fields, and no address but a relay's."""

import re
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from blended.domain import sdp
from counselling.cases.domain.calls import Forged

Body = dict[str, Any]

_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MID: Final = re.compile(r"[0-9A-Za-z_-]{0,16}")
_MOST_LINE: Final = 3


def clean(body: Body, *, relay_only: bool) -> Body:
    """The body as it is handed on. Raises Forged for whatever a page of ours would not send.

    Each names the page it is `to`, and the `session` (one connection of two browsers) to which it belongs.
    """
    kind = body.get("kind")
    shape = _SHAPES.get(kind) if isinstance(kind, str) else None
    if shape is None:
        raise Forged("kind")
    if body.keys() != {"kind", "to", "session", *shape}:
        raise Forged("fields")
    known: Body = {"kind": kind, "to": _id(body["to"]), "session": _id(body["session"])}
    for name, reader in shape.items():
        try:
            known[name] = reader(body[name], relay_only)
        except sdp.NotRelayed:
            raise Forged("address") from None
        except ValueError:
            raise Forged(name) from None
    return known


def addressee(body: Body) -> UUID:
    """For whose page this is."""
    return UUID(body["to"])


def _id(value: object) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise Forged("id")
    return value


def _flag(value: object, _relay_only: bool) -> bool:
    if not isinstance(value, bool):
        raise ValueError  # noqa: TRY004 -- one kind of refusal for every malformed value
    return value


def _description(value: object, relay_only: bool) -> str:
    return sdp.clean_description(_plain(value), relay_only=relay_only)


def _candidate(value: object, relay_only: bool) -> str:
    return sdp.clean_candidate(_plain(value), relay_only=relay_only)


def _mid(value: object, _relay_only: bool) -> str:
    if not _MID.fullmatch(_plain(value)):
        raise ValueError
    return str(value)


def _line(value: object, _relay_only: bool) -> int:
    if type(value) is not int or not 0 <= value <= _MOST_LINE:
        raise ValueError
    return value


def _plain(value: object) -> str:
    """ASCII: descriptions need no more, and half a character cannot be sealed."""
    if not isinstance(value, str) or not value.isascii():
        raise ValueError
    return value


_Reader = Callable[[object, bool], Any]
_SHAPES: Final[dict[str, dict[str, _Reader]]] = {
    "hello": {},
    "offer": {"sdp": _description},
    "answer": {"sdp": _description},
    "candidate": {"candidate": _candidate, "mid": _mid, "line": _line},
    "state": {"microphone": _flag, "camera": _flag, "screen": _flag},
    "bye": {},
}
