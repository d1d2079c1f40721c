"""Whoever may write the database, without key file and password, gets no old case opened by planting keys."""

import importlib
import logging
from uuid import UUID

import pytest
from django.apps import apps
from django.db import transaction
from django.utils import timezone

from counselling.cases.domain import keys, rewrap
from counselling.cases.models import Seal
from counselling.errors import Conflict, NotAllowed, Unavailable
from counselling.people.domain import papers, staffkeys, teamkeys
from counselling.people.domain.actors import Actor
from counselling.people.models import Seeker, Staff, StaffKey, Team, TeamKey, TeamSeal
from counselling.vault import keys as vault_keys
from counselling.vault import pairs
from tests.people import vault_hands as hands
from tests.support import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(db: None) -> Team:
    return world.team()


@pytest.fixture
def paper(team: Team, mara: Actor) -> str:
    return hands.found(mara, team)


@pytest.fixture
def mara(team: Team) -> Actor:
    return hands.person(team, "Mara")


@pytest.fixture
def jon(team: Team, mara: Actor, paper: str) -> Actor:
    actor = hands.person(team, "Jon")
    hands.let_in(mara, team, actor)
    return actor


@pytest.fixture
def case(team: Team, mara: Actor, jon: Actor) -> UUID:
    """A conversation from before the attack."""
    from counselling.people.domain import presence  # noqa: PLC0415 -- only here

    presence.set_status(mara, "here")
    return world.waiting(team).case


def epochs() -> list[int]:
    return sorted(Seal.objects.filter(holder_kind="team").values_list("epoch", flat=True))


def recipients(epoch: int) -> set[str]:
    """Whom this epoch was sealed to."""
    rows = TeamSeal.objects.filter(team_key__epoch=epoch).values_list("holder_kind", "staff__alias")
    return {alias or kind for kind, alias in rows}


def opens_with(pair: pairs.Pair, staff: Actor, team: Team) -> list[int]:
    """The team's epochs that somebody opens who has this private half."""
    ring = hands.Ring(pair.private)
    teamkeys.open_team(ring, staff.id, team.pk)
    return sorted(epoch for _, epoch in ring.teams)


def swap(staff: Actor) -> pairs.Pair:
    """Somebody's public half is another one now; the pair."""
    pair = pairs.new_pair()
    StaffKey.objects.filter(staff=staff.id).update(public=pair.public)
    return pair


# --- a key of the team -----------------------------------------------------------------------------------------------


def test_a_planted_epoch_gets_nothing_whoever_looks_at_the_desk(
    team: Team, mara: Actor, case: UUID, paper: str, caplog: pytest.LogCaptureFixture
) -> None:
    known = keys.case_key(mara, case)
    with caplog.at_level(logging.ERROR, "counselling.audit"):
        key, private = hands.plant(team.pk)
        for _ in range(2):
            rewrap.catch_up(hands.anew(mara))
            rewrap.catch_up(mara)
        assert rewrap.whole(team.pk, paper) == 0

    assert hands.opens(key, private) == 0
    assert epochs() == [1]
    assert TeamKey.objects.filter(epoch=1).exists()
    assert keys.case_key(hands.anew(mara), case) == known
    assert opens_with(pairs.Pair(mara.private or b"", b""), mara, team) == [1]
    assert [record.getMessage() for record in caplog.records] == [
        f"the public key of team {team.pk} is not vouched for and was passed over"
    ]


def test_what_comes_after_a_planted_epoch_goes_to_the_true_one(team: Team, mara: Actor, case: UUID) -> None:
    key, private = hands.plant(team.pk)

    late = world.waiting(team).case

    assert teamkeys.standing(mara.id, team.pk) == teamkeys.OPEN
    assert hands.opens(key, private) == 0
    assert (epochs(), set(keys.case_keys(hands.anew(mara), [case, late]))) == ([1, 1], {case, late})


