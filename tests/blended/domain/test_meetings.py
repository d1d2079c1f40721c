"""When a meeting is open, who comes in, and how it ends."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from blended.domain import meetings
from blended.models import Appointment, Attendance, Meeting, Room
from counselling.cases.domain import handover, posting
from counselling.cases.models import Case, CountRow, Role, Seat
from counselling.errors import Conflict, NotAllowed, NotFound
from counselling.people.domain import access
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from tests.blended import call_world as calls
from tests.support import world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def relay(settings) -> None:
    settings.TURN_URLS, settings.TURN_SECRET, settings.DEMO = ("turn:turn.example.org",), "geheim", False


@pytest.fixture
def team(db: None) -> Team:
    return world.team()


@pytest.fixture
def mara(team: Team) -> Actor:
    return world.counsellor(team, "Mara")


@pytest.fixture
def chat(team: Team, mara: Actor) -> Chat:
    return world.chat(team, mara)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> "Clock":
    return Clock(monkeypatch)


class Clock:
    """Time stands still, and goes on when a test says so."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now = timezone.now()
        patch.setattr(timezone, "now", lambda: self.now)

    def go(self, **by: float) -> datetime:
        """On by so much."""
        self.now += timedelta(**by)
        return self.now


def in_minutes(minutes: float) -> datetime:
    return timezone.now() + timedelta(minutes=minutes)


# --- out of an appointment -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channel", ["voice", "video"])
def test_the_door_opens_a_quarter_of_an_hour_before(chat: Chat, clock: Clock, channel: str) -> None:
    date = calls.date(chat, starts_at=in_minutes(15.1), channel=channel)
    with pytest.raises(meetings.TooEarly):
        meetings.of_appointment(chat.seeker, date)

    clock.go(minutes=0.2)
    meeting = meetings.of_appointment(chat.seeker, date)

    assert meetings.of_appointment(chat.counsellor, date) == meeting
    view = meetings.look(chat.seeker, meeting)
    assert (view.kind, view.state, view.side, view.here) == (channel, "open", "seeker", False)
    assert view.ends_at - view.opens_at == timedelta(minutes=15 + 50 + 10)


def test_the_door_closes_ten_minutes_after_the_end(chat: Chat, clock: Clock) -> None:
    date = calls.date(chat, starts_at=in_minutes(0))
    clock.go(minutes=59.9)
    meeting = meetings.of_appointment(chat.seeker, date)
    clock.go(minutes=0.2)

    with pytest.raises(meetings.Over):
        meetings.enter(chat.seeker, meeting, uuid4())
    with pytest.raises(meetings.Over):
        meetings.of_appointment(chat.seeker, calls.date(chat, starts_at=in_minutes(-61)))
    assert meetings.look(chat.seeker, meeting).state == "ended"


@pytest.mark.parametrize("state", ["proposed", "declined", "cancelled", "moved", "missed"])
def test_only_an_agreed_appointment_has_a_call(chat: Chat, state: str) -> None:
    with pytest.raises(NotFound):
        meetings.of_appointment(chat.seeker, calls.date(chat, starts_at=in_minutes(5), state=state))


@pytest.mark.parametrize("channel", ["chat", "phone"])
def test_other_channels_have_no_call(chat: Chat, channel: str) -> None:
    with pytest.raises(NotFound):
        meetings.of_appointment(chat.seeker, calls.date(chat, starts_at=in_minutes(5), channel=channel))


def test_an_appointment_that_is_called_off_takes_its_call_with_it(chat: Chat) -> None:
    date = calls.date(chat, starts_at=in_minutes(5))
    meeting = meetings.of_appointment(chat.seeker, date)
    Appointment.objects.filter(pk=date).update(state="cancelled")

    with pytest.raises(meetings.Over):
        meetings.enter(chat.seeker, meeting, uuid4())
    assert meetings.running(chat.seeker, chat.case) is None


# --- who -------------------------------------------------------------------------------------------------------------


def test_nobody_else_finds_a_meeting(team: Team, chat: Chat) -> None:
    jon, other = world.counsellor(team, "Jon"), access.new_seeker()[0]
    date = calls.date(chat, starts_at=in_minutes(5))
    meeting = meetings.of_appointment(chat.seeker, date)

    for stranger in (jon, other):
        for attempt in attempts(stranger, meeting, date):
            with pytest.raises(NotFound):
                attempt()
    with pytest.raises(NotAllowed):
        meetings.look(world.staff(team, "Ole", "supervisor"), meeting)


