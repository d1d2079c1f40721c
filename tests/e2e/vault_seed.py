"""A team whose vault nobody set up yet, for the vault's browser tests: `python -m tests.e2e.vault_seed Mara Jon …`.

{"cookie": {"staff": name}, "staff": {alias: cookies}, "words": {alias: six words}}; everybody has a key pair and is
signed in, nobody is let in.
"""

import json
import sys
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 -- after setup()

from counselling.people.domain import presence  # noqa: E402
from counselling.people.models import AuditEntry, Staff  # noqa: E402
from tests.e2e.desk_seed import fresh_team  # noqa: E402
from tests.people import vault_hands as hands  # noqa: E402
from tests.support.seed import sign_in  # noqa: E402


def seed(aliases: list[str]) -> dict[str, Any]:
    """These counsellors, here and outside."""
    AuditEntry.objects.all().delete()
    team = fresh_team()
    people = {alias: hands.person(team, alias) for alias in aliases}
    for actor in people.values():
        presence.set_status(actor, "here")
    return {
        "cookie": {"staff": settings.SESSION_COOKIE_NAME},
        "staff": {alias: sign_in(Staff.objects.get(pk=who.id), who.private)[1] for alias, who in people.items()},
        "words": {alias: hands.words_of(who.id) for alias, who in people.items()},
    }


if __name__ == "__main__":
    print(json.dumps(seed(sys.argv[1:])))
