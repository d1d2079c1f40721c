"""Another way: proposed, agreed, refused without a reason, taken back, run out, undone; and nothing in between."""

from datetime import timedelta

import pytest
from django.utils import timezone

from blended.domain import changes, meetings, standing
from blended.domain.changes import NeedsWayBack
from blended.models import MediaChange, Meeting
from counselling.cases.domain import closing, queue, seats, timeline, timers
from counselling.cases.models import Case, CountRow, Role, Seat
from counselling.errors import Closed, Conflict, DomainError, Invalid, NotAllowed, NotFound
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from tests.blended import changes_world as ways
from tests.support import letters, world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def relay(settings: object) -> None:
    settings.TURN_URLS, settings.TURN_SECRET = ["turn:relay.example:3478"], "s" * 32  # type: ignore[attr-defined]


@pytest.fixture
def team() -> Team:
    return world.team()


@pytest.fixture
def mara(team: Team) -> Actor:
    return world.counsellor(team, "Mara")


@pytest.fixture
def chat(team: Team, mara: Actor) -> Chat:
    return world.chat(team, mara)


@pytest.fixture
def writer(team: Team, mara: Actor) -> Chat:
    made = letters.claimed(team, mara)
    return Chat(made.seeker, mara, made.case)


def state(actor: Actor, chat: Chat) -> str:
    return standing.of(actor, chat.case).state


def test_a_talk_that_both_want_opens_a_meeting_and_is_the_channel_until_it_ends(chat: Chat) -> None:
    asked = changes.propose(chat.counsellor, chat.case, "voice", reason="hard_to_write")
    assert (state(chat.seeker, chat), state(chat.counsellor, chat)) == ("asked", "mine")
    assert world.row(chat.case).channel == "chat"

    changes.agree(chat.seeker, asked, by="voice")

    found = ways.row(asked)
    assert (found.state, found.before, found.after, found.phase) == ("agreed", "chat", "voice", "begin")
    assert world.row(chat.case).channel == "voice"
    for actor in (chat.seeker, chat.counsellor):
        now = standing.of(actor, chat.case)
        assert (now.state, now.meeting, now.before) == ("ready", found.meeting_id, "chat")
    assert ways.counted() == [
        {"from": "chat", "to": "voice", "proposed_by": "counsellor", "reason": "hard_to_write", "phase": "begin"}
    ]
    assert found.meeting_id

    meetings.end(chat.counsellor, found.meeting_id)

    assert world.row(chat.case).channel == "chat"
    assert state(chat.seeker, chat) == "over"
    assert world.notices(chat.case) == ["chat_began", "change_proposed", "change_agreed"]


def test_whoever_is_asked_to_talk_chooses_the_camera(chat: Chat) -> None:
    asked = changes.propose(chat.counsellor, chat.case, "voice")
    now = standing.of(chat.seeker, chat.case)
    assert len(now.anonymity) == 2

    changes.agree(chat.seeker, asked, by="video")

    assert Meeting.objects.get().kind == "video"
    assert (ways.row(asked).after, world.row(chat.case).channel) == ("video", "video")


def test_a_no_needs_no_reason_and_nobody_asks_again_for_a_while(chat: Chat) -> None:
    asked = changes.propose(chat.counsellor, chat.case, "voice")

    changes.refuse(chat.seeker, asked)
    changes.refuse(chat.seeker, asked)

    assert ways.row(asked).state == "refused"
    assert (state(chat.seeker, chat), world.row(chat.case).channel) == ("", "chat")
    assert world.notices(chat.case)[1:] == ["change_proposed", "change_refused"]
    for again in ("voice", "video"):
        with pytest.raises(Conflict):
            changes.propose(chat.counsellor, chat.case, again)
    assert standing.of(chat.counsellor, chat.case).offered == ["mail"]
    assert "voice" in standing.of(chat.seeker, chat.case).offered
    ways.later(asked, minutes=16)
    assert changes.propose(chat.counsellor, chat.case, "voice") != asked


def test_after_a_no_the_young_person_may_ask_and_that_lifts_it(chat: Chat) -> None:
    changes.refuse(chat.seeker, changes.propose(chat.counsellor, chat.case, "voice"))

    wish = changes.propose(chat.seeker, chat.case, "voice")
    changes.withdraw(chat.seeker, wish)

    assert changes.propose(chat.counsellor, chat.case, "voice")


