"""Letters for the browser tests of notifications and absences, as one line of JSON.

python -m tests.e2e.notify_seed '{"staff": ["Linde", "Mara"], "writes": "Stiller Otter"}'  a fresh team whose first
counsellor answers the letters of somebody: {"staff": {alias: cookies}, "cookie": {…}, "token": the seeker's}
python -m tests.e2e.notify_seed '{"answers": "Gut, dass du schreibst."}'  that counsellor writes; the mail is due now
python -m tests.e2e.notify_seed '{"keeper": true}'  {"keeper": who answers now, "notices": [codes]}
"""

import json
import sys
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 -- after setup()
from django.utils import timezone  # noqa: E402

from counselling.cases.models import Case  # noqa: E402
from counselling.mail.models import OutgoingMail  # noqa: E402
from counselling.people.domain import access  # noqa: E402
from counselling.people.models import Seeker, Staff  # noqa: E402
from tests.e2e.desk_seed import fresh_team, session_of  # noqa: E402
from tests.support import key_rings, letters, world  # noqa: E402


def begin(plan: dict[str, Any]) -> dict[str, Any]:
    """Nobody of the test before is left."""
    team = fresh_team()
    staff = {alias: world.counsellor(team, alias) for alias in plan["staff"]}
    made = letters.claimed(team, staff[plan["staff"][0]], nickname=plan["writes"])
    return {
        "cookie": {"staff": settings.SESSION_COOKIE_NAME, "seeker": settings.SEEKER_COOKIE_NAME},
        "staff": {alias: session_of(actor) for alias, actor in staff.items()},
        "token": access.let_in(Seeker.objects.get(pk=made.seeker.id), made.seeker.private or b"")[1],
    }


def answer(text: str) -> dict[str, Any]:
    """Whoever keeps the case writes; nobody waits for the mail's random minutes."""
    case = Case.objects.get()
    letters.send(key_rings.actor(Staff.objects.get(pk=case.keeper_id)), case.pk, text)
    waiting = OutgoingMail.objects.filter(kind=OutgoingMail.Kind.NEWS)
    return {"due": waiting.update(not_before=timezone.now())}


def keeper() -> dict[str, Any]:
    """Who answers, and what was told."""
    case = Case.objects.get()
    notices = case.entries.exclude(code="").order_by("seq").values_list("code", flat=True)
    return {"keeper": Staff.objects.get(pk=case.keeper_id).alias, "notices": list(notices)}


if __name__ == "__main__":
    wanted = json.loads(sys.argv[1])
    found = answer(wanted["answers"]) if "answers" in wanted else keeper() if "keeper" in wanted else begin(wanted)
    print(json.dumps(found))
