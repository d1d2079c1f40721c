"""A case is closed: no appointment and no call outlives it, and nothing keeps an anonymous one longer than it says."""

import datetime as dt
from collections.abc import Callable
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from blended.domain import agreeing, appointments, busy, calendars, changing, course, meetings, reminders
from blended.models import Attendance, Signal
from counselling.cases.domain import closing, handover, queue, retention, timers
from counselling.cases.models import Case, CountRow
from counselling.cases.views import words
from counselling.cases.views.own import happened
from counselling.centre import defaults
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from tests.blended import call_world as calls
from tests.blended import dates_world as dates
from tests.support import letters, world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def relay(settings) -> None:
    settings.TURN_URLS, settings.TURN_SECRET, settings.DEMO = ("turn:turn.example.org",), "geheim", False


@pytest.fixture
def team(db: None) -> Team:
    defaults.ensure()
    return world.team()


@pytest.fixture
def mara(team: Team) -> Actor:
    return world.counsellor(team, "Mara")


@pytest.fixture
def chat(team: Team, mara: Actor) -> Chat:
    return world.chat(team, mara)


def two_dates(chat: Chat) -> tuple[UUID, UUID]:
    """One agreed, one that still waits for the young person's answer; as the ids of their rows."""
    agreed = agreeing.propose(chat.counsellor, chat.case, dates.when(5))
    agreeing.confirm(chat.seeker, agreed)
    return agreed, agreeing.propose(chat.counsellor, chat.case, dates.when(6))


def states(*rows: UUID) -> list[str]:
    return [dates.row(row).state for row in rows]


def close(chat: Chat) -> None:
    """The chat first, which leaves letters where something was agreed; then these, too."""
    for _ in range(2):
        if world.row(chat.case).state != "closed":
            closing.close(chat.counsellor, chat.case, topics=[], ending="helped", letters=True)


def block(chat: Chat) -> None:
    closing.block(chat.counsellor, chat.case)


def is_held(chat: Chat, row: UUID) -> bool:
    """Whether somebody's time is taken by this appointment."""
    found = dates.row(row)
    return bool(busy.spans(chat.counsellor.id, found.starts_at, found.ends_at))


@pytest.mark.parametrize("end", [close, block])
def test_what_is_agreed_is_called_off_and_what_is_asked_falls(chat: Chat, end: Callable[[Chat], None]) -> None:
    agreed, asked = two_dates(chat)
    assert is_held(chat, agreed)

    end(chat)

    assert world.row(chat.case).state == "closed"
    assert states(agreed, asked) == ["cancelled", "cancelled"]
    assert not is_held(chat, agreed)
    assert not is_held(chat, asked)
    last = [line for line in world.lines(chat.case) if line.code == "date_cancelled"]
    assert [line.about["by"] for line in last] == ["closed"]
    assert calendars.open_questions(chat.counsellor) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("end", [close, block])
def test_an_anonymous_case_goes_after_its_hours(chat: Chat, end: Callable[[Chat], None], settings) -> None:
    two_dates(chat)
    end(chat)
    closed_at = world.row(chat.case).closed_at
    assert closed_at

    retention.prune(closed_at + dt.timedelta(hours=settings.CLOSED_CHAT_HOURS - 1))
    assert Case.objects.filter(pk=chat.case).exists()
    retention.prune(closed_at + dt.timedelta(hours=settings.CLOSED_CHAT_HOURS + 1))
    assert not Case.objects.filter(pk=chat.case).exists()


@pytest.mark.django_db(transaction=True)
def test_after_the_young_persons_goodbye_an_agreed_time_keeps_the_case(chat: Chat) -> None:
    agreed, asked = two_dates(chat)

    closing.end(chat.seeker, chat.case)

    assert world.row(chat.case).state == "letters"
    assert states(agreed, asked) == ["agreed", "proposed"]
    retention.prune(dates.row(agreed).starts_at)
    assert Case.objects.filter(pk=chat.case).exists()


def silence(chat: Chat) -> None:
    Case.objects.filter(pk=chat.case).update(last_at=timezone.now() - dt.timedelta(minutes=31))
    timers.silent_chats(timezone.now())


def leave_the_queue(chat: Chat) -> None:
    handover.to_queue(chat.counsellor, chat.case)
    closing.end(chat.seeker, chat.case)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("end", [lambda chat: closing.end(chat.seeker, chat.case), silence, leave_the_queue])
def test_a_mere_question_keeps_nothing(chat: Chat, end: Callable[[Chat], None], settings) -> None:
    asked = agreeing.propose(chat.counsellor, chat.case, dates.when(5))
    wished = agreeing.propose(chat.seeker, chat.case, dates.when(6))

    end(chat)

    case = world.row(chat.case)
    assert case.state == "closed"
    assert states(asked, wished) == ["cancelled", "cancelled"]
    assert not is_held(chat, asked)
    assert "date_cancelled" not in world.notices(chat.case)
    retention.prune(case.closed_at + dt.timedelta(hours=settings.CLOSED_CHAT_HOURS + 1))  # type: ignore[operator]
    assert not Case.objects.filter(pk=chat.case).exists()


def test_a_question_of_a_case_that_was_closed_before_does_not_keep_it(chat: Chat) -> None:
    asked = agreeing.propose(chat.counsellor, chat.case, dates.when(5))
    now = timezone.now()
    assert Case.objects.filter(reminders.needed_for(now), pk=chat.case).exists()

    Case.objects.filter(pk=chat.case).update(state="closed", closed_at=now)

    assert states(asked) == ["proposed"]
    assert not Case.objects.filter(reminders.needed_for(now), pk=chat.case).exists()


