"""Case keys, and seals from before the vault, which the master key file opens; `counselling sealcases` ends them.

Today's seals, to a team and to a young person: `seals.py`.
"""

import os
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from counselling.vault.master import keyring
from counselling.vault.sealing import Unreadable

_NONCE = 12
SUITE = 1  # AES-256-GCM under HKDF(master, "kek|v1"); HPKE seals carry another number


def new_key() -> bytes:
    """A random 256-bit key for one case."""
    return AESGCM.generate_key(bit_length=256)


def seal_for_master(key: bytes, case: UUID) -> tuple[str, bytes]:
    """(kid, seal): the case key under the active master key, bound to its case."""
    kid = keyring().active_kid
    nonce = os.urandom(_NONCE)
    return kid, bytes((SUITE,)) + nonce + AESGCM(_kek(kid)).encrypt(nonce, key, _info(kid, case))


def open_for_master(sealed: bytes | memoryview, kid: str, case: UUID) -> bytes:
    """The case key again; raises Unreadable when the seal was tampered with or moved, KeyFileProblem without `kid`."""
    sealed = bytes(sealed)
    if len(sealed) <= _NONCE or sealed[0] != SUITE:
        raise Unreadable
    try:
        return AESGCM(_kek(kid)).decrypt(sealed[1 : 1 + _NONCE], sealed[1 + _NONCE :], _info(kid, case))
    except InvalidTag:
        raise Unreadable from None


def _kek(kid: str) -> bytes:
    return keyring().derive("kek|v1", kid)


def _info(kid: str, case: UUID) -> bytes:
    return b"seal|v1|" + kid.encode() + b"|" + case.bytes
