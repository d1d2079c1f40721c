"""Add a counsellor who signs in as people do, to a seeded team: `python -m tests.support.seed_account linde PASSWORD`.

They are let into the team's vault; their app has the secret of second_factor.py, and they kept their spare codes.
"""

import sys

import django

django.setup()

from counselling.people.domain import staffkeys, teamkeys  # noqa: E402 -- after setup()
from counselling.people.models import Staff, Team, TeamKey  # noqa: E402
from counselling.vault import pairs  # noqa: E402
from tests.support import key_rings, second_factor  # noqa: E402


def add(team: Team, username: str, password: str) -> None:
    """Away, with room for one chat."""
    staff = Staff(username=username, alias=username.title(), languages=["de"], capacity=1)
    staff.set_unusable_password()
    staff.save(force_insert=True)
    staff.teams.add(team)
    private, key = staffkeys.set_password(staff, password), TeamKey.objects.get(team=team)
    public = pairs.public_of(private)
    teamkeys.new_seal(key, key_rings.team_private(team.pk), staff.pk, public).save(force_insert=True)
    second_factor.give_app(staff.pk)
    second_factor.give_codes(staff.pk)


if __name__ == "__main__":
    add(Team.objects.get(slug="test"), *sys.argv[1:])
