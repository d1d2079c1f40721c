"""Writing messages: one seq each, once each, by whoever is seated, whatever else is in the batch."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from counselling.cases.domain import closing, handover, posting, timeline
from counselling.cases.domain.posting import Mark, Post, Posted
from counselling.cases.models import Case, Entry, Seat
from counselling.errors import Closed, Conflict, NotFound
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from tests.support import world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db


def written(post: Post) -> posting.Outcome:
    [outcome] = posting.commit([post])
    return outcome


def seqs(case: UUID) -> list[int]:
    return list(Entry.objects.filter(case=case).order_by("seq").values_list("seq", flat=True))


def test_commit_numbers_a_batch_without_gaps_and_in_order(chat: Chat) -> None:
    began = world.row(chat.case).last_seq

    outcomes = posting.commit([world.post(chat.seeker, chat.case, f"Nr. {number}") for number in range(50)])

    assert [world.written(outcome).seq for outcome in outcomes] == list(range(began + 1, began + 51))
    assert world.texts(chat.case) == [f"Nr. {number}" for number in range(50)]
    assert seqs(chat.case) == list(range(1, world.row(chat.case).last_seq + 1))


def test_commit_numbers_every_case_by_itself(team: Team, mara: Actor) -> None:
    world.staff(team, "Jon")
    chats = [world.chat(team, world.counsellor(team, f"C{number}")) for number in range(3)]
    posts = [world.post(chat.seeker, chat.case, f"{number}") for number in range(4) for chat in chats]

    posting.commit(posts)

    assert [world.texts(chat.case) for chat in chats] == [["0", "1", "2", "3"]] * 3


def test_commit_writes_the_mixed_sides_of_one_chat(chat: Chat) -> None:
    posting.commit([world.post(chat.seeker, chat.case, "Hallo"), world.post(chat.counsellor, chat.case, "Hallo du")])

    messages = [line for line in world.lines(chat.case) if line.kind == "message"]
    assert [(line.role, line.name, line.text) for line in messages] == [
        ("seeker", "", "Hallo"),
        ("counsellor", "Mara", "Hallo du"),
    ]


def test_an_empty_batch_is_nothing(db: None) -> None:
    assert posting.commit([]) == []


def test_a_thousand_repeats_are_one_row_and_one_answer(chat: Chat) -> None:
    post = world.post(chat.seeker, chat.case, "Bist du da?")
    first = world.written(written(post))
    rows = Entry.objects.count()

    repeats = [written(post) for _ in range(200)] + posting.commit([post] * 800)

    assert set(repeats) == {Posted(first.seq, first.at, repeat=True)}
    assert Entry.objects.count() == rows
    assert world.row(chat.case).last_seq == first.seq


def test_a_repeat_with_another_text_is_a_conflict(chat: Chat) -> None:
    first = world.post(chat.seeker, chat.case, "eins")
    written(first)

    assert isinstance(written(world.post(chat.seeker, chat.case, "zwei", first.client_id)), Conflict)
    assert world.texts(chat.case) == ["eins"]


def test_doubles_within_a_batch_are_one_row(chat: Chat) -> None:
    post = world.post(chat.seeker, chat.case, "eins")
    other = world.post(chat.seeker, chat.case, "zwei", post.client_id)

    first, repeat, conflict = posting.commit([post, post, other])

    assert first == Posted(world.written(first).seq, world.written(first).at)
    assert repeat == Posted(world.written(first).seq, world.written(first).at, repeat=True)
    assert isinstance(conflict, Conflict)
    assert world.texts(chat.case) == ["eins"]


def test_ids_of_two_seats_do_not_meet(chat: Chat) -> None:
    shared = uuid4()

    mine, theirs = posting.commit(
        [
            world.post(chat.seeker, chat.case, "eins", shared),
            world.post(chat.counsellor, chat.case, "zwei", shared),
        ]
    )

    assert not world.written(mine).repeat
    assert not world.written(theirs).repeat
    assert world.texts(chat.case) == ["eins", "zwei"]


def test_a_repeat_is_answered_after_the_chat_was_closed(chat: Chat) -> None:
    post = world.post(chat.seeker, chat.case)
    first = world.written(written(post))
    closing.end(chat.seeker, chat.case)

    assert written(post) == Posted(first.seq, first.at, repeat=True)


def test_a_repeat_is_answered_after_the_seat_ended(team: Team, chat: Chat) -> None:
    """The acknowledgement was lost on the way, then the chat changed hands: the message is on disk, so say so."""
    post = world.post(chat.counsellor, chat.case, "Bis gleich")
    first = world.written(written(post))
    handover.to_queue(chat.counsellor, chat.case)

    assert written(post) == Posted(first.seq, first.at, repeat=True)


def test_a_repeat_of_a_message_that_was_taken_back_writes_nothing(chat: Chat) -> None:
    post = world.post(chat.seeker, chat.case, "lieber nicht")
    first = world.written(written(post))
    timeline.take_back(chat.seeker, chat.case, first.seq)

    assert written(post) == Posted(first.seq, first.at, repeat=True)
    assert world.texts(chat.case) == []


def test_a_seat_of_another_case_writes_nothing(team: Team, chat: Chat) -> None:
    other = world.chat(team, world.counsellor(team, "Jon"))
    foreign = world.post(other.seeker, other.case)
    foreign.case = chat.case

    assert isinstance(written(foreign), NotFound)
    assert world.texts(chat.case) == world.texts(other.case) == []


def test_an_absent_case_is_answered_like_a_foreign_one(chat: Chat) -> None:
    post = world.post(chat.seeker, chat.case)
    post.case = uuid4()

    assert isinstance(written(post), NotFound)


def test_an_ended_seat_writes_nothing(chat: Chat) -> None:
    post = world.post(chat.counsellor, chat.case)
    handover.to_queue(chat.counsellor, chat.case)

    assert isinstance(written(post), NotFound)


def test_nobody_writes_into_a_closed_case(chat: Chat) -> None:
    posts = [world.post(chat.seeker, chat.case), world.post(chat.counsellor, chat.case)]
    closing.end(chat.seeker, chat.case)

    assert [type(outcome) for outcome in posting.commit(posts)] == [Closed, Closed]


def test_a_waiting_person_may_write(team: Team, mara: Actor) -> None:
    waiter = world.waiting(team)

    world.say(waiter.seeker, waiter.case, "Ich warte")

    assert world.texts(waiter.case) == ["Ich warte"]


def test_a_counsellor_does_not_write_into_a_waiting_case(chat: Chat) -> None:
    """Their seat is taken as if it were still open: the state alone must refuse."""
    post = world.post(chat.counsellor, chat.case)
    Case.objects.filter(pk=chat.case).update(state="waiting")

    assert isinstance(written(post), Closed)


def test_unanswered_since_is_the_first_of_the_seekers_messages_until_the_answer(chat: Chat) -> None:
    first = world.say(chat.seeker, chat.case)
    world.say(chat.seeker, chat.case)
    assert world.row(chat.case).unanswered_since == first.at

    world.say(chat.counsellor, chat.case)
    assert world.row(chat.case).unanswered_since is None

    again = world.say(chat.seeker, chat.case)
    assert world.row(chat.case).unanswered_since == again.at


def test_last_at_is_the_time_of_the_last_message(chat: Chat) -> None:
    before = timezone.now()

    posted = world.say(chat.counsellor, chat.case)

    assert world.row(chat.case).last_at == posted.at
    assert timedelta(0) <= posted.at - before < timedelta(seconds=30)


def test_a_refused_message_moves_nothing(team: Team, chat: Chat) -> None:
    world.say(chat.seeker, chat.case)
    before = Case.objects.filter(pk=chat.case).values().get()
    stranger = world.post(chat.seeker, chat.case)
    stranger.seat += 1000

    written(stranger)

    assert Case.objects.filter(pk=chat.case).values().get() == before


# --- read marks ------------------------------------------------------------------------------------------------------


def test_read_marks_move_forward_only(chat: Chat) -> None:
    for _ in range(3):
        world.say(chat.counsellor, chat.case)
    seat, last = world.seat_of(chat.seeker, chat.case).pk, world.row(chat.case).last_seq

    for seq, expected in [(2, 2), (1, 2), (last, last), (0, last)]:
        posting.commit([], [Mark(chat.case, seat, seq)])
        assert Seat.objects.get(pk=seat).read_seq == expected


def test_a_read_mark_never_passes_the_end_of_the_log(chat: Chat) -> None:
    seat, last = world.seat_of(chat.seeker, chat.case).pk, world.row(chat.case).last_seq

    posting.commit([], [Mark(chat.case, seat, last + 1), Mark(chat.case, seat, 2**31 - 1)])

    assert Seat.objects.get(pk=seat).read_seq <= last


def test_a_read_mark_may_name_a_message_of_its_own_batch(chat: Chat) -> None:
    seat, last = world.seat_of(chat.seeker, chat.case).pk, world.row(chat.case).last_seq

    posting.commit([world.post(chat.counsellor, chat.case)], [Mark(chat.case, seat, last + 1)])

    assert Seat.objects.get(pk=seat).read_seq == last + 1
