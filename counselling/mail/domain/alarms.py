"""An open door with nobody behind it: the centre's address for alarms is told by mail, without content."""

from datetime import timedelta
from typing import Final

from django.conf import settings

from counselling.centre.models import Centre
from counselling.mail.domain import outbox
from counselling.mail.models import OutgoingMail

LIFE: Final = timedelta(hours=2)  # what arrives later says nothing any more about who is here


def nobody_here() -> None:
    """Queue one mail, where there is an address and a way to send; needs `atomic`."""
    to = Centre.load().alert_email
    if to and outbox.is_there():
        outbox.queue(OutgoingMail.Kind.NOBODY, to, language=settings.LANGUAGE_CODE, life=LIFE)
