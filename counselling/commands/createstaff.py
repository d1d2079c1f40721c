"""Let somebody in."""

import argparse
import getpass
import sys

from counselling.commands import Refusal

NEXT = {
    "administrator": "Next: sign in at /team/ and invite the team in the admin; everybody sets their own password.",
    "supervisor": "Next: they sign in at /team/.",
    "counsellor": "Next: the first one sets up the team's vault at /team/vault/, a colleague lets in everybody else.",
}
FILLED = "There are {} to begin with: check every one before you open (docs/centre.md)."
AFTER_RESET = "It comes with a new key: a colleague or the recovery key lets a counsellor into the vault again."


def add(parser: argparse.ArgumentParser) -> None:
    """Who, and what they do."""
    parser.add_argument("username")
    parser.add_argument("--alias", help="the name young people see; the user name if left out")
    parser.add_argument("--role", choices=["counsellor", "supervisor", "administrator"], default="counsellor")
    parser.add_argument("--team", help="the team's short name; made when it does not exist", default="team")
    parser.add_argument("--language", action="append", default=[], help="de, en …; may be given several times")


def run(words: argparse.Namespace) -> str:
    """Asks for the password (or reads one line from a pipe); an existing person gets the new password.

    A server that is new also gets the topics and help contacts to begin with: only the demo had them otherwise.
    """
    import django  # noqa: PLC0415 -- set up only when a command runs

    django.setup()
    from counselling.centre import defaults  # noqa: PLC0415 -- after setup()
    from counselling.errors import Invalid  # noqa: PLC0415 -- after setup()
    from counselling.people.domain import members, staff  # noqa: PLC0415 -- after setup()

    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    try:
        made = staff.let_in(
            words.username,
            password=password,
            alias=words.alias or words.username,
            role=words.role,
            team=words.team,
            languages=words.language or ["de"],
        )
    except Invalid as problem:
        raise Refusal(str(problem.sentence)) from None
    members.reconcile_all()
    filled = defaults.ensure()
    said = f"may sign in as {words.role}. {NEXT[words.role]}" if made else f"has a new password. {AFTER_RESET}"
    return " ".join([f"{words.username} {said}", *([FILLED.format(" and ".join(filled))] if filled else [])])
