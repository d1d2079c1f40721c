"""The printed recovery key: drawn, written down, copied back; used when nobody else is left; renewed."""

from collections.abc import Callable

import pytest

from counselling.errors import Conflict, Invalid, Locked, NotAllowed
from counselling.people.domain import papers, teamkeys, vault_news
from counselling.people.domain.actors import Actor
from counselling.people.models import AuditEntry, Staff, Team, TeamKey, TeamSeal
from counselling.vault import pairs, recovery
from tests.people import vault_hands as hands
from tests.support import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(db: None) -> Team:
    return world.team()


@pytest.fixture
def mara(team: Team) -> Actor:
    return hands.person(team, "Mara")


@pytest.fixture
def jon(team: Team) -> Actor:
    return hands.person(team, "Jon")


def slip(printed: str) -> str:
    """One letter written down wrongly."""
    return printed[:-1] + ("2" if printed[-1] != "2" else "3")


def events() -> list[str]:
    return list(AuditEntry.objects.order_by("at").values_list("event", flat=True))


def test_nothing_is_kept_of_a_paper_before_it_was_copied_back(team: Team, mara: Actor) -> None:
    first, second = papers.draw(mara, team.pk), papers.draw(mara, team.pk)

    assert first.printed != second.printed
    assert TeamKey.objects.count() == 0
    assert Team.objects.get().recovery_public is None
    assert first.printed not in repr(first)
    assert (first.first, first.team) == (True, team)


def test_the_founder_is_the_first_member(team: Team, mara: Actor) -> None:
    paper = hands.found(mara, team)

    assert teamkeys.holds(mara.id, team.pk)
    assert sorted(TeamSeal.objects.values_list("holder_kind", flat=True)) == ["recovery", "staff"]
    assert events() == ["vault_founded"]
    assert TeamKey.objects.get().confirmed_at is not None
    assert pairs.public_of(recovery.read(paper)) == bytes(Team.objects.get().recovery_public or b"")


@pytest.mark.parametrize("spoil", [slip, lambda _: "", lambda _: "so ein Blatt", lambda text: text[:-5]])
def test_a_slip_of_the_pen_founds_nothing(team: Team, mara: Actor, spoil: Callable[[str], str]) -> None:
    paper = papers.draw(mara, team.pk)

    with pytest.raises(Invalid):
        papers.found(mara, team.pk, typed=spoil(paper.printed), public=paper.public)

    assert TeamKey.objects.count() == 0
    papers.found(mara, team.pk, typed=paper.printed.lower().replace("-", " "), public=paper.public)
    assert teamkeys.holds(mara.id, team.pk)


def test_another_paper_than_the_one_shown_is_refused(team: Team, mara: Actor) -> None:
    older, shown = papers.draw(mara, team.pk), papers.draw(mara, team.pk)

    with pytest.raises(Invalid):
        papers.found(mara, team.pk, typed=older.printed, public=shown.public)


def test_of_two_founders_one_is_told(team: Team, mara: Actor, jon: Actor) -> None:
    hers, his = papers.draw(mara, team.pk), papers.draw(jon, team.pk)
    papers.found(mara, team.pk, typed=hers.printed, public=hers.public)

    with pytest.raises(Conflict):
        papers.found(jon, team.pk, typed=his.printed, public=his.public)
    with pytest.raises(NotAllowed):
        papers.renew(jon, team.pk, typed=his.printed, public=his.public)
    with pytest.raises(NotAllowed):
        papers.draw(jon, team.pk)
    assert bytes(Team.objects.get().recovery_public or b"").hex() == hers.public
    assert not teamkeys.holds(jon.id, team.pk)


def test_a_session_without_a_key_draws_and_founds_nothing(team: Team, mara: Actor) -> None:
    paper, keyless = papers.draw(mara, team.pk), hands.replace(mara, ring=None)

    for act in (
        lambda: papers.draw(keyless, team.pk),
        lambda: papers.found(keyless, team.pk, typed=paper.printed, public=paper.public),
        lambda: papers.recover(keyless, team.pk, paper.printed),
    ):
        with pytest.raises(Locked):
            act()


