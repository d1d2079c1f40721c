"""Reading a log that somebody may have tampered with, and taking back."""

import logging
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from counselling.cases.domain import erasing, handover, posting, timeline
from counselling.cases.domain.posting import Mark
from counselling.cases.models import Case, Entry, Seat
from counselling.errors import DomainError, Empty, NotAllowed, NotFound, TooLate, TooLong
from counselling.people.domain import access
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from tests.support import world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db


def shapes(chat: Chat) -> list[tuple[int, str, str | None]]:
    return [(line.seq, line.kind, line.text) for line in world.lines(chat.case) if line.kind != "notice"]


@pytest.fixture
def three(chat: Chat) -> list[Entry]:
    """Three messages, alternating."""
    for actor, text in [(chat.seeker, "eins"), (chat.counsellor, "zwei"), (chat.seeker, "drei")]:
        world.say(actor, chat.case, text)
    return list(Entry.objects.filter(case=chat.case, kind=Entry.Kind.MESSAGE).order_by("seq"))


# --- text ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "kept"), [("  Hallo\n", "Hallo"), ("a\0b", "ab"), ("x" * 4000, "x" * 4000)])
def test_clean_text_trims_and_keeps(text: str, kept: str) -> None:
    assert timeline.clean_text(text) == kept


@pytest.mark.parametrize("text", ["", "   \n\t", "\0", " \0 "])
def test_clean_text_refuses_nothing(text: str) -> None:
    with pytest.raises(Empty):
        timeline.clean_text(text)


def test_clean_text_counts_characters_after_trimming() -> None:
    assert len(timeline.clean_text(" " + "🙂" * 4000 + " ")) == 4000
    with pytest.raises(TooLong):
        timeline.clean_text("x" * 4001)


def test_clean_text_refuses_half_a_character() -> None:
    """A lone surrogate cannot be stored: refused as bad input, not found out while sealing."""
    with pytest.raises(DomainError):
        timeline.clean_text("Hallo \ud83d")


# --- reading ---------------------------------------------------------------------------------------------------------


def test_since_tells_who_said_what_in_order(chat: Chat, three: list[Entry]) -> None:
    read = [(line.role, line.name, line.text, line.kind) for line in world.lines(chat.case)]

    assert read == [
        ("system", "", None, "notice"),
        ("seeker", "", "eins", "message"),
        ("counsellor", "Mara", "zwei", "message"),
        ("seeker", "", "drei", "message"),
    ]


def test_since_continues_after_a_seq_and_stops_at_the_limit(chat: Chat, three: list[Entry]) -> None:
    key = world.key(chat.case)

    assert [line.seq for line in timeline.since(chat.case, key, 2)] == [3, 4]
    assert [line.seq for line in timeline.since(chat.case, key, 0, limit=2)] == [1, 2]
    assert timeline.since(chat.case, key, 4) == []


def test_since_costs_one_query_however_long_the_log(chat: Chat) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            world.lines(chat.case)
        return len(queries)

    first = cost()
    for _ in range(30):
        world.say(chat.seeker, chat.case)

    assert cost() == first == 3  # the case's team and seal, the page


def test_a_flipped_byte_makes_one_message_unreadable_and_is_reported(
    chat: Chat, three: list[Entry], caplog: pytest.LogCaptureFixture
) -> None:
    broken = bytearray(three[1].sealed)
    broken[40] ^= 1
    Entry.objects.filter(pk=three[1].pk).update(sealed=bytes(broken))

    with caplog.at_level(logging.INFO):
        read = shapes(chat)

    assert read == [(2, "message", "eins"), (3, "unreadable", None), (4, "message", "drei")]
    [record] = caplog.records
    assert record.levelno >= logging.ERROR
    assert str(chat.case) in record.getMessage()


def test_messages_that_changed_places_are_unreadable(chat: Chat, three: list[Entry]) -> None:
    first, _, third = three
    Entry.objects.filter(pk=first.pk).update(seq=99)
    Entry.objects.filter(pk=third.pk).update(seq=first.seq)
    Entry.objects.filter(pk=first.pk).update(seq=third.seq)

    assert [kind for _, kind, _ in shapes(chat)] == ["unreadable", "message", "unreadable"]


