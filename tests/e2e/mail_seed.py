"""What the team does while a young person's pages are looked at. python -m tests.e2e.mail_seed '{"do": "claim"}'

`claim`: the first counsellor takes the only case; `read`: up to the end; `answer`: with `text`;
`close`: the form is filed; `away`: nobody is here, no hours at all; `here`: the first counsellor is, and open it is;
`closed`: as `away`, and it opens again in two days from 14 to 18; `another`: somebody else's first letter, not urgent.
"""

import datetime as dt
import json
import sys

import django
from django.utils import timezone

django.setup()

from counselling.cases.domain import by_letter, closing, seats  # noqa: E402 -- after setup()
from counselling.cases.models import Case  # noqa: E402
from counselling.centre.models import OpeningHour  # noqa: E402
from counselling.people.domain.actors import Actor  # noqa: E402
from counselling.people.models import Staff, Team  # noqa: E402
from tests.support import key_rings, letters, world  # noqa: E402


def counsellor() -> Actor:
    """The first by name."""
    return key_rings.actor(Staff.objects.order_by("alias")[0])


def do(plan: dict[str, str]) -> None:
    """What the plan says."""
    case = Case.objects.order_by("-opened_at").first()
    if plan["do"] == "away":
        Staff.objects.update(status="away")
        world.close_hours(Team.objects.get())
    elif plan["do"] == "closed":
        Staff.objects.update(status="away")
        world.close_hours(Team.objects.get())
        weekday = (timezone.localdate() + dt.timedelta(days=2)).weekday()
        hours = {"weekday": weekday, "opens": dt.time(14), "closes": dt.time(18)}
        OpeningHour.objects.create(team=Team.objects.get(), channel="chat", **hours)
    elif plan["do"] == "another":
        letters.asked(Team.objects.get(), plan["text"], nickname=plan["nickname"])
    elif plan["do"] == "here":
        Staff.objects.filter(alias=counsellor().alias).update(status="here")
        world.open_hours(Team.objects.get())
    elif case is None:
        raise ValueError("nobody wrote")
    elif plan["do"] == "claim":
        by_letter.claim(counsellor(), case.pk)
    elif plan["do"] == "answer":
        letters.send(counsellor(), case.pk, plan["text"])
    elif plan["do"] == "read":
        seats.mark_read(counsellor(), case.pk, case.last_seq)
    elif plan["do"] == "close":
        closing.close(counsellor(), case.pk, topics=[], ending="helped", letters=True)
    else:
        raise ValueError(plan["do"])


if __name__ == "__main__":
    do(json.loads(sys.argv[1]))
