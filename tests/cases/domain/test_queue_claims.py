"""Claiming: exactly one wins, nobody takes more than they set, and only the team may."""

import logging
from functools import partial
from threading import Barrier
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from counselling.cases.domain import closing, keys, places, queue
from counselling.cases.models import Case, CountRow, Seal, Seat, Waiting
from counselling.errors import AtCapacity, DomainError, NotAllowed, NotFound, Taken
from counselling.people.domain import access
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team
from tests.support import world

pytestmark = pytest.mark.django_db
RACES = 500


def test_claiming_somebody_present_begins_the_chat(team: Team, mara: Actor) -> None:
    waiter = world.waiting(team)

    assert queue.claim(mara, waiter.case) == waiter.case

    assert world.row(waiter.case).state == "active"
    assert world.notices(waiter.case) == ["chat_began"]
    assert world.lines(waiter.case)[0].about == {"name": "Mara"}
    assert world.seat_of(mara, waiter.case).role == 2
    place = world.place_row(waiter.case)
    assert (place.how, place.called_by, place.deadline) == ("claimed", None, None)


def test_claiming_somebody_absent_calls_them(team: Team, mara: Actor) -> None:
    waiter = world.waiting(team, present=False)

    queue.claim(mara, waiter.case)

    assert world.row(waiter.case).state == "waiting"
    assert not Seat.objects.filter(staff=mara.id).exists()
    assert world.place_row(waiter.case).called_by_id == mara.id


def test_the_second_claim_is_told_that_a_colleague_was_faster(team: Team, mara: Actor, jon: Actor) -> None:
    for waiter in (world.waiting(team), world.waiting(team, present=False)):
        queue.claim(mara, waiter.case)

        with pytest.raises(Taken):
            queue.claim(jon, waiter.case)


def test_claiming_twice_oneself_is_taken_too(team: Team, mara: Actor) -> None:
    chat = world.call(team, mara)

    with pytest.raises(Taken):
        queue.claim(mara, chat.case)


def test_who_left_cannot_be_claimed(team: Team, mara: Actor) -> None:
    waiter = world.waiting(team)
    queue.leave(waiter.seeker, waiter.case)

    with pytest.raises(Taken):
        queue.claim(mara, waiter.case)


def test_the_capacity_counts_chats_and_calls(team: Team, mara: Actor) -> None:
    """Two unless set otherwise."""
    world.chat(team, mara)
    world.call(team, mara)
    third = world.waiting(team)

    with pytest.raises(AtCapacity):
        queue.claim(mara, third.case)

    assert world.row(third.case).state == "waiting"


def test_an_own_capacity_goes_before_that_of_the_team(team: Team) -> None:
    lena = world.counsellor(team, "Lena", capacity=3)

    for _ in range(3):
        world.chat(team, lena)
    with pytest.raises(AtCapacity):
        world.chat(team, lena)


def test_a_closed_chat_frees_its_place_before_the_form_is_filed(team: Team) -> None:
    lena = world.counsellor(team, "Lena", capacity=1)
    chat = world.chat(team, lena)
    closing.end(chat.seeker, chat.case)

    world.chat(team, lena)


@pytest.mark.parametrize("role", ["supervisor", "administrator"])
def test_nobody_but_counsellors_claims(team: Team, mara: Actor, role: str) -> None:
    actor, waiter = world.staff(team, "Kim", role), world.waiting(team)

    for move in (lambda: queue.claim(actor, waiter.case), lambda: queue.claim_next(actor)):
        with pytest.raises(NotAllowed):
            move()


def test_a_seeker_claims_nothing(team: Team, mara: Actor) -> None:
    waiter = world.waiting(team)

    with pytest.raises(NotAllowed):
        queue.claim(waiter.seeker, waiter.case)


def test_another_teams_case_is_like_an_absent_one(team: Team, mara: Actor) -> None:
    stranger = world.counsellor(world.team("Ahorn"), "Jon")
    waiter = world.waiting(team)

    for case in (waiter.case, uuid4()):
        with pytest.raises(NotFound):
            queue.claim(stranger, case)
    assert world.place_row(waiter.case).called_by is None


def test_another_seekers_place_is_like_an_absent_one(team: Team, mara: Actor) -> None:
    waiter, stranger = world.waiting(team), access.new_seeker()[0]

    for move in (places.place, queue.appear, queue.extend, queue.leave, queue.rejoin):
        for case in (waiter.case, uuid4()):
            with pytest.raises(NotFound):
                move(stranger, case)
    assert world.place_row(waiter.case).ended_at is None


