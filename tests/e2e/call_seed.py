"""Calls for browser tests: a meeting of a running chat, and what its rows say when they are opened, as a line of JSON.

python -m tests.e2e.call_seed '{"case": id, "kind": "video"}'      → {"meeting": id}
python -m tests.e2e.call_seed '{"opened": case}'                    → {"bodies": […], "rows": n}
python -m tests.e2e.call_seed '{"notices": case}'                   → {"notices": [[code, about], …]}
python -m tests.e2e.call_seed '{"ends": meeting, "seconds": 30}'    → {}
"""

import json
import sys
from datetime import timedelta
from typing import Any
from uuid import UUID

import django

django.setup()

from django.db import transaction  # noqa: E402 -- after setup()
from django.utils import timezone  # noqa: E402

from blended.domain import meetings  # noqa: E402
from blended.models import Meeting, Signal  # noqa: E402
from counselling.cases.domain import seats  # noqa: E402
from counselling.cases.models import Entry  # noqa: E402
from counselling.vault import sealing  # noqa: E402
from counselling.vault.sealing import Binding, Kind  # noqa: E402
from tests.support import key_rings  # noqa: E402


def begin(case: UUID, kind: str) -> dict[str, Any]:
    """As when both agreed to talk."""
    with transaction.atomic():
        made = meetings.begin_now(seats.lock(case), kind)
    return {"meeting": str(made.pk)}


def opened(case: UUID) -> dict[str, Any]:
    """Every signal that lies in the database, as whoever holds the case's key reads it."""
    key, rows = key_rings.case_key(case), list(Signal.objects.filter(meeting__case=case))
    bodies = [
        sealing.open_sealed(key, row.sealed, Binding(Kind.SIGNAL, case, row.role, ref=row.meeting_id)) for row in rows
    ]
    return {"bodies": bodies, "rows": len(rows)}


def notices(case: UUID) -> dict[str, Any]:
    """What the timeline tells of calls."""
    told = Entry.objects.filter(case=case, code__startswith="call_").order_by("seq")
    return {"notices": [[code, about] for code, about in told.values_list("code", "about")]}


def ends(meeting: UUID, seconds: int) -> dict[str, Any]:
    """Its time is over so many seconds from now."""
    now = timezone.now()
    Meeting.objects.filter(pk=meeting).update(
        opens_at=now - timedelta(hours=1), ends_at=now + timedelta(seconds=seconds)
    )
    return {}


if __name__ == "__main__":
    wanted = json.loads(sys.argv[1])
    if "opened" in wanted:
        print(json.dumps(opened(UUID(wanted["opened"]))))
    elif "notices" in wanted:
        print(json.dumps(notices(UUID(wanted["notices"]))))
    elif "ends" in wanted:
        print(json.dumps(ends(UUID(wanted["ends"]), wanted["seconds"])))
    else:
        print(json.dumps(begin(UUID(wanted["case"]), wanted["kind"])))
