"""Proposing, answering, moving, calling off, and what became of it."""

import datetime as dt
from uuid import uuid4

import pytest
from django.utils import timezone

from blended.domain import agreeing, appointments, booking, calendars, changing, offers
from blended.domain.making import When
from blended.domain.refusals import Clash, Refused
from blended.models import Appointment
from counselling.cases.domain import by_letter, handover, newsworthy
from counselling.cases.models import Case
from counselling.errors import Conflict, NotAllowed, NotFound, Taken, TooLate
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
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
def news(monkeypatch: pytest.MonkeyPatch) -> list[Case]:
    """The cases of which whoever tells young people was told."""
    told: list[Case] = []
    monkeypatch.setattr(newsworthy, "_tellers", [told.append])
    return told


def test_a_proposal_waits_for_the_young_person(made: Correspondents, mara: Actor, news: list[Case]) -> None:
    asked = agreeing.propose(mara, made.case, dates.when(), note="Passt dir das?")

    assert world.lines(made.case)[-1].about == {
        "by": "counsellor",
        "when": f"{dates.row(asked).starts_at:%Y-%m-%dT%H:%M:%SZ}",
        "channel": "voice",
    }
    assert len(news) == 1
    with pytest.raises(NotAllowed):
        agreeing.confirm(mara, asked)
    agreeing.confirm(made.seeker, asked)
    agreeing.confirm(made.seeker, asked)

    found = appointments.one(mara, asked)
    assert (found.state, found.who) == ("agreed", "Mara")
    assert found.sealed
    assert found.sealed.note == "Passt dir das?"
    assert world.notices(made.case)[-2:] == ["date_proposed", "date_agreed"]
    assert len(news) == 1


def test_a_wish_of_the_young_person_is_answered_by_who_will_be_there(
    made: Correspondents, mara: Actor, news: list[Case]
) -> None:
    asked = agreeing.propose(made.seeker, made.case, dates.when())

    assert news == []
    assert [item.id for item in calendars.open_questions(mara)] == [asked]
    agreeing.confirm(mara, asked)

    assert dates.row(asked).state == "agreed"
    assert len(news) == 1
    assert calendars.open_questions(mara) == []


def test_a_no_needs_no_reason_and_is_no_end(made: Correspondents, mara: Actor) -> None:
    asked = agreeing.propose(mara, made.case, dates.when())
    agreeing.decline(made.seeker, asked)
    agreeing.decline(made.seeker, asked)

    with pytest.raises(Conflict):
        agreeing.confirm(made.seeker, asked)
    assert world.notices(made.case)[-2:] == ["date_proposed", "date_declined"]
    agreeing.propose(mara, made.case, dates.when())  # the time is free again


def test_a_wish_holds_nobodys_time_a_proposal_does(made: Correspondents, mara: Actor, team: Team) -> None:
    other = letters.claimed(team, mara)
    wish = agreeing.propose(made.seeker, made.case, dates.when())
    same = When(dates.row(wish).starts_at, "voice")
    agreeing.propose(mara, other.case, same)

    with pytest.raises(Clash):
        agreeing.confirm(mara, wish)
    with pytest.raises(Clash):
        agreeing.propose(mara, made.case, When(same.starts_at + dt.timedelta(minutes=30), "voice"))
    starts = timezone.localtime(same.starts_at)
    with pytest.raises(Clash):
        offers.offer(mara, team_id=team.pk, day=starts.date(), starts=starts.time(), what=offers.Offer("video"))


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"channel": "smoke"}, "channel"),
        ({"minutes": 5}, "minutes"),
        ({"days": 0, "hours": -1}, "starts_at"),
        ({"days": 0}, "starts_at"),
        ({"days": 80}, "starts_at"),
        ({"channel": "onsite"}, "place"),
    ],
)
def test_an_impossible_wish_is_refused_at_its_field(made: Correspondents, more: dict[str, object], field: str) -> None:
    with pytest.raises(Refused) as refused:
        agreeing.propose(made.seeker, made.case, dates.when(**more))  # type: ignore[arg-type]

    assert refused.value.field == field


def test_the_only_place_need_not_be_named(made: Correspondents, mara: Actor, team: Team) -> None:
    where = dates.place(team)

    asked = agreeing.propose(mara, made.case, dates.when(channel="onsite"))

    assert dates.row(asked).place_id == where.pk
    dates.place(world.team("Ahorn"), "Dort")
    with pytest.raises(Refused):
        agreeing.propose(mara, made.case, dates.when(days=6, channel="onsite", place=where.pk + 1))