def test_refusals_say_nothing_about_the_person(
    team: Team, mara: Actor, jon: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    chat = world.chat(team, mara, nickname="Sentinel Otter")
    world.say(chat.seeker, chat.case, "Sentinel 7f3")
    said: list[str] = []

    with caplog.at_level(logging.DEBUG):
        for move in (queue.claim, closing.block, closing.to_letter):
            for actor in (jon, world.staff(team, f"{move.__name__}", "supervisor")):
                with pytest.raises(DomainError) as refusal:
                    move(actor, chat.case)
                said += [str(refusal.value), repr(refusal.value), str(refusal.value.sentence)]

    assert "Sentinel" not in caplog.text + " ".join(said)


# --- at the same moment ----------------------------------------------------------------------------------------------


def quickly_waiting(team: Team, count: int) -> list[UUID]:
    """Absent people: a claim calls them and writes little."""
    template = world.waiting(team, present=False)
    place = world.place_row(template.case)
    cases = [
        Case(team=team, seeker_id=template.seeker.id, language="de", nickname=b"x", opened_at=place.since)
        for _ in range(count)
    ]
    Case.objects.bulk_create(cases)
    with transaction.atomic():
        seals = [keys.new_for(case.pk, team=team.pk, seeker=case.seeker_id)[1] for case in cases]
    Seal.objects.bulk_create(seal for both in seals for seal in both)
    Waiting.objects.bulk_create(Waiting(case=case, team=team, since=place.since) for case in cases)
    return [case.pk for case in cases]


@pytest.mark.django_db(transaction=True)
def test_exactly_one_of_two_counsellors_gets_the_case_in_five_hundred_races(team: Team) -> None:
    pair = [world.counsellor(team, alias, capacity=10_000) for alias in ("Mara", "Jon")]
    cases = quickly_waiting(team, RACES)
    start = Barrier(2)

    def race(actor: Actor) -> list[str]:
        results = []
        for case in cases:
            start.wait(timeout=60)
            try:
                queue.claim(actor, case)
                results.append("won")
            except Taken:
                results.append("lost")
        return results

    mara, jon = world.together(*(partial(race, actor) for actor in pair))

    assert [sorted(pair) for pair in zip(mara, jon, strict=True)] == [["lost", "won"]] * RACES
    for actor, results in zip(pair, (mara, jon), strict=True):
        assert Waiting.objects.filter(called_by=actor.id).count() == results.count("won")


@pytest.mark.django_db(transaction=True)
def test_two_tabs_cannot_exceed_the_capacity(team: Team) -> None:
    for round_ in range(10):
        lena = world.counsellor(team, f"Lena{round_}", capacity=1)
        one, two = world.waiting(team, present=False), world.waiting(team, present=False)

        results = world.together(*(partial(queue.claim, lena, waiter.case) for waiter in (one, two)))

        assert world.kinds(results) == ["AtCapacity", "UUID"]
        queue.leave(one.seeker, one.case)
        queue.leave(two.seeker, two.case)


@pytest.mark.django_db(transaction=True)
def test_next_gives_six_counsellors_six_different_people(team: Team) -> None:
    six = [world.counsellor(team, f"C{number}", capacity=1) for number in range(6)]
    waiters = {world.waiting(team).case for _ in range(6)}

    results = world.together(*(partial(queue.claim_next, actor) for actor in six))

    assert set(results) == waiters


@pytest.mark.django_db(transaction=True)
def test_next_serves_everybody_however_different_their_preferences(team: Team) -> None:
    """Half prefer one half of the line and half the other, so they meet in opposite order."""
    for round_ in range(5):
        eight = [
            world.counsellor(team, f"C{round_}{number}", capacity=1, languages=(("de", "en")[number % 2],))
            for number in range(8)
        ]
        waiters = {world.waiting(team, language=("de", "en")[number % 2]).case for number in range(8)}

        results = world.together(*(partial(queue.claim_next, actor) for actor in eight))

        assert set(results) == waiters


@pytest.mark.django_db(transaction=True)
def test_a_call_and_a_leaving_at_the_same_moment_leave_one_truth(team: Team) -> None:
    mara = world.counsellor(team, "Mara", capacity=1000)
    for _ in range(20):
        waiter = world.waiting(team)

        claimed, left = world.together(
            partial(queue.claim, mara, waiter.case), partial(queue.leave, waiter.seeker, waiter.case)
        )

        state: dict[str, Any] = {"state": world.row(waiter.case).state, "seats": seats(mara, waiter.case)}
        if isinstance(claimed, Taken):
            assert state == {"state": "closed", "seats": 0}
        else:
            assert (left, state) == (None, {"state": "active", "seats": 1})
    assert CountRow.objects.filter(event__in=["claimed", "left"]).count() == 20


def seats(actor: Actor, case: UUID) -> int:
    return Seat.objects.filter(case=case, staff=Staff(pk=actor.id), ended_at=None).count()
