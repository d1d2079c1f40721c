"""The shift in numbers: right for what was built up, for my teams alone, and never more queries."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from counselling.cases.domain import handover, posting, risk, risk_records
from counselling.cases.domain.risk_content import Assessment
from counselling.cases.models import Case, RiskRecord, Waiting
from counselling.errors import NotAllowed
from counselling.mail.domain import lists as in_order
from counselling.mail.domain import load as mail_load
from counselling.people.domain import presence
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, StaffSession, Team, TeamSeal
from counselling.statistics.domain import alerts, live
from counselling.statistics.domain.live import Load
from tests.cases.domain.risk_world import orange
from tests.mail import team_world as lists
from tests.support import letters as post
from tests.support import world

pytestmark = pytest.mark.django_db
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def team(db: None) -> Team:
    return world.team()


@pytest.fixture
def uli(team: Team) -> Actor:
    return world.staff(team, "Uli", "supervisor")


def only(actor: Actor, now: dt.datetime | None = None) -> Load:
    (found,) = live.of_teams(actor, now)
    return found


def test_nothing_happens(team: Team, uli: Actor) -> None:
    assert only(uli) == Load(team.pk, "Linde")


def test_a_supervisor_without_a_team(team: Team, uli: Actor) -> None:
    Staff.objects.get(pk=uli.id).teams.clear()
    assert live.of_teams(uli) == []


@pytest.mark.parametrize("role", ["counsellor", "administrator"])
def test_only_those_who_lead(team: Team, role: str) -> None:
    with pytest.raises(NotAllowed):
        live.of_teams(world.staff(team, "Andere", role))


def test_my_teams_by_name_and_no_other(team: Team, uli: Actor) -> None:
    erle, buche = world.team("Erle"), world.team("Buche")
    Staff.objects.get(pk=uli.id).teams.add(buche)
    world.counsellor(erle, "Erle")
    world.waiting(erle)

    assert [(load.name, load.waiting, load.here) for load in live.of_teams(uli)] == [("Buche", 0, 0), ("Linde", 0, 0)]


# --- the queue -------------------------------------------------------------------------------------------------------


def test_who_waits_and_how_long(team: Team, uli: Actor) -> None:
    mara = world.counsellor(team)
    for minutes in (3, 12.9):
        world.waiting(team, minutes=minutes)
    world.call(team, mara, minutes=40)  # answered, although nobody came yet: they keep their place

    found = only(uli)

    assert (found.waiting, found.longest_wait) == (3, 12)


def test_nobody_waits_any_more(team: Team, uli: Actor) -> None:
    world.chat(team, world.counsellor(team), minutes=9)
    assert (only(uli).waiting, only(uli).longest_wait) == (0, None)


def test_a_clock_that_goes_wrong_shows_no_minutes_below_zero(team: Team, uli: Actor) -> None:
    world.counsellor(team)
    world.waiting(team)
    assert only(uli, timezone.now() - MINUTE).longest_wait == 0


# --- open chats ------------------------------------------------------------------------------------------------------


def unanswered_since(case: object, minutes: int) -> None:
    Case.objects.filter(pk=case).update(unanswered_since=timezone.now() - minutes * MINUTE)
    Waiting.objects.filter(case=case).update(ended_at=timezone.now() - 30 * MINUTE)


def test_the_longest_without_an_answer(team: Team, uli: Actor) -> None:
    mara = world.counsellor(team, capacity=5)
    first, second, answered = (world.chat(team, mara) for _ in range(3))
    for chat in (first, second, answered):
        world.say(chat.seeker, chat.case)
    unanswered_since(first.case, 4)
    unanswered_since(second.case, 7)
    world.say(mara, answered.case)

    assert only(uli).unanswered == 7
    posting.commit([world.post(mara, second.case)])
    assert only(uli).unanswered == 4


def test_a_letter_from_before_the_chat_counts_from_its_beginning(team: Team, uli: Actor) -> None:
    chat = world.chat(team, world.counsellor(team))
    unanswered_since(chat.case, 5 * 24 * 60)
    assert only(uli).unanswered == 30


def test_a_chat_that_went_back_to_the_queue_waits_there(team: Team, uli: Actor) -> None:
    chat = world.chat(team, world.counsellor(team))
    world.say(chat.seeker, chat.case)
    handover.to_queue(chat.counsellor, chat.case)

    assert (only(uli).unanswered, only(uli).waiting) == (None, 1)


# --- people ----------------------------------------------------------------------------------------------------------


def test_who_is_here_and_who_takes_no_more(team: Team, uli: Actor) -> None:
    mara, linde = world.counsellor(team, "Mara", capacity=1), world.counsellor(team, "Linde")
    world.counsellor(team, "Ahorn")
    pausing = world.counsellor(team, "Eiche")
    presence.set_status(pausing, "pausing")
    world.staff(team, "Weide")
    world.chat(team, mara)
    world.chat(team, linde)
    assert (only(uli).here, only(uli).full) == (3, 1)

    world.call(team, linde)  # a call counts like a chat, and the team's default is two

    assert (only(uli).here, only(uli).full) == (3, 2)


def test_who_has_no_number_of_their_own_takes_what_the_most_generous_team_allows(team: Team, uli: Actor) -> None:
    linde = world.counsellor(team, "Linde")
    buche = world.team("Buche")
    Team.objects.filter(pk=buche.pk).update(default_capacity=3)
    Staff.objects.get(pk=linde.id).teams.add(buche)
    for _ in range(2):
        world.chat(team, linde)

    assert (only(uli).here, only(uli).full) == (1, 0)


def test_nobody_is_here_who_cannot_open_the_door(team: Team, uli: Actor) -> None:
    """The same people as `presence.anyone_here` counts on."""
    gone, locked, shut, left = (world.counsellor(team, alias) for alias in ("Ahorn", "Eiche", "Birke", "Weide"))
    now = timezone.now()
    Staff.objects.filter(pk=gone.id).update(seen_at=now - dt.timedelta(hours=1))
    StaffSession.objects.create(
        staff_id=locked.id,
        session_key="k",
        token_lookup=b"t",
        began_at=now,
        active_at=now,
        locked_at=now - dt.timedelta(hours=1),
    )
    TeamSeal.objects.filter(staff=shut.id).delete()
    Staff.objects.filter(pk=left.id).update(is_active=False)

    assert (only(uli).here, presence.anyone_here(team.pk, now)) == (0, False)
    world.counsellor(team, "Mara")
    assert (only(uli).here, presence.anyone_here(team.pk, now)) == (1, True)


def test_somebody_of_two_teams_is_here_for_both_and_only_where_let_in(team: Team, uli: Actor) -> None:
    buche, erle = world.team("Buche"), world.team("Erle")
    world.counsellor(buche, "Buche")
    mara = world.counsellor(team, "Mara")
    for more in (buche, erle):
        Staff.objects.get(pk=mara.id).teams.add(more)
        Staff.objects.get(pk=uli.id).teams.add(more)

    assert [(load.name, load.here) for load in live.of_teams(uli)] == [("Buche", 1), ("Erle", 0), ("Linde", 1)]


# --- letters ---------------------------------------------------------------------------------------------------------


def test_letters_due_and_overdue_as_the_page_of_letters_has_them(team: Team, uli: Actor) -> None:
    linde, now = world.counsellor(team, "Linde"), timezone.now()
    for _ in range(2):
        lists.waits(post.claimed(team, linde).case, since=now - dt.timedelta(days=9), due_at=now - MINUTE)
    lists.waits(post.asked(team).case, since=now, due_at=in_order.end_of_day(now))
    lists.waits(post.asked(team).case, since=now, due_at=in_order.end_of_day(now) + MINUTE)
    answered = post.claimed(team, linde)
    lists.waits(answered.case, since=now - dt.timedelta(days=9), due_at=now - MINUTE)
    post.send(linde, answered.case, "Danke.")
    post.writer(team)

    found, (letters,) = only(uli, now), mail_load.of_teams(uli, now)

    assert (found.due_today, found.overdue) == (letters.due_today, letters.overdue) == (1, 2)


# --- danger ----------------------------------------------------------------------------------------------------------


def test_cases_without_a_second_look_count_once_by_their_gravest(team: Team, uli: Actor) -> None:
    mara = world.counsellor(team, capacity=9)
    both, only_orange, green = (world.chat(team, mara) for _ in range(3))
    risk.assess(mara, both.case, orange())
    risk.assess(mara, both.case, Assessment("red"))
    risk.assess(mara, only_orange.case, orange())
    risk.assess(mara, green.case, Assessment("green"))
    assert (only(uli).red, only(uli).orange, only(uli).second_look) == (1, 1, 2)

    risk_records.see(uli, RiskRecord.objects.get(level="red").pk)
    assert (only(uli).red, only(uli).orange) == (0, 2)

    for record in RiskRecord.objects.filter(level="orange"):
        risk_records.see(uli, record.pk)
    assert only(uli).second_look == 0


# --- cost ------------------------------------------------------------------------------------------------------------


def test_as_many_queries_for_a_full_house_as_for_an_empty_one(team: Team, uli: Actor) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            alerts.watched(uli, timezone.now())
        return len(caught)

    assert queries() == 8
    world.counsellor(team)  # from here on there is a vault, and so one more to ask
    empty = queries()
    for name in ("Buche", "Erle", "Esche"):
        more = world.team(name)
        Staff.objects.get(pk=uli.id).teams.add(more)
        people = [world.counsellor(more, f"{name} {n}", capacity=9) for n in range(3)]
        for counsellor in people:
            chat = world.chat(more, counsellor)
            world.say(chat.seeker, chat.case)
            risk.assess(counsellor, chat.case, Assessment("red"))
            risk.assess(counsellor, world.chat(more, counsellor).case, orange())
            world.waiting(more)
            world.call(more, counsellor)
            post.asked(more)
            lists.due_in(post.claimed(more, counsellor).case, -1)
    full = live.of_teams(uli)

    assert [load.waiting + load.here + load.overdue + load.second_look for load in full] == [18, 18, 18, 1]
    assert queries() == empty == 9