def test_a_message_of_another_case_is_unreadable(team: Team, chat: Chat, three: list[Entry]) -> None:
    other = world.chat(team, world.counsellor(team, "Jon"))
    world.say(other.seeker, other.case, "woanders")
    [theirs] = Entry.objects.filter(case=other.case, kind=Entry.Kind.MESSAGE)
    Entry.objects.filter(pk=three[0].pk).update(sealed=theirs.sealed)

    assert shapes(chat)[0] == (2, "unreadable", None)


def test_a_message_put_into_another_mouth_is_unreadable(chat: Chat, three: list[Entry]) -> None:
    Entry.objects.filter(pk=three[0].pk).update(role=2)

    assert shapes(chat)[0] == (2, "unreadable", None)


def test_a_message_whose_text_was_removed_is_unreadable(chat: Chat, three: list[Entry]) -> None:
    Entry.objects.filter(pk=three[0].pk).update(sealed=None)

    assert shapes(chat)[0] == (2, "unreadable", None)


def missing(chat: Chat, *seqs: int) -> None:
    """Somebody deletes these rows in the database; the case's end of log stays."""
    Entry.objects.filter(case=chat.case, seq__in=seqs).delete()


def kinds(lines: list[timeline.Line]) -> list[tuple[int, str]]:
    return [(line.seq, line.kind) for line in lines]


@pytest.mark.parametrize("gone", [[1], [3], [4], [1, 2], [3, 4], [1, 2, 3, 4]])
def test_deleted_rows_are_unreadable_in_their_places_and_reported_once(
    chat: Chat, three: list[Entry], caplog: pytest.LogCaptureFixture, gone: list[int]
) -> None:
    whole = world.lines(chat.case)
    missing(chat, *gone)

    with caplog.at_level(logging.INFO):
        read = world.lines(chat.case)

    assert [line for line in read if line.seq not in gone] == [line for line in whole if line.seq not in gone]
    assert [line.seq for line in read] == [1, 2, 3, 4]
    lost = [line for line in read if line.seq in gone]
    assert {(line.kind, line.role, line.name, line.seat, line.text) for line in lost} == {
        ("unreadable", "system", "", None, None)
    }
    assert [line.at for line in read] == sorted(line.at for line in read)
    [record] = caplog.records
    assert (record.name, record.levelno) == ("counselling.audit", logging.ERROR)
    assert record.getMessage() == f"{len(gone)} entries of case {chat.case} are missing"


def test_deleted_rows_stand_in_every_page(chat: Chat, three: list[Entry]) -> None:
    missing(chat, 2, 4)
    key = world.key(chat.case)

    assert kinds(timeline.since(chat.case, key, 0, limit=2)) == [(1, "notice"), (2, "unreadable")]
    assert kinds(timeline.since(chat.case, key, 2, limit=2)) == [(3, "message"), (4, "unreadable")]
    assert kinds(timeline.since(chat.case, key, 3)) == [(4, "unreadable")]
    assert timeline.since(chat.case, key, 4) == []


def test_what_the_log_does_not_reach_yet_is_not_missing(chat: Chat, three: list[Entry]) -> None:
    """A log that ends earlier than a row says nothing about what lies between."""
    Entry.objects.filter(pk=three[2].pk).update(seq=7)

    assert kinds(world.lines(chat.case, after=2)) == [(3, "message"), (4, "unreadable"), (7, "unreadable")]


def test_the_end_of_a_log_may_be_forged_as_far_as_the_column_goes(chat: Chat, three: list[Entry]) -> None:
    Case.objects.filter(pk=chat.case).update(last_seq=timeline.MAX_SEQ)
    key = world.key(chat.case)

    assert kinds(timeline.since(chat.case, key, 3, limit=2)) == [(4, "message"), (5, "unreadable")]
    assert kinds(timeline.since(chat.case, key, timeline.MAX_SEQ - 1)) == [(timeline.MAX_SEQ, "unreadable")]
    assert timeline.since(chat.case, key, timeline.MAX_SEQ) == []


