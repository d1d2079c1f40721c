"""Add a supervisor, a colleague, help contacts and topics to a seeded team; print how they come in, one line of JSON.

python -m tests.e2e.steering_seed

{"staff": {alias: cookies}}
"""

import json

import django

django.setup()

from counselling.centre import defaults  # noqa: E402 -- after setup()
from counselling.people.models import Staff, Team  # noqa: E402
from tests.support import world  # noqa: E402
from tests.support.seed import sign_in  # noqa: E402

uli = world.staff(Team.objects.get(), "Uli", "supervisor")
world.staff(Team.objects.get(), "Mara")  # who could answer for the other
defaults.ensure()
print(json.dumps({"staff": {"Uli": sign_in(Staff.objects.get(pk=uli.id), uli.private)[1]}}))
