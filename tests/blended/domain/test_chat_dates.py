"""The chat of an appointment: reserved for two, whoever comes first, at any hour."""

import datetime as dt

import pytest
from django.utils import timezone

from blended.domain import agreeing, chat_dates, meetings
from blended.models import Appointment
from counselling.cases.domain import by_letter, queue, timers
from counselling.cases.models import Role, Seat
from counselling.errors import Closed, Conflict, NotFound
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team
from tests.blended import dates_world as dates
from tests.support import letters, world
from tests.support.letters import Correspondents

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def team(db: None) -> Team:
    """Its chat is closed."""
    made = world.team()
    world.close_hours(made)
    return made


@pytest.fixture
def mara(team: Team) -> Actor:
    return world.counsellor(team, "Mara")


@pytest.fixture
def jon(team: Team) -> Actor:
    return world.counsellor(team, "Jon")


@pytest.fixture
def made(team: Team, mara: Actor) -> Correspondents:
    return letters.claimed(team, mara)


@pytest.fixture
def date(made: Correspondents, mara: Actor) -> Appointment:
    """A chat, agreed."""
    asked = agreeing.propose(mara, made.case, dates.when(2, channel="chat"))
    agreeing.confirm(made.seeker, asked)
    return dates.row(asked)


def at(monkeypatch: pytest.MonkeyPatch, date: Appointment, minutes: float) -> None:
    """So many minutes after its start; its counsellor is at the desk."""
    now = date.starts_at + minutes * MINUTE
    dates.at(monkeypatch, now)
    Staff.objects.filter(pk=date.staff_id).update(seen_at=now)


def sits(case: object) -> list[str]:
    """Who counsels the case now."""
    return list(
        Seat.objects.filter(case=case, role=Role.COUNSELLOR, ended_at=None).values_list("staff__alias", flat=True)
    )


def test_the_young_person_comes_first_and_waits(
    made: Correspondents, mara: Actor, date: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, date, -15)
    assert [(one.waits, one.ready) for one in chat_dates.open_for(mara)] == [(False, False)]

    assert not chat_dates.arrive(made.seeker, date.pk)
    assert world.row(made.case).state == "letters"
    assert [(one.nickname, one.waits) for one in chat_dates.open_for(mara)] == [(world.NICKNAME, True)]
    assert chat_dates.arrive(mara, date.pk)

    case = world.row(made.case)
    assert (case.state, case.channel, sits(made.case)) == ("active", "chat", ["Mara"])
    assert world.notices(made.case)[-1] == "chat_began"
    assert chat_dates.open_for(mara) == []
    assert chat_dates.arrive(made.seeker, date.pk)
    assert chat_dates.arrive(mara, date.pk)
    world.say(made.seeker, made.case, "Da bin ich")


def test_the_counsellor_comes_first_and_it_begins_when_the_young_person_does(
    made: Correspondents, mara: Actor, date: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, date, -5)
    assert not chat_dates.arrive(mara, date.pk)
    assert chat_dates.open_for(mara)[0].ready
    at(monkeypatch, date, 3)

    assert chat_dates.arrive(made.seeker, date.pk)

    assert sits(made.case) == ["Mara"]


def test_a_counsellor_who_has_left_the_desk_is_waited_for(
    made: Correspondents, mara: Actor, date: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, date, -5)
    chat_dates.arrive(mara, date.pk)
    dates.at(monkeypatch, date.starts_at)

    assert not chat_dates.arrive(made.seeker, date.pk)


def test_a_page_that_was_closed_waits_no_more(
    made: Correspondents, mara: Actor, date: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, date, 0)
    chat_dates.arrive(made.seeker, date.pk)
    at(monkeypatch, date, 2)

    assert not chat_dates.arrive(mara, date.pk)


def test_the_chat_is_not_lost_before_the_desk_is_there(
    made: Correspondents, mara: Actor, date: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, date, 0)
    chat_dates.arrive(made.seeker, date.pk)
    Staff.objects.filter(pk=mara.id).update(seen_at=None)
    chat_dates.arrive(mara, date.pk)

    timers.lost_counsellors(timezone.now())

    assert world.row(made.case).state == "active"


@pytest.mark.parametrize(("minutes", "error"), [(-16, meetings.TooEarly), (50, meetings.Over)])
def test_outside_its_time_the_door_is_shut(  # noqa: PLR0917 -- fixtures
    made: Correspondents,
    mara: Actor,
    date: Appointment,
    monkeypatch: pytest.MonkeyPatch,
    minutes: int,
    error: type[Exception],
) -> None:
    at(monkeypatch, date, minutes)

    for actor in (made.seeker, mara):
        with pytest.raises(error):
            chat_dates.arrive(actor, date.pk)
    assert chat_dates.open_for(mara) == []


def test_nobody_else_gets_in(
    team: Team, made: Correspondents, jon: Actor, date: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = letters.writer(team, nickname="Fuchs")
    at(monkeypatch, date, 0)

    for actor in (jon, other.seeker):
        with pytest.raises(NotFound):
            chat_dates.arrive(actor, date.pk)
    assert chat_dates.open_for(jon) == []


@pytest.mark.parametrize("state", ["proposed", "cancelled", "declined", "kept"])
def test_what_is_not_agreed_has_no_chat(
    made: Correspondents, date: Appointment, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    Appointment.objects.filter(pk=date.pk).update(state=state)
    at(monkeypatch, date, 0)

    with pytest.raises(NotFound):
        chat_dates.arrive(made.seeker, date.pk)


def test_another_way_to_meet_has_no_chat(made: Correspondents, mara: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = agreeing.propose(mara, made.case, dates.when(2, channel="video"))
    agreeing.confirm(made.seeker, asked)
    at(monkeypatch, dates.row(asked), 0)

    with pytest.raises(NotFound):
        chat_dates.arrive(made.seeker, asked)


def test_who_waits_in_the_queue_meanwhile_goes_past_it(
    team: Team, made: Correspondents, mara: Actor, date: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, date, 0)
    world.open_hours(team)
    queue.rejoin(made.seeker, made.case)

    chat_dates.arrive(made.seeker, date.pk)
    assert chat_dates.arrive(mara, date.pk)

    assert (world.row(made.case).state, world.place_row(made.case).how) == ("active", "claimed")
    assert sits(made.case) == ["Mara"]


def test_after_a_chat_that_ended_early_one_may_come_back(
    made: Correspondents, mara: Actor, date: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, date, 0)
    chat_dates.arrive(made.seeker, date.pk)
    chat_dates.arrive(mara, date.pk)
    by_letter.rest(world.row(made.case))

    assert not chat_dates.arrive(made.seeker, date.pk)
    assert chat_dates.arrive(mara, date.pk)


def test_a_case_that_is_over_has_no_chat(
    made: Correspondents, date: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, date, 0)
    case = world.row(made.case)
    case.state, case.closed_at, case.by_letter = "closed", timezone.now(), False
    case.save()

    with pytest.raises(Closed):
        chat_dates.arrive(made.seeker, date.pk)


def test_while_somebody_else_chats_there_the_door_says_so(  # noqa: PLR0917 -- fixtures
    team: Team, made: Correspondents, mara: Actor, jon: Actor, date: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, date, 1)  # it has begun, so it stays Mara's
    world.open_hours(team)
    queue.rejoin(made.seeker, made.case)
    queue.claim(jon, made.case)
    queue.appear(made.seeker, made.case)

    with pytest.raises(Conflict):
        chat_dates.arrive(made.seeker, date.pk)
