"""Danger that nobody of a team has looked at: by mail without content, one person after the other.

First the centre's address for alarms, then who is on call, in their order, then from the beginning again. Whoever
assessed knows already and is passed over.
"""

from datetime import timedelta
from uuid import UUID

from django.conf import settings

from counselling.cases.domain.emergency import Called
from counselling.centre.models import Centre
from counselling.mail.domain import outbox
from counselling.mail.models import OnCall, OutgoingMail

FIRST_LIFE = timedelta(hours=24)  # for orange no other call follows: a mail server may be down for a night
LIFE = timedelta(minutes=30)  # what arrives later was followed by other calls


def reaches(team: UUID, author: UUID) -> bool:
    """Whether there is anybody to call but the author of the assessment, and a way to send mail."""
    return outbox.is_there() and bool(_addresses(team, author))


def call(team: UUID, number: int, author: UUID) -> Called | None:
    """Queue the mail of the call with this number, from 0; needs `atomic`. None where there is nobody."""
    addresses = _addresses(team, author) if outbox.is_there() else []
    if not addresses:
        return None
    staff, to = addresses[number % len(addresses)]
    life = LIFE if number else FIRST_LIFE
    outbox.queue(OutgoingMail.Kind.DANGER, to, language=settings.LANGUAGE_CODE, life=life)
    return Called(staff)


def _addresses(team: UUID, author: UUID) -> list[tuple[UUID | None, str]]:
    """Whose they are, None for the centre's own, and where to."""
    people = OnCall.objects.filter(team=team, staff__is_active=True).exclude(staff=author).order_by("place")
    centre = (None, Centre.load().alert_email)
    return [(staff, to) for staff, to in (centre, *people.values_list("staff_id", "email")) if to]
