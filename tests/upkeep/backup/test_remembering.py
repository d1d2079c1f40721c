"""Whatever is erased is remembered by the database itself, and on a list outside that only ever grows."""

import datetime as dt
import uuid
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from counselling.cases.domain import erased, erasing, retention, timeline
from counselling.cases.domain.erased import Mark
from counselling.cases.models import Entry, Erased
from counselling.cases.remembering import Remembered
from counselling.mail.domain import letters
from counselling.people.domain import access, invitations
from counselling.people.models import SeekerAccess, Staff, Team
from counselling.upkeep.backup import again
from tests.support import letters as post
from tests.support import world
from tests.support.world import Chat

TRIGGERS: list[Remembered] = import_module("counselling.cases.migrations.0008_erased").TRIGGERS


def installed() -> set[str]:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        return {name for (name,) in cursor.fetchall()}


def kinds() -> list[str]:
    return sorted(Erased.objects.values_list("kind", flat=True))


def mark(kind: str = "cases_case", *, days: int = 0) -> Mark:
    day = timezone.now().astimezone(dt.UTC).date() - dt.timedelta(days=days)
    return Mark(str(uuid.uuid4()), kind, uuid.uuid4().hex, day.isoformat())


def test_every_trigger_is_there_after_all_migrations(db: None) -> None:
    """A table that SQLite made anew in a migration has lost its own: let that migration install it again."""
    assert installed() == {one.name for one in TRIGGERS}


@pytest.mark.parametrize("one", TRIGGERS, ids=lambda one: one.kind)
def test_every_trigger_is_of_a_column_that_is_there_and_its_marks_have_an_effect(one: Remembered) -> None:
    columns = {
        model._meta.db_table: model._meta.concrete_fields for model in apps.get_models(include_auto_created=True)
    }
    known = {field.column for field in columns[one.table]}
    keys = [field.column for field in columns[one.table] if field.primary_key]

    assert keys == [one.key]
    assert one.kind in (again._STEPS if one.column else again._GO)
    assert not one.column or one.column in known
    assert len(one.kind) <= 48


def test_a_wish_is_remembered_by_cases_ways_in_and_the_seeker(chat: Chat) -> None:
    erasing.erase_all(chat.seeker)

    marks = {(row.kind, row.ref.replace("-", "")) for row in Erased.objects.all()}
    assert {("cases_case", chat.case.hex), ("people_seeker", chat.seeker.id.hex)} <= marks
    assert "people_seekeraccess" in kinds()


def test_a_way_in_that_ends_is_remembered(chat: Chat) -> None:
    row = SeekerAccess.objects.get(seeker=chat.seeker.id)
    access.end_session(chat.seeker)

    assert list(Erased.objects.values_list("kind", "ref")) == [("people_seekeraccess", str(row.pk))]


def test_a_message_that_is_taken_back_is_remembered_and_one_that_is_not_is_not(chat: Chat) -> None:
    seq = world.say(chat.seeker, chat.case, "lieber doch nicht").seq
    assert kinds() == []
    timeline.take_back(chat.seeker, chat.case, seq)

    row = Entry.objects.get(case=chat.case, seq=seq)
    assert list(Erased.objects.values_list("kind", "ref")) == [("cases_entry.sealed", str(row.pk))]


def test_a_letter_is_remembered_when_it_is_thrown_away_not_when_it_is_sent(team: Team) -> None:
    writer = post.writer(team)
    letters.keep(writer.seeker, writer.case, "Hallo", version=0)
    letters.discard(writer.seeker, writer.case)
    assert kinds() == ["mail_letter"]

    post.send(writer.seeker, writer.case, "Hallo")

    assert kinds() == ["mail_letter"]


def test_whoever_leaves_is_remembered_once(chat: Chat) -> None:
    for active in (False, False, True):
        Staff.objects.filter(pk=chat.counsellor.id).update(is_active=active)

    assert kinds() == ["people_staff.is_active"]


def test_a_code_of_invitation_that_was_renewed_is_remembered(team: Team) -> None:
    ole, jo = world.staff(team, "Ole", "administrator"), world.counsellor(team, "Jo")
    world.counsellor(team, "Mara")  # who holds the vault
    for _ in range(2):
        invitations.invite(ole, jo.id)

    assert "people_invitation.digest" in kinds()


def test_the_list_follows_a_wish_at_once(chat: Chat, listed: Path) -> None:
    erasing.erase_all(chat.seeker)

    found = erased.read(listed)
    assert set(found.marks) == {str(name) for name in Erased.objects.values_list("pk", flat=True)} != set()
    assert found.until


def test_the_list_follows_pruning(chat: Chat, listed: Path) -> None:
    access.end_session(chat.seeker)
    retention.prune(timezone.now())

    assert "people_seekeraccess" in {found.kind for found in erased.read(listed).marks.values()}


def test_a_database_that_knows_nothing_takes_nothing_off_the_list(team: Team, listed: Path) -> None:
    known = mark()
    erased.add(listed.parent, [known])

    erased.keep()

    assert erased.read(listed).marks == {known.id: known}


def test_a_machine_on_which_nothing_is_restored_yet_does_not_speak(db: None, listed: Path) -> None:
    """Else a restore would say that all is known until today."""
    erased.keep()

    assert not listed.exists()


def test_what_a_killed_writer_of_the_list_left_goes(team: Team, listed: Path) -> None:
    (listed.parent / f".{erased.NAME}-abcd").write_text("half")

    erased.keep()

    assert [path.name for path in listed.parent.iterdir()] == [erased.NAME]


def test_the_list_and_the_database_forget_what_is_older_than_any_backup(team: Team, listed: Path) -> None:
    old, young = mark(days=16), mark(days=15)
    Erased.objects.bulk_create(Erased(id=one.id, kind=one.kind, ref=one.ref, day=one.day) for one in (old, young))
    listed.write_text('{"until": "2026-01-01T00:00:00+00:00"}\n')

    erased.keep()

    assert list(erased.read(listed).marks) == [young.id]
    assert Erased.objects.count() == 1


@pytest.mark.parametrize("text", ["", "{", "{}\n", "[]\n[]\n", '{"until": "2026-01-01"}\n{"id": "no"}\n', "nonsense\n"])
def test_a_damaged_list_is_never_written_over(
    chat: Chat, listed: Path, text: str, caplog: pytest.LogCaptureFixture
) -> None:
    listed.write_text(text)

    erasing.erase_all(chat.seeker)

    assert listed.read_text() == text
    assert "DamagedList" in caplog.text
    with pytest.raises(erased.DamagedList):
        erased.add(listed.parent, [])


def test_erasing_goes_on_where_no_list_can_be_written(
    chat: Chat, settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings.BACKUP_DIRECTORY = tmp_path / "nowhere"

    assert erasing.erase_all(chat.seeker) == 1

    assert "FileNotFoundError" in caplog.text


def test_a_list_that_cannot_be_finished_leaves_the_one_before(listed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = mark()
    erased.add(listed.parent, [known])

    def marks() -> list[Mark]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(erased.os, "fsync", lambda _file: marks())
    with pytest.raises(OSError, match="No space"):
        erased.add(listed.parent, [mark()])

    assert erased.read(listed).marks == {known.id: known}
    assert [path.name for path in listed.parent.iterdir()] == [erased.NAME]
