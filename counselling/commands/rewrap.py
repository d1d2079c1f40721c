"""After somebody left: renew a team's seals with its printed recovery key, where nobody of it is at a desk."""

import argparse
import getpass
import sys

from counselling.commands import Refusal


def add(parser: argparse.ArgumentParser) -> None:
    """Which team."""
    parser.add_argument("--team", required=True, help="the team's short name")


def run(words: argparse.Namespace) -> str:
    """Asks for the recovery key (or reads one line from a pipe). Safe to repeat after it was stopped."""
    import django  # noqa: PLC0415 -- set up only when a command runs

    django.setup()
    from counselling.cases.domain import rewrap  # noqa: PLC0415 -- after setup()
    from counselling.errors import Invalid  # noqa: PLC0415 -- as above
    from counselling.people.models import Team, TeamKey  # noqa: PLC0415 -- as above

    team = Team.objects.filter(slug=words.team).first()
    if team is None:
        raise Refusal(f"There is no team named {words.team}.")
    typed = getpass.getpass("Recovery key: ") if sys.stdin.isatty() else sys.stdin.readline()
    try:
        done = rewrap.whole(team.pk, typed)
    except Invalid as problem:
        raise Refusal(str(problem.sentence)) from None
    if left := rewrap.behind(team.pk):
        return f"Renewed {done} seals. {left} do not open; they and the old key they need were left as they are."
    old = "" if TeamKey.objects.filter(team=team).count() == 1 else " The old key of the vault is still there."
    return f"Renewed {done} seals; every case of {team.name} is under the newest key of its vault.{old}"
