"""Make members of staff who sign in by form, and print what they need, as one line of JSON.

python -m tests.e2e.staff_seed '{"linde": {"role": "counsellor", "app": true, "codes": true}}'

Everybody has the password PASSWORD. `app`: an authenticator app with the secret of tests/support/second_factor.py;
`codes`: ten spare codes. Whoever was there before is gone. {username: {"id": id, "codes": [code]}}
"""

import json
import sys
from typing import Any

import django

django.setup()

from counselling.centre import defaults  # noqa: E402 -- after setup()
from counselling.people.domain import staffkeys  # noqa: E402
from counselling.people.models import Staff, Team  # noqa: E402
from tests.support import second_factor, world  # noqa: E402

PASSWORD = "drei-Worte-und-mehr"


def make(username: str, plan: dict[str, Any]) -> dict[str, Any]:
    """One member of the team."""
    staff = Staff(username=username, alias=username.title(), role=plan.get("role", "counsellor"), languages=["de"])
    staff.set_unusable_password()
    staff.save(force_insert=True)
    staff.teams.add(Team.objects.get(slug="linden"))
    staffkeys.set_password(staff, PASSWORD)
    if plan.get("app"):
        second_factor.give_app(staff.pk)
    return {"id": str(staff.pk), "codes": second_factor.give_codes(staff.pk) if plan.get("codes") else []}


if __name__ == "__main__":
    defaults.ensure()
    Staff.objects.all().delete()
    if not Team.objects.filter(slug="linden").exists():
        world.team("Linden")
    print(json.dumps({name: make(name, plan) for name, plan in json.loads(sys.argv[1]).items()}))
