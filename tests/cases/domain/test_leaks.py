"""A whole story with a sentinel in every text: it stands nowhere in clear, and nobody logged it."""

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.apps import apps
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from counselling.cases.domain import closing, desk, drafts, handover, notes, queue, talks, timers
from counselling.cases.models import Entry
from counselling.centre.models import Centre
from counselling.errors import DomainError
from counselling.mail.domain import outbox
from counselling.people.domain import access
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from tests.support import world

pytestmark = pytest.mark.django_db
SENTINEL = "Sentinel7f3"


def cells() -> Iterator[bytes]:
    """Every cell of every table."""
    for model in apps.get_models(include_auto_created=True):
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')  # noqa: S608 -- our own table names
            for row in cursor.fetchall():
                for cell in row:
                    yield bytes(cell) if isinstance(cell, bytes | memoryview) else str(cell).encode()


def test_no_text_and_no_nickname_stands_anywhere_in_clear(
    team: Team, mara: Actor, jon: Actor, settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    Centre.objects.create(id=1, alert_email="team@example.org")
    said: list[str] = []

    with caplog.at_level(logging.DEBUG):
        chat = world.call(team, mara, nickname=f"{SENTINEL} Otter")
        talks.keep_first(chat.seeker, chat.case, f"{SENTINEL} Entwurf")
        queue.appear(chat.seeker, chat.case)
        world.say(chat.seeker, chat.case, f"{SENTINEL} Nachricht")
        drafts.keep(mara, chat.case, f"{SENTINEL} Entwurf")
        notes.add(mara, chat.case, f"{SENTINEL} Notiz")
        handover.to_colleague(mara, chat.case, to=jon.id, note=f"{SENTINEL} Notiz")
        Entry.objects.filter(case=chat.case, seq=2).update(role=2)
        assert SENTINEL in str(world.texts(chat.case))
        assert SENTINEL in str(desk.case_panel(jon, chat.case))
        for move in (closing.take_up_again, queue.extend):
            with pytest.raises(DomainError) as refusal:
                move(chat.seeker, chat.case)
            said += [str(refusal.value), repr(refusal.value), str(refusal.value.sentence), repr(refusal.value.__dict__)]
        access.issue_code(chat.seeker)
        timers.run(timezone.now() + timedelta(minutes=40))
        closing.end(chat.seeker, chat.case)
        outbox.deliver(timezone.now())

    assert caplog.records  # the tampered entry was reported
    assert len(mail.outbox) == 1
    assert SENTINEL not in caplog.text
    assert SENTINEL not in " ".join(said)
    assert SENTINEL not in f"{mail.outbox[0].subject} {mail.outbox[0].body}"
    assert [cell for cell in cells() if SENTINEL.encode() in cell] == []
    assert SENTINEL not in str(getattr(cache, "_cache", ""))
