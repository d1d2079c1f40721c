"""People for the sign-in storm: `python -m tests.bench.storm_seed COUNT` prints [[user name, spare code], …] as JSON.

All have one password and one salt, so that one Argon2 makes them all; each has a key pair and a second factor.
"""

import json
import sys

import django

django.setup()

from counselling.people.domain import staffkeys  # noqa: E402 -- after setup()
from counselling.people.hashers import VaultHasher  # noqa: E402
from counselling.people.models import Staff  # noqa: E402
from counselling.vault import pairs, passwords, wraps  # noqa: E402
from tests.bench.storm import PASSWORD  # noqa: E402
from tests.support import second_factor  # noqa: E402


def people(count: int) -> list[tuple[str, str]]:
    """User name and an unused spare code of each."""
    salt = passwords.new_salt()
    root = passwords.stretch(PASSWORD, salt)
    return [_person(f"bench{number}", salt, root) for number in range(count)]


def _person(name: str, salt: bytes, root: bytes) -> tuple[str, str]:
    staff = Staff(username=name, alias=name, role=Staff.Role.SUPERVISOR)
    staff.set_unusable_password()
    staff.save(force_insert=True)
    pair = pairs.new_pair()
    wrapped = wraps.wrap_peppered(passwords.kek(root), pair.private, staffkeys.purpose(staff.pk))
    staffkeys._write(staff, (VaultHasher.join(salt, passwords.verifier(root)), wrapped), pair.public)
    second_factor.give_app(staff.pk)
    return name, second_factor.give_codes(staff.pk)[0]


if __name__ == "__main__":
    print(json.dumps(people(int(sys.argv[1]))))
