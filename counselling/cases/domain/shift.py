"""A counsellor's status, told to colleagues' desks and to those who wait."""

from django.db import transaction

from counselling.cases import bell
from counselling.people.domain import presence
from counselling.people.domain.actors import Actor
from counselling.people.models import Team


def set_status(actor: Actor, status: str) -> None:
    """here, pausing or away; raises Invalid, NotAllowed."""
    with transaction.atomic():
        presence.set_status(actor, status)
        bell.ring(teams=Team.objects.filter(staff=actor.id).values_list("pk", flat=True))


def set_capacity(actor: Actor, chats: int) -> None:
    """How many chats at once, 1-12; raises Invalid, NotAllowed."""
    with transaction.atomic():
        presence.set_capacity(actor, chats)
        bell.ring(teams=Team.objects.filter(staff=actor.id).values_list("pk", flat=True))
