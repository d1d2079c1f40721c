"""The master key file out of its parcel: before anything else, since no setting can be read without it."""

from pathlib import Path

from counselling.upkeep.backup import places
from counselling.upkeep.backup.problems import BackupProblem
from counselling.vault import master, parcels
from counselling.vault.master import KeyFileProblem

_SUFFIX = "-key.age"


def ensure(path: Path, *, parcel: Path | None, directory: Path, identity: Path) -> bool:
    """Put the key file in place from its parcel where it is missing; whether it was. One that is there stays.

    Looks at `parcel`, else for the newest one in `directory` or its `key/`. Raises BackupProblem.
    """
    if path.exists():
        return False
    found = parcel or _newest(directory)
    if found is None:
        raise BackupProblem(f"The master key file {path} is missing. Put it there, or name its parcel with --key.")
    _place(path, _opened(found, identity))
    return True


def _newest(directory: Path) -> Path | None:
    """By its name, which begins with the time."""
    found = [*directory.glob(f"*{_SUFFIX}"), *directory.glob(f"key/*{_SUFFIX}")]
    return max(found, key=lambda path: path.name, default=None)


def _opened(parcel: Path, identity: Path) -> bytes:
    found: list[bytes] = []
    try:
        with parcel.open("rb") as file:
            parcels.unpack(file, found.append, identity)
    except parcels.BadKey:
        raise BackupProblem(f"{identity} holds no age identity (a line AGE-SECRET-KEY-…) that can be read.") from None
    except parcels.NotForUs:
        raise BackupProblem(f"{identity} does not open {parcel.name}: it is another identity's.") from None
    except parcels.Damaged:
        raise BackupProblem(f"{parcel.name} is damaged or cut off. Take another one.") from None
    except OSError as problem:
        raise BackupProblem(f"{parcel} cannot be read: {places.said(problem)}.") from None
    return b"".join(found)


def _place(path: Path, text: bytes) -> None:
    """As `createkey` does: whole or not there, readable by its owner only."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = places.Aside(path)
        try:
            aside.write_by(lambda into: into.write(text))
            aside.appear(mode=0o400)
        finally:
            aside.forget()
        master.read(path)
    except OSError as problem:
        raise BackupProblem(f"The master key file {path} could not be written: {places.said(problem)}.") from None
    except KeyFileProblem:
        path.unlink()
        raise BackupProblem("What lies in the parcel is no master key file.") from None
