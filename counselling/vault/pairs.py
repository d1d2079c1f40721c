"""Key pairs of people and teams, and sealing to their public halves: HPKE base mode (RFC 9180, pitfalls B).

A seal is `suite byte | encapsulated key (32) | ciphertext and tag`: 49 bytes more than what it holds. Anybody can seal
to a public half; a seal proves nothing about who made it.
"""

from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from counselling.vault.sealing import Unreadable

SUITE = 2  # DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM; a hybrid suite will carry another number
PrivateKey = X25519PrivateKey  # as others may hand it back
_HPKE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


@dataclass(frozen=True, slots=True)
class Pair:
    """An X25519 pair, 32 raw bytes each; the private half is never shown by `repr`."""

    private: bytes = field(repr=False)
    public: bytes


def new_pair() -> Pair:
    """A random pair."""
    private = X25519PrivateKey.generate()
    return Pair(private.private_bytes_raw(), private.public_key().public_bytes_raw())


def public_of(private: bytes) -> bytes:
    """The public half that belongs to a private one; raises ValueError unless it has 32 bytes."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def seal_to(public: bytes | memoryview, data: bytes, purpose: bytes) -> bytes:
    """Seal `data` so that only the private half opens it, and only for this `purpose`.

    Raises ValueError for a public half of low order or wrong length (RFC 9180 section 7.1.4).
    """
    return bytes((SUITE,)) + _HPKE.encrypt(data, X25519PublicKey.from_public_bytes(bytes(public)), info=purpose)


def parsed(private: bytes) -> PrivateKey:
    """What opens many seals in a row, read once: a third of the time that opening one takes. Raises ValueError."""
    return X25519PrivateKey.from_private_bytes(private)


def open_with(private: bytes | PrivateKey, sealed: bytes | memoryview, purpose: bytes) -> bytes:
    """What was sealed; raises Unreadable for another suite, key or purpose, for tampering and truncation."""
    sealed = bytes(sealed)  # PostgreSQL hands memoryviews
    if sealed[:1] != bytes((SUITE,)):
        raise Unreadable
    try:
        key = parsed(private) if isinstance(private, bytes) else private
        return _HPKE.decrypt(sealed[1:], key, info=purpose)
    except (InvalidTag, ValueError):
        raise Unreadable from None
