"""Keyed digests and derivations for finding rows without storing the secret that leads to them."""

import hashlib
import hmac
import secrets

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from counselling.vault.master import keyring

TOKEN_BYTES = 32


def new_token() -> str:
    """A random 256-bit token for a cookie, as URL-safe text."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_lookup(token: str) -> bytes:
    """What the database keeps of a cookie token: HKDF(token, "lookup"), 32 bytes (pitfalls 5)."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"lookup").derive(token.encode())


def token_kek(token: str) -> bytes:
    """The key that wraps what only this token opens: HKDF(token, "kek"), 32 bytes, never stored (pitfalls 5)."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"kek").derive(token.encode())


def fingerprint(data: bytes | memoryview) -> bytes:
    """SHA-256 of what lies sealed: tells without a key that it changed by accident or was exchanged. Proves no more."""
    return hashlib.sha256(bytes(data)).digest()


def keyed(purpose: str, value: str, kid: str | None = None) -> bytes:
    """HMAC-SHA256 of `value` under a key of the active (or the named) master key; for values with little entropy."""
    return hmac.new(keyring().derive(f"lookup|{purpose}|v1", kid), value.encode(), hashlib.sha256).digest()


def every_keyed(purpose: str, value: str) -> list[bytes]:
    """Under each key of the file, the active one first: what was stored before a rotation is found again."""
    return [keyed(purpose, value, kid) for kid, _ in keyring().keys]
