"""Waiting mails: sent once, tried again, never in anybody's way. Against a real SMTP server on this machine."""

import logging
import threading
import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core import mail
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from counselling.mail.domain import outbox, wording
from counselling.mail.models import OutgoingMail
from counselling.vault import operational
from tests.mail import mails
from tests.support import letters as post
from tests.support import world
from tests.support.services import HOST, free_port, wait_until
from tests.support.smtp import MailServer, mail_server

WAKE = "nachts@example.org"


@pytest.fixture
def smtp(settings: Settings) -> Iterator[MailServer]:
    """A mail server, used by this process."""
    with mail_server() as server:
        use(settings, server.port)
        yield server


def use(settings: Settings, port: int) -> None:
    settings.EMAIL_BACKEND = "counselling.mail.backend.NeutralBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = HOST, port


def page(life: timedelta = timedelta(hours=1)) -> OutgoingMail:
    """A mail that is due."""
    with transaction.atomic():
        outbox.queue(OutgoingMail.Kind.PAGE, WAKE, language="de", life=life)
    return OutgoingMail.objects.get()


def waiting() -> OutgoingMail:
    """The same, without anybody being told that it is there."""
    return OutgoingMail.objects.create(
        kind=OutgoingMail.Kind.PAGE,
        to=operational.seal_operational(WAKE, outbox.address_purpose(None)),
        language="de",
        not_before=timezone.now(),
        until=timezone.now() + timedelta(hours=1),
    )


@pytest.mark.django_db
def test_a_mail_arrives_as_real_bytes_and_is_gone_here(smtp: MailServer, settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "noreply@sender.example"
    page()

    assert mails.deliver() == 1

    assert smtp.to == [WAKE]
    assert smtp.texts() == ["Bitte melde dich an\n\nEin Brief kann nicht warten. Bitte melde dich an.\n"]
    message = smtp.taken[0][1]
    assert message["From"] == "noreply@sender.example"
    assert message["Message-ID"].endswith("@sender.example>")  # not this machine's name
    assert smtp.greeted == "sender.example"
    assert not OutgoingMail.objects.exists()


@pytest.mark.django_db
def test_a_server_that_is_down_is_asked_again_with_growing_pauses(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    port = free_port()
    use(settings, port)
    page()
    now = timezone.now()
    pauses = []
    for _try in range(4):
        assert outbox.deliver(now) == 0
        before, now = now, OutgoingMail.objects.get().not_before
        pauses.append(round((now - before).total_seconds() / 60))
        assert outbox.deliver(now - timedelta(seconds=5)) == 0

    assert pauses == [2, 4, 8, 16]
    with mail_server(port) as server:
        assert outbox.deliver(now) == 1
    assert server.to == [WAKE]
    assert [record.getMessage() for record in caplog.records] == [
        f"a mail (page) was not taken at try {number}: ConnectionRefusedError" for number in (1, 2, 3, 4)
    ]


@pytest.mark.django_db
def test_what_is_too_old_is_not_sent_any_more(smtp: MailServer) -> None:
    page(timedelta(minutes=30))

    assert mails.deliver(minutes=31) == 0

    assert (smtp.asked, OutgoingMail.objects.exists()) == (0, False)


@pytest.mark.django_db
@pytest.mark.parametrize(("refuses", "kept"), [("550", False), ("450", True)])
def test_a_recipient_who_is_refused_for_good_is_given_up(
    smtp: MailServer, caplog: pytest.LogCaptureFixture, refuses: str, kept: bool
) -> None:
    smtp.refuses = refuses
    page()

    assert mails.deliver() == 0

    assert OutgoingMail.objects.exists() is kept
    assert len(caplog.records) == 1
    assert WAKE not in caplog.text


@pytest.mark.django_db
def test_one_that_fails_holds_nobody_up(smtp: MailServer) -> None:
    page()
    OutgoingMail.objects.update(to=b"damaged", until=timezone.now() + timedelta(minutes=5))
    with transaction.atomic():
        outbox.queue(OutgoingMail.Kind.PAGE, WAKE, language="de", life=timedelta(hours=1))

    assert mails.deliver() == 1

    assert smtp.to == [WAKE]
    assert not OutgoingMail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_that_send_at_once_send_once(smtp: MailServer) -> None:
    for _number in range(5):
        waiting()
    now = timezone.now()

    taken = world.together(*[lambda: outbox.deliver(now)] * 4)

    assert sum(taken) == 5
    assert smtp.to == [WAKE] * 5


@pytest.mark.django_db(transaction=True)
def test_whoever_died_while_sending_is_followed_after_the_pause(smtp: MailServer) -> None:
    made = waiting()
    assert outbox._claim(made, timezone.now())  # and then power was lost

    assert mails.deliver() == 0
    assert mails.deliver(minutes=2.1) == 1


@pytest.mark.django_db(transaction=True)
def test_a_dead_mail_server_delays_nobody(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    """It takes the connection and says nothing: letters and the clock go on meanwhile."""
    never = threading.Event()
    with mail_server(waits=never) as server:
        use(settings, server.port)
        settings.EMAIL_TIMEOUT = 1
        team = world.team()
        linde = world.counsellor(team, "Linde")
        made = post.claimed(team, linde)
        began = time.monotonic()
        page()
        post.send(linde, made.case, "Ich bin da.")
        assert outbox.start(timezone.now()) == 0  # at it already
        took = time.monotonic() - began
        wait_until(lambda: not outbox._sending.locked(), seconds=20, what="the thread")
        never.set()

    assert took < 1
    assert server.asked == 1
    assert OutgoingMail.objects.get().tries == 1
    assert [record.levelno for record in caplog.records if record.name == "counselling.mail"] == [logging.WARNING]


@pytest.mark.django_db(transaction=True)
def test_queueing_sends_at_once_after_the_commit(smtp: MailServer) -> None:
    page()

    wait_until(lambda: smtp.to == [WAKE], seconds=10, what="the mail")
    wait_until(lambda: not OutgoingMail.objects.exists(), seconds=10, what="the row to go")
    wait_until(lambda: not outbox._sending.locked(), seconds=10, what="the thread")


@pytest.mark.django_db
def test_nothing_due_starts_nothing() -> None:
    assert outbox.start(timezone.now()) == 0
    assert mails.deliver() == 0
    assert mail.outbox == []


@pytest.mark.parametrize("language", ["de", "en"])
@pytest.mark.parametrize("kind", OutgoingMail.Kind.values)
def test_no_mail_tells_what_it_is_about(kind: str, language: str) -> None:
    subject, text = wording.of(kind, language, "123 456")

    words = f"{subject} {text}".casefold()
    telling = ("berat", "counsel", "hilfe", "help", "chat", "http", "www", "krise", "crisis", "team", "sorge")
    assert [word for word in telling if word in words] == []
    assert ("123 456" in words) is (kind == "confirm")


def test_without_a_mail_server_there_is_no_mail(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
    assert not outbox.is_there()
