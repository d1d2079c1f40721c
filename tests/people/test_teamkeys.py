"""A team's key, epoch by epoch: who opens what, and what a forged seal is worth."""

from uuid import uuid4

import pytest
from django.db import transaction

from counselling.errors import NotAllowed, Unavailable
from counselling.people.domain import access, members, teamkeys
from counselling.people.domain.rings import Ring
from counselling.people.models import Staff, Team, TeamKey, TeamSeal
from counselling.vault import pairs
from tests.people import vault_hands as hands
from tests.support import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(db: None) -> Team:
    return world.team()


def opened(actor: hands.Actor, team: Team) -> list[int]:
    """The epochs that a fresh session of theirs opens."""
    fresh = hands.anew(actor)
    assert fresh.ring
    teamkeys.open_team(fresh.ring, actor.id, team.pk)
    return sorted(epoch for _, epoch in fresh.ring.teams)


def test_nothing_is_sealed_to_a_team_without_a_vault(team: Team) -> None:
    mara = hands.person(team, "Mara")

    assert teamkeys.newest(team.pk) is None
    assert teamkeys.standing(mara.id, team.pk) == "unset"
    assert teamkeys.without_vault() == ["Linde"]
    assert list(teamkeys.openers(team.pk)) == []
    with pytest.raises(Unavailable), transaction.atomic():
        teamkeys.sealing_key(team.pk)


def test_an_unconfirmed_epoch_counts_for_nothing(team: Team) -> None:
    mara = hands.person(team, "Mara")
    TeamKey.objects.create(team=team, epoch=1, public=pairs.new_pair().public, began_at="2026-11-23T10:00Z")

    assert teamkeys.newest(team.pk) is None
    hands.found(mara, team)
    assert teamkeys.standing(mara.id, team.pk) == "open"


def test_standing_tells_the_three_ways(team: Team) -> None:
    mara, jon = hands.person(team, "Mara"), hands.person(team, "Jon")
    hands.found(mara, team)

    assert (teamkeys.standing(mara.id, team.pk), teamkeys.standing(jon.id, team.pk)) == ("open", "shut")
    assert (teamkeys.holds(mara.id, team.pk), teamkeys.holds(jon.id, team.pk)) == (True, False)
    assert [staff.alias for staff in teamkeys.openers(team.pk)] == ["Mara"]
    assert teamkeys.without_vault() == []


@pytest.mark.parametrize("role", ["supervisor", "administrator"])
def test_only_counsellors_of_the_team_are_members(team: Team, role: str) -> None:
    other = hands.person(world.team("Eiche"), "Ida")
    left = hands.person(team, "Jon")
    Staff.objects.filter(pk=left.id).update(is_active=False)

    for nobody in (hands.person(team, "Chef", role), other, left, access.new_seeker()[0]):
        with pytest.raises(NotAllowed):
            teamkeys.require_member(nobody, team.pk)


def test_a_session_without_keys_opens_no_half(team: Team) -> None:
    mara = hands.person(team, "Mara")
    hands.found(mara, team)
    dropped, seeker = hands.anew(mara), access.new_seeker()[0]
    assert dropped.ring
    dropped.ring.wipe()

    for nobody in (dropped, hands.replace(mara, ring=None), seeker):
        assert teamkeys.private_half(nobody, team.pk, 1) is None
    assert teamkeys.private_half(mara, uuid4(), 1) is None
    assert teamkeys.private_half(mara, team.pk, 2) is None


def test_the_half_belongs_to_the_public_key(team: Team) -> None:
    mara = hands.person(team, "Mara")
    hands.found(mara, team)

    half = teamkeys.private_half(hands.anew(mara), team.pk, 1)

    assert half
    assert pairs.public_of(half) == bytes(TeamKey.objects.get().public)
    assert not any(half in bytes(seal.sealed) for seal in TeamSeal.objects.all())


def test_a_half_is_opened_once_per_session(team: Team, django_assert_num_queries: object) -> None:
    mara = hands.anew(hands.person(team, "Mara"))
    hands.found(mara, team)
    fresh = hands.anew(mara)

    with django_assert_num_queries(1):  # type: ignore[operator]
        teamkeys.private_halves(fresh, [(team.pk, 1), (team.pk, 7)])
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert list(teamkeys.private_halves(fresh, [(team.pk, 1)])) == [(team.pk, 1)]


def test_a_forged_seal_is_not_taken_for_the_teams_key(team: Team) -> None:
    mara, jon = hands.person(team, "Mara"), hands.person(team, "Jon")
    hands.found(mara, team)
    hands.let_in(mara, team, jon)
    key, assert_public = TeamKey.objects.get(), pairs.public_of(mara.private or b"")
    forged = teamkeys.new_seal(key, pairs.new_pair().private, mara.id, assert_public)
    TeamSeal.objects.filter(staff=mara.id).update(sealed=forged.sealed)

    assert (opened(mara, team), opened(jon, team)) == ([], [1])
    with pytest.raises(NotAllowed):
        members.opened_epochs(hands.anew(mara), team.pk)


def test_a_damaged_seal_closes_its_epoch_alone(team: Team) -> None:
    mara, jon = hands.person(team, "Mara"), hands.person(team, "Jon")
    hands.found(mara, team)
    hands.let_in(mara, team, jon)
    hands.leave(jon, team)
    TeamSeal.objects.filter(staff=mara.id, team_key__epoch=1).update(sealed=b"\x02" + b"x" * 80)

    assert opened(mara, team) == [2]


def test_older_epochs_are_reached_along_the_chain(team: Team) -> None:
    mara, *others = (hands.person(team, name) for name in ("Mara", "Jon", "Ida"))
    hands.found(mara, team)
    for other in others:
        hands.let_in(mara, team, other)
        hands.leave(other, team)
    members.chain(hands.anew(mara), team.pk)
    TeamSeal.objects.filter(staff=mara.id).exclude(team_key__epoch=3).delete()

    assert opened(mara, team) == [1, 2, 3]


def test_a_ring_forgets_epochs_that_were_destroyed(team: Team) -> None:
    mara, jon = hands.person(team, "Mara"), hands.person(team, "Jon")
    hands.found(mara, team)
    hands.let_in(mara, team, jon)
    hands.leave(jon, team)
    assert mara.ring
    teamkeys.open_team(mara.ring, mara.id, team.pk)
    TeamKey.objects.get(epoch=1).delete()

    teamkeys.open_team(mara.ring, mara.id, team.pk)

    assert list(mara.ring.teams) == [(team.pk, 2)]


def test_a_dropped_ring_takes_nothing_in() -> None:
    ring = Ring(b"k" * 32)
    ring.wipe()

    ring.hold(uuid4(), 1, b"half")
    ring.remember(uuid4(), b"key")

    assert ring.teams == {}
    assert "half" not in repr(ring)
