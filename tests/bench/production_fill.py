"""What cases, letters and files take of PostgreSQL's disk: run by production_sizes.py on a ground; prints JSON.

Each kind is made through the domain, so with its seals, seats, indexes and trail, and divided by how many there are.
"""

import json
import sys
from collections.abc import Callable

import django

django.setup()

from django.db import connection  # noqa: E402 -- after setup()
from django.utils import timezone  # noqa: E402

from counselling.cases.domain import closing  # noqa: E402
from counselling.people.domain import presence  # noqa: E402
from counselling.statistics.domain import simulating  # noqa: E402
from tests.bench.pairs import FILLER  # noqa: E402
from tests.mail import files_world  # noqa: E402
from tests.support import letters, world  # noqa: E402

MESSAGES, LETTERS, SIDE, YEARS = 20, 4, 900, 5
LETTER = FILLER * 10  # a thousand characters


def main(number: int) -> dict[str, float]:
    """KiB of each kind: so many chats and cases of letters, a quarter as many files, 20 times as many count rows."""
    team = world.team("Platz")
    files_world.allow(team)
    mara = world.counsellor(team, capacity=10 * number)
    written = letters.claimed(team, mara)
    picture = files_world.noise("JPEG", (SIDE, SIDE), quality=100)
    files = number // 4
    found = {
        f"a chat of {MESSAGES} messages": taken(number, lambda: chat(team, mara)),
        f"a case of {LETTERS} letters": taken(number, lambda: correspondence(team, mara)),
        f"a file of {len(picture) >> 10} KiB": taken(files, lambda: attached(written, picture)),
    }
    rows = 20 * number
    found["numbers of a case for statistics"] = (
        taken(1, lambda: simulating.simulate(rows, 1, timezone.localdate(), YEARS)) / rows
    )
    return {name: round(kib, 1) for name, kib in found.items()}


def taken(number: int, make: Callable[[], object]) -> float:
    """KiB of one, of so many."""
    before = size()
    for _ in range(number):
        make()
    return (size() - before) / number / 1024


def size() -> int:
    """Bytes of all tables and indexes; what updates left behind is free for the next rows by now."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def chat(team: world.Team, mara: world.Actor) -> None:
    """Begun, claimed, talked, over."""
    presence.set_status(mara, "here")
    made = world.chat(team, mara)
    for number in range(MESSAGES):
        world.say((made.seeker, mara)[number % 2], made.case, FILLER)
    closing.end(made.seeker, made.case)


def correspondence(team: world.Team, mara: world.Actor) -> None:
    """Asked and answered."""
    made = letters.claimed(team, mara, LETTER)
    for number in range(1, LETTERS):
        letters.send((made.seeker, mara)[number % 2], made.case, LETTER)


def attached(made: letters.Correspondents, picture: bytes) -> None:
    """A letter with a photograph that does not get smaller."""
    files_world.sent(made.seeker, made.case, picture)


if __name__ == "__main__":
    print(json.dumps(main(int(sys.argv[1]))))
