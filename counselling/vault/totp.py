"""One-time codes of an authenticator app: RFC 6238 with SHA-1, six digits, 30 seconds, as every app speaks it."""

import hmac
import os

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

SECRET_BYTES = 20  # as long as SHA-1's output (RFC 4226 section 4)
DIGITS = 6
STEP = 30  # seconds
WINDOW = 1  # steps to either side: phones' clocks are off, and typing takes time


def new_secret() -> bytes:
    """20 random bytes."""
    return os.urandom(SECRET_BYTES)


def uri(secret: bytes, account: str, issuer: str) -> str:
    """The otpauth address that an app reads from a QR code; holds the secret."""
    return _totp(secret).get_provisioning_uri(account, issuer)


def check(secret: bytes, code: str, now: float, last_step: int) -> int | None:
    """The time step of a right code, or None; spaces in it are forgiven.

    `now` is in seconds since 1970, `last_step` what the last accepted code returned (0 before the first). Only later
    steps count, so no code is taken twice; the caller stores the step by compare-and-set (RFC 6238 section 5.2).
    """
    typed = "".join(code.split()).encode("ascii", "replace")
    current = int(now // STEP)
    steps = range(max(last_step + 1, current - WINDOW), current + WINDOW + 1)
    right = [step for step in steps if hmac.compare_digest(_totp(secret).generate(step * STEP), typed)]
    return right[0] if right else None


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP)  # noqa: S303 -- HMAC-SHA-1 is unbroken, and apps know nothing else
