"""Passing a case on: everything or nothing, and the young person is told."""

from functools import partial
from uuid import UUID, uuid4

import pytest
from django.db import connection

from counselling.cases.domain import closing, handover, notes, places, queue, seats
from counselling.cases.models import Case, Entry, Note, Seat
from counselling.errors import AtCapacity, Closed, Conflict, DomainError, NotAllowed, NotFound, TooLong
from counselling.people.domain import access
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team
from tests.support import world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db


def seated(case: UUID) -> list[tuple[str, str]]:
    return [(seat["role"], seat["name"]) for seat in seats.names([case])[case]]


def note_texts(actor: Actor, case: UUID) -> list[object]:
    return [note["text"] for note in notes.of_case(actor, case, world.key(case))]


def snapshot(case: UUID) -> list[list[dict[str, object]]]:
    """All that a refused move must leave as it was."""
    return [
        list(model.objects.filter(**{field: case}).order_by("pk").values())
        for model, field in ((Case, "pk"), (Seat, "case"), (Entry, "case"), (Note, "case"))
    ]


# --- to a colleague --------------------------------------------------------------------------------------------------


def test_a_colleague_takes_the_seat_with_the_note_and_the_young_person_is_told(chat: Chat, jon: Actor) -> None:
    world.say(chat.seeker, chat.case, "Hallo")

    handover.to_colleague(chat.counsellor, chat.case, to=jon.id, note=" Bitte ruhig beginnen. ")

    assert seated(chat.case) == [("counsellor", "Jon")]
    assert note_texts(jon, chat.case) == ["Bitte ruhig beginnen."]
    assert world.lines(chat.case)[-1].code == "handed_over"
    assert world.lines(chat.case)[-1].about == {"from": "Mara", "to": "Jon"}
    assert world.row(chat.case).state == "active"
    assert world.row(chat.case).unanswered_since is not None
    world.say(jon, chat.case, "Ich bin Jon.")


def test_who_handed_over_reads_and_writes_no_more(chat: Chat, jon: Actor) -> None:
    handover.to_colleague(chat.counsellor, chat.case, to=jon.id)

    for move in (
        lambda: seats.seated(chat.counsellor, chat.case),
        lambda: notes.add(chat.counsellor, chat.case, "noch etwas"),
        lambda: handover.to_queue(chat.counsellor, chat.case),
        lambda: closing.block(chat.counsellor, chat.case),
    ):
        with pytest.raises(NotFound):
            move()


def test_the_note_is_sealed_in_the_database(chat: Chat, jon: Actor) -> None:
    handover.to_colleague(chat.counsellor, chat.case, to=jon.id, note="Sentinel 7f3")

    with connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM cases_note")
        [(sealed,)] = cursor.fetchall()
    assert b"Sentinel" not in bytes(sealed)
    assert len(bytes(sealed)) == 1 + 12 + 256 + 16


def test_no_note_is_no_row(chat: Chat, jon: Actor) -> None:
    handover.to_colleague(chat.counsellor, chat.case, to=jon.id, note="  ")

    assert not Note.objects.exists()


def test_a_colleague_without_room_is_left_alone(team: Team, chat: Chat) -> None:
    busy = world.counsellor(team, "Ada", capacity=1)
    world.call(team, busy)
    before = snapshot(chat.case)

    with pytest.raises(AtCapacity):
        handover.to_colleague(chat.counsellor, chat.case, to=busy.id, note="bitte")

    assert snapshot(chat.case) == before


def test_only_an_active_counsellor_of_the_team_can_take_over(team: Team, chat: Chat) -> None:
    outside = world.counsellor(world.team("Ahorn"), "Ada")
    gone = world.counsellor(team, "Weg")
    Staff.objects.filter(pk=gone.id).update(is_active=False)
    people = [outside, gone, world.staff(team, "Kim", "supervisor"), world.staff(team, "Ole", "administrator")]
    before = snapshot(chat.case)

    for to in [*(person.id for person in people), uuid4(), chat.seeker.id]:
        for move in (handover.to_colleague, handover.invite):
            with pytest.raises(NotFound):
                move(chat.counsellor, chat.case, to=to)

    assert snapshot(chat.case) == before


def test_handing_over_to_oneself_is_refused(chat: Chat) -> None:
    before = snapshot(chat.case)

    with pytest.raises(DomainError):
        handover.to_colleague(chat.counsellor, chat.case, to=chat.counsellor.id, note="an mich")

    assert snapshot(chat.case) == before


def test_a_note_that_is_too_long_stops_the_whole_hand_over(chat: Chat, jon: Actor) -> None:
    before = snapshot(chat.case)

    with pytest.raises(TooLong):
        handover.to_colleague(chat.counsellor, chat.case, to=jon.id, note="x" * 4001)
    with pytest.raises(TooLong):
        handover.to_queue(chat.counsellor, chat.case, note="x" * 4001)

    assert snapshot(chat.case) == before


def test_a_consultant_who_takes_over_has_one_seat(chat: Chat, jon: Actor) -> None:
    handover.invite(chat.counsellor, chat.case, to=jon.id)

    handover.to_colleague(chat.counsellor, chat.case, to=jon.id)

    assert seated(chat.case) == [("counsellor", "Jon")]


