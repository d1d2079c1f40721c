"""What the lists of letters cost with so many open cases: `python -m tests.bench.letters_desk COUNT` on a ground.

Printed as JSON: medians in milliseconds of the whole page, asked in turns by a counsellor of a team with no case, of
one with a full page in its lists, and of one of twenty people with COUNT, who have opened their vaults before; what
the largest costs as a multiple of the others; and a search over all, the first of its session and the next.
"""

import datetime as dt
import json
import sys
import uuid
from collections.abc import Iterable
from functools import partial
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 -- after setup()
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from counselling.cases.domain import keys  # noqa: E402
from counselling.cases.models import Case, Entry, Facts, Risk, Role, Seal, Seat, Task  # noqa: E402
from counselling.mail.models import Correspondence  # noqa: E402
from counselling.people.domain.actors import Actor  # noqa: E402
from counselling.people.models import Seeker, Staff, Team  # noqa: E402
from counselling.vault import keys as case_keys  # noqa: E402
from counselling.vault import pairs  # noqa: E402
from tests.bench.turns import in_turns, ratio  # noqa: E402
from tests.support import key_rings, seed  # noqa: E402

PEOPLE, FEW = 20, 4
FULL = 300  # so many fill a page of the lists of one of FEW
LISTS = {
    "inbox": "?tab=inbox",
    "mine": "?tab=mine",
    "due": "?tab=due",
    "due_team": "?tab=due&scope=team",
    "team": "?tab=mine&scope=team",
    "answered": "?tab=answered",
    "reminders": "?tab=reminders",
}


def measure(count: int) -> dict[str, float]:
    """Pages of three teams in turns; a search over all cases of the largest."""
    settings.ALLOWED_HOSTS = ["testserver", *settings.ALLOWED_HOSTS]
    people = {"none": _team("none", 0, 2), "full": _team("full", FULL, FEW), "many": _team("many", count, PEOPLE)}
    browsers = {name: _browser(some[1]) for name, some in people.items()}
    found: dict[str, float] = {}
    for of, query in LISTS.items():
        took = in_turns({name: partial(_page, browser, query) for name, browser in browsers.items()})
        found |= {f"letters_{of}_{name}_ms": ms for name, ms in took.items()}
        found[f"letters_{of}_to_none"] = ratio(took["many"], took["none"])
        found[f"letters_{of}_to_full"] = ratio(took["many"], took["full"])
    found["letters_search_cold_ms"] = in_turns({"": partial(_search, _browser(people["many"][2]))}, 1)[""]
    found["letters_search_ms"] = in_turns({"": partial(_search, browsers["many"])}, 3)[""]
    for of in ("none", "full"):
        found[f"letters_worst_to_{of}"] = max(found[f"letters_{name}_to_{of}"] for name in LISTS)
    return found


def _team(name: str, count: int, people: int) -> list[Actor]:
    team = Team.objects.create(slug=f"bench-{name}", name=f"Bench {name}")
    first = Staff.objects.count() + 1000
    members = [seed.counsellor(team, first + number, 1)[0] for number in range(people)]
    _write(team, members, count)
    return members


def _browser(actor: Actor) -> Client:
    client = Client()
    key_rings.sign_in(client, Staff.objects.get(pk=actor.id))
    return client


def _page(browser: Client, query: str) -> None:
    assert browser.get(f"/team/letters/{query}", secure=True).status_code == 200


def _search(browser: Client) -> None:
    assert b"data-testid" in browser.post("/team/letters/search/", {"nickname": "otter 7"}, secure=True).content


def _write(team: Team, people: list[Actor], count: int) -> None:
    """Open cases as the domain would leave them: a tenth unclaimed, of the others two thirds answered.

    Some have an assessment, some a task.
    """
    for begin in range(0, count, 500):
        made = [_rows(team, people, number) for number in range(begin, min(begin + 500, count))]
        for model in (Seeker, Case, Seal, Seat, Facts, Entry, Correspondence, Risk, Task):
            model.objects.bulk_create(_of(model, made))  # type: ignore[attr-defined] # every model has one


def _of(model: type, made: Iterable[list[Any]]) -> list[Any]:
    return [row for rows in made for row in rows if isinstance(row, model)]


def _rows(team: Team, people: list[Actor], number: int) -> list[Any]:
    now = timezone.now()
    asked = now - dt.timedelta(minutes=number + 1)
    keeper = None if number % 10 == 0 else people[number % len(people)]
    waits = keeper is None or number % 3 == 0
    seeker, case_id = Seeker(public=pairs.new_pair().public), uuid.uuid4()
    key, case = case_keys.new_key(), Case(pk=case_id, team=team, seeker=seeker, state="letters", channel="mail")
    case.by_letter, case.language, case.opened_at = True, "de", asked
    case.keeper_id = keeper.id if keeper else None
    case.nickname = keys.seal_nickname(key, case_id, f"Otter {number}")
    case.last_seq, case.last_at, case.unanswered_since = 1, asked, asked if waits else None
    due = Correspondence(case=case, team=team, since=asked if waits else None)
    due.due_at = now + dt.timedelta(minutes=number * 7 % 4000 - 2000) if waits else None
    seat = Seat(case=case, role=Role.SEEKER, since=asked)
    mine = [Seat(case=case, role=Role.COUNSELLOR, staff_id=keeper.id, since=asked)] if keeper else []
    letter = Entry(case=case, seq=1, kind=Entry.Kind.LETTER, role=Role.SEEKER, client_id=uuid.uuid4(), at=asked)
    letter.sealed = b""
    seal = keys.team_seal(key, case_id, keys.teamkeys.newest(team.pk))  # type: ignore[arg-type] # there is one
    return [seeker, case, seal, seat, *mine, Facts(case=case), letter, due, *_wanted(case, people[0], number)]


def _wanted(case: Case, by: Actor, number: int) -> list[Any]:
    """Another look for a tenth, a task for a fifth; some of them are due."""
    made: list[Any] = []
    told = {"case": case, "number": 1, "author_id": by.id, "at": timezone.now(), "sealed": bytes(600)}
    day = timezone.localdate() + dt.timedelta(days=number % 28 - 1)
    if number % 10 == 3:
        made.append(Risk(level="yellow", review_on=day, **told))
    if number % 5 == 4:
        made.append(Task(due_on=day, **told))
    return made


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
