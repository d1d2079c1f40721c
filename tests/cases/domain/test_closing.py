"""Endings, feedback, and taking up again."""

import uuid
from collections.abc import Callable
from uuid import UUID

import pytest

from counselling.cases.domain import closing, handover, queue, seats
from counselling.cases.models import CountRow, FactTopic
from counselling.errors import Closed, Conflict, Invalid, NotAllowed, NotFound
from counselling.people.domain import access
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from tests.support import world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db


def last_notice(case: UUID) -> tuple[str, object]:
    line = world.lines(case)[-1]
    return line.code, line.about


def test_the_seeker_ends_the_chat_whenever_they_like(chat: Chat) -> None:
    world.say(chat.seeker, chat.case)

    closing.end(chat.seeker, chat.case)

    case = world.row(chat.case)
    assert (case.state, case.ending, case.unanswered_since) == ("closed", "seeker", None)
    assert case.closed_at is not None
    assert last_notice(chat.case) == ("closed", {"by": "seeker"})


def test_ending_twice_is_fine_and_counted_once(chat: Chat) -> None:
    closing.end(chat.seeker, chat.case)
    closing.end(chat.seeker, chat.case)

    assert world.counted() == ["asked", "claimed", "ended"]
    assert world.notices(chat.case) == ["chat_began", "closed"]


def test_ending_while_waiting_is_leaving(team: Team, mara: Actor) -> None:
    waiter = world.waiting(team)

    closing.end(waiter.seeker, waiter.case)

    assert (world.row(waiter.case).state, world.place_row(waiter.case).how) == ("closed", "left")
    assert world.counted() == ["asked", "left"]


def test_the_counsellor_closes_with_codes(topics: None, chat: Chat) -> None:
    closing.close(chat.counsellor, chat.case, topics=["school", "family", "school"], ending="helped")

    assert world.row(chat.case).ending == "counsellor"
    assert sorted(FactTopic.objects.filter(case=chat.case).values_list("code", flat=True)) == ["family", "school"]
    assert world.counted() == ["asked", "claimed", "ended", "filed"]
    filed = CountRow.objects.get(event="filed").codes
    assert (filed["ending"], filed["topics"]) == ("helped", ["family", "school"])
    assert seats.names([chat.case])[chat.case] == []


def test_the_form_is_filed_after_the_young_person_ended_the_chat(topics: None, chat: Chat) -> None:
    closing.end(chat.seeker, chat.case)

    closing.close(chat.counsellor, chat.case, topics=[], ending="broke_off")

    assert world.row(chat.case).ending == "seeker"
    assert world.counted() == ["asked", "claimed", "ended", "filed"]
    assert world.notices(chat.case) == ["chat_began", "closed"]


def test_the_form_is_filed_once(topics: None, chat: Chat) -> None:
    closing.close(chat.counsellor, chat.case, topics=[], ending="helped")

    with pytest.raises(NotFound):
        closing.close(chat.counsellor, chat.case, topics=[], ending="helped")


@pytest.mark.parametrize(
    ("codes", "ending"),
    [(["Sentinel: er schlägt mich"], "helped"), ([], "Sentinel"), ([], ""), (["school"] * 11, "helped")],
)
def test_the_form_takes_no_free_text(topics: None, chat: Chat, codes: list[str], ending: str) -> None:
    with pytest.raises(Invalid) as refusal:
        closing.close(chat.counsellor, chat.case, topics=codes, ending=ending)

    assert "Sentinel" not in f"{refusal.value!r} {refusal.value.sentence}"
    assert world.row(chat.case).state == "active"


def test_blocking_ends_the_chat_with_a_plain_notice(chat: Chat) -> None:
    closing.block(chat.counsellor, chat.case)

    assert (world.row(chat.case).state, world.row(chat.case).ending) == ("closed", "blocked")
    assert last_notice(chat.case) == ("closed", {"by": "blocked"})
    assert seats.names([chat.case])[chat.case] == []


def test_leaving_it_as_a_letter_ends_the_live_chat(chat: Chat) -> None:
    closing.to_letter(chat.counsellor, chat.case)

    assert (world.row(chat.case).state, world.row(chat.case).ending) == ("closed", "letter")
    assert last_notice(chat.case) == ("closed", {"by": "letter"})


