"""A counsellor's private calendar address. It says when, in neutral words; who has it needs no sign-in.

Only a digest of the secret is kept: it is shown once, can be renewed, and be removed.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from blended.domain import ics
from blended.models import Appointment, Feed, Slot
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff
from counselling.vault import digests

BEHIND: Final = timedelta(days=30)
AHEAD: Final = timedelta(days=366)
MOST: Final = 2000


def since(actor: Actor) -> datetime | None:
    """Since when my address holds; None while there is none."""
    actor.require_counsellor()
    return Feed.objects.filter(staff=actor.id).values_list("since", flat=True).first()


def renew(actor: Actor) -> str:
    """A fresh secret for my address; the one before stops working. To be shown once: nothing here knows it again."""
    actor.require_counsellor()
    secret = digests.new_token()
    with transaction.atomic():
        Feed.objects.update_or_create(
            staff_id=actor.id, defaults={"lookup": digests.token_lookup(secret), "since": timezone.now()}
        )
    return secret


def remove(actor: Actor) -> None:
    """My address stops working; nothing happens where there is none."""
    actor.require_counsellor()
    with transaction.atomic():
        Feed.objects.filter(staff=actor.id).delete()


def end_of(staff: UUID) -> None:
    """Somebody does not counsel any more: their address stops working for good, also should they come back."""
    Feed.objects.filter(staff=staff).delete()


def read(secret: str, now: datetime) -> bytes | None:
    """The calendar behind an address: offers and agreed appointments from BEHIND to AHEAD, each just "Termin".

    Nothing tells the two apart: each is written now (DTSTAMP is when the file was made, RFC 5545 3.8.7.2), unchanged.
    None for a secret that nobody has, or whose holder does not counsel any more. Three queries.
    """
    lookup = digests.token_lookup(secret)
    holder = Feed.objects.filter(lookup=lookup, staff__is_active=True, staff__role=Staff.Role.COUNSELLOR)
    staff = holder.values_list("staff", flat=True).first()
    return ics.written(_entries(staff, now)) if staff else None


def _entries(staff: UUID, now: datetime) -> list[ics.Entry]:
    window = {"staff": staff, "starts_at__gte": now - BEHIND, "starts_at__lte": now + AHEAD}
    offered = Slot.objects.filter(**window, withdrawn_at=None)[:MOST]
    agreed = Appointment.objects.filter(**window, state__in=[Appointment.State.AGREED, Appointment.State.KEPT])
    slots = {slot.pk for slot in offered}
    found = [ics.Entry(_uid(slot.pk), slot.starts_at, slot.ends_at, now) for slot in offered]
    # A booked slot stands there once: a second entry would tell that it is taken.
    booked = [row for row in agreed[:MOST] if row.slot_id not in slots]
    found += [ics.Entry(row.uid, row.starts_at, row.ends_at, now) for row in booked]
    return sorted(found, key=lambda one: (one.starts_at, one.uid))


def _uid(slot: UUID) -> UUID:
    """An offer's UID: always the same, and leads nobody to the page on which it can be booked."""
    return UUID(bytes=digests.keyed("calendar", str(slot))[:16], version=4)