def test_an_epoch_begins_beside_a_planted_one_and_clears_it_away(
    team: Team, mara: Actor, jon: Actor, case: UUID
) -> None:
    key, private = hands.plant(team.pk)

    hands.leave(jon, team)

    assert (recipients(3), hands.opens(key, private)) == ({"Mara", "recovery"}, 0)
    rewrap.catch_up(hands.anew(mara))
    assert (epochs(), list(TeamKey.objects.values_list("epoch", flat=True))) == ([3], [3])
    assert keys.case_key(hands.anew(mara), case)


def test_the_chain_passes_a_planted_epoch_by(
    team: Team, mara: Actor, jon: Actor, case: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who was let into the newest epoch alone reaches the old ones past what was planted between them."""
    monkeypatch.setattr(rewrap, "_step", lambda *_, **__: 0)
    key, private = hands.plant(team.pk)
    hands.leave(jon, team)
    rewrap.catch_up(hands.anew(mara))
    TeamSeal.objects.filter(staff=mara.id, team_key__epoch=1).delete()

    assert TeamSeal.objects.filter(holder_kind="epoch").count() == 1
    assert opens_with(pairs.Pair(mara.private or b"", b""), mara, team) == [1, 3]
    assert hands.opens(key, private) == 0


def test_a_true_epoch_with_another_public_half_is_shut(team: Team, mara: Actor, case: UUID) -> None:
    TeamKey.objects.update(public=pairs.new_pair().public)
    fresh = hands.anew(mara)

    assert teamkeys.standing(mara.id, team.pk) == teamkeys.SHUT
    assert list(teamkeys.openers(team.pk)) == []
    assert keys.case_keys(fresh, [case]) == {}
    with pytest.raises(NotAllowed):
        papers.draw(fresh, team.pk)
    with pytest.raises(Unavailable), transaction.atomic():
        teamkeys.sealing_key(team.pk)


def test_a_vault_that_is_not_vouched_for_is_not_founded_over(team: Team, mara: Actor, case: UUID) -> None:
    drawn = pairs.new_pair()
    TeamKey.objects.update(mac=b"")

    with pytest.raises(Conflict):
        papers._begin(team.pk, drawn.public, holders=[mara.id])
    assert TeamKey.objects.count() == 1


# --- a key of a colleague --------------------------------------------------------------------------------------------


def test_a_swapped_colleague_gets_no_seal_when_somebody_leaves(team: Team, mara: Actor, jon: Actor, case: UUID) -> None:
    ida = hands.person(team, "Ida")
    hands.let_in(mara, team, ida)
    pair = swap(jon)

    hands.leave(ida, team)

    assert recipients(2) == {"Mara", "recovery"}
    assert (opens_with(pair, jon, team), teamkeys.standing(jon.id, team.pk)) == ([], teamkeys.SHUT)
    rewrap.catch_up(hands.anew(mara))
    assert keys.case_key(hands.anew(mara), case)


def test_a_swapped_colleague_is_let_in_by_nobody_although_the_words_agree(team: Team, mara: Actor, jon: Actor) -> None:
    kim = hands.person(team, "Kim")
    swap(kim)

    with pytest.raises(Conflict):
        hands.let_in(mara, team, kim)
    staffkeys.set_password(Staff.objects.get(pk=kim.id), "Kiesel im Schuh 7")
    hands.let_in(mara, team, kim)

    assert teamkeys.holds(kim.id, team.pk)


@pytest.mark.parametrize("how", ["a row of their own", "a row of somebody's"])
def test_whoever_writes_themselves_into_the_vault_gets_no_seal(
    team: Team, mara: Actor, jon: Actor, case: UUID, how: str
) -> None:
    """With a true account, and a seal that holds nothing: it is the next epoch that they wait for."""
    eva = hands.person(team, "Eva")
    copied = TeamSeal.objects.get(staff=jon.id)
    mac = copied.mac if how == "a row of somebody's" else b""
    key = copied.team_key
    TeamSeal.objects.create(team_key=key, holder_kind="staff", staff_id=eva.id, sealed=b"x", mac=mac, at=copied.at)

    hands.leave(jon, team)

    assert recipients(2) == {"Mara", "recovery"}


def test_a_new_pair_of_a_colleague_does_not_inherit_their_place(team: Team, mara: Actor, jon: Actor) -> None:
    """A hash of before the vault, put there to sign in as a colleague, makes a true pair that was let in nowhere."""
    ida = hands.person(team, "Ida")
    hands.let_in(mara, team, ida)
    staffkeys.set_password(Staff.objects.get(pk=jon.id), "Kiesel im Schuh 7")
    mac = TeamSeal.objects.get(staff=mara.id, team_key__epoch=2).mac
    key = TeamKey.objects.get(epoch=2)
    TeamSeal.objects.create(team_key=key, holder_kind="staff", staff_id=jon.id, sealed=b"x", mac=mac, at=timezone.now())

    hands.leave(ida, team)

    assert recipients(3) == {"Mara", "recovery"}


def test_no_founder_seals_to_a_swapped_colleague(team: Team, mara: Actor) -> None:
    swap(hands.person(team, "Jon"))

    papers.found_here(team.pk)

    assert recipients(1) == {"Mara", "recovery"}


# --- the paper -------------------------------------------------------------------------------------------------------


def test_a_swapped_paper_gets_no_seal_when_somebody_leaves(team: Team, mara: Actor, jon: Actor, case: UUID) -> None:
    Team.objects.filter(pk=team.pk).update(recovery_public=pairs.new_pair().public)

    hands.leave(jon, team)

    assert recipients(2) == {"Mara"}
    hands.renew(hands.anew(mara), team)
    assert recipients(3) == {"Mara", "recovery"}


def test_no_epoch_begins_that_nobody_could_open(team: Team, mara: Actor, jon: Actor) -> None:
    hands.leave(jon, team)
    Team.objects.filter(pk=team.pk).update(recovery_public=pairs.new_pair().public)

    hands.leave(mara, team)

    assert TeamKey.objects.count() == 2
    assert not TeamSeal.objects.filter(staff__isnull=False).exists()


# --- a young person's key --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("forged", ["none", "of nobody's", "of another case"])
def test_no_old_case_is_sealed_to_a_swapped_young_person(team: Team, mara: Actor, case: UUID, forged: str) -> None:
    """Nor does a master's seal help that was not made for this case with the key file."""
    key, pair = keys.case_key(mara, case), pairs.new_pair()
    Seeker.objects.update(public=pair.public)
    Seal.objects.filter(case=case, holder_kind="seeker").delete()
    if forged != "none":
        kid, sealed = vault_keys.seal_for_master(b"k" * 32, UUID(int=5) if forged == "of another case" else case)
        sealed = sealed if forged == "of another case" else b"\x01" + b"x" * 60
        Seal.objects.create(case_id=case, holder_kind="master", holder_id=kid, sealed=sealed)

    keys.to_seeker(case, key)

    assert not Seal.objects.filter(case=case, holder_kind="seeker").exists()


def test_a_masters_seal_of_another_key_is_no_proof(team: Team, mara: Actor, case: UUID) -> None:
    kid, sealed = vault_keys.seal_for_master(b"k" * 32, case)
    Seal.objects.filter(case=case, holder_kind="seeker").delete()
    Seal.objects.create(case_id=case, holder_kind="master", holder_id=kid, sealed=sealed)

    keys.to_seeker(case, keys.case_key(mara, case))

    assert not Seal.objects.filter(case=case, holder_kind="seeker").exists()


# --- from before -----------------------------------------------------------------------------------------------------


def test_rows_from_before_are_vouched_for_by_the_migration(team: Team, mara: Actor, jon: Actor, case: UUID) -> None:
    world.team("Eiche")
    for model in (StaffKey, TeamKey, TeamSeal):
        model.objects.update(mac=b"")
    Team.objects.update(recovery_mac=b"")
    assert teamkeys.newest(team.pk) is None

    importlib.import_module("counselling.people.migrations.0005_public_keys_vouched").vouch(apps, None)

    assert keys.case_key(hands.anew(mara), case)
    hands.leave(jon, team)
    assert recipients(2) == {"Mara", "recovery"}
    assert set(TeamSeal.objects.filter(staff=None).values_list("mac", flat=True)) == {b""}