@pytest.mark.parametrize("move", [closing.block, closing.to_letter])
def test_a_chat_that_ended_meanwhile_keeps_its_ending(chat: Chat, move: Callable[[Actor, UUID], None]) -> None:
    closing.end(chat.seeker, chat.case)

    move(chat.counsellor, chat.case)

    assert world.row(chat.case).ending == "seeker"
    assert world.counted() == ["asked", "claimed", "ended"]
    assert seats.names([chat.case])[chat.case] == []


def test_only_the_seated_counsellor_closes(topics: None, team: Team, chat: Chat, jon: Actor) -> None:
    handover.invite(chat.counsellor, chat.case, to=jon.id)
    moves = (
        lambda actor: closing.close(actor, chat.case, topics=[], ending="helped"),
        lambda actor: closing.block(actor, chat.case),
        lambda actor: closing.to_letter(actor, chat.case),
    )

    for number, move in enumerate(moves):
        for actor, refusal in [
            (jon, NotAllowed),
            (world.counsellor(team, f"Fremd {number}"), NotFound),
            (world.staff(team, f"Kim {number}", "supervisor"), NotAllowed),
            (chat.seeker, NotAllowed),
        ]:
            with pytest.raises(refusal):
                move(actor)
    assert world.row(chat.case).state == "active"


def test_only_the_seeker_ends_and_answers(team: Team, chat: Chat) -> None:
    moves = (
        closing.end,
        closing.take_up_again,
        lambda actor, case: closing.feedback(actor, case, helped=5, again=True),
    )
    for move in moves:
        with pytest.raises(NotAllowed):
            move(chat.counsellor, chat.case)
        for case in (chat.case, uuid.uuid4()):
            with pytest.raises(NotFound):
                move(access.new_seeker()[0], case)
    assert world.row(chat.case).state == "active"


# --- again -----------------------------------------------------------------------------------------------------------


def test_a_closed_chat_is_taken_up_again_with_all_that_was_said(chat: Chat, jon: Actor) -> None:
    world.say(chat.seeker, chat.case, "Hallo")
    closing.end(chat.seeker, chat.case)

    closing.take_up_again(chat.seeker, chat.case)

    assert (world.row(chat.case).state, world.row(chat.case).closed_at) == ("waiting", None)
    assert world.notices(chat.case)[-1] == "taken_up"
    queue.claim(jon, chat.case)
    assert world.texts(chat.case) == ["Hallo"]


def test_what_still_runs_is_not_taken_up_again(team: Team, chat: Chat) -> None:
    waiter = world.waiting(team)

    for who in (chat, waiter):
        with pytest.raises(Conflict):
            closing.take_up_again(who.seeker, who.case)


def test_nothing_is_taken_up_at_a_closed_door(team: Team, chat: Chat) -> None:
    closing.end(chat.seeker, chat.case)
    world.close_hours(team)

    with pytest.raises(Closed):
        closing.take_up_again(chat.seeker, chat.case)
    assert world.row(chat.case).state == "closed"


def test_a_blocked_chat_is_not_taken_up_again(chat: Chat) -> None:
    closing.block(chat.counsellor, chat.case)

    with pytest.raises(NotAllowed):
        closing.take_up_again(chat.seeker, chat.case)


def test_nobody_waits_twice_by_taking_up_an_old_chat(team: Team, chat: Chat) -> None:
    closing.end(chat.seeker, chat.case)
    world.waiting(team, seeker=chat.seeker)

    with pytest.raises(Conflict):
        closing.take_up_again(chat.seeker, chat.case)


# --- feedback --------------------------------------------------------------------------------------------------------


def test_feedback_is_counted_once_and_without_the_case(chat: Chat) -> None:
    closing.end(chat.seeker, chat.case)

    closing.feedback(chat.seeker, chat.case, helped=4, again=None)
    with pytest.raises(Closed):
        closing.feedback(chat.seeker, chat.case, helped=1, again=False)

    assert [row.codes for row in CountRow.objects.filter(event="feedback")] == [{"helped": 4, "again": None}]


@pytest.mark.parametrize("helped", [0, 6, -1])
def test_feedback_knows_five_steps(chat: Chat, helped: int) -> None:
    with pytest.raises(Invalid):
        closing.feedback(chat.seeker, chat.case, helped=helped, again=True)

    assert not CountRow.objects.filter(event="feedback").exists()