def test_a_question_about_a_time_that_is_over_falls_too(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = agreeing.propose(chat.counsellor, chat.case, dates.when(1))
    dates.at(monkeypatch, dates.row(asked).starts_at + dt.timedelta(minutes=5))

    closing.end(chat.seeker, chat.case)

    assert states(asked) == ["cancelled"]


def test_a_proposal_to_move_falls_with_what_it_is_about(chat: Chat) -> None:
    agreed = agreeing.propose(chat.counsellor, chat.case, dates.when(5))
    agreeing.confirm(chat.seeker, agreed)
    moved = changing.move(chat.seeker, agreed, dates.when(6))

    block(chat)

    assert states(agreed, moved) == ["cancelled", "cancelled"]
    assert dates.row(moved).instead_of is None
    assert world.notices(chat.case).count("date_cancelled") == 1


def test_what_has_begun_is_still_marked(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    agreed = agreeing.propose(chat.counsellor, chat.case, dates.when(1))
    agreeing.confirm(chat.seeker, agreed)
    dates.at(monkeypatch, dates.row(agreed).starts_at + dt.timedelta(minutes=5))
    block(chat)

    changing.mark(chat.counsellor, agreed, kept=False)

    assert states(agreed) == ["missed"]


def test_a_place_that_is_left_within_letters_changes_nothing(team: Team, mara: Actor) -> None:
    made = letters.claimed(team, mara)
    agreed = dates.booked(made.seeker, made.case, mara, team)
    queue.rejoin(made.seeker, made.case)

    closing.end(made.seeker, made.case)

    assert appointments.one(made.seeker, agreed).state == "agreed"


def test_both_sides_read_why() -> None:
    young = happened.notice("date_cancelled", {"by": "closed", "when": "am Montag"})
    assert "am Montag" in young
    assert "jederzeit" in young
    assert "{when}" in str(words.NOTICES["date_cancelled_closed"])


# --- calls -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", [close, block, lambda chat: closing.end(chat.seeker, chat.case)])
def test_a_call_ends_with_its_case(chat: Chat, end: Callable[[Chat], None]) -> None:
    young, counsellor = calls.talking(chat)
    young.say(counsellor)

    end(chat)

    assert calls.row(young.meeting).ended_at
    assert world.notices(chat.case)[-1] == "call_ended"
    assert not Attendance.objects.filter(left_at=None).exists()
    assert not Signal.objects.exists()
    assert meetings.running(chat.seeker, chat.case) is None
    with pytest.raises(meetings.Over):
        young.enter()
    assert world.row(chat.case).channel == "chat"


def test_the_call_of_an_appointment_has_no_door_any_more(chat: Chat) -> None:
    date = calls.date(chat, starts_at=timezone.now() - dt.timedelta(minutes=5))
    meeting = meetings.of_appointment(chat.seeker, date)
    block(chat)

    assert states(date) == ["agreed"]
    assert meetings.look(chat.seeker, meeting).state == "ended"
    with pytest.raises(meetings.Over):
        meetings.of_appointment(chat.seeker, date)
    with pytest.raises(meetings.Over):
        meetings.enter(chat.seeker, meeting, uuid4())


def test_an_open_meeting_of_a_closed_case_lets_nobody_in(chat: Chat) -> None:
    young, _counsellor = calls.talking(chat)
    Case.objects.filter(pk=chat.case).update(state="closed", closed_at=timezone.now())

    assert young.stands() == "ended"
    with pytest.raises(meetings.Over):
        young.enter()


def test_a_call_goes_on_where_only_somebody_else_answers(team: Team, chat: Chat) -> None:
    young, _counsellor = calls.talking(chat)

    handover.to_colleague(chat.counsellor, chat.case, to=world.counsellor(team, "Jon").id)

    assert calls.row(young.meeting).ended_at is None


# --- what is counted at the end --------------------------------------------------------------------------------------


def test_the_closing_form_counts_calls_and_visits_as_contacts(chat: Chat) -> None:
    young, _counsellor = calls.talking(chat, "video")
    meetings.end(young.actor, young.meeting)
    for channel in ("onsite", "phone"):
        date = calls.date(chat, starts_at=timezone.now() - dt.timedelta(hours=1), channel=channel)
        changing.mark(chat.counsellor, date, kept=True)

    close(chat)

    codes = CountRow.objects.filter(event="filed").latest("pk").codes
    assert (codes["contacts"], codes["channels"]) == ("4_10", ["chat", "onsite", "phone", "video"])


def test_a_call_elsewhere_is_a_contact(chat: Chat) -> None:
    meeting = calls.row(calls.begin(chat.case, "voice"))
    for actor in (chat.seeker, chat.counsellor):
        seat = world.seat_of(actor, chat.case)
        seat.case = world.row(chat.case)
        meetings.went_elsewhere(seat, meeting, timezone.now())
    assert "call_elsewhere" in world.notices(chat.case)
    second = calls.date(chat, starts_at=timezone.now() - dt.timedelta(hours=1), channel="phone")
    changing.mark(chat.counsellor, second, kept=True)

    case = world.row(chat.case)
    close(chat)

    codes = CountRow.objects.filter(event="filed").latest("pk").codes
    assert (codes["contacts"], codes["channels"]) == ("2_3", ["chat", "phone", "voice"])
    assert course.ways.phase(case, timezone.now()) == "middle"
