"""Where a young person wants to hear that there is something new: by their own wish, confirmed, gone by one tap.

The address lies under the master key (pitfalls 3: a timer without anybody's keys must read it), is bound to its young
person, and is used for nothing else.
"""

import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from counselling.errors import Invalid, NotFound
from counselling.mail.domain import outbox
from counselling.mail.models import NotifyAddress, OutgoingMail
from counselling.people.domain.actors import Actor
from counselling.vault import digests, operational
from counselling.vault.master import KeyFileProblem
from counselling.vault.sealing import Unreadable

CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=30)
LONGEST = 254  # of an address (RFC 5321)


class NoAddress(Invalid):
    """What was typed cannot be an address."""

    code = "no_address"
    sentence = _("Das sieht noch nicht nach einer E-Mail-Adresse aus. Sie geht zum Beispiel so: name@example.org")


class WrongCode(Invalid):
    """Not the code of the mail."""

    code = "wrong_code"
    sentence = _("Der Code passt nicht. Schau noch einmal in die neueste Mail von uns.")


class CodeOver(Invalid):
    """Its time is over, or too many others were tried."""

    code = "code_over"
    sentence = _("Dieser Code gilt nicht mehr. Lass dir einfach einen neuen schicken.")


@dataclass(frozen=True)
class State:
    """What its owner is shown. `address` is masked: others may look at the screen, too."""

    offered: bool
    address: str = field(default="", repr=False)
    confirmed: bool = False
    code_until: datetime | None = None  # a code is on its way or there; None: none that still holds


def state(actor: Actor) -> State:
    """Whether mails are offered, wanted, confirmed. One query."""
    actor.require_seeker()
    row = NotifyAddress.objects.filter(seeker=actor.id).first()
    if row is None:
        return State(outbox.is_there())
    until = row.code_until if row.code_until and row.code_until > timezone.now() else None
    return State(outbox.is_there(), _masked(row), row.confirmed, None if row.confirmed else until)


def clean(email: str) -> str:
    """The address as it is kept; raises NoAddress. ASCII only before the @: mail servers rarely take more."""
    email = email.strip()
    try:
        validate_email(email)
        email.rpartition("@")[0].encode("ascii")
    except (ValidationError, UnicodeEncodeError):
        raise NoAddress from None
    if len(email) > LONGEST:
        raise NoAddress
    return email


def ask(actor: Actor, email: str, *, language: str) -> None:
    """Keep an address and send it a code; it takes the place of an earlier one. Raises NoAddress, NotFound."""
    actor.require_seeker()
    email = clean(email)
    if not outbox.is_there():
        raise NotFound
    with transaction.atomic():
        sealed = operational.seal_operational(email, outbox.address_purpose(actor.id))
        values = {"sealed": sealed, "language": language, "confirmed": False, "told_on": None}
        NotifyAddress.objects.update_or_create(seeker_id=actor.id, defaults=values)
        _send_code(actor, email, language)


def again(actor: Actor) -> None:
    """Send another code to the address that is not confirmed yet; the one before ends. Raises NotFound."""
    actor.require_seeker()
    with transaction.atomic():
        row = NotifyAddress.objects.select_for_update().filter(seeker=actor.id, confirmed=False).first()
        email = _opened(row) if row else ""
        if row is None or not email:
            raise NotFound
        _send_code(actor, email, row.language)


def confirm(actor: Actor, code: str) -> None:
    """From now on mails are sent. Blanks are forgiven. Raises WrongCode, CodeOver, NotFound."""
    actor.require_seeker()
    with transaction.atomic():
        row = NotifyAddress.objects.select_for_update().filter(seeker=actor.id).first()
        if row is None:
            raise NotFound
        if row.confirmed:
            return
        if row.code_lookup is None or row.code_until is None or row.code_until <= timezone.now():
            raise CodeOver
        typed = "".join(code.split())
        if not any(hmac.compare_digest(bytes(row.code_lookup), known) for known in _lookups(actor, typed)):
            raise WrongCode
        NotifyAddress.objects.filter(pk=row.pk).update(confirmed=True, code_lookup=None, code_until=None)


def forget(actor: Actor) -> None:
    """No mail any more, and the address is gone. Safe to repeat."""
    actor.require_seeker()
    with transaction.atomic():
        OutgoingMail.objects.filter(seeker=actor.id).delete()
        NotifyAddress.objects.filter(seeker=actor.id).delete()


def forget_unconfirmed(now: datetime) -> int:
    """Addresses whose code ran out go by themselves: they may be somebody else's. How many."""
    over = NotifyAddress.objects.filter(confirmed=False, code_until__lte=now - CODE_LIFE)
    if not over.exists():
        return 0
    with transaction.atomic():
        return over.delete()[0]


def reseal() -> int:
    """Bring every address under the active master key, before an old one is taken out of the file; how many moved."""
    return sum(_reseal(row) for row in NotifyAddress.objects.order_by("pk"))


def under(kid: str) -> int:
    """How many addresses need this master key still."""
    return [operational.kid_of(sealed) for sealed in NotifyAddress.objects.values_list("sealed", flat=True)].count(kid)


def _send_code(actor: Actor, email: str, language: str) -> None:
    """A fresh code, of which only a keyed digest stays here; mails with older ones are not sent any more."""
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
    OutgoingMail.objects.filter(seeker=actor.id).delete()
    fresh = {"code_lookup": _lookups(actor, code)[0], "code_until": timezone.now() + CODE_LIFE}
    NotifyAddress.objects.filter(seeker=actor.id).update(**fresh)
    outbox.queue(
        OutgoingMail.Kind.CONFIRM, email, language=language, life=CODE_LIFE, seeker=actor.id, code=_spoken(code)
    )


def _lookups(actor: Actor, code: str) -> list[bytes]:
    return digests.every_keyed("notify-code", f"{actor.id}|{code}")


def _spoken(code: str) -> str:
    return f"{code[:3]} {code[3:]}"


def _opened(row: NotifyAddress) -> str:
    """The address; "" where it does not open (any more)."""
    try:
        return operational.open_operational(row.sealed, outbox.address_purpose(row.seeker_id))
    except (Unreadable, KeyFileProblem):
        return ""


def _masked(row: NotifyAddress) -> str:
    name, _at, domain = _opened(row).rpartition("@")
    return f"{name[:1]}…@{domain}" if domain else "…"


def _reseal(row: NotifyAddress) -> bool:
    try:
        fresh = operational.reseal(row.sealed, outbox.address_purpose(row.seeker_id))
    except (Unreadable, KeyFileProblem):
        return False
    if fresh == bytes(row.sealed):
        return False
    with transaction.atomic():
        return NotifyAddress.objects.filter(pk=row.pk, sealed=bytes(row.sealed)).update(sealed=fresh) == 1
