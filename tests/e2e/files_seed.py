"""A fresh team whose letters may carry files: a young person who writes, Linde who answers, Uli who leads.

`python -m tests.e2e.files_seed '{"sent": true, "locked": true}'`: letters with pictures are there, two reported.
{"cookie": {"staff": name, "seeker": name}, "staff": {alias: cookies}, "token": the young person's, "case": id}
"""

import json
import sys
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 -- after setup()

from counselling.mail.domain import locking  # noqa: E402
from counselling.people.domain import access  # noqa: E402
from counselling.people.models import Seeker  # noqa: E402
from tests.e2e.desk_seed import fresh_team, session_of  # noqa: E402
from tests.mail import files_world as paperclip  # noqa: E402
from tests.support import letters as post  # noqa: E402
from tests.support import world  # noqa: E402

LONG = "Ein sehr langer Name für ein Bild, das jemand am Bahnhof gemacht hat und das niemand wiederfindet"


def seed(plan: dict[str, Any]) -> dict[str, Any]:
    """What the plan says."""
    team = fresh_team()
    paperclip.allow(team, seekers=plan.get("allowed", True))
    linde, uli = world.counsellor(team, "Linde"), world.staff(team, "Uli", "supervisor")
    made = post.claimed(team, linde, "Darf ich euch ein Bild schicken?")
    if plan.get("sent"):
        paperclip.attach(made.seeker, made.case, paperclip.noise("JPEG", (900, 600)), f"{LONG}.jpg")
        paperclip.sent(made.seeker, made.case, paperclip.paper(), "Attest.pdf", "Hier ist mein Zimmer.")
        paperclip.sent(linde, made.case, paperclip.picture("PNG", (300, 500), "orange"), "Plan.png", "Unser Plan.")
    if plan.get("locked"):
        locking.report(linde, made.case, paperclip.sent(made.seeker, made.case, text="Und das?").id)
        locking.report(made.seeker, made.case, paperclip.sent(linde, made.case, paperclip.paper(), text="Das?").id)
    assert made.seeker.private
    token = access.let_in(Seeker.objects.get(pk=made.seeker.id), made.seeker.private)[1]
    return {
        "cookie": {"staff": settings.SESSION_COOKIE_NAME, "seeker": settings.SEEKER_COOKIE_NAME},
        "staff": {actor.alias: session_of(actor) for actor in (linde, uli)},
        "token": token,
        "case": str(made.case),
    }


if __name__ == "__main__":
    print(json.dumps(seed(json.loads(sys.argv[1]))))
