"""What was backed up comes back, row for row; what is wrong with a backup or a place is one clear sentence."""

import datetime as dt
import hashlib
import json
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection
from django.utils import timezone
from pytest_django import Settings

from counselling.cases.domain import erased, erasing
from counselling.cases.domain.erased import Mark
from counselling.cases.models import Case, Entry, Erased
from counselling.people.domain import access, canary, staffkeys
from counselling.people.models import KeyCanary, SeekerAccess, Staff, StaffSession, Team, TeamSeal
from counselling.upkeep.backup import keeping, kinds, places, release, restoring, schema, stream, values, writing
from counselling.upkeep.backup.keeping import Parcel
from counselling.upkeep.backup.kinds import DATA, Kind
from counselling.upkeep.backup.problems import BackupProblem
from counselling.vault import master, parcels
from counselling.vault.master import KeyFileProblem
from tests.support import identities, key_files, world
from tests.support.world import Chat


@pytest.fixture
def backup(chat: Chat, place: Path, identity: Path) -> writing.Written:
    """Of Monday."""
    canary.check()
    return writing.write(place)


def everything() -> dict[str, list[list[Any]]]:
    """All rows but those of sign-ins and of what was erased."""
    every = apps.get_models(include_auto_created=True)
    tables = [table for table in every if kinds.of_table(kinds.name_of(table)) and table is not Erased]
    return {kinds.name_of(table): list(map(list, _rows(table))) for table in tables}


def _rows(table: kinds.Table) -> list[list[Any]]:
    found = kinds.rows_of(table).order_by("pk").values_list(*values.columns(table))
    return [[values.packed(value) for value in row] for row in found]


def refused(place: Path, identity: Path, **more: Any) -> str:
    with pytest.raises(BackupProblem) as refusal:
        restoring.restore(place, identity, **({"replace": True} | more))
    return str(refusal.value)


def made_anew(parcel: Parcel, identity: Path, change: Callable[[list[Any]], None]) -> None:
    """A parcel with other lines in it, for the same recipient, with a manifest that fits."""
    lines: list[Any] = []
    reader = stream.Lines(lines.append)
    with parcel.path.open("rb") as file:
        parcels.unpack(file, reader.feed, identity)
    change(lines)
    parcel.path.unlink()
    public = identity.read_text().splitlines()[0].rpartition(" ")[2]
    aside = places.Aside(parcel.path)
    aside.write_by(lambda into: parcels.pack(stream.compressed(lines), into, [public]))
    aside.appear()
    sealed(parcel, aside.sha256)


def sealed(parcel: Parcel, sha256: str) -> None:
    """Its manifest, as of these bytes."""
    told = json.loads(parcel.manifest.read_text())
    parcel.manifest.write_text(json.dumps(told | {"sha256": sha256}))


def test_every_row_comes_back_as_it_was(backup: writing.Written, place: Path, identity: Path, chat: Chat) -> None:
    before = everything()
    world.say(chat.seeker, chat.case, "später")
    Staff.objects.update(alias="jemand")

    done = restoring.restore(place, identity, replace=True, rehearsal=True)

    assert everything() == before
    assert (done.name, done.erased) == (backup.name, 0)
    assert done.rows == sum(backup.rows.values())
    assert world.texts(chat.case) == ["Brombeersommer"]


def test_nobody_is_signed_in_afterwards(backup: writing.Written, place: Path, identity: Path) -> None:
    Session.objects.create(session_key="s", session_data="", expire_date=timezone.now() + dt.timedelta(days=1))

    restoring.restore(place, identity, replace=True)

    assert (Session.objects.count(), StaffSession.objects.count()) == (0, 0)


def test_a_database_that_is_not_empty_is_left_alone(backup: writing.Written, place: Path, identity: Path) -> None:
    before = everything()

    assert (
        refused(place, identity, replace=False) == "The database is not empty. With --replace all that is in it goes."
    )
    assert everything() == before


def test_what_was_erased_since_is_erased_again_and_the_marks_stay(
    backup: writing.Written, place: Path, identity: Path, chat: Chat
) -> None:
    erasing.erase_all(chat.seeker)
    marks = set(Erased.objects.values_list("pk", flat=True))

    done = restoring.restore(place, identity, replace=True)

    assert not Case.objects.exists()
    assert done.erased >= 3
    assert marks <= set(Erased.objects.values_list("pk", flat=True))


