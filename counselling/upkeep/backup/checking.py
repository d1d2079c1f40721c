"""Whether a parcel is as it was written, without opening it."""

import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

from counselling.upkeep.backup import keeping, places, release, stream
from counselling.upkeep.backup.keeping import Parcel
from counselling.upkeep.backup.problems import BackupProblem


def manifest(parcel: Parcel, *, sha256: str, size: int) -> bytes:
    """What may be said in clear; how many rows of what there are stands inside."""
    told = {
        "format": stream.FORMAT,
        "kind": parcel.kind,
        "set": parcel.set,
        "at": parcel.at.isoformat(timespec="seconds"),
        "release": release.name(),
        "sha256": sha256,
        "bytes": size,
    }
    return json.dumps(told, indent=1).encode() + b"\n"


def verify(parcel: Parcel) -> None:
    """Compare it with its manifest. Raises BackupProblem."""
    told = _told(parcel)
    if told.get("format") != stream.FORMAT:
        raise BackupProblem(f"{parcel.path.name} was written by a newer release; restore it with that one.")
    if (told.get("set"), told.get("kind")) != (parcel.set, parcel.kind):
        raise BackupProblem(f"{parcel.path.name} is another parcel than its manifest tells of.")
    try:
        with parcel.path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as problem:
        raise BackupProblem(f"{parcel.path.name} cannot be read: {places.said(problem)}.") from None
    if not hmac.compare_digest(found, str(told.get("sha256"))):
        raise BackupProblem(f"{parcel.path.name} is damaged: it is not what was written. Take another backup.")


def verify_all(directory: Path) -> int:
    """Every parcel of a directory; how many. Raises BackupProblem for the first one that is bad, or for none at all."""
    try:
        found = keeping.parcels(directory)
    except OSError as problem:
        raise BackupProblem(f"{directory} cannot be read: {places.said(problem)}.") from None
    if not found:
        raise BackupProblem(f"There is no backup in {directory}.")
    for parcel in found:
        verify(parcel)
    return len(found)


def _told(parcel: Parcel) -> dict[str, Any]:
    try:
        told = json.loads(parcel.manifest.read_bytes())
    except (OSError, ValueError):
        told = None
    if not isinstance(told, dict):
        raise BackupProblem(f"{parcel.path.name} has no manifest that can be read ({parcel.manifest.name}).")
    return told
