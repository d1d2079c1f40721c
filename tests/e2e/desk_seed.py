"""Fill a fresh team for the desk's browser tests, and print how its people come in, as one line of JSON.

python -m tests.e2e.desk_seed '{"staff": {"Linde": 3}, "waiting": ["Blauer Bus"], "chats": {"Stiller Otter": "Linde"}}'

`staff` has the capacity of each counsellor; `waiting` is the queue, longest waiting first; `chats` run already, and
`unanswered` says for how many minutes one of them has been waiting for an answer. `{"joins": nickname}` alone adds
somebody to the queue of the team that is there.
{"cookie": {"staff": name, "seeker": name}, "staff": {alias: cookies}, "seekers": {nickname: {"case", "token"}}}
"""

import datetime as dt
import json
import sys
from typing import Any
from uuid import UUID

import django

django.setup()

from django.conf import settings  # noqa: E402 -- after setup()
from django.contrib.sessions.models import Session  # noqa: E402
from django.utils import timezone  # noqa: E402

from counselling.cases.domain import opening, queue  # noqa: E402
from counselling.cases.domain.facts import FactsInput  # noqa: E402
from counselling.cases.models import Case, CountRow, RiskRecord, Seat, Waiting  # noqa: E402
from counselling.centre import defaults  # noqa: E402
from counselling.people.domain import access  # noqa: E402
from counselling.people.domain.actors import Actor  # noqa: E402
from counselling.people.models import Seeker, Staff, Team  # noqa: E402
from tests.support import world  # noqa: E402
from tests.support.seed import sign_in  # noqa: E402

FACTS = FactsInput(age_band="12_14", strain=4, topics=["family", "separation"])


def fresh_team() -> Team:
    """Nobody of the test before is left."""
    defaults.ensure()
    for model in (Case, RiskRecord, Seeker, Session, Staff, CountRow, Team):
        model.objects.all().delete()
    return world.team()


def session_of(actor: Actor) -> str:
    """The cookies of a browser that is signed in, as they follow the first one's name in a Cookie header."""
    return sign_in(Staff.objects.get(pk=actor.id), actor.private)[1]


def queued(team: Team, nickname: str, minutes: int) -> dict[str, str]:
    """A young person whose page counts as open for the whole test."""
    actor, token = access.new_seeker()
    case = opening.begin_chat(actor, team_id=team.pk, nickname=nickname, facts=FACTS, language="de")
    now = timezone.now()
    open_page = now + dt.timedelta(hours=1)
    Waiting.objects.filter(case=case).update(since=now - dt.timedelta(minutes=minutes), seen_at=open_page)
    Seat.objects.filter(case=case).update(seen_at=open_page)
    return {"case": str(case), "token": token}


def seed(plan: dict[str, Any]) -> dict[str, Any]:
    """What the plan says."""
    team = fresh_team()
    staff = {alias: world.counsellor(team, alias, capacity=room) for alias, room in plan["staff"].items()}
    chats: dict[str, str] = plan.get("chats", {})
    waiting = plan.get("waiting", [])
    seekers = {name: queued(team, name, 20) for name in chats}
    for name, alias in chats.items():
        queue.claim(staff[alias], UUID(seekers[name]["case"]))
    seekers |= {name: queued(team, name, len(waiting) - place) for place, name in enumerate(waiting)}
    for name, minutes in plan.get("unanswered", {}).items():
        since = timezone.now() - dt.timedelta(minutes=minutes)
        Case.objects.filter(pk=seekers[name]["case"]).update(unanswered_since=since, last_at=since)
    return {
        "cookie": {"staff": settings.SESSION_COOKIE_NAME, "seeker": settings.SEEKER_COOKIE_NAME},
        "staff": {alias: session_of(actor) for alias, actor in staff.items()},
        "seekers": seekers,
    }


if __name__ == "__main__":
    wanted = json.loads(sys.argv[1])
    print(json.dumps(queued(Team.objects.get(), wanted["joins"], 0) if "joins" in wanted else seed(wanted)))
