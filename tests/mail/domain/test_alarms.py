"""Nobody behind an open door: one mail to the centre's address, and no clock that waits for a mail server."""

import threading
from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from counselling.cases.domain import timers
from counselling.cases.models import Entry, Waiting
from counselling.centre.models import Centre
from counselling.mail.domain import alarms, letters, outbox
from counselling.mail.models import OutgoingMail
from counselling.people.domain import presence
from tests.mail import mails
from tests.support import letters as post
from tests.support import world
from tests.support.services import HOST, wait_until
from tests.support.smtp import mail_server

LEAD = "leitung@example.org"


def use(settings: Settings, port: int) -> None:
    settings.EMAIL_BACKEND = "counselling.mail.backend.NeutralBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = HOST, port, 25


def everything_due() -> datetime:
    """A letter that was written for later, somebody called in vain, and an open house that nobody is in any more.

    The moment at which all of it is due.
    """
    team = world.team()
    linde = world.counsellor(team, "Linde", capacity=3)
    made = post.claimed(team, linde)
    known = letters.keep(linde, made.case, "Bis morgen.", version=0)
    letters.send_later(linde, made.case, known.text, version=1, at=timezone.now() + timedelta(minutes=1))
    world.call(team, linde)
    presence.set_status(linde, "away")
    Centre.objects.update_or_create(pk=1, defaults={"alert_email": LEAD})
    return timezone.now() + timedelta(minutes=6)


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_that_never_answers_delays_no_other_timer(settings: Settings) -> None:
    never = threading.Event()
    with mail_server(waits=never) as server:
        use(settings, server.port)
        due = everything_due()

        timers.run(due)

        # Everything is done while the one mail still stands before the server that took the call and says nothing.
        assert outbox._sending.locked()
        assert Entry.objects.filter(kind=Entry.Kind.LETTER).count() == 2
        assert not Waiting.objects.filter(called_by__isnull=False).exists()
        assert timers.nobody_here(due) == 0
        wait_until(lambda: server.asked == 1, seconds=20, what="the call to the mail server")
        never.set()
        wait_until(lambda: not outbox._sending.locked(), seconds=30, what="the thread")

        assert server.to == [LEAD]
        assert not OutgoingMail.objects.exists()


@pytest.mark.django_db
def test_the_mail_says_who_is_missing_and_nothing_else(settings: Settings) -> None:
    with mail_server() as server:
        use(settings, server.port)
        assert timers.nobody_here(everything_due()) == 1

        assert mails.deliver() == 1

    assert server.texts() == ["Gerade ist niemand da\n\nEs ist geöffnet, aber niemand ist angemeldet.\n"]


@pytest.mark.django_db
def test_a_mail_server_that_is_down_is_asked_again_for_two_hours(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    Centre.objects.update_or_create(pk=1, defaults={"alert_email": LEAD})
    alarms.nobody_here()

    waiting = OutgoingMail.objects.get()

    assert waiting.kind == "nobody"
    assert waiting.until - waiting.not_before == timedelta(hours=2)
    assert LEAD.encode() not in bytes(waiting.to)
    assert mails.deliver(minutes=121) == 0
    assert not OutgoingMail.objects.exists()
