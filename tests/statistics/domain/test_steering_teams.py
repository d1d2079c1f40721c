"""How many chats at once, and who is called at night, as those who lead change it."""

from uuid import UUID, uuid4

import pytest

from counselling.centre.domain.steering_changes import Overtaken, Unfit
from counselling.errors import NotAllowed, NotFound
from counselling.mail.models import OnCall
from counselling.people.domain.actors import Actor
from counselling.people.models import AuditEntry, Staff, Team
from counselling.statistics.domain import steering_capacity, steering_on_call
from tests.support import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def linde(db: None) -> Team:
    return world.team()


@pytest.fixture
def uli(linde: Team) -> Actor:
    return world.staff(linde, "Uli", "supervisor")


@pytest.fixture
def mara(linde: Team) -> UUID:
    return world.staff(linde, "Mara").id


@pytest.fixture
def jon(linde: Team) -> UUID:
    return world.staff(linde, "Jon").id


def trail() -> list[tuple[str, UUID | None]]:
    return list(AuditEntry.objects.order_by("at").values_list("event", "subject"))


# --- Chats at once ---------------------------------------------------------------------------------------------------


def test_the_team_and_one_of_it(uli: Actor, linde: Team, mara: UUID, jon: UUID) -> None:
    (before,) = steering_capacity.of_teams(uli)
    for _ in range(2):
        steering_capacity.write(uli, linde.pk, 3, {mara: 1, uuid4(): 5}, seen=before.mark)

    (after,) = steering_capacity.of_teams(uli)
    assert (after.default, [(one.alias, one.capacity) for one in after.colleagues]) == (3, [("Jon", None), ("Mara", 1)])
    assert trail() == [("capacity_set", linde.pk), ("capacity_set", mara)]


def test_back_to_the_teams_number(uli: Actor, linde: Team, mara: UUID) -> None:
    Staff.objects.filter(pk=mara).update(capacity=7)
    (before,) = steering_capacity.of_teams(uli)

    steering_capacity.write(uli, linde.pk, before.default, {mara: None}, seen=before.mark)

    assert Staff.objects.get(pk=mara).capacity is None


def test_who_changed_their_own_number_meanwhile_is_not_overwritten(uli: Actor, linde: Team, mara: UUID) -> None:
    (before,) = steering_capacity.of_teams(uli)
    Staff.objects.filter(pk=mara).update(capacity=5)

    with pytest.raises(Overtaken):
        steering_capacity.write(uli, linde.pk, 4, {mara: None}, seen=before.mark)

    assert Team.objects.get().default_capacity == before.default


@pytest.mark.parametrize("number", [0, 13])
def test_numbers_outside(uli: Actor, linde: Team, mara: UUID, number: int) -> None:
    (before,) = steering_capacity.of_teams(uli)

    with pytest.raises(Unfit) as refused:
        steering_capacity.write(uli, linde.pk, number, {mara: number}, seen=before.mark)

    assert set(refused.value.problems) == {"default", f"{mara}"}


# --- Who is called ---------------------------------------------------------------------------------------------------


def entries(uli: Actor) -> list[tuple[str, str]]:
    (found,) = steering_on_call.of_teams(uli)
    return [(one.alias, one.email) for one in found.entries]


def test_a_list_is_made_ordered_and_cleared(uli: Actor, linde: Team, mara: UUID, jon: UUID) -> None:
    for _ in range(2):
        steering_on_call.add(uli, linde.pk, mara, "mara@example.org")
    steering_on_call.add(uli, linde.pk, jon, "jon@example.org")
    steering_on_call.add(uli, linde.pk, mara, "sms@example.org")
    first, second, third = OnCall.objects.order_by("place")

    steering_on_call.move(uli, third.pk, "up")
    steering_on_call.move(uli, first.pk, "up")
    steering_on_call.move(uli, second.pk, "down")
    assert [name for name, _ in entries(uli)] == ["Mara", "Mara", "Jon"]

    steering_on_call.drop(uli, first.pk)
    steering_on_call.move(uli, second.pk, "up")
    assert entries(uli) == [("Jon", "jon@example.org"), ("Mara", "sms@example.org")]
    (found,) = steering_on_call.of_teams(uli)
    assert [(one.first, one.last) for one in found.entries] == [(True, False), (False, True)]
    assert found.people == [(jon, "Jon"), (mara, "Mara")]
    assert trail() == [("on_call_changed", linde.pk)] * 6


