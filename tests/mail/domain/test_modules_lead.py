"""Text modules of a team as those who lead it keep them, and what they never see; each change stands in the trail."""

from uuid import UUID, uuid4

import pytest

from counselling.errors import NotAllowed, NotFound
from counselling.mail.domain import modules
from counselling.mail.models import TextModule
from counselling.people.domain.actors import Actor
from counselling.people.models import AuditEntry, Staff, Team
from tests.support import letters as post
from tests.support import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(db: None) -> Team:
    return world.team()


@pytest.fixture
def linde(team: Team) -> Actor:
    return world.counsellor(team, "Linde")


@pytest.fixture
def uli(team: Team) -> Actor:
    return world.staff(team, "Uli", "supervisor")


def trail() -> list[tuple[UUID | None, UUID | None, str]]:
    rows = AuditEntry.objects.filter(event="modules_changed").order_by("at")
    return list(rows.values_list("actor", "subject", "code"))


def test_a_team_is_led_to_its_modules(uli: Actor, linde: Actor, team: Team) -> None:
    first = modules.add(uli, "Gruß", "Hallo {nickname}", team=team.pk)
    second = modules.add(uli, "Ende", "Bis bald", team=team.pk)
    modules.change(uli, first.pk, "Anfang", "Hallo")
    modules.move(uli, second.pk, "up")
    third = modules.add(linde, "Von Linde", "Text", team=team.pk)
    modules.delete(uli, third.pk)

    (shelf,) = modules.shelves(uli)
    assert (shelf.team, [one.title for one in shelf.modules]) == (team.pk, ["Ende", "Anfang"])
    assert [one.title for one in modules.for_team(linde, team.pk)] == ["Ende", "Anfang"]
    assert trail() == [
        (uli.id, team.pk, "added"),
        (uli.id, team.pk, "added"),
        (uli.id, team.pk, ""),
        (uli.id, team.pk, "order"),
        (linde.id, team.pk, "added"),
        (uli.id, team.pk, "dropped"),
    ]


def test_what_changes_nothing_is_not_noted(uli: Actor, team: Team) -> None:
    one = modules.add(uli, "Gruß", "Hallo", team=team.pk)

    modules.add(uli, "Gruß", "Hallo", team=team.pk)
    modules.change(uli, one.pk, "Gruß", "Hallo")
    modules.move(uli, one.pk, "up")

    assert trail() == [(uli.id, team.pk, "added")]


def test_what_counsellors_keep_for_themselves_is_closed_and_not_noted(uli: Actor, linde: Actor, team: Team) -> None:
    own = modules.add(linde, "Meiner", "Nur für mich", team=None)
    modules.change(linde, own.pk, "Meiner", "Noch immer nur für mich")

    assert [shelf.modules for shelf in modules.shelves(uli)] == [[]]
    for attempt in (
        lambda: modules.change(uli, own.pk, "X", "Y"),
        lambda: modules.delete(uli, own.pk),
        lambda: modules.move(uli, own.pk, "up"),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert TextModule.objects.get().text == "Noch immer nur für mich"
    assert trail() == []


def test_who_once_counselled_finds_nothing_of_their_own(linde: Actor, team: Team) -> None:
    own = modules.add(linde, "Meiner", "Text", team=None)
    Staff.objects.filter(pk=linde.id).update(role="supervisor")
    promoted = Actor.for_staff(Staff.objects.get(pk=linde.id), "a new session")

    assert [shelf.team for shelf in modules.shelves(promoted)] == [team.pk]
    with pytest.raises(NotFound):
        modules.change(promoted, own.pk, "X", "Y")


def test_another_team_is_led_by_others(uli: Actor) -> None:
    buche = world.team("Buche")
    theirs = modules.add(world.counsellor(buche, "Kim"), "Ihrer", "Text", team=buche.pk)
    before = trail()

    for attempt in (
        lambda: modules.add(uli, "X", "Y", team=buche.pk),
        lambda: modules.change(uli, theirs.pk, "X", "Y"),
        lambda: modules.delete(uli, theirs.pk),
        lambda: modules.move(uli, theirs.pk, "down"),
        lambda: modules.delete(uli, uuid4()),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert [shelf.name for shelf in modules.shelves(uli)] == ["Linde"]
    assert TextModule.objects.get().title == "Ihrer"
    assert trail() == before


def test_no_letter_takes_them_from_those_who_lead(uli: Actor, team: Team) -> None:
    with pytest.raises(NotAllowed):
        modules.for_team(uli, team.pk)


@pytest.mark.parametrize("who", ["administrator", "seeker"])
def test_nobody_else(linde: Actor, team: Team, who: str) -> None:
    made = post.claimed(team, linde)
    one = modules.add(linde, "Gruß", "Hallo", team=team.pk)
    actor = made.seeker if who == "seeker" else world.staff(team, "Andere", who)

    for attempt in (
        lambda: modules.shelves(actor),
        lambda: modules.add(actor, "X", "Y", team=team.pk),
        lambda: modules.change(actor, one.pk, "X", "Y"),
        lambda: modules.delete(actor, one.pk),
        lambda: modules.move(actor, one.pk, "up"),
    ):
        with pytest.raises(NotAllowed):
            attempt()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_leave_one_order_and_no_trouble(uli: Actor, linde: Actor, team: Team) -> None:
    one, two = (modules.add(uli, name, "Text", team=team.pk) for name in ("Eins", "Zwei"))

    world.together(
        lambda: modules.move(uli, two.pk, "up"),
        lambda: modules.move(linde, one.pk, "down"),
        lambda: modules.change(linde, two.pk, "Zwei", "Anders"),
    )

    assert sorted(TextModule.objects.values_list("place", flat=True)) == [1, 2]
    assert TextModule.objects.get(pk=two.pk).text == "Anders"


def test_the_lists_cost_the_same_for_one_team_and_three(
    uli: Actor, team: Team, django_assert_num_queries: object
) -> None:
    for name in ("Ahorn", "Buche"):
        made = world.team(name)
        Staff.objects.get(pk=uli.id).teams.add(made)
        modules.add(uli, name, "Text", team=made.pk)

    with django_assert_num_queries(2):  # type: ignore[operator]  # pytest-django's own
        assert len(modules.shelves(uli)) == 3
