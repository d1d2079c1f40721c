"""Bring a backup back, or rehearse it."""

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from counselling.commands import Refusal

if TYPE_CHECKING:
    from counselling.upkeep.backup.restoring import Restored


def add(parser: argparse.ArgumentParser) -> None:
    """Which backup, and who opens it."""
    parser.add_argument("directory", type=Path)
    parser.add_argument(
        "--identity", type=Path, required=True, help="the file with the private half (AGE-SECRET-KEY-…)"
    )
    parser.add_argument("--at", default="", help="the newest backup of this day, time (UTC) or name, or before it")
    parser.add_argument("--key", type=Path, help="the key file's parcel, where the key file itself is missing")
    parser.add_argument("--only", choices=["key"], help="put the key file in place and do no more")
    parser.add_argument("--replace", action="store_true", help="though the database is not empty: what is in it goes")
    parser.add_argument("--even-so", action="store_true", help="though what was erased since comes back")
    parser.add_argument("--check", action="store_true", help="rehearse it in a database made for it")


def run(words: argparse.Namespace) -> str:
    """All or nothing; a rehearsal changes nothing and may be repeated."""
    from counselling.upkeep.backup.problems import BackupProblem  # noqa: PLC0415 -- only where it is used

    try:
        placed = _key_file(words)
        if words.only:
            return placed or "The master key file is there already and was left as it is."
        return placed + _restored(words)
    except BackupProblem as problem:
        raise Refusal(str(problem)) from None


def _key_file(words: argparse.Namespace) -> str:
    """One sentence if it had to be put in place; before the settings, which need it."""
    from counselling.upkeep.backup import masterkey  # noqa: PLC0415 -- only where it is used

    var = Path(os.environ.get("COUNSELLING_VAR", Path(__file__).resolve().parents[2] / "var"))
    path = Path(os.environ.get("COUNSELLING_KEY_FILE", var / "master.key"))
    if not masterkey.ensure(path, parcel=words.key, directory=words.directory, identity=words.identity):
        return ""
    return f"The master key file is at {path} again. "


def _restored(words: argparse.Namespace) -> str:
    import django  # noqa: PLC0415 -- set up only when a command runs

    django.setup()
    from counselling.upkeep.backup import rehearsing, restoring  # noqa: PLC0415 -- after setup()

    if words.check:
        done = rehearsing.rehearse(words.directory, words.identity, at=words.at)
        return f"{done.name} can be restored: {done.rows} rows arrived, as many as were written. Nothing was changed."
    done = restoring.restore(words.directory, words.identity, at=words.at, replace=words.replace, even_so=words.even_so)
    return _told(done)


def _told(done: "Restored") -> str:
    until = f"{done.known_until:%Y-%m-%d %H:%M} UTC"
    lines = [
        f"{done.name} is restored: {done.rows} rows.",
        f"Erased again: {done.erased} rows. What was erased is known until {until}; what went later may be back.",
        "Everybody of the team signs in anew. Run `counselling check` before the servers start.",
    ]
    if done.old_passwords:
        names = ", ".join(done.old_passwords)
        lines.insert(
            2, f"Their password is that of the backup again, and should be changed if others know it: {names}."
        )
    return "\n".join(lines)
