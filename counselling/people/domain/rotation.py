"""A new master key: what of people is brought under it at once, and what goes on needing an old one for a while.

The key file itself is changed by `vault.keyfile`; reports and old cases have their own rooms, so the command
`rotatekey` puts all of it together. Every row changes by compare-and-set: it may be stopped anywhere and repeated.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from counselling.people.domain import authenticator, canary, factors, invitations, staffkeys, vouching
from counselling.people.models import (
    AuditEntry,
    Invitation,
    KeyCanary,
    RecoveryCode,
    SeekerAccess,
    StaffKey,
    Totp,
)
from counselling.vault import keyfile, operational, wraps
from counselling.vault.master import KeyFileProblem, keyring
from counselling.vault.sealing import Unreadable


class Part(NamedTuple):
    """What a room above people keeps under the operational key: brought under the active one, and counted by key."""

    reseal: Callable[[], int]
    under: Callable[[str], int]


_parts: dict[str, Part] = {}


def join(what: str, part: Part) -> None:
    """A room above takes part; `what` is how the command calls it."""
    _parts[what] = part


def renew() -> dict[str, int]:
    """Bring everything that needs nobody's secret under the active key; how many of each. Safe to repeat."""
    canary.check()
    others = {what: part.reseal() for what, part in _parts.items()}
    return {
        "passwords of staff": sum(_repepper(key) for key in StaffKey.objects.order_by("pk")),
        "authenticator apps": authenticator.reseal(),
        "public keys": vouching.renew(),
    } | {what: number for what, number in others.items() if number}


def needs(kid: str, now: datetime) -> dict[str, int]:
    """What is lost to its owners without this key; only what is not zero.

    Where a row does not tell its key, everything counts that may be older than the day another key took its place.
    """
    before = _replaced(kid) or now + timedelta(days=1)
    spare_since = AuditEntry.objects.filter(event="factor_added", code=factors.SPARE, at__gte=before)
    life = timedelta(hours=settings.CLOSED_CHAT_HOURS)
    kept = SeekerAccess.objects.filter(kind=SeekerAccess.Kind.PASSPHRASE)
    found = {
        "passwords of staff": sum(_pepper_of(key) == kid for key in StaffKey.objects.all()),
        "authenticator apps": _apps().count(kid),
        "public keys": vouching.under(kid),
        "people's spare codes": RecoveryCode.objects.filter(used_at=None)
        .exclude(staff__in=spare_since.values("subject"))
        .values("staff")
        .distinct()
        .count(),
        "invitations": Invitation.objects.filter(expires_at__gt=now, expires_at__lt=before + invitations.VALID).count(),
        "young people's passphrases": kept.filter(
            Q(seeker__seen_on=None) | Q(seeker__seen_on__lt=timezone.localdate(before))
        ).count(),
        "return codes": SeekerAccess.objects.filter(
            kind=SeekerAccess.Kind.CODE, expires_at__gt=now, expires_at__lt=before + life
        ).count(),
        "audit entries (to verify them)": AuditEntry.objects.filter(kid=kid).count(),
    } | {what: part.under(kid) for what, part in _parts.items()}
    return {what: number for what, number in found.items() if number}


def forget(kid: str) -> None:
    """The server may start without this key from now on; the key itself is taken out of the file after this."""
    with transaction.atomic():
        KeyCanary.objects.filter(kid=kid).delete()


def _replaced(kid: str) -> datetime | None:
    """The end of the day on which another key became the active one; None when that is not known."""
    kids = [known for known, _ in keyring().keys]
    later = keyfile.day_of(kids[kids.index(kid) - 1]) if kids.index(kid) else None
    return timezone.make_aware(datetime.combine(later + timedelta(days=1), time.min)) if later else None


def _repepper(key: StaffKey) -> bool:
    try:
        return staffkeys.repepper(key)
    except (Unreadable, KeyFileProblem):
        return False


def _pepper_of(key: StaffKey) -> str:
    try:
        return wraps.kid_of(key.wrapped)
    except Unreadable:
        return ""


def _apps() -> list[str]:
    return [operational.kid_of(sealed) for sealed in Totp.objects.values_list("sealed", flat=True)]
