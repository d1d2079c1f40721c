"""Nickname and passphrase: a seeker's way in that lasts, on any device (pitfalls 9).

Both together give one root by Argon2id; the row is found by a value derived from it and opened by another. Nothing is
kept by which a nickname alone could be found, so nicknames need not be unique and nothing tells that one is known.
"""

import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from counselling.errors import Invalid, Locked, NotFound
from counselling.people.domain import access, stretching
from counselling.people.domain.actors import Actor
from counselling.people.models import Seeker, SeekerAccess
from counselling.vault import digests, passwords, phrases, strength, wraps
from counselling.vault.master import keyring

_SALT = "passphrase"
_MOST_READ: Final = 200  # code points of a nickname; beyond this nothing is worth examining
_WEAK = "weak"

SENTENCES: Final[dict[str, str | Promise]] = {
    "short": _("Das ist noch zu kurz. Nimm mindestens zehn Zeichen, am besten mehrere Wörter."),
    "long": _("Das ist sehr lang. Nimm bitte höchstens 200 Zeichen."),
    "common": _("Das probieren andere zuerst, wenn sie raten. Nimm etwas, das nur dir einfällt."),
    "nickname": _("Darin steckt vor allem dein Name. Nimm Wörter, die nichts mit ihm zu tun haben."),
    _WEAK: _("Das lässt sich zu leicht erraten. Nimm ein paar Wörter, die nicht zusammengehören."),
}


class Word(NamedTuple):
    """A suggested word, and the number that stands for it."""

    word: str
    number: str


class CameBack(NamedTuple):
    """Somebody whose words were right: a token for this browser's cookie, and the day of their sign-in before this."""

    token: str
    before: date


def suggest() -> list[Word]:
    """Six random words with their numbers: 76 bits."""
    return spelled(phrases.suggest())


def spelled(words: list[str]) -> list[Word]:
    """Words of the list with their numbers; empty when one of them is not of the list."""
    try:
        return [Word(*pair) for pair in zip(words, phrases.as_numbers(words), strict=True)]
    except KeyError:
        return []


def kept(actor: Actor) -> bool:
    """Whether this seeker has a passphrase."""
    actor.require_seeker()
    return of(actor.id).exists()


def keep(actor: Actor, nickname: str, passphrase: str) -> None:
    """From now on nickname and passphrase open this seeker's cases; an earlier passphrase ends.

    Raises Locked when this browser holds no key, NotFound when everything was deleted meanwhile, Invalid with a
    sentence for a passphrase that will not do. One that somebody else with this nickname has is answered like one that
    is too weak, after the same work.
    """
    _set(actor, nickname, passphrase, alone=False)


def change(actor: Actor, nickname: str, passphrase: str) -> None:
    """As `keep`; in the same moment every other browser is signed out, and a return code ends."""
    _set(actor, nickname, passphrase, alone=True)


def _set(actor: Actor, nickname: str, passphrase: str, *, alone: bool) -> None:
    """Errors as in `keep`. `alone`: nothing but these words and this browser stays a way in."""
    actor.require_seeker()
    if actor.private is None:
        raise Locked
    roots = _roots(nickname, passphrase)
    known = _is_known(actor, roots)
    problem = strength.problem(passphrase, nickname) or (_WEAK if known else None)
    if problem:
        raise Invalid(SENTENCES[problem])
    try:
        _write(actor, actor.private, roots[0], alone=alone)
    except IntegrityError:  # somebody else chose the very same in this moment
        raise Invalid(SENTENCES[_WEAK]) from None


def sign_in(nickname: str, passphrase: str) -> str | None:
    """As `come_back`: the token alone."""
    known = come_back(nickname, passphrase)
    return known.token if known else None


def come_back(nickname: str, passphrase: str) -> CameBack | None:
    """A cookie token for this browser; None alike for wrong, unknown and gone, after the same work.

    Keys from before a rotation are tried too, and what they find is written anew under the active one (pitfalls 10).
    """
    roots = _roots(nickname, passphrase)
    found = next(_known(roots), None)
    if found is None:
        return None
    known, root = found
    private = access.private_half(known, passwords.kek(root))
    return _let_in(known, private, roots[0]) if private else None


