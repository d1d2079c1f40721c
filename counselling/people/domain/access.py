"""A seeker's ways in: a browser's cookie, and on request a return code for another device (24 h).

Each way in wraps the seeker's private half under a key that only its secret gives; we keep neither secret nor key.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from counselling.errors import Locked
from counselling.people.domain import codes
from counselling.people.domain.actors import Actor
from counselling.people.domain.rings import Ring
from counselling.people.models import Seeker, SeekerAccess
from counselling.vault import digests, pairs, wraps
from counselling.vault.sealing import Unreadable

COOKIE_LIFE = timedelta(days=30)
_CODE = "return-code"


def new_seeker() -> tuple[Actor, str]:
    """A new seeker with a key pair, and the token for their browser's cookie."""
    pair = pairs.new_pair()
    with transaction.atomic():
        return let_in(Seeker.objects.create(public=pair.public), pair.private)


def seeker_by_token(token: str) -> Actor | None:
    """The seeker of a cookie token with what it opens, or None when it is unknown or over."""
    found = _access(SeekerAccess.Kind.COOKIE, digests.token_lookup(token))
    if found is None:
        return None
    kek = digests.token_kek(token)
    private = private_half(found, kek) if found.wrapped else _first_pair(found, kek)
    return Actor.for_seeker(found.seeker_id, found.pk, Ring(private) if private else None)


def issue_code(actor: Actor, *, needed_until: datetime | None = None) -> str:
    """A fresh return code, valid for CLOSED_CHAT_HOURS from now or from `needed_until`; an earlier one ends.

    Raises Locked when this browser holds no key. 80 random bits need no stretching (security.md section 2).
    """
    actor.require_seeker()
    if actor.private is None:
        raise Locked
    code, now = codes.new_code(), timezone.now()
    with transaction.atomic():
        SeekerAccess.objects.filter(seeker=actor.id, kind=SeekerAccess.Kind.CODE).delete()
        SeekerAccess.objects.create(
            seeker_id=actor.id,
            kind=SeekerAccess.Kind.CODE,
            lookup=digests.keyed(_CODE, code),
            wrapped=wraps.wrap(digests.token_kek(code), actor.private, purpose(actor.id)),
            expires_at=max(now, needed_until or now) + timedelta(hours=settings.CLOSED_CHAT_HOURS),
        )
    return code


def redeem_code(code: str) -> str | None:
    """A cookie token for this browser; None when the code is malformed, unknown or over. The code stays valid."""
    plain = codes.normalise(code)
    found = _access(SeekerAccess.Kind.CODE, *digests.every_keyed(_CODE, plain)) if plain else None
    private = private_half(found, digests.token_kek(plain)) if found and plain else None
    if found is None or private is None:
        return None
    with transaction.atomic():
        return let_in(found.seeker, private)[1]


def end_session(actor: Actor) -> None:
    """End this browser's way in (quick exit, sign-out); the case stays."""
    actor.require_seeker()
    SeekerAccess.objects.filter(pk=int(actor.access)).delete()


def still_valid(ids: list[int]) -> set[int]:
    """Which of these cookie accesses exist still; asked once a second for connected sockets."""
    return set(SeekerAccess.objects.filter(pk__in=ids).values_list("pk", flat=True))


def let_in(seeker: Seeker, private: bytes) -> tuple[Actor, str]:
    """A new cookie token for a seeker whose private half is open; needs `atomic`."""
    token = digests.new_token()
    access = SeekerAccess.objects.create(
        seeker=seeker,
        kind=SeekerAccess.Kind.COOKIE,
        lookup=digests.token_lookup(token),
        wrapped=wraps.wrap(digests.token_kek(token), private, purpose(seeker.pk)),
        expires_at=timezone.now() + COOKIE_LIFE,
    )
    return Actor.for_seeker(seeker.pk, access.pk, Ring(private)), token


def private_half(access: SeekerAccess, kek: bytes) -> bytes | None:
    """What this way in opens; None when its wrap was tampered with, or is from before the vault."""
    try:
        return wraps.unwrap(kek, access.wrapped, purpose(access.seeker_id)) if access.wrapped else None
    except Unreadable:
        return None


def _first_pair(access: SeekerAccess, kek: bytes) -> bytes | None:
    """A browser from before the vault gets a pair at its next visit; None when another browser of theirs was first.

    Their cases are sealed to it while that can be done (`keys.to_seeker`).
    """
    pair = pairs.new_pair()
    with transaction.atomic():
        if Seeker.objects.filter(pk=access.seeker_id, public=None).update(public=pair.public) == 1:
            wrapped = wraps.wrap(kek, pair.private, purpose(access.seeker_id))
            SeekerAccess.objects.filter(pk=access.pk).update(wrapped=wrapped)
            return pair.private
    access.refresh_from_db(fields=["wrapped"])
    return private_half(access, kek)


def purpose(seeker: object) -> bytes:
    """What a seeker's wraps are bound to."""
    return b"seeker|v1|" + str(seeker).encode()


def _access(kind: SeekerAccess.Kind, *lookups: bytes) -> SeekerAccess | None:
    return (
        SeekerAccess.objects.select_related("seeker")
        .filter(kind=kind, lookup__in=lookups, expires_at__gt=timezone.now())
        .first()
    )
