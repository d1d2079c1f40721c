"""Fill a database with made-up numbers, and on request with made-up cases: for a demo, a test, a benchmark."""

import argparse
import getpass
import sys
from datetime import date
from typing import TYPE_CHECKING

from counselling.commands import Refusal

if TYPE_CHECKING:
    from counselling.people.domain.actors import Actor

MIXED = (
    "This database holds cases or count rows already. Nobody can tell made-up ones apart from them afterwards, and "
    "what is published of both is wrong for good. If nothing here is real, say --yes-mix."
)


def add(parser: argparse.ArgumentParser) -> None:
    """How much, and of which time."""
    parser.add_argument("--cases", type=_number, required=True, help="cases of which only count rows are written")
    parser.add_argument("--seed", type=int, required=True, help="the same number makes the same events")
    parser.add_argument("--years", type=_years, default=5, help="calendar years, the last one that of --until")
    parser.add_argument("--until", type=date.fromisoformat, help="the last day, YYYY-MM-DD; today if left out")
    parser.add_argument("--timelines", type=_number, default=0, help="cases that are really lived and sealed, now")
    parser.add_argument("--counsellor", default="", help="with --timelines: the user name of who answers them")
    parser.add_argument("--yes-mix", action="store_true", help="although the database is not empty")


def run(words: argparse.Namespace) -> str:
    """Writes count rows, then lives cases; asks for the counsellor's password (or reads one line from a pipe)."""
    import django  # noqa: PLC0415 -- set up only when a command runs

    django.setup()
    from django.utils import timezone  # noqa: PLC0415 -- after setup()

    from counselling.cases.models import Case, CountRow  # noqa: PLC0415 -- as above
    from counselling.errors import NotFound  # noqa: PLC0415 -- as above
    from counselling.statistics.domain import simulating  # noqa: PLC0415 -- as above

    if not words.yes_mix and (Case.objects.exists() or CountRow.objects.exists()):
        raise Refusal(MIXED)
    counsellor = _counsellor(words.counsellor) if words.timelines else None
    until = words.until or timezone.localdate()
    try:
        rows = simulating.simulate(words.cases, words.seed, until, words.years)
    except NotFound:
        raise Refusal("There is no team yet. The first one comes with: counselling createstaff") from None
    lived = _lived(counsellor, words.timelines, words.seed) if counsellor else ""
    return (
        f"Wrote {rows} count rows of {words.cases} made-up cases from {until.year - words.years + 1} to {until}.{lived}"
    )


def _lived(counsellor: "Actor", number: int, seed: int) -> str:
    from counselling.errors import DomainError  # noqa: PLC0415 -- after setup()
    from counselling.statistics.domain import simulating_lives  # noqa: PLC0415 -- as above

    try:
        lived = simulating_lives.live(counsellor, number, seed)
    except DomainError as refusal:
        raise Refusal(f"The count rows are written; no more cases could be lived: {refusal.sentence}") from None
    return f" Lived {lived.chats} chats and {lived.letters} cases of letters with {counsellor.alias}."


def _counsellor(username: str) -> "Actor":
    """Who answers, with their keys. Refuses before anything is written."""
    from counselling.cases.domain import door  # noqa: PLC0415 -- after setup()
    from counselling.people.domain import staffkeys, teamkeys  # noqa: PLC0415 -- as above
    from counselling.people.domain.actors import Actor  # noqa: PLC0415 -- as above
    from counselling.people.domain.rings import Ring  # noqa: PLC0415 -- as above
    from counselling.people.models import Team  # noqa: PLC0415 -- as above

    if not Team.objects.exists() or not teamkeys.is_founded(door.chat_team().pk):
        raise Refusal("No team has keys yet, so that no case can be sealed. Set up its vault first, at /team/vault/.")
    if not username:
        raise Refusal("Say with --counsellor NAME who answers the cases of --timelines.")
    password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    known = staffkeys.recognise(username, password)
    if known is None or not teamkeys.counselling(door.chat_team().pk).filter(pk=known[0].pk).exists():
        raise Refusal(f"{username} and this password are no counsellor of the first team.")
    if not teamkeys.holds(known[0].pk, door.chat_team().pk):
        raise Refusal(f"{username} is not let into the team's vault yet.")
    return Actor.for_staff(known[0], "simulate", Ring(known[1]))


def _years(text: str) -> int:
    return max(1, _number(text))


def _number(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError
    return number
