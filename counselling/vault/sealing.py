"""Texts under a case key: AES-256-GCM, random nonce, padded, bound to their place (security.md section 2).

A sealed text is `suite byte | nonce (12) | ciphertext and tag`. The binding is authenticated, not stored: a text that
was moved to another case, role, sequence number or kind does not open.
"""

import enum
import os
import struct
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SUITE = 1  # AES-256-GCM with padding to PAD bytes; a later suite gets another number
PAD = 256
_NONCE = 12
_AAD = struct.Struct(">4sBB16sBQ")


class Kind(enum.IntEnum):
    """What a sealed text is; part of its binding."""

    MESSAGE = 1
    NOTE = 2
    DRAFT = 3
    NICKNAME = 4
    LETTER = 5  # `ref` is its id: it is sealed before it has a place in the timeline
    FILE_NAME = 6  # `ref` is the file's id
    REMARK = 7  # of a second look; `ref` is its id
    AGREEMENT = 20
    TASK = 21
    RISK = 22
    WHEREABOUTS = 23
    APPOINTMENT = 30  # what only the two of an appointment need to know; `ref` is its id
    SIGNAL = 31  # how two browsers find each other for a call; `ref` is the meeting's id
    JOINT = 32  # a text that both sides write; `ref` is its id
    CARD = 33
    REFERRAL = 34  # `ref` is its id
    RISK_RECORD = 24  # in place of a case stands the record's id: it outlives its case


class Unreadable(Exception):
    """Tampered, moved, truncated or sealed under another key; carries no content."""


@dataclass(frozen=True, slots=True)
class Binding:
    """Where a text belongs: `role` of its author, `seq` its place within the case and kind.

    `ref` stands for a place where the text has an id of its own before it has one (a letter: pitfalls 3).
    """

    kind: Kind
    case: UUID
    role: int = 0
    seq: int = 0
    ref: UUID | None = None

    def associated(self) -> bytes:
        """The authenticated bytes."""
        place = _AAD.pack(b"MSG1", SUITE, self.kind, self.case.bytes, self.role, self.seq)
        return place + self.ref.bytes if self.ref else place


def seal(key: bytes, text: str, binding: Binding) -> bytes:
    """Seal `text` under the 32-byte `key`; the result's length tells the text's only in steps of 256 bytes."""
    nonce = os.urandom(_NONCE)
    return bytes((SUITE,)) + nonce + AESGCM(key).encrypt(nonce, padded(text.encode()), binding.associated())


def open_sealed(key: bytes, sealed: bytes | memoryview, binding: Binding) -> str:
    """The text again; raises Unreadable whatever is wrong."""
    sealed = bytes(sealed)  # PostgreSQL hands memoryviews
    if len(sealed) <= _NONCE or sealed[0] != SUITE:
        raise Unreadable
    try:
        opened = AESGCM(key).decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], binding.associated())
        return unpadded(opened).decode()
    except (InvalidTag, ValueError):
        raise Unreadable from None


def padded(data: bytes) -> bytes:
    """ISO/IEC 7816-4 padding: one 0x80, then zeros."""
    return data + b"\x80" + b"\0" * (-(len(data) + 1) % PAD)


def unpadded(data: bytes) -> bytes:
    """What was padded; raises ValueError when it was not."""
    data = data.rstrip(b"\0")
    if not data.endswith(b"\x80"):
        raise ValueError
    return data[:-1]