def test_only_the_counsellor_hands_over(team: Team, chat: Chat, jon: Actor) -> None:
    ada = world.counsellor(team, "Ada")
    handover.invite(chat.counsellor, chat.case, to=jon.id)
    moves = (
        lambda actor: handover.to_colleague(actor, chat.case, to=ada.id),
        lambda actor: handover.to_queue(actor, chat.case),
        lambda actor: handover.invite(actor, chat.case, to=ada.id),
    )

    for move in moves:
        for actor, refusal in [
            (jon, NotAllowed),
            (ada, NotFound),
            (chat.seeker, NotAllowed),
            (access.new_seeker()[0], NotAllowed),
        ]:
            with pytest.raises(refusal):
                move(actor)
    assert seated(chat.case) == [("counsellor", "Mara"), ("consultant", "Jon")]


def test_a_closed_chat_is_not_passed_on(chat: Chat, jon: Actor) -> None:
    closing.end(chat.seeker, chat.case)

    for move in (
        lambda: handover.to_colleague(chat.counsellor, chat.case, to=jon.id),
        lambda: handover.to_queue(chat.counsellor, chat.case),
        lambda: handover.invite(chat.counsellor, chat.case, to=jon.id),
    ):
        with pytest.raises(Closed):
            move()


@pytest.mark.django_db(transaction=True)
def test_two_who_hand_over_at_once_do_not_overload_a_colleague(team: Team) -> None:
    for round_ in range(5):
        jon = world.counsellor(team, f"Jon{round_}", capacity=1)
        chats = [world.chat(team, world.counsellor(team, f"{alias}{round_}")) for alias in ("Mara", "Ada")]

        results = world.together(
            *(partial(handover.to_colleague, chat.counsellor, chat.case, to=jon.id) for chat in chats)
        )

        assert world.kinds(results) == ["AtCapacity", "NoneType"], results
        assert queue.open_chats(jon.id) == 1


# --- back to the queue -----------------------------------------------------------------------------------------------


def test_back_to_the_queue_is_back_to_the_top(team: Team, chat: Chat, jon: Actor) -> None:
    queue.seen([chat.case], world.row(chat.case).opened_at)
    world.waiting(team, minutes=60)

    handover.to_queue(chat.counsellor, chat.case, note="Anliegen: Schule")

    assert next(place.case_id for place in places.in_line(team.pk)) == chat.case
    assert world.row(chat.case).state == "waiting"
    assert seated(chat.case) == []
    assert world.lines(chat.case)[-1].code == "back_to_queue"
    queue.claim(jon, chat.case)
    assert note_texts(jon, chat.case) == ["Anliegen: Schule"]


def test_back_to_the_queue_takes_the_consultants_out_too(chat: Chat, jon: Actor) -> None:
    handover.invite(chat.counsellor, chat.case, to=jon.id)

    handover.to_queue(chat.counsellor, chat.case)

    assert seated(chat.case) == []
    with pytest.raises(NotFound):
        seats.seated(jon, chat.case)


def test_giving_a_call_back_keeps_the_top(team: Team, mara: Actor) -> None:
    called, _ = world.call(team, mara), world.waiting(team, minutes=60)

    handover.uncall(mara, called.case)

    assert next(place.case_id for place in places.in_line(team.pk)) == called.case
    assert (world.place_row(called.case).called_by, world.place_row(called.case).deadline) == (None, None)
    assert queue.open_chats(mara.id) == 0


def test_giving_back_what_i_did_not_call_is_a_conflict(team: Team, mara: Actor, jon: Actor, chat: Chat) -> None:
    called = world.call(team, mara)

    for actor, case in [(jon, called.case), (mara, chat.case)]:
        with pytest.raises(Conflict):
            handover.uncall(actor, case)
    assert world.place_row(called.case).called_by_id == mara.id


def test_another_teams_call_is_like_an_absent_one(team: Team, mara: Actor) -> None:
    called, stranger = world.call(team, mara), world.counsellor(world.team("Ahorn"), "Ada")

    for case in (called.case, uuid4()):
        with pytest.raises(NotFound):
            handover.uncall(stranger, case)


# --- consultants -----------------------------------------------------------------------------------------------------


def test_an_invited_colleague_sits_beside_and_is_seen(chat: Chat, jon: Actor) -> None:
    handover.invite(chat.counsellor, chat.case, to=jon.id)

    assert seated(chat.case) == [("counsellor", "Mara"), ("consultant", "Jon")]
    assert (world.lines(chat.case)[-1].code, world.lines(chat.case)[-1].about) == ("consultant_joined", {"name": "Jon"})
    world.say(jon, chat.case, "Hallo, ich höre mit.")
    assert world.lines(chat.case)[-1].role == "consultant"


def test_who_sits_there_already_is_not_invited_again(chat: Chat, jon: Actor) -> None:
    handover.invite(chat.counsellor, chat.case, to=jon.id)

    for to in (jon.id, chat.counsellor.id):
        with pytest.raises(Conflict):
            handover.invite(chat.counsellor, chat.case, to=to)
    assert len(seated(chat.case)) == 2


def test_a_consultant_leaves_and_the_young_person_is_told(chat: Chat, jon: Actor) -> None:
    handover.invite(chat.counsellor, chat.case, to=jon.id)

    handover.leave_seat(jon, chat.case)

    assert seated(chat.case) == [("counsellor", "Mara")]
    assert (world.lines(chat.case)[-1].code, world.lines(chat.case)[-1].about) == ("consultant_left", {"name": "Jon"})
    with pytest.raises(NotFound):
        handover.leave_seat(jon, chat.case)


def test_the_counsellor_does_not_just_leave(chat: Chat) -> None:
    with pytest.raises(NotAllowed):
        handover.leave_seat(chat.counsellor, chat.case)

    assert seated(chat.case) == [("counsellor", "Mara")]