def test_silence_is_an_answer_too(chat: Chat) -> None:
    asked = changes.propose(chat.counsellor, chat.case, "voice")
    ways.later(asked, minutes=11)
    assert state(chat.seeker, chat) == ""
    with pytest.raises(Conflict):
        changes.agree(chat.seeker, asked)

    assert changes.expire(timezone.now()) == 1
    assert changes.expire(timezone.now()) == 0

    assert ways.row(asked).state == "expired"
    with pytest.raises(Conflict):
        changes.propose(chat.counsellor, chat.case, "voice")


def test_a_slip_is_taken_back_and_asked_again_but_not_over_and_over(chat: Chat) -> None:
    changes.withdraw(chat.counsellor, changes.propose(chat.counsellor, chat.case, "video"))
    changes.withdraw(chat.counsellor, changes.propose(chat.counsellor, chat.case, "voice"))

    with pytest.raises(Conflict):
        changes.propose(chat.counsellor, chat.case, "voice")


def test_a_question_in_a_chat_ends_with_the_chat(chat: Chat) -> None:
    asked = changes.propose(chat.counsellor, chat.case, "voice")
    closing.end(chat.seeker, chat.case)

    with pytest.raises(DomainError):
        changes.agree(chat.seeker, asked)
    assert changes.expire(timezone.now()) == 1


def test_a_letter_has_a_fortnight(writer: Chat) -> None:
    asked = changes.propose(writer.counsellor, writer.case, "chat")
    ways.later(asked, days=13)
    assert (changes.expire(timezone.now()), state(writer.seeker, writer)) == (0, "asked")
    ways.later(asked, days=1, minutes=1)
    assert (changes.expire(timezone.now()), state(writer.seeker, writer)) == (1, "")


def test_asking_twice_is_once_and_asking_each_other_is_a_yes(chat: Chat) -> None:
    first = changes.propose(chat.counsellor, chat.case, "voice")
    assert changes.propose(chat.counsellor, chat.case, "voice") == first
    with pytest.raises(Conflict):
        changes.propose(chat.counsellor, chat.case, "mail")

    assert changes.propose(chat.seeker, chat.case, "video") == first

    assert (ways.row(first).state, Meeting.objects.get().kind) == ("agreed", "video")


@pytest.mark.parametrize("code", ["pigeon", "", "phone", "onsite"])
def test_what_is_no_way_or_needs_a_day_is_refused(chat: Chat, code: str) -> None:
    with pytest.raises(Invalid):
        changes.propose(chat.seeker, chat.case, code)
    assert not MediaChange.objects.exists()


def test_reasons_are_codes(chat: Chat) -> None:
    with pytest.raises(Invalid):
        changes.propose(chat.counsellor, chat.case, "voice", reason="weil sie weint")


@pytest.mark.parametrize(("to", "letters_too"), [("chat", False), ("voice", True), ("video", True), ("mail", True)])
def test_not_every_way_leads_everywhere(chat: Chat, writer: Chat, to: str, *, letters_too: bool) -> None:
    case = writer if letters_too else chat
    with pytest.raises(Conflict):
        changes.propose(case.counsellor, case.case, to)


def test_nothing_is_proposed_where_nobody_talks_or_all_is_over(team: Team, mara: Actor, chat: Chat) -> None:
    waiter = world.waiting(team)
    with pytest.raises(Conflict):
        changes.propose(waiter.seeker, waiter.case, "voice")
    closing.close(mara, chat.case, topics=[], ending="helped")
    with pytest.raises(Closed):
        changes.propose(chat.seeker, chat.case, "voice")


def test_without_a_relay_nobody_is_asked_to_talk(chat: Chat, settings: object) -> None:
    settings.TURN_URLS, settings.DEMO = [], False  # type: ignore[attr-defined]

    with pytest.raises(Conflict):
        changes.propose(chat.counsellor, chat.case, "voice")
    assert standing.of(chat.counsellor, chat.case).offered == ["mail"]


def test_nobody_answers_for_the_other_side_or_from_outside(team: Team, chat: Chat) -> None:
    asked = changes.propose(chat.counsellor, chat.case, "voice")
    stranger = world.chat(team, world.counsellor(team, "Ole"))
    for step in (changes.agree, changes.refuse):
        with pytest.raises(NotAllowed):
            step(chat.counsellor, asked)
    with pytest.raises(NotAllowed):
        changes.withdraw(chat.seeker, asked)
    for actor in (stranger.seeker, stranger.counsellor):
        for every in (changes.agree, changes.refuse, changes.withdraw, changes.undo):
            with pytest.raises(NotFound):
                every(actor, asked)
        with pytest.raises(NotFound):
            standing.of(actor, chat.case)
    with pytest.raises(NotFound):
        changes.agree(chat.seeker, chat.case)
    assert ways.row(asked).state == "proposed"


