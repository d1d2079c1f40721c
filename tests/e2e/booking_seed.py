"""What the team does while a young person books. python -m tests.e2e.booking_seed '{"do": "offer", "days": [3, 10]}'

`offer`: the first counsellor offers times by `channel` on these days from today (`place`: its texts, made once);
`propose`: a time in so many days to the newest case; `confirm`: says yes to the young person's last wish;
`near`: the newest appointment begins in a minute; `none`: every offer is withdrawn.
"""

import datetime as dt
import json
import sys
from typing import Any

import django

django.setup()

from django.utils import timezone  # noqa: E402 -- after setup()

from blended.domain import agreeing, making, offers  # noqa: E402
from blended.domain.offers import Offer  # noqa: E402
from blended.models import Appointment, Place, Slot  # noqa: E402
from counselling.cases.models import Case  # noqa: E402
from counselling.people.domain.actors import Actor  # noqa: E402
from counselling.people.models import Staff, Team  # noqa: E402
from tests.blended import dates_world  # noqa: E402 -- as above
from tests.support import key_rings  # noqa: E402


def do(plan: dict[str, Any]) -> None:
    """What the plan says."""
    dates_world.telephone()
    mine = key_rings.actor(Staff.objects.filter(role="counsellor").order_by("alias")[0])
    if plan["do"] == "offer":
        offer(mine, plan)
    elif plan["do"] == "propose":
        starts_at = (timezone.now() + dt.timedelta(days=plan["days"])).replace(minute=0, second=0, microsecond=0)
        agreeing.propose(mine, Case.objects.latest("opened_at").pk, making.When(starts_at, plan["channel"]))
    elif plan["do"] == "confirm":
        agreeing.confirm(mine, Appointment.objects.filter(state="proposed").latest("made_at").pk)
    elif plan["do"] == "near":
        starts_at = timezone.now() + dt.timedelta(minutes=1)
        newest = Appointment.objects.filter(state="agreed").latest("made_at")
        Appointment.objects.filter(pk=newest.pk).update(starts_at=starts_at, ends_at=starts_at + dt.timedelta(hours=1))
    elif plan["do"] == "none":
        Slot.objects.update(withdrawn_at=timezone.now())
    else:
        raise ValueError(plan["do"])


def offer(mine: Actor, plan: dict[str, Any]) -> None:
    """One time a day at three in the afternoon."""
    team = Team.objects.get(staff=mine.id)
    place = (
        Place.objects.get_or_create(team=team, name=plan["place"]["name"], defaults=plan["place"])[0].pk
        if ("place" in plan)
        else None
    )
    what = Offer(channel=plan["channel"], minutes=60, buffer_minutes=0, place=place)
    for days in plan["days"]:
        day = timezone.localdate() + dt.timedelta(days=days)
        offers.offer(mine, team_id=team.pk, day=day, starts=dt.time(plan.get("hour", 15)), what=what)


if __name__ == "__main__":
    do(json.loads(sys.argv[1]))
