"""Add to a seeded team what the case panel shows, and print how its supervisor comes in, as one line of JSON.

python -m tests.e2e.panel_seed [TOKEN]

With a young person's token their case gets everything its panel can hold, and Kim of another team was asked.

{"staff": {alias: cookies}}
"""

import json
import sys

import django

django.setup()

from counselling.cases.models import Seat  # noqa: E402 -- after setup()
from counselling.people.domain import access  # noqa: E402
from counselling.people.models import Staff, Team  # noqa: E402
from tests.cases import panel_world  # noqa: E402
from tests.support import key_rings, world  # noqa: E402
from tests.support.seed import sign_in  # noqa: E402
from tests.support.world import Chat  # noqa: E402

people = [world.staff(Team.objects.get(), "Uli", "supervisor")]
seeker = access.seeker_by_token(sys.argv[-1])
seat = Seat.objects.filter(staff__isnull=False).first()
if seeker and seat and seat.staff:
    chat = Chat(seeker, key_rings.actor(seat.staff), seat.case_id)
    panel_world.everything(chat)
    people.append(panel_world.consulted(chat))
print(json.dumps({"staff": {one.alias: sign_in(Staff.objects.get(pk=one.id), one.private)[1] for one in people}}))
