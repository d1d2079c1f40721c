"""Guessing nicknames and words is slowed down, and nobody can keep the owner out by guessing in their name.

Counted are tries per address, per name at one address, and per name anywhere; and tries without proof of work. Where
the work was done the last two do not count: who is flooded from elsewhere still comes in with a phone that can do it.
Somebody may also sit behind the owner's own router, in a school: a proof that is HARDER passes those limits too, and
is held up only by other hard ones for this name from there, for half a minute.
"""

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest

from counselling.people.domain import passphrases
from counselling.vault import digests
from counselling.web import limits
from counselling.web import pow as proof_of_work

PER_ADDRESS, ADDRESS_SECONDS = 30, 300  # a whole school may share one address
PER_NAME_HERE, PER_NAME_ANYWHERE, NAME_SECONDS = 6, 30, 60
PER_NAME_HARD, HARD_SECONDS = 10, 30  # at this pace 10^5 guesses from one address take more than three days
UNPROVED_PER_HOUR: Final = 10  # by address: browsers without a script, very old phones
KEEPS_PER_HOUR: Final = 20  # by address: each costs us an Argon2 too


def allowed(request: HttpRequest, nickname: str, proof: str) -> bool:
    """Counts a try; False when it should come with a hard proof, or wait for the next minute (the address: five)."""
    address, name = limits.address_tag(request), _tag(nickname)
    if proof_of_work.verify(proof, _hard(address)):
        return limits.hit(f"{name}:{address}", "return-hard", PER_NAME_HARD, HARD_SECONDS)
    worked = proof_of_work.verify(proof, address)
    counted = [
        limits.hit(address, "return-words", PER_ADDRESS, ADDRESS_SECONDS),
        limits.hit(f"{name}:{address}", "return-here", PER_NAME_HERE, NAME_SECONDS),
        worked or limits.hit(name, "return-anywhere", PER_NAME_ANYWHERE, NAME_SECONDS),
        worked or not settings.PROOF_OF_WORK or limits.hit(address, "return-unproved", UNPROVED_PER_HOUR, 3600),
    ]
    return all(counted)


def hard_challenge(request: HttpRequest) -> dict[str, Any]:
    """The proof of work that leads past the limits, as JSON for the browser: HARDER than that of a chat."""
    return proof_of_work.challenge(_hard(limits.address_tag(request)))


def may_keep(request: HttpRequest) -> bool:
    """Counts one passphrase that is set from here."""
    return limits.hit(request, "keep", KEEPS_PER_HOUR, 3600)


def _hard(address: str) -> str:
    """A tag beside the address's own for which the work is always HARDER."""
    tag = f"return:{address}"
    limits.make_harder(tag)
    return tag


def _tag(nickname: str) -> str:
    """20 bits of a keyed digest: about one name in a million shares it, so it proves nothing about anybody."""
    return digests.keyed("return-name", passphrases.fold(nickname)).hex()[:5]
