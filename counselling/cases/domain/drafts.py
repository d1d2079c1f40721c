"""Unsent text, sealed on the server: it survives a reload and never lies on a shared device."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from counselling.cases.domain import alarm, keys, seats
from counselling.cases.domain.timeline import MAX_TEXT, whole_characters
from counselling.cases.models import Draft, Seat
from counselling.errors import TooLong
from counselling.people.domain.actors import Actor
from counselling.vault import sealing
from counselling.vault.sealing import Binding, Kind


def keep(actor: Actor, case_id: UUID, text: str) -> None:
    """Replace the actor's draft; an empty text removes it. Raises TooLong, NotFound."""
    text = whole_characters(text)
    if len(text) > MAX_TEXT:
        raise TooLong
    seat = seats.seated(actor, case_id)
    if not text.strip():
        with transaction.atomic():
            Draft.objects.filter(seat=seat).delete()
        return
    sealed = sealing.seal(keys.case_key(actor, case_id), text, _binding(seat))
    with transaction.atomic():
        Draft.objects.update_or_create(seat=seat, defaults={"sealed": sealed, "at": timezone.now()})


def read(actor: Actor, case_id: UUID) -> str:
    """The actor's draft; "" when there is none or it does not open."""
    seat = seats.seated(actor, case_id)
    return of_seat(seat, keys.case_key(actor, case_id))


def of_seat(seat: Seat, key: bytes) -> str:
    """The draft of a seat whose case key is open."""
    draft = Draft.objects.filter(seat=seat).first()
    if draft is None:
        return ""
    return alarm.opened(key, draft.sealed, _binding(seat)) or ""


def _binding(seat: Seat) -> Binding:
    return Binding(Kind.DRAFT, seat.case_id, seat.role, seat.pk)