def test_nobody_to_ask_is_said_in_words(team: Team, mara: Actor) -> None:
    writer = letters.writer(team)

    with pytest.raises(Conflict):
        agreeing.propose(writer.seeker, writer.case, dates.when())


def test_only_the_two_of_a_case_propose_and_answer(made: Correspondents, mara: Actor, jon: Actor, team: Team) -> None:
    asked = agreeing.propose(mara, made.case, dates.when())
    stranger = letters.writer(team)
    for actor in (jon, stranger.seeker):
        with pytest.raises(NotFound):
            agreeing.propose(actor, made.case, dates.when())
        for act in (agreeing.confirm, agreeing.decline, changing.cancel, appointments.one):
            with pytest.raises(NotFound):
                act(actor, asked)
    for act in (agreeing.confirm, agreeing.decline, changing.cancel, appointments.one):
        with pytest.raises(NotFound):
            act(made.seeker, uuid4())
    with pytest.raises(NotAllowed):
        agreeing.propose(world.staff(team, "Lena", "supervisor"), made.case, dates.when())


def test_a_colleague_beside_the_chat_agrees_on_nothing(mara: Actor, jon: Actor, team: Team) -> None:
    chat = world.chat(team, mara)
    handover.invite(mara, chat.case, to=jon.id)

    with pytest.raises(NotAllowed):
        agreeing.propose(jon, chat.case, dates.when())


def test_an_own_offer_can_be_proposed_and_is_held(made: Correspondents, mara: Actor, jon: Actor, team: Team) -> None:
    slot, foreign = dates.slot(mara, team, dates.days_ahead(3)), dates.slot(jon, team, dates.days_ahead(3))

    asked = agreeing.propose_slot(mara, made.case, slot)

    assert [one.id for one in booking.free([team.pk])] == [foreign]
    other = letters.claimed(team, mara)
    with pytest.raises(Taken):
        booking.book(other.seeker, other.case, slot)
    with pytest.raises(NotFound):
        agreeing.propose_slot(mara, made.case, foreign)
    agreeing.decline(made.seeker, asked)
    booking.book(other.seeker, other.case, slot)


