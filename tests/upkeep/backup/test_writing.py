"""Parcels apart from each other, of one moment, each there whole or not at all."""

import datetime as dt
import gzip
import io
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyrage
import pytest
from django.apps import apps
from django.db import connection, connections
from django.utils import timezone
from pytest_django import Settings

from counselling.cases.domain import erased, scrubbing
from counselling.cases.models import Entry
from counselling.upkeep.backup import checking, keeping, kinds, places, snapshot, writing
from counselling.upkeep.backup.kinds import DATA, Kind
from counselling.upkeep.backup.problems import BackupProblem
from counselling.vault import parcels
from tests.support import world
from tests.support.world import Chat


def opened(parcel: keeping.Parcel, identity: Path) -> bytes:
    into = io.BytesIO()
    with parcel.path.open("rb") as file:
        parcels.unpack(file, into.write, identity)
    return into.getvalue()


def tables_in(parcel: keeping.Parcel, identity: Path) -> set[str]:
    lines = [json.loads(line) for line in gzip.decompress(opened(parcel, identity)).splitlines()]
    return {line["table"] for line in lines if isinstance(line, dict) and "table" in line}


def refused(directory: Path, **more: Any) -> str:
    with pytest.raises(BackupProblem) as refusal:
        writing.write(directory, **more)
    return str(refusal.value)


def files(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.rglob("*") if path.is_file() and path.name != places.LOCK)


def test_every_table_is_in_one_parcel_and_no_sign_in_is_in_any(chat: Chat, place: Path, identity: Path) -> None:
    done = writing.write(place)
    found = [tables_in(parcel, identity) for parcel in done.parcels]

    every = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    assert set.union(*found) == every - {"django_session", "people_staffsession"}
    assert sum(map(len, found)) == len(every) - 2
    assert {"cases_seal", "people_seekeraccess", "people_staffkey", "people_teamseal"} <= found[2]
    assert set(scrubbing.KEYS) & (found[0] | found[1]) == set()


def test_a_backup_is_whole_named_by_its_moment_and_for_us_alone(chat: Chat, place: Path, identity: Path) -> None:
    done = writing.write(place)

    [one] = keeping.sets(place)
    assert (one.name, one.missing) == (done.name, [])
    assert abs((timezone.now() - one.at).total_seconds()) < 120
    assert {oct(parcel.path.stat().st_mode) for parcel in done.parcels} == {"0o100600"}
    assert checking.verify_all(place) == 3
    assert erased.read(place / erased.NAME).until


def test_manifests_tell_no_numbers_of_people(chat: Chat, place: Path, identity: Path) -> None:
    told = json.loads(writing.write(place).parcels[0].manifest.read_text())

    assert sorted(told) == ["at", "bytes", "format", "kind", "release", "set", "sha256"]


def test_one_parcel_alone(chat: Chat, place: Path, identity: Path) -> None:
    done = writing.write(place, only=Kind.SEALS)

    assert [parcel.kind for parcel in done.parcels] == [Kind.SEALS]
    assert done.rows[Kind.SEALS] > 0


def test_two_of_the_same_second_lie_beside_each_other(chat: Chat, place: Path, identity: Path) -> None:
    for _ in range(2):
        writing.write(place)

    assert len(keeping.sets(place)) == 2


def test_a_second_one_at_once_refuses(chat: Chat, place: Path, identity: Path) -> None:
    places.own(place)
    with places.alone(place):
        assert refused(place) == f"Another backup is being written to {place}."
    assert files(place) == []


def test_the_key_files_parcel_is_the_file_and_lies_beside_no_other(
    chat: Chat, place: Path, identity: Path, settings: Settings, tmp_path: Path
) -> None:
    [parcel] = writing.write(tmp_path / "drawer", only=Kind.KEY).parcels
    writing.write(place)

    assert opened(parcel, identity) == settings.MASTER_KEY_FILE.read_bytes()
    assert "beside no other" in refused(place, only=Kind.KEY)
    assert "beside no other" in refused(tmp_path / "drawer")
    settings.BACKUP_DIRECTORY = tmp_path / "usual"
    assert "beside no other" in refused(tmp_path / "usual" / "apart", only=Kind.KEY)


def test_the_key_files_parcel_may_be_for_somebody_else(
    chat: Chat, identity: Path, settings: Settings, tmp_path: Path
) -> None:
    settings.BACKUP_KEY_RECIPIENTS = [str(pyrage.x25519.Identity.generate().to_public())]
    [parcel] = writing.write(tmp_path / "drawer", only=Kind.KEY).parcels

    with pytest.raises(parcels.NotForUs):
        opened(parcel, identity)


@pytest.mark.parametrize("recipients", [[], ["age1nobody"]])
def test_without_a_recipient_nothing_is_written(
    place: Path, settings: Settings, recipients: list[str], db: None
) -> None:
    settings.BACKUP_RECIPIENTS = recipients

    assert refused(place).startswith("COUNSELLING_BACKUP_RECIPIENT must name")
    assert not place.exists()


def test_a_place_that_is_no_directory_is_named(identity: Path, tmp_path: Path, db: None) -> None:
    (tmp_path / "file").write_text("")

    assert (
        refused(tmp_path / "file" / "parcels") == f"No backup was written to {tmp_path}/file/parcels: Not a directory."
    )


