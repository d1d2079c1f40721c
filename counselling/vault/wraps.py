"""Private halves under a symmetric key, and under the pepper of the master key file around it (pitfalls 10).

A wrap is `suite byte | nonce (12) | ciphertext and tag`. A peppered one is `suite byte | kid length | kid | nonce (12)
| ciphertext and tag`, holding a wrap: the pepper can be renewed without the password, and no password opens anything
without the key file.
"""

import os
import re

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from counselling.vault.master import keyring
from counselling.vault.sealing import Unreadable

SUITE = 1  # AES-256-GCM under the caller's key
PEPPERED = 3  # AES-256-GCM under HKDF(master, "pepper|v1"), around a wrap of suite 1
_NONCE = 12
_KID = re.compile(rb"[a-z0-9-]{1,16}")  # as in the key file


def wrap(kek: bytes, data: bytes, purpose: bytes) -> bytes:
    """`data` under the 32-byte `kek`, bound to `purpose`; 29 bytes longer."""
    return bytes((SUITE,)) + _encrypt(kek, data, b"wrap|v1|" + purpose)


def unwrap(kek: bytes, wrapped: bytes | memoryview, purpose: bytes) -> bytes:
    """The data again; raises Unreadable whatever is wrong."""
    wrapped = bytes(wrapped)
    if wrapped[:1] != bytes((SUITE,)):
        raise Unreadable
    return _decrypt(kek, wrapped[1:], b"wrap|v1|" + purpose)


def wrap_peppered(kek: bytes, data: bytes, purpose: bytes) -> bytes:
    """`data` under `kek` and then under the pepper of the active master key, bound to `purpose`."""
    return _pepper(wrap(kek, data, purpose), purpose)


def unwrap_peppered(kek: bytes, wrapped: bytes | memoryview, purpose: bytes) -> bytes:
    """The data again; raises Unreadable, or KeyFileProblem when the key file lost the key of the pepper."""
    return unwrap(kek, _unpepper(bytes(wrapped), purpose), purpose)


def kid_of(wrapped: bytes | memoryview) -> str:
    """The master key whose pepper lies around this wrap; raises Unreadable when it is no peppered wrap."""
    return _split(bytes(wrapped))[0].decode()


def repepper(wrapped: bytes | memoryview, purpose: bytes) -> bytes:
    """The same wrap under the active pepper; needs no password.

    Safe to repeat: one that lies under the active pepper comes back as it is. Raises Unreadable, or KeyFileProblem
    when the key file lost the old key.
    """
    wrapped = bytes(wrapped)
    inner = _unpepper(wrapped, purpose)
    return wrapped if kid_of(wrapped) == keyring().active_kid else _pepper(inner, purpose)


def _pepper(inner: bytes, purpose: bytes) -> bytes:
    kid = keyring().active_kid.encode()
    return bytes((PEPPERED, len(kid))) + kid + _encrypt(_pepper_key(kid), inner, _around(kid, purpose))


def _unpepper(wrapped: bytes, purpose: bytes) -> bytes:
    kid, body = _split(wrapped)
    return _decrypt(_pepper_key(kid), body, _around(kid, purpose))


def _split(wrapped: bytes) -> tuple[bytes, bytes]:
    """(kid, nonce and ciphertext)."""
    if len(wrapped) <= 1 or wrapped[0] != PEPPERED:
        raise Unreadable
    end = 2 + wrapped[1]
    kid = wrapped[2:end]
    if len(kid) != wrapped[1] or not _KID.fullmatch(kid):
        raise Unreadable
    return kid, wrapped[end:]


def _pepper_key(kid: bytes) -> bytes:
    return keyring().derive("pepper|v1", kid.decode())


def _around(kid: bytes, purpose: bytes) -> bytes:
    return b"pepper|v1|" + kid + b"|" + purpose


def _encrypt(key: bytes, data: bytes, associated: bytes) -> bytes:
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(key).encrypt(nonce, data, associated)


def _decrypt(key: bytes, body: bytes, associated: bytes) -> bytes:
    if len(body) <= _NONCE:
        raise Unreadable
    try:
        return AESGCM(key).decrypt(body[:_NONCE], body[_NONCE:], associated)
    except InvalidTag:
        raise Unreadable from None
