"""Names, ages, and what is swept."""

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django import Settings

from counselling.upkeep.backup import keeping
from counselling.upkeep.backup.kinds import DATA, Kind

NOW = dt.datetime(2026, 11, 24, 1, 30, tzinfo=dt.UTC)


def lay(
    directory: Path, *, days: float, kinds: tuple[Kind, ...] = DATA, name: str = "4f2a9c", flat: bool = False
) -> str:
    """Parcels that were made so many days before NOW; their set."""
    made = f"{(NOW - dt.timedelta(days=days)).strftime(keeping.TIME)}-{name}"
    for kind in kinds:
        place = directory if flat else directory / kind
        place.mkdir(parents=True, exist_ok=True)
        (place / f"{made}-{kind}.age").write_bytes(b"sealed")
        (place / f"{made}-{kind}.age.json").write_text("{}")
    return made


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.rglob("*") if path.is_file())


def test_parcels_of_one_moment_are_a_set_wherever_they_lie(tmp_path: Path) -> None:
    apart, together = lay(tmp_path, days=2), lay(tmp_path, days=1, flat=True)

    assert [one.name for one in keeping.sets(tmp_path)] == [apart, together]
    assert [one.missing for one in keeping.sets(tmp_path)] == [[], []]
    assert keeping.newest(tmp_path) == NOW - dt.timedelta(days=1)


def test_a_set_without_its_seals_is_not_whole(tmp_path: Path) -> None:
    lay(tmp_path, days=1, kinds=(Kind.DATABASE, Kind.FILES))

    assert [one.missing for one in keeping.sets(tmp_path)] == [[Kind.SEALS]]
    assert keeping.newest(tmp_path) is None


def test_what_is_no_parcel_is_none(tmp_path: Path) -> None:
    bad = ("20260231T013000Z-4f2a9c-seals.age", "20261124T013000Z-4f2a9c-socks.age", "notes.txt", "seals.age")
    for name in bad:
        (tmp_path / name).write_text("")
    (tmp_path / "lost+found").mkdir(mode=0)

    assert keeping.parcels(tmp_path) == []
    assert keeping.parcels(tmp_path / "nowhere") == []


def test_parcels_of_fifteen_days_ago_go_and_the_key_files_stays(tmp_path: Path) -> None:
    lay(tmp_path, days=15)
    key, young = lay(tmp_path, days=300, kinds=(Kind.KEY,)), lay(tmp_path, days=12, name="abcdef")

    assert len(keeping.overdue(tmp_path, NOW)) == 3
    assert keeping.sweep(tmp_path, NOW) == 3

    assert {name.split("Z-")[0] for name in names(tmp_path)} == {key.split("Z-")[0], young.split("Z-")[0]}
    assert keeping.overdue(tmp_path, NOW) == []


def test_what_would_be_too_old_before_the_next_night_goes_tonight(tmp_path: Path) -> None:
    lay(tmp_path, days=13.5)
    lay(tmp_path, days=1, name="abcdef")

    assert keeping.overdue(tmp_path, NOW) == []
    assert keeping.sweep(tmp_path, NOW) == 3
    assert all("-abcdef-" in name for name in names(tmp_path))


@pytest.mark.parametrize(("days", "swept"), [(1.1, 0), (2.1, 3)])
def test_the_newest_whole_one_stays_until_it_is_overdue(
    tmp_path: Path, settings: Settings, days: float, swept: int
) -> None:
    """The next one may find no room: last night's is not deleted before tonight's lies there."""
    settings.BACKUP_DAYS = 2
    lay(tmp_path, days=days)
    lay(tmp_path, days=days - 1.2, kinds=(Kind.SEALS,), name="abcdef")  # none to restore from

    assert keeping.sweep(tmp_path, NOW) == swept


def test_a_centre_may_keep_them_for_less(tmp_path: Path, settings: Settings) -> None:
    settings.BACKUP_DAYS = 3
    lay(tmp_path, days=3.5)

    assert len(keeping.overdue(tmp_path, NOW)) == 3


def test_no_setting_keeps_them_for_longer(settings: Settings) -> None:
    assert 2 <= settings.BACKUP_DAYS <= 14


def test_what_a_killed_backup_left_is_swept(tmp_path: Path) -> None:
    made = lay(tmp_path, days=1, kinds=(Kind.SEALS,))
    (tmp_path / "seals" / f"{made}-seals.age").unlink()
    (tmp_path / "seals" / ".unfinished-00").write_bytes(b"half")

    assert keeping.sweep(tmp_path, NOW) == 0
    assert names(tmp_path) == []


def test_ages_are_reckoned_from_now(tmp_path: Path) -> None:
    lay(tmp_path, days=(NOW - timezone.now()).total_seconds() / 86400 + 15)

    assert len(keeping.overdue(tmp_path)) == 3


@pytest.mark.parametrize("kind", DATA)
def test_every_parcel_of_data_has_its_own_directory(tmp_path: Path, kind: Kind) -> None:
    lay(tmp_path, days=1, kinds=(kind,))

    assert [parcel.path.parent for parcel in keeping.parcels(tmp_path)] == [tmp_path / kind]