def test_the_list_beside_the_parcels_is_enough(
    backup: writing.Written, place: Path, identity: Path, chat: Chat
) -> None:
    access.end_session(chat.seeker)
    erased.add(place, erased.marks())
    Erased.objects.all().delete()

    restoring.restore(place, identity, replace=True)

    assert not SeekerAccess.objects.filter(seeker=chat.seeker.id).exists()
    assert Case.objects.filter(pk=chat.case).exists()


def test_a_newer_backup_tells_what_was_erased_too(
    backup: writing.Written, place: Path, identity: Path, chat: Chat
) -> None:
    erasing.erase_all(chat.seeker)
    writing.write(place)
    (place / erased.NAME).unlink()
    Erased.objects.all().delete()

    done = restoring.restore(place, identity, at=backup.name, replace=True)

    assert done.name == backup.name
    assert not Case.objects.exists()


def test_a_newer_backup_that_cannot_be_read_is_passed_over_only_on_purpose(
    backup: writing.Written, place: Path, identity: Path
) -> None:
    newer = writing.write(place)
    newer.parcels[0].path.write_bytes(b"")

    said = refused(place, identity, at=backup.name)

    assert said == (
        f"{newer.name} is newer and would tell what was erased since. {newer.parcels[0].path.name} is damaged or cut "
        "off. Take another backup. With --even-so it is passed over."
    )
    assert restoring.restore(place, identity, at=backup.name, replace=True, even_so=True).name == backup.name


def test_a_backup_of_an_empty_database_is_taken_only_by_its_name(
    backup: writing.Written, place: Path, identity: Path
) -> None:
    """The first night on a new machine, before somebody restores, makes the newest backup."""

    def empty(lines: list[Any]) -> None:
        lines[0]["empty"] = True

    for parcel in backup.parcels:
        made_anew(parcel, identity, empty)

    assert refused(place, identity) == f"{backup.name} was made of an empty database. Name one of before with --at."
    assert restoring.restore(place, identity, at=backup.name, replace=True).name == backup.name


def test_a_newer_backup_of_an_empty_database_knows_nothing(
    backup: writing.Written, place: Path, identity: Path
) -> None:
    later = writing.write(place)
    (place / erased.NAME).unlink()
    made_anew(later.parcels[0], identity, lambda lines: lines[0].update(empty=True))

    done = restoring.restore(place, identity, at=backup.name, replace=True)

    assert done.known_until == backup.at.replace(microsecond=0)


def test_a_database_without_a_team_is_written_as_empty(transactional_db: None, place: Path, identity: Path) -> None:
    writing.write(place)

    assert "was made of an empty database" in refused(place, identity)
    assert not (place / erased.NAME).exists()


def test_a_database_that_cannot_be_read_is_left_as_it_is(
    backup: writing.Written, place: Path, identity: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_cursor: object = None) -> list[str]:
        raise DatabaseError

    with monkeypatch.context() as patch:
        patch.setattr(connection.introspection, "table_names", broken)
        said = refused(place, identity)

    assert said == "The database that is here cannot be read (DatabaseError). Nothing was changed."


def test_what_a_backup_knew_already_is_not_done_to_what_came_afterwards(
    chat: Chat, place: Path, identity: Path
) -> None:
    """Somebody left and came back before the backup: they work here."""
    for active in (False, True):
        Staff.objects.filter(pk=chat.counsellor.id).update(is_active=active)
    writing.write(place)

    restoring.restore(place, identity, replace=True)

    assert Staff.objects.get(pk=chat.counsellor.id).is_active


def test_whose_password_was_changed_is_told(backup: writing.Written, place: Path, identity: Path, chat: Chat) -> None:
    person = Staff.objects.get(pk=chat.counsellor.id)
    person.set_password("Kiesel Regen Kanu 42")
    person.save(update_fields=["password"])

    assert restoring.restore(place, identity, replace=True).old_passwords == [person.username]


def test_whoever_was_closed_out_stays_out(backup: writing.Written, place: Path, identity: Path, chat: Chat) -> None:
    staffkeys.close(Staff.objects.get(pk=chat.counsellor.id))

    done = restoring.restore(place, identity, replace=True)

    person = Staff.objects.get(pk=chat.counsellor.id)
    assert not hasattr(person, "key")
    assert not person.has_usable_password()
    assert not TeamSeal.objects.filter(staff=person).exists()
    assert done.old_passwords == []


