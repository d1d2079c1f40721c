"""Give everybody of the seeded team a password, and print how they come in now, as one line of JSON: {alias: cookies}.

An administrator joins them: Ole.
"""

import json
import uuid

import django

django.setup()

from counselling.people.domain import staffkeys  # noqa: E402
from counselling.people.models import Staff, Team  # noqa: E402
from tests.support import key_rings, world  # noqa: E402
from tests.support.seed import sign_in  # noqa: E402

PASSWORD = "Linde-Kanu-Regen-42"


def cookies_of(person: Staff) -> str:
    """The same keys as before, now under the password."""
    private = key_rings.private_of(person.pk)
    staffkeys.change_password(person, private, PASSWORD, session=uuid.uuid4())
    return sign_in(person, private)[1]


if __name__ == "__main__":
    world.staff(Team.objects.get(), "Ole", "administrator")
    print(json.dumps({person.alias: cookies_of(person) for person in Staff.objects.all()}))
