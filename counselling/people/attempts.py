"""Guessing passwords is slowed down, and nobody can lock a colleague out by guessing in their name.

Counted are attempts per address, per name at one address, and per name anywhere. The last counts only what passed the
others, so that no single address uses it up; and it keeps nobody out who signed in from there today or whose browser
did the proof of work. In a browser that is known (`known_browser`) only its own tries count: no flood, from the same
office or from everywhere, keeps its owner out.
"""

from django.core.cache import cache
from django.http import HttpRequest

from counselling.people import known_browser
from counselling.vault import digests
from counselling.web import limits
from counselling.web import pow as proof_of_work

PER_ADDRESS, ADDRESS_SECONDS = 30, 300  # a whole office may share one address
PER_NAME_HERE, PER_NAME_ANYWHERE, NAME_SECONDS = 6, 30, 60
DAY_SECONDS = 86_400


def allowed(request: HttpRequest, username: str, *, guessable: bool = True) -> bool:
    """Counts an attempt; False when it should wait for the next minute (the address: five).

    What nobody can guess (an invitation's 80 bits) needs no limit over all addresses, with which others could keep its
    owner out.
    """
    browser = known_browser.number(request, username)
    if browser:
        return limits.hit(browser, "sign-in-known", PER_NAME_HERE, NAME_SECONDS)
    address, name = limits.address_tag(request), _tag(username)
    here = [
        limits.hit(address, "sign-in", PER_ADDRESS, ADDRESS_SECONDS),
        limits.hit(f"{name}:{address}", "sign-in-here", PER_NAME_HERE, NAME_SECONDS),
    ]
    return all(here) and (not guessable or _allowed_anywhere(request, name, address))


def allowed_in_session(request: HttpRequest) -> bool:
    """As `allowed`, where a signed-in browser asks for the password once more (unlocking, changing it).

    Only whoever holds this browser's cookies can use up its tries, so nobody else can keep its owner out.
    """
    session = digests.keyed("sign-in", request.session.session_key or "").hex()[:16]
    return limits.hit(session, "sign-in-again", PER_NAME_HERE, NAME_SECONDS)


def succeeded(request: HttpRequest, username: str) -> None:
    """Remember for today that this name signs in from here; the address tag itself ends at midnight."""
    key = _known_key(_tag(username), limits.address_tag(request))
    limits.or_else(lambda: cache.set(key, True, DAY_SECONDS), default=None)


def _allowed_anywhere(request: HttpRequest, name: str, address: str) -> bool:
    """A solution counts once, so it is looked at last: only where nothing else lets the try pass."""
    return (
        limits.hit(name, "sign-in-anywhere", PER_NAME_ANYWHERE, NAME_SECONDS)
        or _is_known(name, address)
        or proof_of_work.verify(request.POST.get("proof", ""), address)
    )


def _is_known(name: str, address: str) -> bool:
    return limits.or_else(lambda: bool(cache.get(_known_key(name, address))), default=True)


def _known_key(name: str, address: str) -> str:
    return f"sign-in:known:{name}:{address}"


def _tag(username: str) -> str:
    """User names lie in no cache: a keyed digest stands for them."""
    return digests.keyed("sign-in", username.strip().casefold()).hex()[:16]