def test_deleted_rows_cost_one_query_more_however_many(chat: Chat, three: list[Entry]) -> None:
    key = world.key(chat.case)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            timeline.since(chat.case, key, 0)
        return len(queries)

    assert cost() == 1
    missing(chat, 3)
    assert cost() == 2
    missing(chat, 1, 2, 4)
    assert cost() == 2


def test_many_logs_show_their_deleted_rows(team: Team, chat: Chat, three: list[Entry]) -> None:
    """Two queries however many cases lack something, one when none does; each case reported once."""
    others = [world.chat(team, world.counsellor(team, alias)) for alias in ("Jon", "Ida", "Uwe")]
    for other in others:
        world.say(other.seeker, other.case)
    missing(others[0], 2)
    missing(chat, 3, 4)
    keys = {case: world.key(case) for case in [chat.case, *(other.case for other in others)]}

    def read(*cases: Chat) -> tuple[int, dict[tuple[UUID, int], str]]:
        with CaptureQueriesContext(connection) as queries:
            lines = timeline.of_many({one.case: {2, 3, 4} for one in cases}, keys)
        return len(queries), {place: line.kind for place, line in lines.items()}

    intact = {(others[1].case, 2): "message", (others[2].case, 2): "message"}
    torn = {(chat.case, 2): "message", (chat.case, 3): "unreadable", (chat.case, 4): "unreadable"}
    assert read(chat) == (2, torn)
    assert read(chat, *others) == (2, torn | intact | {(others[0].case, 2): "unreadable"})
    with CaptureQueriesContext(connection) as queries:
        timeline.of_many({other.case: [1, 2] for other in others[1:]}, keys)
    assert len(queries) == 1


def test_many_logs_report_each_case_once(chat: Chat, three: list[Entry], caplog: pytest.LogCaptureFixture) -> None:
    missing(chat, 2, 3)

    with caplog.at_level(logging.INFO):
        timeline.of_many({chat.case: [1, 2, 3, 4, 5]}, {chat.case: world.key(chat.case)})

    assert [record.getMessage() for record in caplog.records] == [f"2 entries of case {chat.case} are missing"]


def test_an_erased_case_has_no_deleted_rows(chat: Chat, three: list[Entry], caplog: pytest.LogCaptureFixture) -> None:
    key = world.key(chat.case)
    erasing.erase_all(chat.seeker)

    with caplog.at_level(logging.ERROR):
        assert timeline.since(chat.case, key, 0) == []
        assert timeline.of_many({chat.case: [1, 2]}, {chat.case: key}) == {}
    assert caplog.records == []


def test_a_flip_of_any_byte_of_a_record_spares_the_others(chat: Chat, three: list[Entry]) -> None:
    """Every byte from one end to the other: the suite, the nonce, the text, the tag."""
    key, sealed, shown = world.key(chat.case), bytes(three[1].sealed), set()

    for place in range(len(sealed)):
        broken = bytearray(sealed)
        broken[place] ^= 1 << place % 8
        Entry.objects.filter(pk=three[1].pk).update(sealed=bytes(broken))
        shown.add(tuple((line.kind, line.text) for line in timeline.since(chat.case, key, 1)))

    assert shown == {(("message", "eins"), ("unreadable", None), ("message", "drei"))}


def test_marks_tell_how_far_each_side_has_read(team: Team, jon: Actor, chat: Chat, three: list[Entry]) -> None:
    assert timeline.marks(chat.case) == {"seeker": 0, "counsellor": 0}
    posting.commit([], [Mark(chat.case, world.seat_of(chat.seeker, chat.case).pk, 3)])
    handover.invite(chat.counsellor, chat.case, to=jon.id)
    posting.commit([], [Mark(chat.case, world.seat_of(jon, chat.case).pk, 4)])

    assert timeline.marks(chat.case) == {"seeker": 3, "counsellor": 4}


# --- notices ---------------------------------------------------------------------------------------------------------