def test_an_invited_colleague_has_no_part(team: Team, chat: Chat) -> None:
    ole = world.counsellor(team, "Ole")
    Seat.objects.create(case_id=chat.case, role=Role.CONSULTANT, staff_id=ole.id, since=timezone.now())

    with pytest.raises(NotFound):
        changes.propose(ole, chat.case, "voice")
    with pytest.raises(NotFound):
        standing.of(ole, chat.case)


def test_once_answered_nothing_else_can_be_said(chat: Chat) -> None:
    asked = changes.propose(chat.counsellor, chat.case, "voice")
    changes.withdraw(chat.counsellor, asked)
    changes.withdraw(chat.counsellor, asked)
    for step in (changes.agree, changes.refuse):
        with pytest.raises(Conflict):
            step(chat.seeker, asked)
    with pytest.raises(Conflict):
        changes.undo(chat.seeker, asked)
    assert ways.row(asked).state == "withdrawn"
    assert ways.counted() == []


@pytest.mark.parametrize("side", ["seeker", "counsellor"])
def test_either_side_goes_back_to_writing(chat: Chat, side: str) -> None:
    asked = changes.propose(chat.counsellor, chat.case, "voice")
    meeting = changes.agree(chat.seeker, asked).meeting
    assert meeting

    for _ in range(2):
        changes.undo(getattr(chat, side), asked)

    assert ways.row(asked).state == "undone"
    assert world.row(chat.case).channel == "chat"
    assert Meeting.objects.get().ended_at
    assert world.notices(chat.case)[-1] == "change_undone"
    assert [row["to"] for row in ways.counted("media_undone")] == ["voice"]


def test_a_call_that_is_over_is_not_undone(chat: Chat) -> None:
    asked = changes.propose(chat.counsellor, chat.case, "voice")
    changes.agree(chat.seeker, asked)
    meetings.end(chat.seeker, Meeting.objects.get().pk)
    with pytest.raises(Conflict):
        changes.undo(chat.seeker, asked)


def test_a_silent_chat_is_not_closed_while_they_talk(chat: Chat) -> None:
    changes.agree(chat.seeker, changes.propose(chat.counsellor, chat.case, "voice"))
    Case.objects.filter(pk=chat.case).update(last_at=timezone.now() - timedelta(hours=1))
    assert timers.silent_chats(timezone.now()) == 0
    meetings.end(chat.seeker, Meeting.objects.get().pk)
    assert timers.silent_chats(timezone.now()) == 0
    assert world.row(chat.case).state == "active"


def test_letters_need_a_way_back_and_then_whoever_chats_answers_them(chat: Chat) -> None:
    with pytest.raises(NeedsWayBack):
        changes.propose(chat.seeker, chat.case, "mail")
    asked = changes.propose(chat.counsellor, chat.case, "mail", reason="more_time")
    with pytest.raises(NeedsWayBack):
        changes.agree(chat.seeker, asked)
    assert ways.row(asked).state == "proposed"
    ways.keep(chat)

    changes.agree(chat.seeker, asked)

    case = world.row(chat.case)
    assert (case.state, case.channel, case.keeper_id) == ("letters", "mail", chat.counsellor.id)
    assert world.notices(chat.case)[-2:] == ["change_agreed", "closed"]


def test_the_counsellor_says_yes_to_letters(chat: Chat) -> None:
    ways.keep(chat)

    changes.agree(chat.counsellor, changes.propose(chat.seeker, chat.case, "mail"))

    assert world.row(chat.case).state == "letters"


def test_from_letters_back_into_the_chat_by_the_young_person_alone(chat: Chat) -> None:
    ways.keep(chat)
    asked = changes.propose(chat.counsellor, chat.case, "mail")
    changes.agree(chat.seeker, asked)
    with pytest.raises(NotAllowed):
        changes.undo(chat.counsellor, asked)

    changes.undo(chat.seeker, asked)

    assert (world.row(chat.case).state, world.row(chat.case).channel) == ("waiting", "chat")


def test_a_chat_within_letters_begins_when_the_young_person_says_yes(writer: Chat) -> None:
    asked = changes.propose(writer.counsellor, writer.case, "chat")

    changes.agree(writer.seeker, asked)

    assert world.row(writer.case).state == "waiting"
    changes.undo(writer.seeker, asked)
    assert (world.row(writer.case).state, world.row(writer.case).channel) == ("letters", "mail")