def attempts(actor: Actor, meeting: UUID, date: UUID) -> list:
    page = uuid4()
    return [
        lambda: meetings.of_appointment(actor, date),
        lambda: meetings.look(actor, meeting),
        lambda: meetings.enter(actor, meeting, page),
        lambda: meetings.here(actor, meeting, page),
        lambda: meetings.leave(actor, meeting, page),
        lambda: meetings.end(actor, meeting),
        lambda: meetings.look(actor, uuid4()),
    ]


def test_an_invited_colleague_has_no_part_in_a_call(team: Team, chat: Chat) -> None:
    jon = world.counsellor(team, "Jon")
    handover.invite(chat.counsellor, chat.case, to=jon.id)
    date = calls.date(chat, starts_at=in_minutes(5))
    meeting = meetings.of_appointment(chat.seeker, date)
    calls.talking(chat)

    for attempt in attempts(jon, meeting, date):
        with pytest.raises(NotFound):
            attempt()


def test_whoever_handed_the_case_over_is_out_and_the_next_one_comes_in(team: Team, chat: Chat) -> None:
    jon = world.counsellor(team, "Jon")
    young, _ = calls.talking(chat)
    handover.to_colleague(chat.counsellor, chat.case, to=jon.id)

    with pytest.raises(NotFound):
        meetings.here(chat.counsellor, young.meeting, uuid4())
    assert young.stands() == "waiting"
    meetings.enter(jon, young.meeting, uuid4())
    assert young.stands() == "both"
    assert Attendance.objects.filter(meeting=young.meeting).count() == 2


# --- coming and going ------------------------------------------------------------------------------------------------


def test_a_call_begins_when_both_have_joined_and_is_told_once(chat: Chat) -> None:
    young, team = calls.two(chat)
    assert [side.stands() for side in (young, team)] == ["out", "out"]

    entered = young.enter()
    assert (young.stands(), entered.view.here, entered.policy, len(entered.servers)) == ("waiting", False, "relay", 1)
    assert meetings.look(team.actor, team.meeting).here
    assert world.notices(chat.case)[-1] == "chat_began"
    assert team.enter().view.here
    young.elsewhere().enter()

    assert team.stands() == "both"
    assert world.notices(chat.case).count("call_began") == 1


def test_the_newest_page_takes_part_and_the_older_is_told(chat: Chat) -> None:
    young, team = calls.talking(chat)
    second = young.elsewhere()

    second.enter()

    assert (young.stands(), second.stands(), team.stands()) == ("replaced", "both", "both")
    meetings.leave(young.actor, young.meeting, young.page)
    assert second.stands() == "both"


def test_whoever_leaves_is_gone_and_may_come_back(chat: Chat) -> None:
    young, team = calls.talking(chat)

    meetings.leave(young.actor, young.meeting, young.page)
    assert (young.stands(), team.stands()) == ("out", "waiting")

    young.enter()
    assert team.stands() == "both"


def test_a_page_without_a_sign_of_life_is_lost_after_half_a_minute(chat: Chat, clock: Clock) -> None:
    young, team = calls.talking(chat)

    clock.go(seconds=29)
    assert team.stands() == "both"
    clock.go(seconds=2)

    assert team.stands() == "waiting"
    assert young.stands() == "both"


def test_a_meeting_elsewhere_is_not_entered_here(chat: Chat) -> None:
    Room.objects.create(team_id=world.row(chat.case).team_id, provider="jitsi")
    young, _ = calls.two(chat)

    with pytest.raises(Conflict):
        young.enter()


def test_without_a_relay_nobody_comes_in(chat: Chat, settings) -> None:
    settings.TURN_URLS = ()
    young, _ = calls.two(chat)

    with pytest.raises(Conflict):
        young.enter()