@pytest.mark.parametrize("role", ["supervisor", "administrator"])
def test_no_other_role_sees_a_paper(team: Team, mara: Actor, role: str) -> None:
    boss, printed = hands.person(team, "Chef", role), hands.found(mara, team)

    for act in (
        lambda: papers.draw(boss, team.pk),
        lambda: papers.found(boss, team.pk, typed=printed, public=""),
        lambda: papers.renew(boss, team.pk, typed=printed, public=""),
        lambda: papers.recover(boss, team.pk, printed),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_console_founds_for_everybody_at_once_and_once(team: Team, mara: Actor, jon: Actor) -> None:
    hands.person(team, "Chef", "supervisor")

    printed = papers.found_here(team.pk)

    assert [teamkeys.holds(who.id, team.pk) for who in (mara, jon)] == [True, True]
    assert TeamSeal.objects.count() == 3
    assert papers.ring_of(team.pk, printed).teams.keys() == {(team.pk, 1)}
    assert papers.found_here(team.pk) == ""


def test_the_paper_lets_in_whoever_was_reset_or_is_alone(team: Team, mara: Actor, jon: Actor) -> None:
    printed = hands.found(mara, team)
    hands.leave(mara, team)

    papers.recover(jon, team.pk, printed)

    assert teamkeys.private_half(hands.anew(jon), team.pk, 1)
    assert teamkeys.private_half(hands.anew(jon), team.pk, 2)
    assert events()[-1] == "recovery_used"
    assert vault_news.paper_was_used(team)


@pytest.mark.parametrize("typed", ["", "kein Schlüssel", "0" * 56])
def test_what_is_no_recovery_key_opens_nothing(team: Team, mara: Actor, jon: Actor, typed: str) -> None:
    hands.found(mara, team)

    with pytest.raises(Invalid):
        papers.recover(jon, team.pk, typed)
    assert not teamkeys.holds(jon.id, team.pk)


def test_another_teams_paper_opens_nothing(team: Team, mara: Actor, jon: Actor) -> None:
    other = world.team("Eiche")
    theirs = hands.found(hands.person(other, "Ida"), other)
    unset = world.team("Buche")

    for vault in (team, unset):
        with pytest.raises(Invalid):
            papers.ring_of(vault.pk, theirs)
    hands.found(mara, team)
    with pytest.raises(Invalid):
        papers.recover(jon, team.pk, theirs)


def test_a_renewed_paper_takes_the_place_of_the_old_one(team: Team, mara: Actor, jon: Actor) -> None:
    old = hands.found(mara, team)
    papers.recover(jon, team.pk, old)
    drawn = papers.draw(mara, team.pk)
    assert papers.ring_of(team.pk, old).teams  # still in force: the new one was not copied back
    assert not drawn.first

    papers.renew(mara, team.pk, typed=drawn.printed, public=drawn.public)

    with pytest.raises(Invalid):
        papers.ring_of(team.pk, old)
    assert papers.ring_of(team.pk, drawn.printed).teams.keys() == {(team.pk, 1), (team.pk, 2)}
    assert not vault_news.paper_was_used(team)
    assert events()[-2:] == ["epoch_began", "recovery_renewed"]


def test_a_renewed_paper_opens_every_epoch(team: Team, mara: Actor, jon: Actor) -> None:
    hands.found(mara, team)
    hands.let_in(mara, team, jon)
    hands.leave(jon, team)

    printed = hands.renew(hands.anew(mara), team)

    assert sorted(epoch for _, epoch in papers.ring_of(team.pk, printed).teams) == [1, 2, 3]
    assert TeamSeal.objects.filter(holder_kind="recovery").count() == 3


def test_what_comes_after_a_renewal_does_not_open_with_the_old_paper_and_an_old_backup(team: Team, mara: Actor) -> None:
    old = hands.found(mara, team)
    backup = papers.ring_of(team.pk, old).teams

    hands.renew(mara, team)

    newest = teamkeys.newest(team.pk)
    assert newest
    assert (newest.epoch, list(backup)) == (2, [(team.pk, 1)])
    assert pairs.public_of(backup[team.pk, 1]) != bytes(newest.public)
    assert teamkeys.private_half(hands.anew(mara), team.pk, 2)


def test_a_slip_while_renewing_keeps_the_old_paper(team: Team, mara: Actor) -> None:
    old = hands.found(mara, team)
    drawn = papers.draw(mara, team.pk)

    with pytest.raises(Invalid):
        papers.renew(mara, team.pk, typed=slip(drawn.printed), public=drawn.public)

    assert papers.ring_of(team.pk, old).teams


def test_no_private_half_of_a_paper_lies_in_the_database(team: Team, mara: Actor) -> None:
    private = recovery.read(hands.found(mara, team))

    stored = [bytes(Team.objects.get().recovery_public or b"")]
    stored += [bytes(seal.sealed) for seal in TeamSeal.objects.all()]
    assert not any(private in value for value in stored)
    assert Staff.objects.count() == 1
