"""Young people who may attach files: `python -m tests.bench.uploads_seed COUNT` prints [cookies, …] as JSON."""

import json
import sys

import django

django.setup()

from django.conf import settings  # noqa: E402 -- after setup()

from counselling.people.domain import access  # noqa: E402
from counselling.people.models import Seeker  # noqa: E402
from tests.bench.uploads import FORM  # noqa: E402
from tests.mail import files_world as paperclip  # noqa: E402
from tests.support import letters, world  # noqa: E402


def people(count: int) -> list[str]:
    """A Cookie header for each, in a team of their own."""
    team = world.team("Ablage")
    paperclip.allow(team)
    return [_cookies(letters.writer(team, nickname=f"Otter {number}").seeker) for number in range(count)]


def _cookies(seeker: world.Actor) -> str:
    assert seeker.private
    token = access.let_in(Seeker.objects.get(pk=seeker.id), seeker.private)[1]
    return f"{settings.SEEKER_COOKIE_NAME}={token}; {settings.CSRF_COOKIE_NAME}={FORM}"


if __name__ == "__main__":
    print(json.dumps(people(int(sys.argv[1]))))
