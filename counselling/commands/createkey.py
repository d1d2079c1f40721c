"""Write a new master key file."""

import argparse
from pathlib import Path

from counselling.vault import master


def add(parser: argparse.ArgumentParser) -> None:
    """Where to."""
    parser.add_argument("path", type=Path)


def run(words: argparse.Namespace) -> str:
    """Never overwrites: a lost key file is a lost database. Safe to repeat after it was killed."""
    try:
        master.create(words.path)
    except FileExistsError:
        return f"{words.path} exists already and was left as it is."
    return f"Wrote {words.path}, readable by you only. Keep it apart from the database and its backups."
