"""Proof of work before a chat starts (ALTCHA version 2): costs a phone under two seconds, a flood a lot.

Instead of picture puzzles and instead of locking out a school that shares one address. The challenge hides a number
between 0 and `most`; the browser tries them in a worker (`pow.js`). A solution counts once, within 20 minutes.
How hard and why: docs/decisions/0004-proof-of-work.md.
"""

import secrets
import time
from typing import Any

import altcha
from django.conf import settings
from django.core.cache import cache
from django.utils.crypto import salted_hmac

from counselling.web import limits

LIFETIME = 20 * 60
"""Seconds from the challenge to the last moment its solution counts."""

SKIPS_PER_HOUR = 3
"""Chats per hour and tag whose browser could not do the work (no worker, very slow)."""

STARTS_PER_HOUR = 30
"""The same where the work is switched off for everybody (`PROOF_OF_WORK` is 0)."""

_MOST_SENT = 2_000  # characters; a payload of ours has about 650
_MALFORMED = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


def challenge(tag: str) -> dict[str, Any]:
    """What the browser has to solve, as JSON; `{"skip": true}` where proof of work is switched off."""
    most = _most(tag)
    if not most:
        return {"skip": True}
    made = altcha.create_challenge(
        "SHA-256",
        cost=1,
        counter=secrets.randbelow(most + 1),
        expires_at=int(time.time()) + LIFETIME,
        data={"most": most},
        hmac_secret=_secret(),
    )
    return dict(made.to_dict())


def admits(payload: str, tag: str) -> bool:
    """May this visitor start a chat: the work is done, or the skips of this hour are not used up."""
    return verify(payload, tag) or skip_allowed(tag)


def verify(payload: str, tag: str) -> bool:
    """True once per solution: ours, solved, in time, as hard as this tag has to work now, not seen before.

    While the cache is away a solution may count again until it expires.
    """
    solved = _parsed(payload)
    if solved is None or not altcha.verify_solution(solved, _secret()).verified:
        return False
    signed = solved.challenge.parameters.data or {}
    return signed.get("most", 0) >= _most(tag) and _first_use(solved.challenge.signature or "")


def skip_allowed(tag: str) -> bool:
    """Counts one start without work and says whether it is still allowed: nobody is locked out by an old phone.

    A demo without proof of work does not count: it is bound to loopback, where all visitors have one address.
    """
    if settings.DEMO and not settings.PROOF_OF_WORK:
        return True
    per_hour = SKIPS_PER_HOUR if settings.PROOF_OF_WORK else STARTS_PER_HOUR
    return limits.hit(tag, "skip", per_hour, 3600)


def _most(tag: str) -> int:
    return int(settings.PROOF_OF_WORK) * limits.hardness(tag)


def _parsed(payload: str) -> altcha.Payload | None:
    if len(payload) > _MOST_SENT:
        return None
    try:
        return altcha.Payload.from_base64(payload)
    except _MALFORMED:
        return None


def _first_use(signature: str) -> bool:
    return limits.or_else(lambda: cache.add(f"pow:{signature}", 1, LIFETIME + 60), default=True)


def _secret() -> bytes:
    """Our own key for signing challenges, derived from Django's secret and so from the master key file."""
    return salted_hmac("counselling.web.pow", b"challenge", algorithm="sha256").digest()
