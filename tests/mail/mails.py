"""Hands for the tests of outgoing mail: an address that is confirmed, codes out of mails, and a server that is down."""

import re
from datetime import timedelta

from django.core import mail
from django.utils import timezone

from counselling.mail.domain import notify, outbox
from counselling.mail.models import NotifyAddress, OutgoingMail
from counselling.people.domain.actors import Actor

ADDRESS = "sentinel.otter@example.org"


def code_of(text: str) -> str:
    """The code in a confirming mail."""
    found = re.search(r"\d{3} \d{3}", text)
    assert found
    return found[0]


def sent() -> list[str]:
    """Subjects of what Django's mail backend took."""
    return [message.subject for message in mail.outbox]


def deliver(minutes: float = 0) -> int:
    """What the thread would send so many minutes from now."""
    return outbox.deliver(timezone.now() + timedelta(minutes=minutes))


def asked(actor: Actor, email: str = ADDRESS, *, language: str = "de") -> str:
    """An address that waits for its code; the code."""
    notify.ask(actor, email, language=language)
    deliver()
    return code_of(str(mail.outbox.pop().body))


def confirmed(actor: Actor, email: str = ADDRESS, *, language: str = "de") -> NotifyAddress:
    """Somebody who wants to hear of news."""
    notify.confirm(actor, asked(actor, email, language=language))
    return NotifyAddress.objects.get(seeker=actor.id)


def news() -> OutgoingMail:
    """The only one that waits."""
    return OutgoingMail.objects.get(kind=OutgoingMail.Kind.NEWS)
