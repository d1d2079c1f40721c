"""Bring a table into a team's directory of local help, or hand it out: what the page does, for a server's console."""

import argparse
import sys
from pathlib import Path

from counselling.commands import Refusal


def add(parser: argparse.ArgumentParser) -> None:
    """What to do with which file, for which team."""
    parser.add_argument("what", choices=["import", "export"])
    parser.add_argument("file", type=Path, nargs="?", help="import: a CSV file, at most 1 MB and 2,000 lines")
    parser.add_argument("--team", default="team", help="the team's short name (slug)")


def run(words: argparse.Namespace) -> str:
    """All of the table or nothing; safe to repeat."""
    import django  # noqa: PLC0415 -- set up only when a command runs

    django.setup()
    return _bring_in(words) if words.what == "import" else _hand_out(words)


def _bring_in(words: argparse.Namespace) -> str:
    from blended.domain import partner_csv, partner_import  # noqa: PLC0415 -- after setup()
    from counselling.errors import DomainError, NotFound  # noqa: PLC0415 -- as above

    if words.file is None:
        raise Refusal("Name the file to bring in.")
    try:
        text = partner_csv.decoded(words.file.read_bytes())
        problems = partner_import.problems_of(words.team, text)
        if problems:
            raise Refusal("\n".join(["Nothing was written:", *map(_told, problems)]))
        number = partner_import.bring_in_here(words.team, text)
    except OSError:
        raise Refusal(f"{words.file} cannot be read.") from None
    except NotFound:
        raise Refusal(f"There is no team {words.team}.") from None
    except DomainError as refusal:
        raise Refusal(str(refusal.sentence)) from None
    return f"{number} organisations are new or changed."


def _hand_out(words: argparse.Namespace) -> str:
    from blended.domain import partner_import  # noqa: PLC0415 -- after setup()

    if words.file is None:
        sys.stdout.write(partner_import.table_of(words.team))
        return ""
    words.file.write_text(partner_import.table_of(words.team), encoding="utf-8-sig", newline="")
    return f"The directory is in {words.file}."


def _told(problem: object) -> str:
    line, column, sentence = (getattr(problem, name) for name in ("line", "column", "sentence"))
    return " ".join(filter(None, [f"line {line}:" if line else "", f"{column}:" if column else "", sentence]))