def test_a_notice_is_the_next_entry_in_clear_codes(chat: Chat) -> None:
    case = Case.objects.get(pk=chat.case)

    timeline.add_notice(case, "closed", by="silence")

    entry = Entry.objects.get(case=chat.case, seq=2)
    assert (entry.kind, entry.role, entry.code, entry.about) == (Entry.Kind.NOTICE, 0, "closed", {"by": "silence"})
    assert entry.sealed is None
    assert world.row(chat.case).last_seq == 2


# --- taking back -----------------------------------------------------------------------------------------------------


def test_take_back_removes_the_text_and_tells_everybody(chat: Chat, three: list[Entry]) -> None:
    timeline.take_back(chat.seeker, chat.case, 4)

    assert [line.kind for line in world.lines(chat.case)] == ["notice", "message", "message", "taken_back", "notice"]
    last = world.lines(chat.case)[-1]
    assert (last.code, last.about) == ("taken_back", {"seq": 4})
    assert Entry.objects.get(case=chat.case, seq=4).sealed is None


def test_take_back_is_too_late_once_somebody_read_it(chat: Chat, three: list[Entry]) -> None:
    posting.commit([], [Mark(chat.case, world.seat_of(chat.counsellor, chat.case).pk, 4)])

    with pytest.raises(TooLate):
        timeline.take_back(chat.seeker, chat.case, 4)

    assert shapes(chat)[-1] == (4, "message", "drei")


def test_take_back_is_too_late_although_the_reader_left(chat: Chat, three: list[Entry]) -> None:
    posting.commit([], [Mark(chat.case, world.seat_of(chat.counsellor, chat.case).pk, 4)])
    handover.to_queue(chat.counsellor, chat.case)

    with pytest.raises(TooLate):
        timeline.take_back(chat.seeker, chat.case, 4)


def test_ones_own_reading_does_not_hinder_taking_back(chat: Chat, three: list[Entry]) -> None:
    posting.commit([], [Mark(chat.case, world.seat_of(chat.seeker, chat.case).pk, 4)])

    timeline.take_back(chat.seeker, chat.case, 4)

    assert shapes(chat)[-1] == (4, "taken_back", None)


def test_take_back_is_for_ones_own_messages(chat: Chat, three: list[Entry]) -> None:
    with pytest.raises(NotAllowed):
        timeline.take_back(chat.seeker, chat.case, 3)
    with pytest.raises(NotAllowed):
        timeline.take_back(chat.counsellor, chat.case, 2)


@pytest.mark.parametrize("seq", [1, 99])
def test_only_messages_can_be_taken_back(chat: Chat, seq: int) -> None:
    with pytest.raises(NotFound):
        timeline.take_back(chat.seeker, chat.case, seq)


def test_a_message_is_taken_back_once(chat: Chat, three: list[Entry]) -> None:
    timeline.take_back(chat.seeker, chat.case, 4)

    with pytest.raises(NotFound):
        timeline.take_back(chat.seeker, chat.case, 4)


def test_strangers_take_nothing_back(team: Team, chat: Chat, three: list[Entry]) -> None:
    strangers = [access.new_seeker()[0], world.counsellor(team, "Jon")]

    for stranger in strangers:
        with pytest.raises(NotFound):
            timeline.take_back(stranger, chat.case, 2)
        with pytest.raises(NotFound):
            timeline.take_back(stranger, uuid4(), 2)


def test_a_message_taken_back_leaves_nobody_waiting_for_an_answer(chat: Chat) -> None:
    """The counsellor's desk must not turn red over a message that is not there any more."""
    posted = world.say(chat.seeker, chat.case)

    timeline.take_back(chat.seeker, chat.case, posted.seq)

    assert world.row(chat.case).unanswered_since is None


def test_an_earlier_message_still_waits_for_an_answer_when_a_later_one_is_taken_back(chat: Chat) -> None:
    first = world.say(chat.seeker, chat.case)
    second = world.say(chat.seeker, chat.case)

    timeline.take_back(chat.seeker, chat.case, second.seq)

    assert world.row(chat.case).unanswered_since == first.at


def test_entries_of_an_erased_case_are_gone(chat: Chat, three: list[Entry]) -> None:
    erasing.erase_all(chat.seeker)

    assert not Entry.objects.exists()
    assert not Seat.objects.exists()