def test_another_address(uli: Actor, linde: Team, mara: UUID) -> None:
    steering_on_call.add(uli, linde.pk, mara, "mara@example.org")
    (found,) = steering_on_call.of_teams(uli)
    entry = found.entries[0]

    for _ in range(2):
        steering_on_call.change(uli, entry.id, "neu@example.org", seen=entry.mark)
    with pytest.raises(Overtaken):
        steering_on_call.change(uli, entry.id, "noch-neuer@example.org", seen=entry.mark)
    with pytest.raises(Unfit):
        steering_on_call.change(uli, entry.id, "keine", seen=entry.mark)

    assert entries(uli) == [("Mara", "neu@example.org")]


@pytest.mark.parametrize("who", ["another team's", "supervisor", "gone", "nobody"])
def test_who_could_not_answer_is_refused(uli: Actor, linde: Team, who: str) -> None:
    at = world.team("Buche") if who == "another team's" else linde
    person = world.staff(at, "Kim", "supervisor" if who == "supervisor" else "counsellor").id
    Staff.objects.filter(pk=person).update(is_active=who != "gone")

    with pytest.raises(Unfit) as refused:
        steering_on_call.add(uli, linde.pk, uuid4() if who == "nobody" else person, "kim@example.org")

    assert list(refused.value.problems) == ["staff"]
    assert not OnCall.objects.exists()


def test_an_address_that_is_none_and_a_list_that_is_full(
    uli: Actor, linde: Team, mara: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(steering_on_call, "MOST", 1)
    for email in ("mara", f"{'x' * 60}@{'y' * 60}.{'z' * 60}.{'z' * 60}.{'z' * 60}.org"):
        with pytest.raises(Unfit) as refused:
            steering_on_call.add(uli, linde.pk, mara, email)
        assert list(refused.value.problems) == ["email"]
    steering_on_call.add(uli, linde.pk, mara, "mara@example.org")

    with pytest.raises(Unfit) as refused:
        steering_on_call.add(uli, linde.pk, mara, "sms@example.org")

    assert list(refused.value.problems) == ["staff"]


def test_who_left_is_pointed_out(uli: Actor, linde: Team, mara: UUID) -> None:
    steering_on_call.add(uli, linde.pk, mara, "mara@example.org")
    Staff.objects.filter(pk=mara).update(is_active=False)

    (found,) = steering_on_call.of_teams(uli)

    assert [one.able for one in found.entries] == [False]


# --- Who may ---------------------------------------------------------------------------------------------------------


def test_other_teams_are_not_there(uli: Actor, mara: UUID) -> None:
    buche = world.team("Buche")
    theirs = OnCall.objects.create(team=buche, place=1, staff_id=mara, email="x@example.org")

    for act in (
        lambda: steering_capacity.write(uli, buche.pk, 3, {}, seen=""),
        lambda: steering_on_call.add(uli, buche.pk, mara, "x@example.org"),
        lambda: steering_on_call.change(uli, theirs.pk, "y@example.org", seen=""),
        lambda: steering_on_call.drop(uli, theirs.pk),
        lambda: steering_on_call.move(uli, theirs.pk, "up"),
    ):
        with pytest.raises(NotFound):
            act()
    assert [one.team.name for one in steering_capacity.of_teams(uli)] == ["Linde"]
    assert entries(uli) == []


@pytest.mark.parametrize("role", ["counsellor", "administrator"])
def test_only_those_who_lead(linde: Team, mara: UUID, role: str) -> None:
    actor = world.staff(linde, "Andere", role)
    for act in (
        lambda: steering_capacity.of_teams(actor),
        lambda: steering_capacity.write(actor, linde.pk, 3, {}, seen=""),
        lambda: steering_on_call.of_teams(actor),
        lambda: steering_on_call.add(actor, linde.pk, mara, "x@example.org"),
        lambda: steering_on_call.change(actor, 1, "x@example.org", seen=""),
        lambda: steering_on_call.drop(actor, 1),
        lambda: steering_on_call.move(actor, 1, "up"),
    ):
        with pytest.raises(NotAllowed):
            act()
