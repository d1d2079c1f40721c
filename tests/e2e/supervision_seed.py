"""A house that counselled for the whole of last year, for the story of who leads it; nobody comes in but by password.

`python -m tests.e2e.supervision_seed`         a fresh team: Linde is here, Uli leads; last year's releases, frozen
`python -m tests.e2e.supervision_seed visits`  the codes of all links that were followed, as one line of JSON
{"year": of the releases}
"""

import datetime as dt
import json
import sys

import django

django.setup()

from django.utils import timezone  # noqa: E402 -- after setup()

from counselling.cases.models import CountRow  # noqa: E402
from counselling.centre.models import Announcement  # noqa: E402
from counselling.people.domain import staffkeys  # noqa: E402
from counselling.people.models import Staff  # noqa: E402
from counselling.statistics.domain import releases  # noqa: E402
from counselling.statistics.domain.simulating import simulate  # noqa: E402
from counselling.statistics.models import Campaign, Foreword, Release  # noqa: E402
from tests.e2e.desk_seed import fresh_team  # noqa: E402
from tests.e2e.staff_seed import PASSWORD  # noqa: E402
from tests.support import second_factor, world  # noqa: E402

CASES = 400


def seed() -> dict[str, int]:
    """The team, and the releases unless they were frozen before."""
    for model in (Announcement, Campaign, Foreword):
        model.objects.all().delete()
    team = fresh_team()
    linde = world.counsellor(team, "Linde")
    # Nobody looks after presence here: they stay for as long as a test takes.
    Staff.objects.filter(pk=linde.id).update(seen_at=timezone.now() + dt.timedelta(hours=1))
    uli = Staff(username="uli", alias="Uli", role=Staff.Role.SUPERVISOR, languages=["de"])
    uli.set_unusable_password()
    uli.save(force_insert=True)
    uli.teams.add(team)
    staffkeys.set_password(uli, PASSWORD)
    second_factor.give_app(uli.pk)
    second_factor.give_codes(uli.pk)
    year = timezone.localdate().year - 1
    if not Release.objects.exists():
        simulate(CASES, 7, dt.date(year, 12, 31), years=1)
        settled = dt.datetime(year + 1, 1, 31, tzinfo=timezone.get_default_timezone())
        releases.freeze_due(max(timezone.now(), settled))  # early in January last year is not due yet
    return {"year": year}


def visits() -> list[str]:
    """One code for each visit."""
    return [row.codes["campaign"] for row in CountRow.objects.filter(event="campaign")]


if __name__ == "__main__":
    print(json.dumps(visits() if "visits" in sys.argv else seed()))
