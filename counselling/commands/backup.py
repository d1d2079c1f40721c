"""Write a backup, or look at those that lie there: the nightly timer's command."""

import argparse
from pathlib import Path

from counselling.commands import Refusal

KINDS = ["database", "files", "seals", "key"]


def add(parser: argparse.ArgumentParser) -> None:
    """Where to, and what."""
    parser.add_argument("directory", type=Path, nargs="?", help="COUNSELLING_BACKUP_DIRECTORY if left out")
    parser.add_argument("--only", choices=KINDS, help="one parcel alone; the key file's goes to a place of its own")
    parser.add_argument(
        "--check", action="store_true", help="write nothing: compare what lies there with its manifests"
    )


def run(words: argparse.Namespace) -> str:
    """Works while the server runs; all or nothing, and safe to repeat."""
    import django  # noqa: PLC0415 -- set up only when a command runs

    django.setup()
    from django.conf import settings  # noqa: PLC0415 -- after setup()

    from counselling.upkeep.backup import checking, keeping, writing  # noqa: PLC0415 -- as above
    from counselling.upkeep.backup.kinds import Kind  # noqa: PLC0415 -- as above
    from counselling.upkeep.backup.problems import BackupProblem  # noqa: PLC0415 -- as above

    directory = words.directory or settings.BACKUP_DIRECTORY
    if directory is None:
        raise Refusal("Where to? Name a directory, or set COUNSELLING_BACKUP_DIRECTORY.")
    try:
        if words.check:
            number, whole = checking.verify_all(directory), keeping.newest(directory)
            newest = f"The newest whole backup is of {whole:%Y-%m-%d %H:%M} UTC." if whole else "None is whole."
            return f"All {number} parcels in {directory} are as they were written. {newest}"
        done = writing.write(directory, only=Kind(words.only) if words.only else None)
    except BackupProblem as problem:
        raise Refusal(str(problem)) from None
    what = ", ".join(f"{kind} ({number} rows)" for kind, number in done.rows.items()) or "the key file"
    swept = f" Deleted {done.swept} parcels that were too old." if done.swept else ""
    return f"Wrote {done.name} to {directory}, and compared it: {what}.{swept}"