def test_a_proposal_whose_time_is_over_cannot_be_taken(
    made: Correspondents, mara: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = agreeing.propose(mara, made.case, dates.when())
    dates.at(monkeypatch, dates.row(asked).starts_at)

    with pytest.raises(TooLate):
        agreeing.confirm(made.seeker, asked)


def test_a_young_person_moves_to_a_free_time_at_once(made: Correspondents, mara: Actor, team: Team) -> None:
    old = dates.booked(made.seeker, made.case, mara, team, channel="phone")
    word, uid = appointments.one(mara, old).sealed, dates.row(old).uid
    slot = dates.slot(mara, team, dates.days_ahead(4), channel="phone")

    new = changing.move_to_slot(made.seeker, old, slot)

    assert (dates.row(old).state, dates.row(new).state) == ("moved", "agreed")
    assert dates.row(new).instead_of_id == old
    assert appointments.one(made.seeker, new).sealed == word
    assert (dates.row(new).uid, dates.row(new).sequence) == (uid, 1)
    assert world.notices(made.case)[-1] == "date_moved"
    with pytest.raises(Conflict):
        changing.move_to_slot(made.seeker, old, slot)


def test_a_counsellor_asks_before_it_is_moved(made: Correspondents, mara: Actor, team: Team, news: list[Case]) -> None:
    old = dates.booked(made.seeker, made.case, mara, team)

    new = changing.move(mara, old, dates.when(days=4))

    assert (dates.row(old).state, dates.row(new).state) == ("agreed", "proposed")
    agreeing.confirm(made.seeker, new)
    assert (dates.row(old).state, dates.row(new).state) == ("moved", "agreed")
    assert dates.row(new).sequence == 1
    assert world.notices(made.case)[-2:] == ["date_proposed", "date_moved"]
    assert len(news) == 1


def test_when_the_new_time_does_not_suit_the_old_one_stays(made: Correspondents, mara: Actor, team: Team) -> None:
    old = dates.booked(made.seeker, made.case, mara, team)
    overlapping = When(dates.row(old).starts_at + dt.timedelta(minutes=30), "video")

    agreeing.decline(made.seeker, changing.move(mara, old, dates.when(days=4)))
    with pytest.raises(Clash):  # the offer itself stands there still
        changing.move(mara, old, overlapping)
    again = changing.move(mara, old, dates.when(days=5))
    latest = changing.move(mara, old, dates.when(days=6))

    assert dates.row(old).state == "agreed"
    assert dates.row(again).state == "cancelled"
    assert dates.row(latest).instead_of_id == old


def test_moving_counts_as_none_more(made: Correspondents, mara: Actor, team: Team) -> None:
    first, *_ = (dates.booked(made.seeker, made.case, mara, team, days=days) for days in (2, 3, 4))
    later = dates.slot(mara, team, dates.days_ahead(5))

    changing.move_to_slot(made.seeker, first, later)

    assert Appointment.objects.filter(case=made.case, state="agreed").count() == 3


def test_both_sides_call_off_without_a_reason(made: Correspondents, mara: Actor, team: Team, news: list[Case]) -> None:
    one, two = (dates.booked(made.seeker, made.case, mara, team, days=days) for days in (2, 3))
    changing.cancel(made.seeker, one)
    changing.cancel(made.seeker, one)
    assert news == []
    changing.cancel(mara, two)

    assert [(line.code, (line.about or {})["by"]) for line in world.lines(made.case)[-2:]] == [
        ("date_cancelled", "seeker"),
        ("date_cancelled", "counsellor"),
    ]
    assert [row.sequence for row in Appointment.objects.all()] == [1, 1]
    assert len(news) == 1
    with pytest.raises(Conflict):
        changing.move(mara, one, dates.when())


def test_what_the_other_side_proposed_is_declined_not_cancelled(made: Correspondents, mara: Actor) -> None:
    asked = agreeing.propose(mara, made.case, dates.when())

    with pytest.raises(Conflict):
        changing.cancel(made.seeker, asked)
    changing.cancel(mara, asked)

    assert dates.row(asked).state == "cancelled"


def test_calling_off_ends_a_proposal_to_move_as_well(made: Correspondents, mara: Actor, team: Team) -> None:
    old = dates.booked(made.seeker, made.case, mara, team)
    pending = changing.move(mara, old, dates.when(days=4))

    changing.cancel(made.seeker, old)

    assert dates.row(pending).state == "cancelled"


def test_after_its_beginning_it_is_marked_not_called_off(
    made: Correspondents, mara: Actor, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = dates.booked(made.seeker, made.case, mara, team)
    with pytest.raises(TooLate):
        changing.mark(mara, asked, kept=False)
    dates.at(monkeypatch, dates.row(asked).ends_at)

    with pytest.raises(TooLate):
        changing.cancel(made.seeker, asked)
    assert [item.id for item in calendars.open_questions(mara)] == [asked]
    with pytest.raises(NotAllowed):
        changing.mark(made.seeker, asked, kept=True)
    changing.mark(mara, asked, kept=False)
    changing.mark(mara, asked, kept=False)

    assert calendars.open_questions(mara) == []
    assert world.notices(made.case)[-1] == "date_missed"
    assert "date_missed" in world.counted()
    with pytest.raises(Conflict):
        changing.mark(mara, asked, kept=True)


def test_what_took_place_is_counted_and_not_told(
    made: Correspondents, mara: Actor, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = dates.booked(made.seeker, made.case, mara, team)
    before = [code for code in world.notices(made.case) if code.startswith("date_")]
    dates.at(monkeypatch, dates.row(asked).starts_at)

    changing.mark(mara, asked, kept=True)

    assert [code for code in world.notices(made.case) if code.startswith("date_")] == before
    assert "date_kept" in world.counted()


def test_after_a_hand_over_only_the_new_one_reads_and_calls_off(
    made: Correspondents, mara: Actor, jon: Actor, team: Team
) -> None:
    one, two = (dates.booked(made.seeker, made.case, mara, team, days=days) for days in (2, 3))
    by_letter.hand_over(mara, made.case, to=jon.id)

    with pytest.raises(NotFound):
        appointments.one(mara, one)
    with pytest.raises(NotFound):
        changing.cancel(mara, one)
    changing.cancel(jon, one)
    agreeing.decline(made.seeker, two)
    assert (dates.row(one).state, dates.row(two).state) == ("cancelled", "declined")


def test_moving_after_a_hand_over_brings_it_to_the_new_counsellor(
    made: Correspondents, mara: Actor, jon: Actor, team: Team
) -> None:
    old = dates.booked(made.seeker, made.case, mara, team)
    by_letter.hand_over(mara, made.case, to=jon.id)
    agreeing.confirm(made.seeker, old)

    new = changing.move(jon, old, dates.when(days=4))
    agreeing.confirm(made.seeker, new)

    assert dates.row(new).staff_id == jon.id
