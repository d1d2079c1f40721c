"""Letting somebody in, taking somebody out, and what everybody is told of it."""

import base64
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from counselling.errors import Conflict, NotAllowed, NotFound
from counselling.people.domain import audit_words, members, sessions, staffkeys, teamkeys, vault_news, vaults
from counselling.people.domain.actors import Actor
from counselling.people.domain.vault_news import News
from counselling.people.models import AuditEntry, Staff, StaffKey, StaffSession, Team, TeamKey, TeamSeal
from counselling.vault import pairs
from tests.people import vault_hands as hands
from tests.support import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(db: None) -> Team:
    return world.team()


@pytest.fixture
def mara(team: Team) -> Actor:
    actor = hands.person(team, "Mara")
    hands.found(actor, team)
    return actor


@pytest.fixture
def jon(team: Team) -> Actor:
    return hands.person(team, "Jon")


def epochs_of(actor: Actor, team: Team) -> list[int]:
    """What a fresh session of theirs opens."""
    fresh = hands.anew(actor)
    assert fresh.ring
    teamkeys.open_team(fresh.ring, actor.id, team.pk)
    return sorted(epoch for _, epoch in fresh.ring.teams)


def swap_key(actor: Actor) -> None:
    """As somebody with the database would, to slip in under a colleague's name."""
    StaffKey.objects.filter(staff=actor.id).update(public=pairs.new_pair().public)


# --- letting in ------------------------------------------------------------------------------------------------------


def test_a_colleague_lets_a_newcomer_into_every_epoch(team: Team, mara: Actor, jon: Actor) -> None:
    ida = hands.person(team, "Ida")
    hands.let_in(mara, team, ida)
    hands.leave(ida, team)

    hands.let_in(hands.anew(mara), team, jon)

    assert epochs_of(jon, team) == [1, 2]
    last = AuditEntry.objects.filter(event="let_in").latest("at")
    assert (last.actor, last.subject, last.code) == (mara.id, jon.id, members.code_of(team.pk))


def test_letting_in_twice_changes_nothing(team: Team, mara: Actor, jon: Actor) -> None:
    hands.let_in(mara, team, jon)
    hands.let_in(mara, team, jon)

    assert TeamSeal.objects.filter(staff=jon.id).count() == 1
    assert epochs_of(jon, team) == [1]


def test_six_words_that_changed_let_nobody_in(team: Team, mara: Actor, jon: Actor) -> None:
    compared = hands.words_of(jon.id)
    swap_key(jon)

    with pytest.raises(Conflict):
        members.let_in(mara, team.pk, jon.id, words=compared)
    assert not teamkeys.holds(jon.id, team.pk)


def test_whoever_never_signed_in_has_no_words(team: Team, mara: Actor, jon: Actor) -> None:
    StaffKey.objects.filter(staff=jon.id).delete()

    assert hands.words_of(jon.id) == ""
    with pytest.raises(Conflict):
        members.let_in(mara, team.pk, jon.id, words="")


def test_nobody_lets_themselves_in_or_without_being_in(team: Team, mara: Actor, jon: Actor) -> None:
    ida = hands.person(team, "Ida")

    with pytest.raises(NotFound):
        members.let_in(mara, team.pk, mara.id, words=hands.words_of(mara.id))
    for outside in (jon, hands.person(world.team("Eiche"), "Kim")):
        with pytest.raises(NotAllowed):
            members.let_in(outside, team.pk, ida.id, words=hands.words_of(ida.id))
    assert TeamSeal.objects.filter(staff__isnull=False).count() == 1


@pytest.mark.parametrize("who", ["elsewhere", "supervisor", "inactive"])
def test_only_counsellors_of_the_team_are_let_in(team: Team, mara: Actor, jon: Actor, who: str) -> None:
    person = {
        "elsewhere": lambda: hands.person(world.team("Eiche"), "Kim"),
        "supervisor": lambda: hands.person(team, "Chef", "supervisor"),
        "inactive": lambda: jon,
    }[who]()
    Staff.objects.filter(pk=jon.id).update(is_active=False)

    with pytest.raises(NotFound):
        members.let_in(mara, team.pk, person.id, words=hands.words_of(person.id))


