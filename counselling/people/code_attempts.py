"""Guessing the second step is slowed down without locking its owner out.

Six digits can be guessed: who knows the password gets 20 tries an hour from anywhere (at three right codes at a time
about one chance in 700 a day). The owner is not kept out by that: where they signed in fully today only the tries from
there count, and spare codes (50 bits) and passkeys, which nobody guesses, have no limit but that of the address.
"""

from uuid import UUID

from django.core.cache import cache
from django.http import HttpRequest

from counselling.vault import digests
from counselling.web import limits

HERE, HERE_SECONDS = 6, 300
ANYWHERE, ANYWHERE_SECONDS = 20, 3600
DAY_SECONDS = 86_400


def allowed(request: HttpRequest, staff: UUID, typed: str) -> bool:
    """Counts an attempt; False when it should wait."""
    address, who = limits.address_tag(request), _tag(staff)
    here = limits.hit(f"{who}:{address}", "code-here", HERE, HERE_SECONDS)
    if not _is_guessable(typed):
        return here
    anywhere = limits.hit(who, "code-anywhere", ANYWHERE, ANYWHERE_SECONDS) or _is_known(who, address)
    return here and anywhere


def is_news(staff: UUID) -> bool:
    """True once an hour and person: a flood of guesses must not become a flood of notes."""
    return limits.hit(_tag(staff), "code-noted", 1, ANYWHERE_SECONDS)


def succeeded(request: HttpRequest, staff: UUID) -> None:
    """Remember for today that this person signs in from here."""
    key = _known_key(_tag(staff), limits.address_tag(request))
    limits.or_else(lambda: cache.set(key, True, DAY_SECONDS), default=None)


def _is_guessable(typed: str) -> bool:
    return "".join(typed.split()).isdigit()


def _is_known(who: str, address: str) -> bool:
    return limits.or_else(lambda: bool(cache.get(_known_key(who, address))), default=True)


def _known_key(who: str, address: str) -> str:
    return f"code:known:{who}:{address}"


def _tag(staff: UUID) -> str:
    return digests.keyed("second-step", str(staff)).hex()[:16]
