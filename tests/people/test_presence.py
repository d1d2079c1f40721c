"""Who is here: said by hand and proved by a connection."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from counselling.errors import Invalid, NotAllowed
from counselling.people.domain import access, presence
from counselling.people.models import Staff, Team
from tests.support import key_rings, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def now() -> datetime:
    return timezone.now()


def test_saying_here_is_being_here(team: Team, now: datetime) -> None:
    mara = world.staff(team, "Mara")
    assert not presence.anyone_here(team.pk, now)

    presence.set_status(mara, "here")

    assert presence.anyone_here(team.pk, now)
    assert presence.is_here(Staff.objects.get(), now)


@pytest.mark.parametrize("status", ["pausing", "away"])
def test_saying_anything_else_is_not(team: Team, now: datetime, status: str) -> None:
    presence.set_status(world.counsellor(team), status)

    assert not presence.anyone_here(team.pk, now)
    assert not presence.is_here(Staff.objects.get(), now)


def test_being_here_needs_a_connection(team: Team, now: datetime) -> None:
    world.counsellor(team)
    Staff.objects.update(seen_at=now)

    for seconds, here in [(0, True), (119, True), (121, False)]:
        later = now + timedelta(seconds=seconds)
        assert presence.anyone_here(team.pk, later) is here
        assert presence.is_here(Staff.objects.get(), later) is here
    assert not presence.was_seen(None, now)


def test_a_heartbeat_keeps_somebody_here(team: Team, now: datetime) -> None:
    mara = world.counsellor(team)
    later = now + timedelta(hours=1)

    presence.seen([mara.id], later)

    assert presence.anyone_here(team.pk, later)
    assert Team.objects.get().last_here_at == later


def test_a_pausing_heartbeat_is_no_presence(team: Team, now: datetime) -> None:
    mara = world.counsellor(team)
    presence.set_status(mara, "pausing")
    before = Team.objects.get().last_here_at

    presence.seen([mara.id], now + timedelta(hours=1))

    assert Team.objects.get().last_here_at == before


def test_nobodys_heartbeat_is_nothing(team: Team, now: datetime) -> None:
    world.counsellor(team)
    before = Staff.objects.get().seen_at

    presence.seen([], now + timedelta(hours=1))

    assert Staff.objects.get().seen_at == before


def test_here_is_here_for_every_team_of_mine_and_no_other(team: Team, now: datetime) -> None:
    second, third = world.team("Ahorn"), world.team("Zeder")
    mara = world.staff(team, "Mara")
    Staff.objects.get().teams.add(second)
    key_rings.let_in(mara.id, second.pk)

    presence.set_status(mara, "here")

    assert [presence.anyone_here(each.pk, now) for each in (team, second, third)] == [True, True, False]
    assert Team.objects.get(pk=third.pk).last_here_at is None


def test_who_cannot_open_the_vault_is_not_behind_the_door(team: Team, now: datetime) -> None:
    second = world.team("Ahorn")
    mara = world.staff(team, "Mara")
    world.staff(second, "Jon")
    Staff.objects.get(pk=mara.id).teams.add(second)

    presence.set_status(mara, "here")
    presence.seen([mara.id], now)

    assert [presence.anyone_here(each.pk, now) for each in (team, second)] == [True, False]
    assert Team.objects.get(pk=second.pk).last_here_at is None


def test_coming_ends_the_alert(team: Team, now: datetime) -> None:
    mara = world.staff(team, "Mara")
    Team.objects.update(alerted_at=now)

    presence.set_status(mara, "pausing")
    assert Team.objects.get().alerted_at == now
    presence.set_status(mara, "here")
    assert Team.objects.get().alerted_at is None


@pytest.mark.parametrize("status", ["", "HERE", "da", "here "])
def test_only_declared_words_are_a_status(team: Team, status: str) -> None:
    mara = world.counsellor(team)

    with pytest.raises(Invalid):
        presence.set_status(mara, status)
    assert Staff.objects.get().status == "here"


@pytest.mark.parametrize(("chats", "fits"), [(0, False), (1, True), (12, True), (13, False), (-1, False)])
def test_the_capacity_is_between_one_and_twelve(team: Team, chats: int, fits: bool) -> None:
    mara = world.counsellor(team)

    if fits:
        presence.set_capacity(mara, chats)
    else:
        with pytest.raises(Invalid):
            presence.set_capacity(mara, chats)
    assert Staff.objects.get().capacity == (chats if fits else None)


def test_only_counsellors_are_present(team: Team) -> None:
    people = [
        world.staff(team, "Kim", "supervisor"),
        world.staff(team, "Ole", "administrator"),
        access.new_seeker()[0],
    ]
    for actor in people:
        with pytest.raises(NotAllowed):
            presence.set_status(actor, "here")
        with pytest.raises(NotAllowed):
            presence.set_capacity(actor, 2)
