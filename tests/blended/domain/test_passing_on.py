"""Somebody else answers a case: its appointments go along and are asked anew, or fall; nothing is left behind."""

import datetime as dt

import pytest
from django.utils import timezone

from blended.domain import agreeing, appointments, booking, calendars, changing, passing_on
from blended.models import Appointment
from counselling.cases.domain import by_letter, handover, newsworthy, queue
from counselling.cases.views import words
from counselling.cases.views.own import happened
from counselling.mail.domain import absences
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team
from tests.blended import dates_world as dates
from tests.support import letters, world
from tests.support.letters import Correspondents

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(db: None) -> Team:
    return world.team()


@pytest.fixture
def mara(team: Team) -> Actor:
    return world.counsellor(team, "Mara")


@pytest.fixture
def jon(team: Team) -> Actor:
    return world.counsellor(team, "Jon")


@pytest.fixture
def made(team: Team, mara: Actor) -> Correspondents:
    """A case whose letters Mara answers."""
    return letters.claimed(team, mara)


@pytest.fixture
def agreed(team: Team, mara: Actor, made: Correspondents) -> Appointment:
    """At a time that Mara offered."""
    return dates.row(dates.booked(made.seeker, made.case, mara, team))


def in_calendar(actor: Actor, row: Appointment) -> list[str]:
    """What this person's own week shows of appointments on that day."""
    week = calendars.week(actor, timezone.localdate(row.starts_at), whole_team=False)
    return [item.nickname for day in week.days for item in day.items if item.kind == "date"]


