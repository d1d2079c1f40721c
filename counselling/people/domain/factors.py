"""Second factors: a code from an app, passkeys, spare codes on paper. They open no key, the password does that.

What is common to all: what somebody has, that the last one stays, and the reset by an administrator.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from counselling.errors import Conflict, NotAllowed, NotFound
from counselling.people.domain import audit, sessions
from counselling.people.domain.actors import Actor
from counselling.people.models import Passkey, RecoveryCode, Staff, StaffSession, Totp

# What the audit trail calls them.
APP: Final = "app"
PASSKEY: Final = "passkey"
SPARE: Final = "spare_code"


class LastFactor(Conflict):
    """The only second factor of somebody who needs one."""

    code = "last_factor"
    sentence = _("Das ist dein einziger zweiter Schritt. Richte erst einen anderen ein, dann kannst du ihn entfernen.")


class AlreadySetUp(Conflict):
    """Somebody with the same password was faster: whoever comes second has to pass the first one's factor."""

    code = "already_set_up"
    sentence = _("Für diesen Zugang gibt es inzwischen einen zweiten Schritt. Melde dich bitte noch einmal an.")


@dataclass(frozen=True)
class Overview:
    """What somebody has: since when an app, which passkeys, how many spare codes of how many are left."""

    app_since: datetime | None
    passkeys: tuple[Passkey, ...]
    codes_left: int
    codes_made: int

    @property
    def count(self) -> int:
        """How many second factors; spare codes are none."""
        return len(self.passkeys) + (self.app_since is not None)


def has_any(staff: UUID) -> bool:
    """Whether the sign-in asks for more than the password. Spare codes alone are no factor."""
    return (
        Totp.objects.filter(staff=staff, confirmed_at__isnull=False).exists()
        or Passkey.objects.filter(staff=staff).exists()
    )


def overview(actor: Actor) -> Overview:
    """What I have, for my own page."""
    require_staff(actor)
    used = list(RecoveryCode.objects.filter(staff=actor.id).values_list("used_at", flat=True))
    return Overview(
        app_since=Totp.objects.filter(staff=actor.id).values_list("confirmed_at", flat=True).first(),
        passkeys=tuple(Passkey.objects.filter(staff=actor.id).order_by("pk")),
        codes_left=used.count(None),
        codes_made=len(used),
    )


@contextmanager
def adding(actor: Actor, *, first: bool) -> Iterator[None]:
    """One transaction and one change at a time per person.

    `first`: during the sign-in, when nothing but the password was proved; raises AlreadySetUp if there is a factor.
    """
    require_staff(actor)
    with _alone(actor.id):
        if first and has_any(actor.id):
            raise AlreadySetUp
        yield


@contextmanager
def removing(actor: Actor, kind: str) -> Iterator[None]:
    """As `adding`; raises LastFactor, with everything as it was, if nothing would be left of what must be there."""
    require_staff(actor)
    with _alone(actor.id):
        yield
        audit.note("factor_removed", by=actor, subject=actor.id, code=kind)
        if has_any(actor.id):
            return
        if not settings.DEMO:
            raise LastFactor
        RecoveryCode.objects.filter(staff=actor.id).delete()


def reset(actor: Actor, staff: UUID) -> None:
    """An administrator takes away what somebody lost; they set up anew at their next sign-in, with their password.

    Ends their sign-ins, so that nobody stays inside without a factor. Raises NotAllowed, NotFound.
    """
    if actor.kind != "staff" or actor.role != Staff.Role.ADMINISTRATOR:
        raise NotAllowed
    with _alone(staff):
        for model in (Totp, Passkey, RecoveryCode):
            model.objects.filter(staff=staff).delete()
        audit.note("factor_removed", by=actor, subject=staff, code="reset")
    for key in StaffSession.objects.filter(staff=staff, revoked_at=None).values_list("session_key", flat=True):
        sessions.end_by_key(key)


def require_staff(actor: Actor) -> None:
    """Raises NotAllowed for young people."""
    if actor.kind != "staff":
        raise NotAllowed


@contextmanager
def _alone(staff: UUID) -> Iterator[None]:
    """The person's row is held: two tabs cannot both remove "not the last one". SQLite has one writer anyway."""
    with transaction.atomic():
        if Staff.objects.select_for_update(no_key=True).filter(pk=staff).first() is None:
            raise NotFound
        yield
