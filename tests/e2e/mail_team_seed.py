"""A team with letters of every kind for the browser tests of its lists, and how to come in, as one line of JSON.

`python -m tests.e2e.mail_team_seed full|empty`
{"cookie": {"staff": name}, "staff": {"Linde" and "Mara" counsel, "Uli" leads: cookies}}
"""

import datetime as dt
import json
import sys
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 -- after setup()
from django.utils import timezone  # noqa: E402

from counselling.cases.domain import closing  # noqa: E402
from counselling.cases.domain.facts import FactsInput  # noqa: E402
from counselling.mail.models import Correspondence  # noqa: E402
from counselling.people.domain.actors import Actor  # noqa: E402
from counselling.people.models import Team  # noqa: E402
from tests.e2e.desk_seed import fresh_team, session_of  # noqa: E402
from tests.mail import team_world as lists  # noqa: E402
from tests.support import letters as post  # noqa: E402
from tests.support import world  # noqa: E402

LONG = "Kapitänskajütenschlüs"


def letters_of_every_kind(team: Team, linde: Actor, mara: Actor) -> None:
    """In the inbox, with Linde, with Mara, answered, remembered, closed."""
    facts = FactsInput(age_band="15_17", topics=["family", "separation", "school"])
    worst = FactsInput(for_whom="other", age_band="12_14", strain=5, topics=["family"])
    urgent = post.asked(team, nickname="Leiser Luchs", facts=worst)
    lists.due_in(urgent.case, 0.2, urgent=True, hinted=True)
    late = post.asked(team, nickname="Roter Panda", facts=facts)
    lists.due_in(late.case, -80)
    post.asked(team, nickname=LONG, facts=facts)
    post.asked(team, nickname="Stiller Otter")
    mine = post.claimed(team, linde, nickname="Blauer Bus", facts=facts)
    today = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0) + dt.timedelta(days=1)
    lists.waits(mine.case, since=timezone.now() - dt.timedelta(days=2), due_at=today)
    answered = post.claimed(team, linde, nickname="Grüner Wal")
    post.send(linde, answered.case, "Danke für deinen Brief.")
    Correspondence.objects.filter(case=answered.case).update(remind_on=timezone.localdate())
    lists.due_in(post.claimed(team, mara, nickname="Gelber Fink").case, 100)
    closed = post.claimed(team, linde, nickname="Alte Eule")
    closing.close(linde, closed.case, topics=["family"], ending="helped", letters=True)


def seed(how: str) -> dict[str, Any]:
    """People, and letters if wanted."""
    team = fresh_team()
    linde, mara = world.counsellor(team, "Linde"), world.counsellor(team, "Mara")
    uli = world.staff(team, "Uli", "supervisor")
    if how == "full":
        letters_of_every_kind(team, linde, mara)
    return {
        "cookie": {"staff": settings.SESSION_COOKIE_NAME},
        "staff": {actor.alias: session_of(actor) for actor in (linde, mara, uli)},
    }


if __name__ == "__main__":
    print(json.dumps(seed(sys.argv[1])))
