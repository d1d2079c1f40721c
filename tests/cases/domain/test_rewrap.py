"""After a new epoch: seals move to the newest, old keys go when nothing needs them, and nobody notices."""

import logging

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from counselling.cases.domain import keys, rewrap
from counselling.cases.models import Seal
from counselling.errors import Invalid
from counselling.people.domain import access, members, teamkeys
from counselling.people.domain.actors import Actor
from counselling.people.models import AuditEntry, Staff, Team, TeamKey, TeamSeal
from counselling.vault import seals
from tests.people import vault_hands as hands
from tests.support import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(db: None) -> Team:
    return world.team()


@pytest.fixture
def mara(team: Team) -> Actor:
    actor = hands.person(team, "Mara")
    paper[team.pk] = hands.found(actor, team)
    here(actor)
    return actor


@pytest.fixture
def jon(team: Team, mara: Actor) -> Actor:
    actor = hands.person(team, "Jon")
    hands.let_in(mara, team, actor)
    return actor


paper: dict[object, str] = {}


def here(actor: Actor) -> None:
    from counselling.people.domain import presence  # noqa: PLC0415 -- only here

    presence.set_status(actor, "here")


def epochs(kind: str = "team") -> list[int]:
    return sorted(Seal.objects.filter(holder_kind=kind).values_list("epoch", flat=True))


def seals_of(team: Team, count: int) -> dict[object, bytes]:
    """So many cases of a team; their keys."""
    seeker = access.new_seeker()[0]
    made = {}
    first = world.waiting(team, seeker=seeker).case
    made[first] = world_key(seeker, first)
    for _ in range(count - 1):
        who = world.waiting(team)
        made[who.case] = world_key(who.seeker, who.case)
    return made


def world_key(seeker: Actor, case: object) -> bytes:
    return keys.case_key(seeker, case)  # type: ignore[arg-type]


def test_a_members_look_at_the_desk_renews_what_is_old(team: Team, mara: Actor, jon: Actor) -> None:
    known = seals_of(team, 3)
    hands.leave(jon, team)
    session = hands.anew(mara)

    rewrap.catch_up(session)

    assert epochs() == [2, 2, 2]
    assert list(TeamKey.objects.values_list("epoch", flat=True)) == [2]

    assert keys.case_keys(hands.anew(mara), known) == known
    assert AuditEntry.objects.filter(event="rewrapped", actor=mara.id, subject=team.pk).count() == 1


def test_new_cases_go_to_the_newest_epoch_meanwhile(team: Team, mara: Actor, jon: Actor) -> None:
    old = seals_of(team, 2)
    hands.leave(jon, team)
    new = seals_of(team, 1)

    assert epochs() == [1, 1, 2]
    assert keys.case_keys(hands.anew(mara), [*old, *new]) == old | new


def test_nothing_to_do_costs_one_query(team: Team, mara: Actor) -> None:
    with CaptureQueriesContext(connection) as queries:
        rewrap.catch_up(mara)

    assert len(queries) == 1