def test_a_missing_key_file_has_no_parcel(identity: Path, settings: Settings, tmp_path: Path, db: None) -> None:
    settings.MASTER_KEY_FILE = tmp_path / "nowhere"

    assert refused(tmp_path / "drawer", only=Kind.KEY).endswith("No such file or directory.")
    assert files(tmp_path / "drawer") == []


def test_what_breaks_in_the_middle_leaves_nothing(
    chat: Chat, place: Path, identity: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def rows(table: kinds.Table) -> Iterator[list[Any]]:
        if kinds.of_table(kinds.name_of(table)) == Kind.SEALS:
            raise OSError(28, "No space left on device")
        return real(table)

    real = snapshot.rows
    monkeypatch.setattr(snapshot, "rows", rows)

    assert refused(place) == f"No backup was written to {place}: No space left on device."
    assert files(place) == []


def test_a_parcel_that_cannot_appear_takes_the_others_along(
    chat: Chat, place: Path, identity: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def appear(aside: places.Aside) -> None:
        if aside.path.name.endswith("-seals.age"):
            raise OSError(5, "Input/output error")
        real(aside)

    real: Callable[[places.Aside], None] = places.Aside.appear
    monkeypatch.setattr(places.Aside, "appear", appear)

    assert refused(place).endswith("Input/output error.")
    assert files(place) == [erased.NAME]


def test_a_stick_that_knows_no_links_takes_parcels_too(
    chat: Chat, place: Path, identity: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hardlink_to(_path: Path, _target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")  # as FAT says it

    monkeypatch.setattr(Path, "hardlink_to", hardlink_to)
    for _ in range(2):
        writing.write(place)

    assert checking.verify_all(place) == 6
    assert not any(name.startswith(places.UNFINISHED) for name in files(place))


@pytest.mark.parametrize("links", [True, False])
def test_nothing_appears_in_the_place_of_another_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, links: bool
) -> None:
    def hardlink_to(_path: Path, _target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    if not links:
        monkeypatch.setattr(Path, "hardlink_to", hardlink_to)
    (tmp_path / "name").write_bytes(b"first")
    aside = places.Aside(tmp_path / "name")
    aside.write_by(lambda into: into.write(b"second"))

    with pytest.raises(FileExistsError):
        aside.appear()
    assert (tmp_path / "name").read_bytes() == b"first"


def test_last_nights_goes_when_tonights_is_there(
    chat: Chat, place: Path, identity: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.BACKUP_DAYS = 2
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now - dt.timedelta(days=1, seconds=60))
    writing.write(place)
    monkeypatch.undo()

    done = writing.write(place)

    assert done.swept == 3
    assert [one.name for one in keeping.sets(place)] == [done.name]


def test_a_list_that_is_damaged_is_named_and_nothing_appears(chat: Chat, place: Path, identity: Path) -> None:
    places.own(place)
    (place / erased.NAME).write_text("nonsense")

    assert f"{place / erased.NAME} is damaged" in refused(place)
    assert files(place) == [erased.NAME]


def test_all_parcels_are_of_one_moment_and_nobody_waits_meanwhile(
    chat: Chat, place: Path, identity: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody writes before each table is read; what they wrote is in none of the parcels."""
    before = Entry.objects.count()
    real = snapshot.rows
    said: list[int] = []

    def rows(table: kinds.Table) -> Iterator[list[Any]]:
        if len(said) < 3:
            writer = threading.Thread(target=speak)
            writer.start()
            writer.join(10)
        return real(table)

    def speak() -> None:
        said.append(world.say(chat.seeker, chat.case, "mittendrin").seq)
        connections.close_all()

    monkeypatch.setattr(snapshot, "rows", rows)
    done = writing.write(place)
    monkeypatch.undo()

    lines = [json.loads(line) for line in gzip.decompress(opened(done.parcels[0], identity)).splitlines()]
    assert len(said) == 3
    assert lines[-1]["rows"]["cases_entry"] == before
    assert Entry.objects.count() == before + 3
    assert not connection.in_atomic_block


def test_parcels_that_were_changed_are_found(chat: Chat, place: Path, identity: Path) -> None:
    done = writing.write(place)
    data = bytearray(done.parcels[1].path.read_bytes())
    data[-1] ^= 1
    done.parcels[1].path.write_bytes(data)

    with pytest.raises(BackupProblem, match="is damaged: it is not what was written"):
        checking.verify_all(place)


def test_a_manifest_that_is_missing_or_of_another_parcel_is_found(chat: Chat, place: Path, identity: Path) -> None:
    first, second, third = writing.write(place).parcels
    second.manifest.write_bytes(first.manifest.read_bytes())
    third.manifest.unlink()

    with pytest.raises(BackupProblem, match="is another parcel than its manifest tells of"):
        checking.verify(second)
    with pytest.raises(BackupProblem, match="has no manifest that can be read"):
        checking.verify(third)


def test_an_empty_place_has_no_backup_to_look_at(place: Path) -> None:
    with pytest.raises(BackupProblem, match="There is no backup in"):
        checking.verify_all(place)


def test_the_servers_own_key_file_opens_no_parcel(chat: Chat, place: Path, identity: Path, settings: Settings) -> None:
    parcel = writing.write(place).parcels[0]

    with pytest.raises(parcels.BadKey):
        opened(parcel, settings.MASTER_KEY_FILE)


def test_every_kind_of_data_is_written_by_itself(chat: Chat, place: Path, identity: Path) -> None:
    for kind in DATA:
        writing.write(place, only=kind)

    assert keeping.newest(place) is None
