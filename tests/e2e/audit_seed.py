"""Give a seeded team somebody who leads it and a trail to read, and print how they come in, as one line of JSON.

python -m tests.e2e.audit_seed 120

So many claims lie behind a few entries of every kind; "0" leaves the trail and the deletion log empty. {"Uli": cookies}
"""

import datetime as dt
import json
import sys

import django

django.setup()

from django.utils import timezone  # noqa: E402 -- after setup()

from counselling.cases.models import Deletion  # noqa: E402
from counselling.people.domain import audit, audit_chain  # noqa: E402
from counselling.people.models import AuditEntry, Staff, Team  # noqa: E402
from tests.people import trail  # noqa: E402
from tests.support import world  # noqa: E402
from tests.support.seed import sign_in  # noqa: E402


def some_of_everything() -> None:
    """One entry per event, by somebody, to somebody, about some case."""
    linde, ahorn = (Staff.objects.get(alias=alias) for alias in ("Linde", "Ahorn"))
    ref = trail.uuid4()
    for event in audit.EVENTS:
        AuditEntry.objects.create(
            at=timezone.now(), event=event, actor=linde.pk, subject=ahorn.pk, case_ref=ref, code=""
        )


def seed(entries: int) -> dict[str, str]:
    """The trail, the deletion log, and Uli's session."""
    AuditEntry.objects.all().delete()
    Deletion.objects.all().delete()
    if entries:
        trail.write(entries, at=timezone.now() - dt.timedelta(days=40))
        some_of_everything()
        for month, numbers in {"2026-09": (14, 0, 2), "2026-10": (121, 3, 5)}.items():
            for reason, number in zip(("expired", "kept_expired", "wish"), numbers, strict=True):
                Deletion.objects.create(day=f"{month}-15", reason=reason, number=number)
    audit_chain.chain()
    actor = world.staff(Team.objects.get(), "Uli", "supervisor")
    return {"Uli": sign_in(Staff.objects.get(pk=actor.id), actor.private)[1]}


if __name__ == "__main__":
    print(json.dumps(seed(int(sys.argv[1]))))
