"""Give a seeded team somebody who leads it and releases to read, and print how they come in, as one line of JSON.

python -m tests.e2e.report_seed 2026 2026-Q3

The periods that were published; none leaves the page empty. {"Uli": cookies}
"""

import json
import sys

import django

django.setup()

from counselling.people.models import Staff, Team  # noqa: E402 -- after setup()
from counselling.statistics.models import Release  # noqa: E402
from tests.statistics import report_world  # noqa: E402
from tests.support import world  # noqa: E402
from tests.support.seed import sign_in  # noqa: E402


def seed(periods: list[str]) -> dict[str, str]:
    """The releases, each with larger numbers than the one before, and Uli's session."""
    Release.objects.all().delete()
    for place, code in enumerate(periods):
        report_world.release(code, start=1000 - 100 * place)
    actor = world.staff(Team.objects.get(), "Uli", "supervisor")
    return {"Uli": sign_in(Staff.objects.get(pk=actor.id), actor.private)[1]}


if __name__ == "__main__":
    print(json.dumps(seed(sys.argv[1:])))