def test_whoever_left_lets_nobody_in_although_a_ring_remembers(team: Team, mara: Actor, jon: Actor) -> None:
    ida = hands.person(team, "Ida")
    hands.let_in(mara, team, jon)
    teamkeys.private_half(jon, team.pk, 1)
    hands.leave(jon, team)
    Staff.objects.filter(pk=jon.id).update(is_active=True)  # and is back, but was not let in again

    with pytest.raises(NotAllowed):
        members.let_in(jon, team.pk, ida.id, words=hands.words_of(ida.id))


def test_the_page_tells_who_is_in(team: Team, mara: Actor, jon: Actor, django_assert_num_queries: object) -> None:
    hands.person(team, "Chef", "supervisor")

    with django_assert_num_queries(3):  # type: ignore[operator]
        shown = members.of_team(team.pk)

    assert [(one.alias, one.holds) for one in shown] == [("Jon", False), ("Mara", True)]
    assert [len(one.fingerprint.split()) for one in shown] == [6, 6]
    assert shown[0].fingerprint != shown[1].fingerprint


# --- leaving ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "leave",
    [
        lambda jon, _team: Staff.objects.filter(pk=jon.id).update(is_active=False),
        lambda jon, _team: Staff.objects.filter(pk=jon.id).update(role="supervisor"),
        lambda jon, team: Staff.objects.get(pk=jon.id).teams.remove(team),
    ],
    ids=["switched off", "another role", "another team"],
)
def test_a_new_epoch_begins_without_whoever_left(team: Team, mara: Actor, jon: Actor, leave: object) -> None:
    hands.let_in(mara, team, jon)
    _, token = sessions.begin(Staff.objects.get(pk=jon.id), "django-key", jon.private)
    leave(jon, team)  # type: ignore[operator]

    assert members.reconcile(team.pk) is True

    assert (epochs_of(mara, team), epochs_of(jon, team)) == ([1, 2], [])
    assert TeamSeal.objects.filter(holder_kind="recovery").count() == 2
    assert StaffSession.objects.get().revoked_at is not None
    assert AuditEntry.objects.filter(event="epoch_began", subject=team.pk).count() == 1
    assert members.reconcile(team.pk) is False
    assert token


def test_nothing_to_reconcile_begins_nothing(team: Team, mara: Actor, jon: Actor) -> None:
    hands.let_in(mara, team, jon)
    world.team("Eiche")

    assert members.reconcile_all() == 0
    assert TeamKey.objects.count() == 1


def test_every_team_is_reconciled(team: Team, mara: Actor, jon: Actor) -> None:
    hands.let_in(mara, team, jon)
    Staff.objects.filter(pk=jon.id).update(is_active=False)

    assert members.reconcile_all() == 1
    assert members.reconcile_all() == 0


def test_a_reset_begins_a_new_epoch_and_shuts_the_vault_to_them(team: Team, mara: Actor, jon: Actor) -> None:
    hands.let_in(mara, team, jon)

    private = staffkeys.set_password(Staff.objects.get(pk=jon.id), "ein neues Passwort 9")

    again = hands.replace(jon, ring=hands.Ring(private))
    assert (epochs_of(again, team), epochs_of(jon, team)) == ([], [])
    assert epochs_of(mara, team) == [1, 2]
    hands.let_in(hands.anew(mara), team, again)
    assert epochs_of(again, team) == [1, 2]


def test_a_first_password_changes_no_vault(team: Team, mara: Actor, jon: Actor) -> None:
    staffkeys.set_password(Staff.objects.get(pk=jon.id), "mein erstes Passwort 9")

    assert TeamKey.objects.count() == 1


def test_taking_out_without_a_vault_is_harmless(team: Team) -> None:
    ida = hands.person(world.team("Eiche"), "Ida")

    with transaction.atomic():
        members.take_out(ida.id)

    assert TeamKey.objects.count() == 0


def test_seals_of_an_unconfirmed_beginning_go_without_an_epoch(team: Team, jon: Actor) -> None:
    other = Team.objects.create(name="Buche", slug="buche")
    Staff.objects.get(pk=jon.id).teams.add(other)
    key = TeamKey.objects.create(team=other, epoch=1, public=pairs.new_pair().public, began_at=timezone.now())
    TeamSeal.objects.create(team_key=key, holder_kind="staff", staff_id=jon.id, sealed=b"x", at=timezone.now())

    hands.leave(jon, other)

    assert TeamSeal.objects.filter(staff=jon.id).count() == 0
    assert TeamKey.objects.filter(team=other).count() == 1