def test_no_number_is_given_twice(backup: writing.Written, place: Path, identity: Path, chat: Chat) -> None:
    last = Entry.objects.order_by("-pk").values_list("pk", flat=True)[0]
    for number in ("7000000", "9223372036854775807"):  # the second one nobody ever had: it would leave no number
        Erased.objects.create(kind="people_seekeraccess", ref=number, day=timezone.now().date())

    restoring.restore(place, identity, replace=True)

    world.say(chat.seeker, chat.case, "weiter")
    access.issue_code(chat.seeker)
    assert Entry.objects.order_by("-pk").values_list("pk", flat=True)[0] > last + 1000  # lost days had some
    assert SeekerAccess.objects.order_by("-pk").values_list("pk", flat=True)[0] > 7_000_000


def test_another_identity_opens_nothing(backup: writing.Written, place: Path, identity: Path, tmp_path: Path) -> None:
    identities.made(tmp_path / "other.txt")

    assert "does not open" in refused(place, tmp_path / "other.txt")
    assert "holds no age identity" in refused(place, tmp_path / "nowhere.txt")


def test_a_parcel_that_was_cut_off_or_changed_is_named(backup: writing.Written, place: Path, identity: Path) -> None:
    before = everything()
    path = backup.parcels[0].path
    whole = path.read_bytes()
    for data in (whole[:-20], whole[:2000] + bytes([whole[2000] ^ 1]) + whole[2001:]):
        path.write_bytes(data)
        assert refused(place, identity) == f"{path.name} is damaged: it is not what was written. Take another backup."
        sealed(backup.parcels[0], hashlib.sha256(data).hexdigest())
        assert refused(place, identity) == f"{path.name} is damaged or cut off. Take another backup."
        sealed(backup.parcels[0], hashlib.sha256(whole).hexdigest())
    assert everything() == before


def test_a_parcel_of_another_backup_is_named(backup: writing.Written, place: Path, identity: Path) -> None:
    other = writing.write(place)
    shutil.copy(other.parcels[2].path, backup.parcels[2].path)
    sealed(backup.parcels[2], json.loads(other.parcels[2].manifest.read_text())["sha256"])

    said = refused(place, identity, at=backup.name)

    assert said == f"{backup.parcels[2].path.name} holds another parcel: the seals of {other.name}."


def test_a_backup_of_a_newer_release_is_refused(backup: writing.Written, place: Path, identity: Path) -> None:
    def newer(lines: list[Any]) -> None:
        lines[0]["migrations"].append(["cases", "0099_to_come"])

    for parcel in backup.parcels:
        made_anew(parcel, identity, newer)

    assert refused(place, identity) == (
        "This backup is of a newer release (cases 0099_to_come). Restore it with that one."
    )


def test_parcels_of_two_states_do_not_belong_together(backup: writing.Written, place: Path, identity: Path) -> None:
    made_anew(backup.parcels[1], identity, lambda lines: lines[0]["migrations"].pop())

    assert refused(place, identity) == f"The parcels of {backup.name} do not belong together."


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: lines.clear(),
        lambda lines: lines.pop(),
        lambda lines: lines.pop(-2),
        lambda lines: lines.insert(1, "nonsense"),
        lambda lines: lines.insert(2, [1, 2, 3, 4, 5]),
        lambda lines: lines[0].update(format=2),
    ],
    ids=["nothing", "no end", "a line less", "nonsense", "a row too long", "a format to come"],
)
def test_a_parcel_with_other_lines_is_no_backup(
    backup: writing.Written, place: Path, identity: Path, change: Callable[[list[Any]], None]
) -> None:
    made_anew(backup.parcels[2], identity, change)

    assert refused(place, identity).endswith("is damaged or cut off. Take another backup.")


def test_rows_that_no_table_takes_change_nothing(backup: writing.Written, place: Path, identity: Path) -> None:
    def bad(lines: list[Any]) -> None:
        number = next(n for n, line in enumerate(lines) if isinstance(line, dict) and line.get("table") == "cases_case")
        lines[number + 1][0] = "no id"

    before = everything()
    made_anew(backup.parcels[0], identity, bad)

    assert refused(place, identity).endswith("is damaged or cut off. Take another backup.")
    assert everything() == before


def test_another_key_file_changes_nothing(
    backup: writing.Written, place: Path, identity: Path, settings: Settings, tmp_path: Path
) -> None:
    before = everything()
    settings.MASTER_KEY_FILE = tmp_path / "other.key"
    master.create(settings.MASTER_KEY_FILE)
    kid = KeyCanary.objects.get().kid
    text = settings.MASTER_KEY_FILE.read_text().split()[1]
    settings.MASTER_KEY_FILE = key_files.write(tmp_path, f"{kid} {text}")

    with pytest.raises(KeyFileProblem):
        restoring.restore(place, identity, replace=True)

    assert everything() == before