def sign_out_everywhere(actor: Actor) -> None:
    """End every browser and the return code of this seeker; sockets close within a second. The passphrase stays."""
    actor.require_seeker()
    with transaction.atomic():
        SeekerAccess.objects.filter(seeker=actor.id).exclude(kind=SeekerAccess.Kind.PASSPHRASE).delete()


def same(one: str, other: str) -> bool:
    """Whether two typed passphrases are one: words and their numbers are the same."""
    return phrases.normalise(one) == phrases.normalise(other)


def fold(nickname: str) -> str:
    """A nickname as it is found again: capitals, widths, spaces and invisible characters make no difference."""
    text = nickname[:_MOST_READ].encode("utf-8", "replace").decode()
    text = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    seen = "".join(" " if character.isspace() else character for character in text if not _is_invisible(character))
    return " ".join(unicodedata.normalize("NFKC", seen.casefold()).split())


def _is_invisible(character: str) -> bool:
    if character.isspace():
        return False
    return unicodedata.category(character) in {"Cc", "Cf"} or "\ufe00" <= character <= "\ufe0f"


def _roots(nickname: str, passphrase: str) -> list[bytes]:
    """One root per master key, the active one first: always all of them, so that no answer comes sooner."""
    name, words = fold(nickname), phrases.normalise(passphrase[: strength.LONGEST])
    return [stretching.stretch(words, _salt(name, kid)) for kid, _ in keyring().keys]


def _salt(name: str, kid: str) -> bytes:
    return digests.keyed(_SALT, name, kid)[: passwords.SALT_BYTES]


def _known(roots: list[bytes]) -> Iterator[tuple[SeekerAccess, bytes]]:
    """The ways in that these roots lead to, with the root of each, in the roots' order."""
    by_lookup = {passwords.lookup(root): root for root in roots}
    rows = SeekerAccess.objects.filter(kind=SeekerAccess.Kind.PASSPHRASE, lookup__in=by_lookup)
    found = {bytes(row.lookup): row for row in rows}
    return ((found[lookup], root) for lookup, root in by_lookup.items() if lookup in found)


def _is_known(actor: Actor, roots: list[bytes]) -> bool:
    return any(row.seeker_id != actor.id for row, _ in _known(roots))


def of(seeker: UUID) -> QuerySet[SeekerAccess]:
    """A seeker's way in by words: at most one row."""
    return SeekerAccess.objects.filter(seeker=seeker, kind=SeekerAccess.Kind.PASSPHRASE)


def _write(actor: Actor, private: bytes, root: bytes, *, alone: bool) -> None:
    with transaction.atomic():
        if Seeker.objects.select_for_update().filter(pk=actor.id).first() is None:  # of two at once one waits here
            raise NotFound
        ends = SeekerAccess.objects.filter(seeker=actor.id).exclude(pk=int(actor.access)) if alone else of(actor.id)
        ends.delete()
        SeekerAccess.objects.create(
            seeker_id=actor.id,
            kind=SeekerAccess.Kind.PASSPHRASE,
            lookup=passwords.lookup(root),
            wrapped=wraps.wrap(passwords.kek(root), private, access.purpose(actor.id)),
        )
        _seen(actor.id)


def _let_in(known: SeekerAccess, private: bytes, root: bytes) -> CameBack | None:
    """Back they are, unless the way in was deleted or changed meanwhile."""
    with transaction.atomic():
        seeker = Seeker.objects.select_for_update().filter(pk=known.seeker_id).first()
        row = SeekerAccess.objects.filter(pk=known.pk)
        if seeker is None or not row.exists():
            return None
        wrapped = wraps.wrap(passwords.kek(root), private, access.purpose(seeker.pk))
        row.update(lookup=passwords.lookup(root), wrapped=wrapped)
        _seen(seeker.pk)
        return CameBack(access.let_in(seeker, private)[1], seeker.seen_on or seeker.created_on)


def _seen(seeker: UUID) -> None:
    Seeker.objects.filter(pk=seeker).update(seen_on=timezone.localdate())
