"""A fresh team and a young person whose letters Linde answers, with a chat agreed for soon; a line of JSON.

`python -m tests.e2e.chat_date_seed '{"minutes": 5}'`: it begins in so many minutes, and the team's chat is closed.
{"cookie": {"staff": name, "seeker": name}, "staff": {alias: cookies}, "token": the young person's, "case": id}
"""

import json
import sys
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 -- after setup()
from django.utils import timezone  # noqa: E402

from blended.models import Appointment  # noqa: E402
from counselling.cases.domain import by_letter, opening  # noqa: E402
from counselling.people.domain import access, passphrases  # noqa: E402
from tests.e2e.desk_seed import FACTS, fresh_team, session_of  # noqa: E402
from tests.support import letters as post  # noqa: E402
from tests.support import world  # noqa: E402

NICKNAME = "Stiller Otter"


def seed(plan: dict[str, Any]) -> dict[str, Any]:
    """What the plan says."""
    team = fresh_team()
    world.close_hours(team)
    linde = world.counsellor(team, "Linde")
    seeker, token = access.new_seeker()
    case = opening.begin_letters(seeker, team_id=team.pk, nickname=NICKNAME, facts=FACTS, language="de")
    passphrases.keep(seeker, NICKNAME, post.WORDS)
    post.send(seeker, case, "Kann ich mit euch chatten?")
    by_letter.claim(linde, case)
    starts_at = timezone.now() + timedelta(minutes=plan["minutes"])
    Appointment.objects.create(
        case_id=case,
        staff_id=linde.id,
        channel="chat",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=50),
        state="agreed",
        proposed_by=2,
        made_at=timezone.now(),
        answered_at=timezone.now(),
    )
    return {
        "cookie": {"staff": settings.SESSION_COOKIE_NAME, "seeker": settings.SEEKER_COOKIE_NAME},
        "staff": {"Linde": session_of(linde)},
        "token": token,
        "case": str(case),
    }


if __name__ == "__main__":
    print(json.dumps(seed(json.loads(sys.argv[1]))))