def test_a_backup_that_lacks_a_parcel_is_not_restored(backup: writing.Written, place: Path, identity: Path) -> None:
    backup.parcels[2].path.unlink()

    assert "belong together" in refused(place, identity)
    assert refused(place / "nowhere", identity) == f"In {place / 'nowhere'} there is no backup."


def test_a_damaged_list_stops_a_restore(backup: writing.Written, place: Path, identity: Path) -> None:
    (place / erased.NAME).write_text("nonsense")

    assert "tells what was erased since" in refused(place, identity)


def test_a_list_with_a_row_that_cannot_be_stops_it_too(backup: writing.Written, place: Path, identity: Path) -> None:
    before = everything()
    erased.add(place, [Mark(str(uuid.uuid4()), "cases_case", "1 OR 1", timezone.now().date().isoformat())])

    assert "that cannot be" in refused(place, identity)
    assert everything() == before


def test_a_mark_of_what_no_list_may_take_away_is_passed_over(
    backup: writing.Written, place: Path, identity: Path, team: Team
) -> None:
    day = timezone.now().date().isoformat()
    kinds_ = ("cases_thing", "cases_case.colour", "people_team")
    erased.add(place, [Mark(str(uuid.uuid4()), kind, str(team.pk), day) for kind in kinds_])

    assert restoring.restore(place, identity, replace=True).erased == 0


@pytest.fixture
def dated(place: Path) -> list[str]:
    """Whole backups of three days, by name alone."""
    names = ["20261120T013000Z-aaaaaa", "20261121T013000Z-bbbbbb", "20261122T013000Z-cccccc"]
    for name in names:
        for kind in DATA:
            (place / kind).mkdir(parents=True, exist_ok=True)
            (place / kind / f"{name}-{kind}.age").write_bytes(b"")
    (place / "seals" / f"{names[2]}-seals.age").unlink()
    return names


@pytest.mark.parametrize(
    ("at", "which"),
    [
        ("", 1),
        ("2026-11-21", 1),
        ("2026-11-20", 0),
        ("2026-11-21T01:29", 0),
        ("2026-11-21T02:31+01:00", 1),
        ("20261120T013000Z-aaaaaa", 0),
        ("2030-01-01", 1),
    ],
)
def test_the_newest_whole_backup_at_or_before_is_taken(place: Path, dated: list[str], at: str, which: int) -> None:
    assert restoring.choose(place, at).name == dated[which]


@pytest.mark.parametrize("at", ["2026-11-19", "yesterday", "20261122T013000Z-cccccc"])
def test_there_is_none_of_such_a_day(place: Path, dated: list[str], at: str) -> None:
    with pytest.raises(BackupProblem, match=f"no whole backup of {at} or before"):
        restoring.choose(place, at)


def test_an_old_backup_is_restored_only_on_purpose(
    backup: writing.Written, place: Path, identity: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = timezone.now() + dt.timedelta(days=16)
    monkeypatch.setattr(restoring.timezone, "now", lambda: later)

    assert "With --even-so it does." in refused(place, identity)


@pytest.mark.long  # all tables are made anew
def test_a_backup_from_before_a_migration_comes_up_to_date(chat: Chat, place: Path, identity: Path) -> None:
    """What the last two migrations of statistics made is made again."""
    canary.check()
    backup = writing.write(place)
    before = everything()

    def older(lines: list[Any]) -> None:
        lines[0]["migrations"].remove(["statistics", "0002_offered"])
        tables = [n for n, line in enumerate(lines) if isinstance(line, dict) and "offered" in line.get("table", "")]
        for number in tables:
            lines.pop(number)
            lines[-1]["rows"].pop("statistics_offeredquarter")

    for parcel in backup.parcels:
        made_anew(parcel, identity, older)

    restoring.restore(place, identity, replace=True, rehearsal=True)

    assert schema.is_present()
    assert everything() == before
    assert release.migrations()
    assert not connection.in_atomic_block


def test_a_place_that_cannot_be_read_is_named(identity: Path, tmp_path: Path, db: None, monkeypatch: Any) -> None:
    def unreadable(_directory: Path) -> list[keeping.Set]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(keeping, "sets", unreadable)

    assert refused(tmp_path, identity) == f"{tmp_path} cannot be read: Permission denied."


def test_kinds_are_those_of_parcels() -> None:
    assert {kinds.of_table("cases_seal"), kinds.of_table("mail_filechunk"), kinds.of_table("django_session")} == {
        Kind.SEALS,
        Kind.FILES,
        None,
    }
