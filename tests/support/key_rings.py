"""Keys of people who were made without a password: their pair, their place in the team's vault.

Tests and benchmark make hundreds of people; Argon2 for each would cost minutes. Private halves come from ids, so
that another process of the same test finds them again.
"""

import hashlib
from uuid import UUID

from django.conf import settings
from django.test import Client
from django.utils import timezone

from counselling.cases.domain import keys
from counselling.cases.models import Case
from counselling.people.domain import sessions, teamkeys
from counselling.people.domain.actors import Actor
from counselling.people.domain.rings import Ring
from counselling.people.models import Staff, StaffKey, TeamKey
from counselling.vault import pairs, vouching


def private_of(staff: UUID) -> bytes:
    """Somebody's private half."""
    return hashlib.sha256(b"test staff" + staff.bytes).digest()


def team_private(team: UUID) -> bytes:
    """The private half of a team's first epoch."""
    return hashlib.sha256(b"test team" + team.bytes).digest()


def enrol(staff: Staff) -> bytes:
    """Give somebody a pair and, if they counsel, let them into the vaults of their teams; their private half."""
    private = give_pair(staff)
    if staff.role == Staff.Role.COUNSELLOR:
        for team in staff.teams.all():
            let_in(staff.pk, team.pk)
    return private


def give_pair(staff: Staff) -> bytes:
    """Give somebody a pair without a password; their private half."""
    private = private_of(staff.pk)
    public = pairs.public_of(private)
    mac = vouching.vouch(vouching.staff_key(staff.pk), public)
    StaffKey.objects.create(staff=staff, public=public, mac=mac, wrapped=b"", made_at=timezone.now())
    return private


def sign_in(client: Client, staff: Staff) -> None:
    """A browser of somebody who signed in, without a password."""
    client.force_login(staff)
    private = private_of(staff.pk) if StaffKey.objects.filter(staff=staff, wrapped=b"").exists() else None
    _, token = sessions.begin(staff, client.session.session_key or "", private)
    client.cookies[settings.VAULT_COOKIE_NAME] = token


def actor(staff: Staff) -> Actor:
    """Somebody who was enrolled, as another request of theirs."""
    return Actor.for_staff(staff, "", Ring(private_of(staff.pk)))


def ring(staff: Staff) -> Ring:
    """What somebody holds who signed in."""
    return Ring(enrol(staff))


def case_key(case: UUID) -> bytes:
    """A case's key by its team's private half."""
    team = Case.objects.values_list("team", flat=True).get(pk=case)
    holder = Ring(b"\0" * 32)
    holder.teams = {(team, 1): team_private(team)}
    return keys.case_key(Actor("staff", UUID(int=0), "counsellor", "", ring=holder), case)


def let_in(staff: UUID, team: UUID) -> None:
    """Let somebody into the vault of a team, as its members would; it is founded when there is none."""
    private, public, now = team_private(team), pairs.public_of(private_of(staff)), timezone.now()
    mac = vouching.vouch(vouching.team_key(team, 1), pairs.public_of(private))
    begun = {"public": pairs.public_of(private), "mac": mac, "began_at": now, "confirmed_at": now}
    key, _ = TeamKey.objects.get_or_create(team_id=team, epoch=1, defaults=begun)
    teamkeys.new_seal(key, private, staff, public).save(force_insert=True)