def test_the_last_one_may_go_only_where_a_paper_is_left(team: Team, mara: Actor, jon: Actor) -> None:
    members.require_not_last(mara.id)
    members.require_not_last(jon.id)

    TeamSeal.objects.filter(holder_kind="recovery").delete()

    with pytest.raises(Conflict):
        members.require_not_last(mara.id)
    hands.let_in(mara, team, jon)
    members.require_not_last(mara.id)


def test_the_chain_is_sealed_once_by_whoever_comes_first(team: Team, mara: Actor, jon: Actor) -> None:
    ida = hands.person(team, "Ida")
    hands.let_in(mara, team, jon)
    hands.let_in(mara, team, ida)
    hands.leave(ida, team)

    members.chain(hands.anew(mara), team.pk)
    before = bytes(TeamSeal.objects.get(holder_kind="epoch").sealed)
    members.chain(hands.anew(jon), team.pk)

    assert bytes(TeamSeal.objects.get(holder_kind="epoch").sealed) == before


def test_whoever_is_not_in_seals_no_chain(team: Team, mara: Actor, jon: Actor) -> None:
    ida = hands.person(team, "Ida")
    hands.let_in(mara, team, ida)
    hands.leave(ida, team)

    members.chain(jon, team.pk)

    assert not TeamSeal.objects.filter(holder_kind="epoch").exists()


# --- what everybody is told ------------------------------------------------------------------------------------------


def test_the_team_is_told_for_seven_days(team: Team, mara: Actor, jon: Actor) -> None:
    other = world.team("Eiche")
    hands.found(hands.person(other, "Ida"), other)
    hands.let_in(mara, team, jon)
    now, today = timezone.now(), timezone.localdate()

    told = vault_news.of_team(team, now)

    assert told == [News("let_in", "Mara", "Jon", today), News("vault_founded", "Mara", "", today)]
    assert vaults.news(jon, now) == told
    assert vault_news.of_team(team, now + timedelta(days=7)) == []


def test_no_renaming_of_the_team_hides_who_was_let_in(team: Team, mara: Actor, jon: Actor) -> None:
    hands.let_in(mara, team, jon)
    other = world.team("Eiche")

    Team.objects.filter(pk=team.pk).update(slug="weide")
    Team.objects.filter(pk=other.pk).update(slug="linde")

    assert [one.event for one in vault_news.of_team(Team.objects.get(pk=team.pk), timezone.now())] == [
        "let_in",
        "vault_founded",
    ]
    assert vault_news.of_team(Team.objects.get(pk=other.pk), timezone.now()) == []


def test_the_trail_calls_a_team_by_its_id_alone(team: Team, mara: Actor, jon: Actor) -> None:
    hands.let_in(mara, team, jon)

    entry = AuditEntry.objects.get(event="let_in")

    assert base64.urlsafe_b64decode(entry.code + "==") == team.pk.bytes
    words = audit_words.sentence(entry.event, entry.code, who="Mara", whom="Jon", to_themselves=False)
    assert words == "Mara hat Jon freigeschaltet."


def test_the_console_is_nobody_by_name(team: Team) -> None:
    from counselling.people.domain import papers  # noqa: PLC0415 -- only here

    papers.found_here(team.pk)

    assert [one.who for one in vault_news.of_team(team, timezone.now())] == ["–"]


def test_my_vaults_are_those_of_my_teams(team: Team, mara: Actor, jon: Actor) -> None:
    world.team("Eiche")

    [vault] = vaults.mine(jon, timezone.now())

    assert (vault.name, vault.standing, vault.holders, vault.renew) == ("Linde", "shut", ["Mara"], False)
    assert vault.words == hands.words_of(jon.id)
    nobody = hands.person(Team.objects.create(name="X", slug="x"), "Kim")
    Staff.objects.get(pk=nobody.id).teams.clear()
    assert (vaults.mine(nobody, timezone.now()), vaults.news(nobody, timezone.now())) == ([], [])
    with pytest.raises(NotAllowed):
        vaults.mine(hands.person(team, "Chef", "supervisor"), timezone.now())
