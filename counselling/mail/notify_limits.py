"""Codes are not guessed, and nobody is flooded with mail they did not ask for. Counted in the cache alone, as tags."""

from django.http import HttpRequest

from counselling.mail.domain.notify import CODE_LIFE, State
from counselling.people.domain.actors import Actor
from counselling.vault import digests
from counselling.web import limits

TRIES_PER_CODE = 6
MAILS_PER_PERSON, MAILS_PER_PLACE, PLACE_SECONDS = 4, 30, 3600  # a school may share one address
MAILS_PER_ADDRESS, DAY_SECONDS = 5, 86_400


def may_try(actor: Actor, known: State) -> bool:
    """Counts a try at the code that was sent last."""
    tag = _tag(f"{actor.id}|{known.code_until}")
    return limits.hit(tag, "notify-try", TRIES_PER_CODE, int(2 * CODE_LIFE.total_seconds()))


def may_send(request: HttpRequest, actor: Actor, email: str = "") -> bool:
    """Counts a mail with a code: by person, by where they are, and by the address it goes to where that is new."""
    counted = [
        limits.hit(_tag(str(actor.id)), "notify-mail", MAILS_PER_PERSON, PLACE_SECONDS),
        limits.hit(request, "notify-mail-here", MAILS_PER_PLACE, PLACE_SECONDS),
        not email or limits.hit(_tag(email.casefold()), "notify-mail-to", MAILS_PER_ADDRESS, DAY_SECONDS),
    ]
    return all(counted)


def _tag(value: str) -> str:
    """20 bits of a keyed digest: it proves nothing about anybody."""
    return digests.keyed("notify-limit", value).hex()[:5]
