"""Many hands reach for one time: exactly as many as there is room for get it, and nothing else breaks."""

from collections import Counter

import pytest

from blended.domain import agreeing, booking, changing, offers
from blended.models import Appointment
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from tests.blended import dates_world as dates
from tests.support import letters, world

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 200


@pytest.fixture
def team(db: None) -> Team:
    return world.team()


@pytest.fixture
def mara(team: Team) -> Actor:
    return world.counsellor(team, "Mara")


@pytest.mark.parametrize("capacity", [1, 3])
def test_of_two_hundred_exactly_as_many_win_as_there_are_places(mara: Actor, team: Team, capacity: int) -> None:
    slot = dates.slot(mara, team, dates.days_ahead(3), capacity=capacity)
    writers = [letters.writer(team, kept=False) for _ in range(MANY)]

    results = world.together(
        *(lambda who=who: booking.book(who.seeker, who.case, slot) for who in writers)  # type: ignore[misc]
    )

    assert Counter(world.kinds(results)) == {"UUID": capacity, "Taken": MANY - capacity}
    agreed = Appointment.objects.filter(slot=slot, state="agreed")
    assert sorted(agreed.values_list("number", flat=True)) == list(range(1, capacity + 1))
    assert Appointment.objects.count() == capacity
    winners = {who.case for who, result in zip(writers, results, strict=True) if type(result).__name__ == "UUID"}
    assert {row.case_id for row in agreed} == winners
    assert all(
        world.notices(who.case) == (["letters_claimed", "date_agreed"] if who.case in winners else [])
        for who in writers
    )


def test_of_two_offers_at_the_same_time_one_is_made(mara: Actor, team: Team) -> None:
    day = dates.days_ahead(3)

    results = world.together(*(lambda: dates.slot(mara, team, day) for _ in range(8)))

    assert Counter(world.kinds(results)) == {"UUID": 1, "Clash": 7}


def test_a_time_is_booked_or_withdrawn_and_nothing_between(mara: Actor, team: Team) -> None:
    for days in range(2, 8):
        slot = dates.slot(mara, team, dates.days_ahead(days))
        writer = letters.writer(team, kept=False)

        left, result = world.together(
            lambda slot=slot: offers.withdraw(mara, slot),  # type: ignore[misc]
            lambda who=writer, slot=slot: booking.book(who.seeker, who.case, slot),  # type: ignore[misc]
        )

        if type(result).__name__ == "Taken":
            assert left == []
        else:
            assert [one.id for one in left] in ([result], [])
            assert dates.row(result).state == "agreed"


def test_two_answers_to_one_proposal_leave_one(mara: Actor, team: Team) -> None:
    made = letters.claimed(team, mara)
    asked = agreeing.propose(mara, made.case, dates.when())

    results = world.together(lambda: agreeing.confirm(made.seeker, asked), lambda: agreeing.decline(made.seeker, asked))

    assert world.kinds(results) == ["Conflict", "NoneType"]
    assert len([code for code in world.notices(made.case) if code in {"date_agreed", "date_declined"}]) == 1


def test_a_double_tap_moves_once(mara: Actor, team: Team) -> None:
    made = letters.claimed(team, mara)
    old = dates.booked(made.seeker, made.case, mara, team)
    slot = dates.slot(mara, team, dates.days_ahead(4))

    results = world.together(*(lambda: changing.move_to_slot(made.seeker, old, slot) for _ in range(2)))

    assert world.kinds(results) == ["Conflict", "UUID"]
    assert Appointment.objects.filter(state="agreed").count() == 1