def test_a_colleague_who_is_free_keeps_the_time_and_the_young_person_is_asked(
    mara: Actor, jon: Actor, made: Correspondents, agreed: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[object] = []
    monkeypatch.setattr(newsworthy, "_tellers", [told.append])

    by_letter.hand_over(mara, made.case, to=jon.id)

    found = appointments.one(made.seeker, agreed.pk)
    assert (found.state, found.proposed_by, found.who, found.slot) == ("proposed", "counsellor", "Jon", None)
    assert found.starts_at == agreed.starts_at
    assert (in_calendar(mara, agreed), in_calendar(jon, agreed)) == ([], [world.NICKNAME])
    assert world.notices(made.case)[-2:] == ["handed_over", "date_proposed"]
    assert world.lines(made.case)[-1].about["by"] == "handover"
    assert len(told) == 1

    agreeing.confirm(made.seeker, agreed.pk)
    assert appointments.one(jon, agreed.pk).state == "agreed"


def test_the_place_in_the_offer_is_free_again(
    mara: Actor, jon: Actor, made: Correspondents, agreed: Appointment
) -> None:
    by_letter.hand_over(mara, made.case, to=jon.id)

    assert [one.id for one in booking.free([made_team(made)], staff=mara.id)] == [agreed.slot_id]


def made_team(made: Correspondents) -> object:
    """The team of the case."""
    return world.row(made.case).team_id


def test_a_colleague_who_is_taken_keeps_nothing(
    team: Team, mara: Actor, jon: Actor, made: Correspondents, agreed: Appointment
) -> None:
    other = letters.claimed(team, jon, nickname="Fuchs")
    agreeing.propose(jon, other.case, dates.when(hours=0, days=3))
    Appointment.objects.filter(case=other.case).update(starts_at=agreed.starts_at, ends_at=agreed.ends_at)

    by_letter.hand_over(mara, made.case, to=jon.id)

    assert dates.row(agreed.pk).state == "cancelled"
    last = world.lines(made.case)[-1]
    assert (last.code, last.about["by"]) == ("date_cancelled", "handover")
    assert "andere Zeit" in happened.notice(last.code, {**last.about, "when": "am Montag"})
    assert in_calendar(mara, agreed) == []


def test_given_back_to_the_team_they_are_called_off(mara: Actor, made: Correspondents, agreed: Appointment) -> None:
    by_letter.give_back(mara, made.case)

    assert dates.row(agreed.pk).state == "cancelled"
    assert in_calendar(mara, agreed) == []


def test_who_leaves_the_team_leaves_no_appointment(
    mara: Actor, jon: Actor, made: Correspondents, agreed: Appointment
) -> None:
    Staff.objects.filter(pk=mara.id).update(is_active=False)

    by_letter.free_left(timezone.now())

    assert dates.row(agreed.pk).state == "cancelled"


def test_a_supervisor_reassigns_and_the_appointment_goes_along(
    team: Team, mara: Actor, jon: Actor, made: Correspondents, agreed: Appointment
) -> None:
    by_letter.reassign(world.staff(team, "Lena", "supervisor"), made.case, to=jon.id)

    assert dates.row(agreed.pk).staff_id == jon.id


def test_an_absence_takes_appointments_along(
    mara: Actor, jon: Actor, made: Correspondents, agreed: Appointment
) -> None:
    today = timezone.localdate()
    absences.plan(mara, begins=today, ends=today + dt.timedelta(days=7), substitute=jon.id)

    absences.begin_due(timezone.now())

    found = dates.row(agreed.pk)
    assert (found.staff_id, found.state) == (jon.id, "proposed")


def test_a_chat_that_is_handed_over_takes_them_along(team: Team, mara: Actor, jon: Actor) -> None:
    chat = world.chat(team, mara)
    asked = agreeing.propose(mara, chat.case, dates.when())

    handover.to_colleague(mara, chat.case, to=jon.id)

    assert dates.row(asked).staff_id == jon.id


def test_in_the_queue_it_stays_and_goes_to_whoever_takes_the_chat(
    team: Team, mara: Actor, jon: Actor, made: Correspondents, agreed: Appointment
) -> None:
    queue.rejoin(made.seeker, made.case)
    assert dates.row(agreed.pk).staff_id == mara.id

    queue.claim(jon, made.case)
    queue.appear(made.seeker, made.case)

    assert (dates.row(agreed.pk).staff_id, dates.row(agreed.pk).state) == (jon.id, "proposed")


def test_a_wish_goes_along_as_it_is(mara: Actor, jon: Actor, made: Correspondents) -> None:
    asked = agreeing.propose(made.seeker, made.case, dates.when())

    by_letter.hand_over(mara, made.case, to=jon.id)

    assert [item.id for item in calendars.open_questions(jon)] == [asked]
    assert world.notices(made.case)[-1] == "handed_over"


def test_a_proposal_to_move_it_falls(mara: Actor, jon: Actor, made: Correspondents, agreed: Appointment) -> None:
    moved = changing.move(made.seeker, agreed.pk, dates.when(6))

    by_letter.hand_over(mara, made.case, to=jon.id)

    assert (dates.row(moved).state, dates.row(agreed.pk).state) == ("cancelled", "proposed")
    agreeing.confirm(made.seeker, agreed.pk)
    assert dates.row(agreed.pk).state == "agreed"


def test_what_has_begun_stays_with_who_was_there(
    mara: Actor, jon: Actor, made: Correspondents, agreed: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    dates.at(monkeypatch, agreed.starts_at + dt.timedelta(minutes=5))

    by_letter.hand_over(mara, made.case, to=jon.id)

    assert (dates.row(agreed.pk).staff_id, dates.row(agreed.pk).state) == (mara.id, "agreed")


def test_the_same_one_again_changes_nothing(mara: Actor, made: Correspondents, agreed: Appointment) -> None:
    before = world.notices(made.case)

    passing_on.follow(world.row(made.case), mara.id)

    assert dates.row(agreed.pk).state == "agreed"
    assert world.notices(made.case) == before


def test_the_team_reads_it_too() -> None:
    for code in ("date_proposed_handover", "date_cancelled_handover"):
        assert "{when}" in str(words.NOTICES[code])
