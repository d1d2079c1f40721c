"""A shift for the browser tests of those who lead, and how to come in, as one line of JSON.

`python -m tests.e2e.live_seed busy|empty`   a fresh team with everything going on, or with nothing
`python -m tests.e2e.live_seed joins|goes`   one more young person waits in it, or everybody who waits goes
`python -m tests.e2e.live_seed out`          Uli is signed out everywhere
{"cookie": {"staff": name}, "staff": {"Linde" counsels, "Uli" leads: cookies}}
"""

import datetime as dt
import json
import sys
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 -- after setup()
from django.utils import timezone  # noqa: E402

from counselling.cases.domain import queue, risk  # noqa: E402
from counselling.cases.domain.risk_content import Assessment  # noqa: E402
from counselling.cases.models import Case, Waiting  # noqa: E402
from counselling.centre.models import Centre  # noqa: E402
from counselling.people.domain.actors import Actor  # noqa: E402
from counselling.people.models import Staff, StaffSession, Team  # noqa: E402
from tests.e2e.desk_seed import fresh_team, session_of  # noqa: E402
from tests.mail import team_world as lists  # noqa: E402
from tests.support import letters as post  # noqa: E402
from tests.support import world  # noqa: E402


def everything(team: Team, linde: Actor) -> None:
    """Something of every number, and every limit reached but that of many who wait."""
    chat = world.chat(team, linde)
    world.say(chat.seeker, chat.case)
    since = timezone.now() - dt.timedelta(minutes=8)
    Case.objects.filter(pk=chat.case).update(unanswered_since=since)
    Waiting.objects.filter(case=chat.case).update(ended_at=since)
    risk.assess(linde, chat.case, Assessment("red"))
    world.waiting(team, minutes=75)
    lists.due_in(post.asked(team).case, -30)
    Centre.objects.update(alert_email="leitung@example.org")


def seed(how: str) -> dict[str, Any]:
    """A house with one team that Uli leads, or two when it is busy."""
    team = fresh_team()
    linde, uli = world.counsellor(team, "Linde", capacity=1), world.staff(team, "Uli", "supervisor")
    # Nobody looks after presence here: they stay for as long as a test takes.
    Staff.objects.filter(pk=linde.id).update(seen_at=timezone.now() + dt.timedelta(hours=1))
    if how == "busy":
        everything(team, linde)
        Staff.objects.get(pk=uli.id).teams.add(world.team("Krisenteam Buchenwinkelstraße"))
    return {
        "cookie": {"staff": settings.SESSION_COOKIE_NAME},
        "staff": {actor.alias: session_of(actor) for actor in (linde, uli)},
    }


def change(how: str) -> None:
    """What happens while the page is open."""
    match how:
        case "joins":
            world.waiting(Team.objects.get())
        case "goes":
            for case in Case.objects.filter(state=Case.State.WAITING):
                queue.end_place(case, Waiting.How.LEFT)
        case "out":
            StaffSession.objects.filter(staff__alias="Uli").update(revoked_at=timezone.now())


if __name__ == "__main__":
    wanted = sys.argv[1]
    print(json.dumps(seed(wanted) if wanted in {"busy", "empty"} else change(wanted)))