def test_batches_are_bounded_and_the_old_key_stays_until_the_last(
    team: Team, mara: Actor, jon: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = seals_of(team, 5)
    hands.leave(jon, team)
    monkeypatch.setattr(rewrap, "BATCH", 2)

    states = []
    for _ in range(3):
        rewrap.catch_up(hands.anew(mara))
        states.append((rewrap.behind(team.pk), TeamKey.objects.count()))
        assert keys.case_keys(hands.anew(mara), known) == known

    assert states == [(3, 2), (1, 2), (0, 1)]


def test_a_full_last_batch_destroys_with_the_next_look(
    team: Team, mara: Actor, jon: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    seals_of(team, 2)
    hands.leave(jon, team)
    monkeypatch.setattr(rewrap, "BATCH", 2)

    rewrap.catch_up(hands.anew(mara))
    assert TeamKey.objects.count() == 2
    rewrap.catch_up(hands.anew(mara))
    assert TeamKey.objects.count() == 1


def test_seekers_and_nobody_else_renew_nothing(team: Team, mara: Actor, jon: Actor) -> None:
    seals_of(team, 1)
    newcomer = hands.person(team, "Neu")
    hands.leave(jon, team)

    for actor in (access.new_seeker()[0], hands.replace(mara, ring=None), newcomer, jon):
        rewrap.catch_up(actor)

    assert (epochs(), TeamKey.objects.count()) == ([1], 2)


def test_several_epochs_end_in_the_newest(team: Team, mara: Actor, jon: Actor) -> None:
    ida = hands.person(team, "Ida")
    hands.let_in(mara, team, ida)
    known = seals_of(team, 1)
    hands.leave(jon, team)
    known |= seals_of(team, 1)
    hands.leave(ida, team)
    known |= seals_of(team, 1)
    assert epochs() == [1, 2, 3]

    rewrap.catch_up(hands.anew(mara))

    assert (epochs(), TeamKey.objects.count()) == ([3, 3, 3], 1)
    assert keys.case_keys(hands.anew(mara), known) == known


def test_an_epoch_in_the_middle_stays_while_an_older_one_is_needed(team: Team, mara: Actor, jon: Actor) -> None:
    ida = hands.person(team, "Ida")
    hands.let_in(mara, team, ida)
    seals_of(team, 1)
    hands.leave(jon, team)
    hands.leave(ida, team)

    assert rewrap.destroy_old(team.pk) is False
    assert TeamKey.objects.count() == 3


def test_without_a_vault_there_is_nothing_to_renew() -> None:
    team = Team.objects.create(name="X", slug="x")

    assert (rewrap.behind(team.pk), rewrap.destroy_old(team.pk)) == (0, False)
    assert rewrap._step(team.pk, hands.Ring(b"k" * 32)) == 0


def test_a_damaged_seal_keeps_its_old_key_and_stops_no_other(
    team: Team, mara: Actor, jon: Actor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    known = seals_of(team, 4)
    damaged = next(iter(known))
    Seal.objects.filter(case=damaged, holder_kind="team").update(sealed=b"\x02" + b"x" * 80)
    hands.leave(jon, team)
    monkeypatch.setattr(rewrap, "BATCH", 2)

    with caplog.at_level(logging.ERROR, "counselling.audit"):
        for _ in range(3):
            rewrap.catch_up(hands.anew(mara))

    assert (epochs(), TeamKey.objects.count()) == ([1, 2, 2, 2], 2)
    assert rewrap.behind(team.pk) == 1
    assert str(damaged) in caplog.text
    assert set(keys.case_keys(hands.anew(mara), known)) == known.keys() - {damaged}


def test_whoever_opens_only_the_newest_renews_what_the_chain_gives(team: Team, mara: Actor, jon: Actor) -> None:
    known = seals_of(team, 2)
    ida = hands.person(team, "Ida")
    hands.let_in(mara, team, ida)
    hands.leave(jon, team)
    TeamSeal.objects.filter(staff=mara.id, team_key__epoch=1).delete()

    rewrap.catch_up(hands.anew(mara))
    assert epochs() == [1, 1]  # not without the old key
    members.chain(hands.anew(ida), team.pk)
    rewrap.catch_up(hands.anew(mara))

    assert epochs() == [2, 2]
    assert keys.case_keys(hands.anew(mara), known) == known


def test_a_seal_that_changed_meanwhile_is_left_alone(
    team: Team, mara: Actor, jon: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two at once: the second one's row was renewed by the first."""
    known = seals_of(team, 2)
    hands.leave(jon, team)
    ring, newest = hands.anew(mara), teamkeys.newest(team.pk)
    assert newest
    teamkeys.private_half(ring, team.pk, 2)
    assert ring.ring
    late = rewrap._renewed(newest, ring.ring)
    rewrap.catch_up(hands.anew(mara))
    before = {seal.pk: bytes(seal.sealed) for seal in Seal.objects.all()}

    with connection.cursor() as cursor:
        cursor.executemany(rewrap._RENEW, late)

    assert {seal.pk: bytes(seal.sealed) for seal in Seal.objects.all()} == before
    assert keys.case_keys(hands.anew(mara), known) == known


def test_the_paper_renews_everything_at_once(
    team: Team, mara: Actor, jon: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = seals_of(team, 5)
    hands.leave(jon, team)
    monkeypatch.setattr(rewrap, "BATCH", 2)

    assert rewrap.whole(team.pk, paper[team.pk]) == 5
    assert rewrap.whole(team.pk, paper[team.pk]) == 0

    assert (epochs(), TeamKey.objects.count()) == ([2] * 5, 1)
    assert keys.case_keys(hands.anew(mara), known) == known
    with pytest.raises(Invalid):
        rewrap.whole(team.pk, "falsch")


def test_whoever_left_opens_nothing_that_is_in_the_database(team: Team, mara: Actor, jon: Actor) -> None:
    """Not even with their old private half and everything that lies here now."""
    known = seals_of(team, 2)
    hands.leave(jon, team)
    rewrap.catch_up(hands.anew(mara))
    Staff.objects.filter(pk=jon.id).update(is_active=True)

    assert keys.case_keys(hands.anew(jon), known) == {}
    for row in TeamSeal.objects.select_related("team_key"):
        with pytest.raises(seals.Unreadable):
            seals.open_team_key(jon.private or b"", row.sealed, team.pk, row.team_key.epoch, f"staff:{jon.id}")


def test_an_epoch_someone_is_sealing_to_is_not_destroyed(team: Team, mara: Actor, jon: Actor) -> None:
    """`sealing_key` holds the row until the case is on disk; the destroyer then finds its seal."""
    seeker = access.new_seeker()[0]
    case = world.waiting(team, seeker=seeker).case
    hands.leave(jon, team)

    assert rewrap.destroy_old(team.pk) is False
    assert keys.case_key(hands.anew(mara), case) == keys.case_key(seeker, case)


def test_a_ring_forgets_epochs_others_destroyed(team: Team, mara: Actor, jon: Actor) -> None:
    ida = hands.person(team, "Ida")
    hands.let_in(mara, team, ida)
    seals_of(team, 1)
    hands.leave(jon, team)
    teamkeys.private_half(mara, team.pk, 1)
    teamkeys.private_half(mara, team.pk, 2)
    rewrap.catch_up(hands.anew(ida))

    rewrap.catch_up(mara)

    assert mara.ring
    assert list(mara.ring.teams) == [(team.pk, 2)]