def test_a_chat_within_letters_that_runs_can_be_undone_by_both(writer: Chat) -> None:
    asked = changes.propose(writer.counsellor, writer.case, "chat")
    changes.agree(writer.seeker, asked)
    queue.appear(writer.seeker, writer.case)
    queue.claim(writer.counsellor, writer.case)
    if world.row(writer.case).state == "waiting":
        queue.appear(writer.seeker, writer.case)
    assert world.row(writer.case).state == "active"

    changes.undo(writer.counsellor, asked)

    assert (world.row(writer.case).state, world.row(writer.case).channel) == ("letters", "mail")


def test_at_a_closed_door_the_question_stays(writer: Chat, team: Team) -> None:
    asked = changes.propose(writer.counsellor, writer.case, "chat")
    world.close_hours(team)

    with pytest.raises(Closed):
        changes.agree(writer.seeker, asked)

    assert (ways.row(asked).state, state(writer.seeker, writer)) == ("proposed", "asked")


def test_a_chat_the_young_person_asked_for_waits_for_them(writer: Chat) -> None:
    asked = changes.propose(writer.seeker, writer.case, "chat")

    changes.agree(writer.counsellor, asked)

    assert world.row(writer.case).state == "letters"
    assert (state(writer.seeker, writer), state(writer.counsellor, writer)) == ("go", "go")
    closing.take_up_again(writer.seeker, writer.case)
    assert world.row(writer.case).state == "waiting"


def test_a_chat_agreed_on_and_not_used_is_let_be(writer: Chat) -> None:
    asked = changes.propose(writer.seeker, writer.case, "chat")
    changes.agree(writer.counsellor, asked)

    changes.undo(writer.seeker, asked)

    assert (ways.row(asked).state, world.row(writer.case).state) == ("undone", "letters")


def test_only_the_last_change_is_undone(chat: Chat) -> None:
    ways.keep(chat)
    first = changes.propose(chat.counsellor, chat.case, "voice")
    changes.agree(chat.seeker, first)
    meetings.end(chat.seeker, Meeting.objects.get().pk)
    changes.agree(chat.seeker, changes.propose(chat.counsellor, chat.case, "mail"))

    with pytest.raises(Conflict):
        changes.undo(chat.seeker, first)


def test_the_course_has_three_parts(chat: Chat, team: Team, mara: Actor) -> None:
    def phase_of(made: Chat) -> str:
        change = changes.propose(made.seeker, made.case, "voice")
        phase = ways.row(change).phase
        changes.withdraw(made.seeker, change)
        return phase

    def call(times: int) -> None:
        for _ in range(times):
            timeline.add_notice(seats.lock(chat.case), "call_began", channel="voice")

    assert phase_of(chat) == "begin"
    call(2)
    assert phase_of(chat) == "middle"
    call(5)
    assert phase_of(chat) == "end"
    old = world.chat(team, mara)
    Case.objects.filter(pk=old.case).update(opened_at=timezone.now() - timedelta(days=181))
    assert phase_of(old) == "end"


def test_statistics_hold_codes_and_no_case(chat: Chat) -> None:
    changes.refuse(chat.seeker, changes.propose(chat.counsellor, chat.case, "voice"))

    row = CountRow.objects.get(event="media_refused")
    assert str(chat.case) not in str(row.codes)
    assert row.codes["to"] == "voice"


@pytest.mark.django_db(transaction=True)
def test_yes_no_and_taking_back_at_once_leave_one_answer(team: Team, mara: Actor) -> None:
    for _ in range(3):
        chat = world.chat(team, mara)
        asked = changes.propose(chat.counsellor, chat.case, "voice")

        results = world.together(
            lambda asked=asked, chat=chat: changes.agree(chat.seeker, asked),  # type: ignore[misc]
            lambda asked=asked, chat=chat: changes.refuse(chat.seeker, asked),  # type: ignore[misc]
            lambda asked=asked, chat=chat: changes.withdraw(chat.counsellor, asked),  # type: ignore[misc]
        )

        assert sorted(world.kinds(results)).count("Conflict") == 2
        agreed = ways.row(asked).state == "agreed"
        assert Meeting.objects.filter(case=chat.case).exists() == agreed
        assert world.row(chat.case).channel == ("voice" if agreed else "chat")
        closing.close(mara, chat.case, topics=[], ending="helped")


@pytest.mark.django_db(transaction=True)
def test_two_questions_at_once_are_one_or_a_yes(team: Team, mara: Actor) -> None:
    chat = world.chat(team, mara)

    results = world.together(
        lambda: changes.propose(chat.seeker, chat.case, "voice"),
        lambda: changes.propose(chat.counsellor, chat.case, "video"),
    )

    assert world.kinds(results) == ["UUID", "UUID"]
    assert [row.state for row in MediaChange.objects.all()] == ["agreed"]
