"""The code from an app (RFC 6238): its secret sealed under the master key and bound to one person (pitfalls 11)."""

import base64
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction

from counselling.people.domain import audit, factors
from counselling.people.domain.actors import Actor
from counselling.people.models import Totp
from counselling.vault import operational, totp
from counselling.vault.sealing import Unreadable

_GROUP = 4


@dataclass(frozen=True)
class Offer:
    """What an app needs, as the address in a QR code and as text to type."""

    address: str = field(repr=False)
    text: str = field(repr=False)


def new_secret(actor: Actor) -> bytes:
    """A fresh secret, sealed; nothing is stored before `confirm`."""
    factors.require_staff(actor)
    return operational.seal_operational(totp.new_secret().hex(), _purpose(actor.id))


def offer(actor: Actor, sealed: bytes, issuer: str) -> Offer | None:
    """What to show of a sealed secret; `issuer` is what the app calls us. None when it is not this person's."""
    secret = _open(sealed, actor.id)
    if secret is None:
        return None
    letters = base64.b32encode(secret).decode()
    groups = [letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP)]
    return Offer(totp.uri(secret, actor.alias, issuer), " ".join(groups))


def confirm(actor: Actor, sealed: bytes, code: str, now: datetime, *, first: bool = False) -> bool:
    """Keep the secret once its app showed a right code; it takes the place of an earlier app. False for a wrong code.

    The code does not count once more for signing in. `first`: see `factors.adding`.
    """
    factors.require_staff(actor)
    secret = _open(sealed, actor.id)
    step = totp.check(secret, code, now.timestamp(), 0) if secret else None
    if step is None:
        return False
    with factors.adding(actor, first=first):
        values = {"sealed": sealed, "last_step": step, "confirmed_at": now}
        Totp.objects.update_or_create(staff_id=actor.id, defaults=values)
        audit.note("factor_added", by=actor, subject=actor.id, code=factors.APP)
    return True


def check(staff: UUID, code: str, now: datetime) -> bool:
    """Whether this is the code of the moment; each one counts once, also for two who send it together."""
    app = Totp.objects.filter(staff=staff, confirmed_at__isnull=False).first()
    secret = _open(app.sealed, staff) if app else None
    if app is None or secret is None:
        return False
    step = totp.check(secret, code, now.timestamp(), app.last_step)
    if step is None:
        return False
    with transaction.atomic():
        same = Totp.objects.filter(pk=staff, confirmed_at=app.confirmed_at, last_step__lt=step)
        return same.update(last_step=step) == 1


def remove(actor: Actor) -> None:
    """The app no longer counts; raises LastFactor."""
    with factors.removing(actor, factors.APP):
        Totp.objects.filter(staff=actor.id).delete()


def reseal() -> int:
    """Bring every secret under the active master key, before an old one is taken out of the file; how many moved."""
    return sum(_reseal(app) for app in Totp.objects.all())


def _reseal(app: Totp) -> bool:
    try:
        fresh = operational.reseal(app.sealed, _purpose(app.staff_id))
    except Unreadable:
        return False
    if fresh == bytes(app.sealed):
        return False
    with transaction.atomic():
        return Totp.objects.filter(pk=app.pk, confirmed_at=app.confirmed_at).update(sealed=fresh) == 1


def _open(sealed: bytes | memoryview, staff: UUID) -> bytes | None:
    """None for a damaged secret and for somebody else's."""
    try:
        return bytes.fromhex(operational.open_operational(sealed, _purpose(staff)))
    except Unreadable:
        return None


def _purpose(staff: UUID) -> str:
    return f"totp|v1|{staff}"
