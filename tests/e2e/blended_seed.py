"""The clock of a case that goes through every channel, and what its rows tell, as a line of JSON.

python -m tests.e2e.blended_seed '{"begins_in": 10}'   → {}: the next appointment begins in so many minutes (or began)
python -m tests.e2e.blended_seed '{"hour": true}'      → {}: what is due happens, as when the hour strikes
python -m tests.e2e.blended_seed '{"told": case}'      → {"notices": [[code, about], …], "counted": [[event, codes], …]}

Time passes for what belongs to cases: every moment of theirs moves back by as much. Then what is due happens and what
is due is erased, as any process of the server does (one that has just started waits two minutes). Browsers, sign-ins
and keys stay as young as they are.
"""

import json
import sys
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.apps import apps  # noqa: E402 -- after setup()
from django.db import models, transaction  # noqa: E402
from django.db.models import F  # noqa: E402
from django.utils import timezone  # noqa: E402

from blended.models import Appointment  # noqa: E402
from counselling.cases.domain import retention, timers  # noqa: E402
from counselling.cases.models import CountRow, Entry  # noqa: E402

MOVED = ("cases", "mail", "blended")


def begins_in(minutes: int) -> None:
    """As if it were so many minutes before the next appointment that is agreed."""
    date = Appointment.objects.filter(state="agreed", ends_at__gt=timezone.now()).earliest("starts_at")
    pass_by(date.starts_at - timezone.now() - timedelta(minutes=minutes))


def pass_by(time: timedelta) -> None:
    """Everything in these rooms happened, or will, so much earlier."""
    with transaction.atomic():
        for room in MOVED:
            for model in apps.get_app_config(room).get_models():
                moments = [field.name for field in model._meta.get_fields() if isinstance(field, models.DateTimeField)]
                if moments:
                    model._default_manager.update(**{name: F(name) - time for name in moments})


def told(case: str) -> dict[str, Any]:
    """What the timeline says besides words, and every row of the statistics about channels."""
    entries = Entry.objects.filter(case=case, kind=Entry.Kind.NOTICE).order_by("seq")
    rows = CountRow.objects.filter(event__in=["media_change", "call", "date_kept", "referral"])
    return {
        "notices": [[code, about] for code, about in entries.values_list("code", "about")],
        "counted": [[event, codes] for event, codes in rows.values_list("event", "codes")],
    }


def run(wanted: dict[str, Any]) -> dict[str, Any]:
    if "told" in wanted:
        return told(wanted["told"])
    if "begins_in" in wanted:
        begins_in(wanted["begins_in"])
    timers.run(timezone.now())
    retention.prune(timezone.now())
    return {}


if __name__ == "__main__":
    print(json.dumps(run(json.loads(sys.argv[1]))))
