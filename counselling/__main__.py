"""The command line: `counselling demo | serve | check | createstaff | prune | django …` (takes manage.py's place)."""

import argparse
import os
import sys
from importlib import import_module

from counselling.commands import Refusal
from counselling.vault.master import KeyFileProblem
from counselling.web import logs

VERBS = {
    "demo": "try it on this machine: data, people and server in one step",
    "serve": "run the server",
    "upgrade": "after new code was put in place: back up, migrate, verify, and say how to go back",
    "check": "look for what would hurt: keys, tables, help contacts, settings",
    "createstaff": "let somebody in: the first administrator, or more people",
    "prune": "erase what is past its time",
    "backup": "write an encrypted backup: database, files, seals, and apart from them the key file",
    "restore": "bring a backup back, or rehearse it",
    "createkey": "write a new master key file",
    "rotatekey": "renew the master key, or take an old one out of the key file",
    "rewrap": "after somebody left: renew a team's seals with its printed recovery key",
    "partners": "bring a table into a team's directory of local help, or hand it out",
    "release": "publish the statistics of periods that are over, as the server does by itself every day",
    "simulate": "fill a database with made-up numbers, for a demo or a benchmark",
    "sealcases": "seal cases from before the vault to their teams",
}


def main() -> int:
    """Run one verb; 0, or 1 with one sentence on stderr."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "counselling.settings")
    if sys.argv[1:2] == ["django"]:
        return _django(sys.argv[2:])
    words = _parser().parse_args()
    if sys.argv[1:2] != ["demo"]:  # there a traceback helps and holds nobody's words
        logs.guard()
    try:
        print(words.run(words), flush=True)  # noqa: T201 -- the command's summary
    except (KeyFileProblem, Refusal) as problem:
        print(problem, file=sys.stderr)  # noqa: T201 -- as above
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="counselling", description=__doc__)
    verbs = parser.add_subparsers(required=True, metavar="command")
    for name, purpose in VERBS.items():
        module = import_module(f"counselling.commands.{name}")
        verb = verbs.add_parser(name, help=purpose, description=purpose)
        module.add(verb)
        verb.set_defaults(run=module.run)
    return parser


def _django(words: list[str]) -> int:
    """Django's own commands (migrate, collectstatic, shell …)."""
    try:
        from django.core.management import execute_from_command_line  # noqa: PLC0415 -- needs the settings' key file

        execute_from_command_line(["counselling django", *words])
    except KeyFileProblem as problem:
        print(problem, file=sys.stderr)  # noqa: T201 -- as above
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
