"""A team's call in another system's room, for browser tests, as a line of JSON.

python -m tests.e2e.room_seed '{"case": id, "provider": "bbb", "address": "https://…"}'   → {"meeting": id}
python -m tests.e2e.room_seed '{"notices": case}'                                          → {"notices": [code, …]}
"""

import json
import sys
from typing import Any

import django

django.setup()

from blended.domain.rooms import configured  # noqa: E402
from blended.models import Room  # noqa: E402
from counselling.cases.models import Case, Entry  # noqa: E402
from counselling.people.domain.actors import Actor  # noqa: E402
from counselling.people.models import Staff  # noqa: E402
from tests.blended import call_world  # noqa: E402
from tests.support.fake_rooms import APP_ID, SECRET  # noqa: E402


def begun(case: str, provider: str, address: str) -> dict[str, Any]:
    team, somebody = Case.objects.get(pk=case).team, Staff.objects.first()
    assert somebody
    by = Actor.for_staff(somebody, "the seed")
    room = Room(team=team, provider=provider, address=address, app_id=APP_ID, label="BigBlueButton der Stadt")
    configured.save(by, room, SECRET if provider in configured.WITH_SECRET else "")
    return {"meeting": str(call_world.begin(Case.objects.get(pk=case).pk, "video"))}


def run(wanted: dict[str, Any]) -> dict[str, Any]:
    if "notices" in wanted:
        entries = Entry.objects.filter(case=wanted["notices"], kind=Entry.Kind.NOTICE).order_by("seq")
        return {"notices": list(entries.values_list("code", flat=True))}
    return begun(**wanted)


if __name__ == "__main__":
    print(json.dumps(run(json.loads(sys.argv[1]))))
