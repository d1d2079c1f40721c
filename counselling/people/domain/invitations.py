"""One-time codes with which somebody sets their own password: at the beginning, and after a reset.

The administrator sees a code once and hands it over in person; kept is only its keyed digest (attack 34). Whoever has
the code still needs a colleague, or the recovery key, to be let into the team's vault (pitfalls 4).
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from counselling.errors import Conflict, DomainError, NotFound
from counselling.people.domain import audit, codes, members, staffkeys
from counselling.people.domain.actors import Actor
from counselling.people.models import Invitation, Staff
from counselling.vault import digests

VALID: Final = timedelta(days=7)
_PURPOSE: Final = "invitation"


class Gone(DomainError):
    """Used, over, unknown, or somebody else's: never told apart."""

    code = "gone"
    status = 410
    sentence = _(
        "Dieser Code passt nicht zu diesem Benutzernamen, oder er gilt nicht mehr. Schau noch einmal genau hin. "
        "Wenn er stimmt, lass dir von der Technik deiner Stelle einen neuen geben."
    )


def invite(actor: Actor, staff: UUID) -> str:
    """A fresh code, valid for 7 days, in its written form; an earlier one ends.

    A password that was set is gone at once, with everything it opened, and every sign-in ends. Raises NotFound for
    somebody who is switched off, Conflict for oneself and for the last holder of a team's key.
    """
    actor.require_administrator()
    code = codes.new_code()
    with transaction.atomic():
        staffkeys.hold_vaults(staff)
        person = invitable(actor, staff)
        event = "password_reset" if person.has_usable_password() else "invited"
        staffkeys.close(person)
        expires = timezone.now() + VALID
        values = {"digest": digests.keyed(_PURPOSE, code), "expires_at": expires}
        Invitation.objects.update_or_create(staff=person, defaults=values)
        audit.note(event, by=actor, subject=person.pk)
    return code


def invitable(actor: Actor, staff: UUID) -> Staff:
    """Whom `invite` would invite; raises what `invite` would raise."""
    actor.require_administrator()
    person = Staff.objects.filter(pk=staff, is_active=True).first()
    if person is None:
        raise NotFound
    if person.pk == actor.id:
        raise Conflict(_("Dein eigenes Passwort änderst du selbst: im Menü unter deinem Namen."))
    members.require_not_last(person.pk)
    return person


def redeem(username: str, code: str, password: str) -> None:
    """Set one's first password, with a new key pair; the code is used up by that. Raises Gone, or what the reset would.

    Found by the code alone, so that no answer and no timing tells who works here. The caller judged the password.
    """
    now = timezone.now()
    found = _find(code, now)
    if found is None or found.staff.username.casefold() != username.strip().casefold():
        raise Gone

    def use_up() -> None:
        if not Invitation.objects.filter(pk=found.pk, digest=found.digest, expires_at__gt=now).delete()[0]:
            raise Gone
        audit.note("password_changed", subject=found.staff_id, code="invitation")

    staffkeys.set_password(found.staff, password, also=use_up)


def withdraw(staff: UUID) -> None:
    """An open invitation of somebody who was switched off ends; needs `atomic`."""
    Invitation.objects.filter(staff=staff).delete()


def prune(now: datetime) -> int:
    """Forget invitations that nobody used in time; how many."""
    with transaction.atomic():
        return Invitation.objects.filter(expires_at__lte=now).delete()[0]


def _find(typed: str, now: datetime) -> Invitation | None:
    code = codes.normalise(typed)
    lookups = digests.every_keyed(_PURPOSE, code) if code else []
    rows = Invitation.objects.select_related("staff").filter(digest__in=lookups, expires_at__gt=now)
    return rows.filter(staff__is_active=True).first()
