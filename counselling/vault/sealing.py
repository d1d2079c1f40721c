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


class Unreadable(Exception):
    """Tampered, moved, truncated or sealed under another key; carries no content."""


@dataclass(frozen=True, slots=True)
class Binding:
    """Where a text belongs: `role` of its author, `seq` its place within the case and kind."""

    kind: Kind
    case: UUID
    role: int = 0
    seq: int = 0

    def associated(self) -> bytes:
        """The authenticated bytes."""
        return _AAD.pack(b"MSG1", SUITE, self.kind, self.case.bytes, self.role, self.seq)


def seal(key: bytes, text: str, binding: Binding) -> bytes:
    """Seal `text` under the 32-byte `key`; the result's length tells the text's only in steps of 256 bytes."""
    nonce = os.urandom(_NONCE)
    return bytes((SUITE,)) + nonce + AESGCM(key).encrypt(nonce, _pad(text.encode()), binding.associated())


def open_sealed(key: bytes, sealed: bytes | memoryview, binding: Binding) -> str:
    """The text again; raises Unreadable whatever is wrong."""
    sealed = bytes(sealed)  # PostgreSQL hands memoryviews
    if len(sealed) <= _NONCE or sealed[0] != SUITE:
        raise Unreadable
    try:
        padded = AESGCM(key).decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], binding.associated())
        return _unpad(padded).decode()
    except (InvalidTag, ValueError):
        raise Unreadable from None


def _pad(data: bytes) -> bytes:
    """ISO/IEC 7816-4 padding: one 0x80, then zeros."""
    return data + b"\x80" + b"\0" * (-(len(data) + 1) % PAD)


def _unpad(padded: bytes) -> bytes:
    data = padded.rstrip(b"\0")
    if not data.endswith(b"\x80"):
        raise ValueError
    return data[:-1]
