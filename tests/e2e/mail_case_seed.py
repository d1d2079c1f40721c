"""Fill a fresh team with one case of letters for the case page's browser tests; one line of JSON as desk_seed prints.

`python -m tests.e2e.mail_case_seed '{"nickname": …}'`: Linde answers, Mara is a colleague. The young person wrote two
letters and chatted in between; `letters` says how many more there are. Both teams' people have text modules.
{"cookie": {"staff": name}, "staff": {alias: cookies}, "case": id}
"""

import json
import sys
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 -- after setup()

from counselling.cases.domain import closing, queue  # noqa: E402
from counselling.mail.domain import modules  # noqa: E402
from tests.e2e.desk_seed import FACTS, fresh_team, session_of  # noqa: E402
from tests.support import letters as post  # noqa: E402
from tests.support import world  # noqa: E402

FIRST = (
    "Hallo,\n\nseit der Trennung meiner Eltern ist alles zu viel. Manchmal denke ich sogar an Suizid."
    "\n\nWas kann ich tun?"
)
LAST = "Danke für eure Antwort. Heute ging es ein bisschen besser.\n\nKann ich morgen wieder schreiben?"


def seed(plan: dict[str, Any]) -> dict[str, Any]:
    """What the plan says."""
    team = fresh_team()
    linde, mara = world.counsellor(team, "Linde"), world.counsellor(team, "Mara")
    made = post.claimed(team, linde, FIRST, nickname=plan.get("nickname", "Stiller Otter"), facts=FACTS)
    post.send(linde, made.case, "Liebe Otter,\n\ngut, dass du schreibst. Wie war dein Tag?\n\nLinde")
    if plan.get("chat", True):
        closing.take_up_again(made.seeker, made.case)
        queue.appear(made.seeker, made.case)
        queue.claim(linde, made.case)
        world.say(made.seeker, made.case, "Bist du da?")
        world.say(linde, made.case, "Ja, ich bin da.")
        closing.end(made.seeker, made.case)
    for number in range(plan.get("letters", 0)):
        post.send(made.seeker, made.case, f"Noch ein Brief, der {number + 1}.")
    post.send(made.seeker, made.case, LAST)
    if plan.get("modules", True):
        modules.add(linde, "Gruß", "Herzliche Grüße\n{counsellor} vom Team {team}", team=None)
        modules.add(linde, "Dank für den ersten Brief", "Liebe*r {nickname},\n\ndanke für deinen Brief.", team=team.pk)
        modules.add(linde, "Hilfe in der Nacht", "Wenn es nicht warten kann: 116 123, Tag und Nacht.", team=team.pk)
    return {
        "cookie": {"staff": settings.SESSION_COOKIE_NAME, "seeker": settings.SEEKER_COOKIE_NAME},
        "staff": {actor.alias: session_of(actor) for actor in (linde, mara)},
        "case": str(made.case),
    }


if __name__ == "__main__":
    print(json.dumps(seed(json.loads(sys.argv[1]))))
