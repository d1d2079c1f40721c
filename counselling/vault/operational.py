"""Operational texts that no person's key can seal: canaries and reports to the centre, under the master key."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from counselling.vault.master import keyring
from counselling.vault.sealing import Unreadable

_NONCE = 12


def seal_operational(text: str, purpose: str) -> bytes:
    """`kid length | kid | nonce | ciphertext` under the active master key, bound to `purpose`."""
    kid = keyring().active_kid
    nonce = os.urandom(_NONCE)
    sealed = AESGCM(keyring().derive("operational|v1", kid)).encrypt(nonce, text.encode(), purpose.encode())
    return bytes((len(kid),)) + kid.encode() + nonce + sealed


def kid_of(sealed: bytes | memoryview) -> str:
    """The master key that this was sealed under; "" for what is none of ours."""
    sealed = bytes(sealed)
    return sealed[1 : 1 + sealed[0]].decode("ascii", "replace") if sealed else ""


def reseal(sealed: bytes | memoryview, purpose: str) -> bytes:
    """The same text under the active master key; what lies under it already comes back as it is. Raises as opening."""
    text = open_operational(sealed, purpose)
    return bytes(sealed) if kid_of(sealed) == keyring().active_kid else seal_operational(text, purpose)


def open_operational(sealed: bytes | memoryview, purpose: str) -> str:
    """The text again; raises Unreadable, or KeyFileProblem when the key file lost the key."""
    sealed = bytes(sealed)
    start = 1 + sealed[0] if sealed else 0
    if len(sealed) <= start + _NONCE:
        raise Unreadable
    kid = sealed[1:start].decode("ascii", "replace")
    body = sealed[start:]
    try:
        key = keyring().derive("operational|v1", kid)
        return AESGCM(key).decrypt(body[:_NONCE], body[_NONCE:], purpose.encode()).decode()
    except InvalidTag:
        raise Unreadable from None
