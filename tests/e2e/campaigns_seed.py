"""Add a supervisor, two links and a release to a seeded team; print how that one comes in, as one line of JSON.

python -m tests.e2e.campaigns_seed

{"staff": {alias: cookies}}
"""

import datetime as dt
import json

import django

django.setup()

from counselling.people.models import Staff, Team  # noqa: E402 -- after setup()
from counselling.statistics.domain import campaigns, shapes  # noqa: E402
from counselling.statistics.domain.shapes import Shown, ShownRelease, ShownTable  # noqa: E402
from counselling.statistics.models import Campaign, Release  # noqa: E402
from tests.statistics import report_world  # noqa: E402
from tests.support import world  # noqa: E402
from tests.support.seed import sign_in  # noqa: E402

LONG = "Donaudampfschifffahrtsgesellschaftskapitänsgymnasium Musterstadt-Unterobersberg"
for model in (Campaign, Release):
    model.objects.all().delete()
uli = world.staff(Team.objects.get(), "Uli", "supervisor")
campaigns.make(uli, "Stadtseite", "stadtseite", dt.date(2026, 1, 12))
campaigns.make(uli, LONG, "x" * campaigns.CODE_LONGEST, dt.date(2026, 1, 12))
campaigns.switch(uli, "x" * campaigns.CODE_LONGEST, on=False)
for code, number in (("2026-Q1", None), ("2026-Q2", 35)):
    table = ShownTable(campaigns.TABLE, (("campaign", ("stadtseite",)),), {("stadtseite",): Shown(number)})
    report_world.keep(ShownRelease(shapes.period(code), {}, {table.code: table}))
print(json.dumps({"staff": {"Uli": sign_in(Staff.objects.get(pk=uli.id), uli.private)[1]}}))
