"""SQLite's files after a deletion; PostgreSQL's are read in tests/faults/test_scrubbed.py."""

from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connection, connections, models
from django.utils import timezone

from blended.models import Feed, Room
from counselling.cases.domain import drafts, notes, scrubbing
from counselling.cases.models import Case, RiskRecord
from counselling.centre.domain import reports
from counselling.centre.models import BarrierReport
from counselling.mail.models import NotifyAddress, OutgoingMail
from counselling.people.domain import access
from counselling.people.models import (
    AuditEntry,
    Invitation,
    Passkey,
    RecoveryCode,
    Seeker,
    SeekerAccess,
    Staff,
    StaffKey,
    StaffSession,
    TeamKey,
    TeamSeal,
    Totp,
)
from tests.blended import sealed_world
from tests.cases import panel_world
from tests.mail import writing_world
from tests.support import key_rings, seed, world
from tests.support.world import Chat

embedded = pytest.mark.skipif(not settings.EMBEDDED, reason="PostgreSQL's files: tests/faults/test_scrubbed.py")
# Bytes that open nothing: public halves, and the songs of the canaries.
OPEN_SECRETS = {"people_teamkey", "people_team", "people_keycanary"}


def on_disk() -> bytes:
    """The database file and whatever SQLite keeps beside it."""
    name = Path(str(connection.settings_dict["NAME"]))
    return b"".join(path.read_bytes() for path in sorted(name.parent.glob(f"{name.name}*")))


def test_every_table_with_bytes_is_scrubbed() -> None:
    tables = {
        model._meta.db_table
        for model in apps.get_models()
        if any(isinstance(field, models.BinaryField) for field in model._meta.fields)
    }

    assert tables | {"django_session"} == set(scrubbing.KEYS) | set(scrubbing.SEALED) | OPEN_SECRETS


def something_everywhere(chat: Chat) -> None:
    """A row in each of these tables."""
    world.say(chat.seeker, chat.case, "Nachricht " * 40)
    notes.add(chat.counsellor, chat.case, "Notiz")
    drafts.keep(chat.counsellor, chat.case, "Entwurf")
    panel_world.everything(chat)
    panel_world.consulted(chat)
    writing_world.everything(chat)
    sealed_world.everything(chat)
    access.issue_code(chat.seeker)
    staff = Staff.objects.get(pk=chat.counsellor.id)
    StaffKey.objects.update(wrapped=bytes(range(100, 200)))
    seed.sign_in(staff, chat.counsellor.private)
    now = timezone.now()
    Invitation.objects.create(staff=staff, digest=b"invited" * 4 + b"1234", expires_at=now)
    Totp.objects.create(staff=staff, sealed=b"authenticator " * 5)
    Passkey.objects.create(
        staff=staff, credential_id=b"credential " * 5, public_key=b"public " * 8, sign_count=1, name="x", added_on=now
    )
    RecoveryCode.objects.create(staff=staff, digest=b"recovery code" * 3)
    AuditEntry.objects.create(at=now, event="claimed", mac=b"a mac of an entry " * 3)
    reports.hand_in("Das Bild hat keinen Text.", reply_to="", today=now.date())
    wish = NotifyAddress.objects.create(
        seeker_id=chat.seeker.id,
        sealed=b"an address, sealed " * 3,
        code_lookup=b"a digest of a code, 32 bytes it is"[:32],
    )
    OutgoingMail.objects.create(
        kind="confirm",
        to=b"where it goes " * 4,
        code=b"a sealed code " * 4,
        seeker=wish.seeker,
        not_before=now,
        until=now,
    )
    SessionStore().create()


def pieces() -> dict[str, list[bytes]]:
    """The middle of every sealed value, by table."""
    found: dict[str, list[bytes]] = {}
    for model in apps.get_models():
        table = model._meta.db_table
        if table in {*scrubbing.KEYS, *scrubbing.SEALED}:
            for field in (field for field in model._meta.fields if isinstance(field, models.BinaryField)):
                values = model._default_manager.exclude(**{field.name: None}).values_list(field.name, flat=True)
                found.setdefault(table, []).extend(bytes(value)[8:30] for value in values)
    found["django_session"] = [key.encode() for key in Session.objects.values_list("session_key", flat=True)]
    return found


@embedded
@pytest.mark.django_db(transaction=True)
def test_deleted_bytes_are_gone_from_file_and_log(chat: Chat) -> None:
    something_everywhere(chat)
    before = pieces()
    assert {table for table, values in before.items() if not values} == set()
    assert all(value in on_disk() for values in before.values() for value in values)

    for model in (
        Case,
        RiskRecord,
        SeekerAccess,
        Seeker,
        Invitation,
        Totp,
        Passkey,
        RecoveryCode,
        AuditEntry,
        Session,
        BarrierReport,
    ):
        model._default_manager.all().delete()
    for model in (Feed, Room, StaffSession, TeamSeal, StaffKey):
        model._default_manager.all().delete()
    assert any(value in on_disk() for values in before.values() for value in values), "still in the log"

    assert scrubbing.scrub() == []
    left = on_disk()
    assert {table for table, values in before.items() if any(value in left for value in values)} == set()


@embedded
@pytest.mark.django_db(transaction=True)
def test_reader_in_the_log_is_waited_for_and_then_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scrubbing, "_PAUSE_SECONDS", 0.001)
    world.team()
    reader = connections.create_connection("default")
    with reader.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT count(*) FROM people_team")
        world.team("Ahorn")

        assert scrubbing.scrub() == ["the write-ahead log"]
        cursor.execute("COMMIT")
    reader.close()

    assert scrubbing.scrub(thorough=True) == []


@pytest.mark.django_db(transaction=True)
def test_thorough_round_leaves_everything_that_is_not_deleted(postgres: None, chat: Chat) -> None:
    world.say(chat.seeker, chat.case, "Hallo")
    key = key_rings.case_key(chat.case)

    assert scrubbing.scrub(thorough=True) == []
    assert scrubbing.scrub(thorough=True) == []

    assert key_rings.case_key(chat.case) == key
    assert world.texts(chat.case) == ["Hallo"]
    assert TeamKey.objects.count() == 1
    with connection.cursor() as cursor:
        cursor.execute(scrubbing._STATISTICS, [list(scrubbing.KEYS)])
        assert cursor.fetchall() == []