def test_what_runs_can_be_found_by_both(chat: Chat) -> None:
    assert meetings.running(chat.seeker, chat.case) is None
    young, team = calls.two(chat)

    found = [meetings.running(actor, chat.case) for actor in (chat.seeker, chat.counsellor)]

    assert [view and (view.id, view.side) for view in found] == [
        (young.meeting, "seeker"),
        (team.meeting, "counsellor"),
    ]
    assert calls.begin(chat.case) == young.meeting
    assert meetings.partner_name(chat.seeker, found[0]) == "Mara"  # type: ignore[arg-type]  # found above
    assert meetings.partner_name(chat.counsellor, found[1]) == world.NICKNAME  # type: ignore[arg-type]  # as above


# --- the end ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", [0, 1])
def test_either_side_ends_it_for_both(chat: Chat, clock: Clock, who: int) -> None:
    sides = calls.talking(chat, "video")
    sides[0].say(sides[1])
    clock.go(minutes=12)

    for _ in range(2):
        meetings.end(sides[who].actor, sides[who].meeting)

    assert [side.stands() for side in sides] == ["ended", "ended"]
    assert calls.signals() == 0
    assert world.notices(chat.case)[-2:] == ["call_began", "call_ended"]
    row = CountRow.objects.get(event="call")
    assert {name: row.codes[name] for name in ("kind", "minutes", "planned")} == {
        "kind": "video",
        "minutes": "<15",
        "planned": False,
    }
    with pytest.raises(meetings.Over):
        sides[0].enter()


def test_a_call_that_never_began_ends_without_a_word(chat: Chat) -> None:
    young, _ = calls.two(chat)
    young.enter()

    meetings.end(young.actor, young.meeting)

    assert "call_ended" not in world.notices(chat.case)
    assert not CountRow.objects.filter(event="call").exists()


def test_a_meeting_that_outlives_its_time_is_ended_by_the_clock(chat: Chat, clock: Clock) -> None:
    young, _ = calls.talking(chat)
    clock.go(minutes=59)
    young.stands()
    assert meetings.overtime(clock.now) == 0

    assert meetings.overtime(clock.go(minutes=2)) == 1
    assert meetings.overtime(clock.now) == 0

    assert young.stands() == "ended"
    assert world.notices(chat.case)[-1] == "call_ended"
    assert CountRow.objects.get(event="call").codes["minutes"] == ">=60"


def test_a_call_to_which_nobody_comes_back_ends_a_planned_one_waits(chat: Chat, clock: Clock) -> None:
    young, _ = calls.talking(chat)
    planned = meetings.of_appointment(chat.seeker, calls.date(chat, starts_at=in_minutes(0)))
    clock.go(minutes=14)
    young.stands()

    assert meetings.overtime(clock.go(minutes=14)) == 0
    assert meetings.overtime(clock.go(minutes=2)) == 1
    assert calls.row(young.meeting).ended_at
    assert calls.row(planned).ended_at is None


def test_after_an_end_another_call_may_begin(chat: Chat, clock: Clock) -> None:
    young, _ = calls.talking(chat)
    meetings.end(young.actor, young.meeting)
    second = calls.begin(chat.case)
    clock.go(minutes=61)

    third = calls.begin(chat.case)

    assert len({young.meeting, second, third}) == 3
    assert Meeting.objects.filter(case=chat.case, ended_at=None).count() == 1


def test_seats_of_a_meeting_are_the_two_sides(chat: Chat) -> None:
    young, _ = calls.talking(chat)
    seats = Seat.objects.filter(pk__in=Attendance.objects.filter(meeting=young.meeting).values("seat"))
    assert sorted(seats.values_list("role", flat=True)) == [Role.SEEKER, Role.COUNSELLOR]


def test_during_letters_one_writes_while_both_are_in_the_call(chat: Chat) -> None:
    young, adviser = calls.two(chat)
    Case.objects.filter(pk=chat.case).update(state=Case.State.LETTERS, by_letter=True)

    def written() -> list[str]:
        outcomes = posting.commit([world.post(side.actor, chat.case) for side in (young, adviser)])
        return [type(outcome).__name__ for outcome in outcomes]

    young.enter()
    alone = written()
    adviser.enter()
    both = written()
    meetings.leave(adviser.actor, adviser.meeting, adviser.page)

    assert (alone, both, written()) == (["Closed"] * 2, ["Posted"] * 2, ["Closed"] * 2)
