"""Who is on call answers what cannot wait, also where somebody keeps the case: in the team, and while it presses."""

import pytest
from django.utils import timezone

from counselling.cases.domain import by_letter
from counselling.cases.domain.facts import FactsInput
from counselling.errors import Conflict, NotAllowed, NotFound
from counselling.mail.domain import taking_over
from counselling.mail.models import Correspondence, OnCall
from counselling.people.domain.actors import Actor
from counselling.people.models import AuditEntry, Team
from tests.support import letters as post
from tests.support import world
from tests.support.letters import Correspondents

pytestmark = pytest.mark.django_db
HINT = "Ich will nicht mehr leben."


@pytest.fixture
def team(db: None) -> Team:
    return world.team()


@pytest.fixture
def keeper(team: Team) -> Actor:
    return world.counsellor(team, "Linde")


@pytest.fixture
def called(team: Team) -> Actor:
    """Somebody who is on call."""
    return on_call(team, "Mara")


def on_call(team: Team, alias: str) -> Actor:
    actor = world.counsellor(team, alias)
    OnCall.objects.create(team=team, place=OnCall.objects.count() + 1, staff_id=actor.id, email="a@pager.example")
    return actor


def kept(team: Team, keeper: Actor, text: str = HINT, **more: object) -> Correspondents:
    return post.claimed(team, keeper, text, **more)


def test_who_is_on_call_takes_over_what_hints_at_danger_and_answers(team: Team, keeper: Actor, called: Actor) -> None:
    made = kept(team, keeper)
    assert [(row.case, row.keeper, row.hinted) for row in taking_over.pressing(called)] == [(made.case, "Linde", True)]

    taking_over.take_over(called, made.case)
    post.send(called, made.case, "Ich bin da. Magst du erzählen?")

    assert world.row(made.case).keeper_id == called.id
    assert world.row(made.case).unanswered_since is None
    assert world.lines(made.case)[-1].text == "Ich bin da. Magst du erzählen?"


def test_it_is_audited_and_told_to_the_keeper_and_in_the_case(team: Team, keeper: Actor, called: Actor) -> None:
    made, now = kept(team, keeper), timezone.now()

    taking_over.take_over(called, made.case)

    notice = next(line for line in world.lines(made.case) if line.code == "handed_over")
    assert notice.about == {"from": "Linde", "to": "Mara", "why": "on_call"}
    assert [(row.case, row.by) for row in taking_over.taken_from_me(keeper, timezone.now())] == [(made.case, "Mara")]
    assert taking_over.number_taken(keeper, timezone.now()) == 1
    assert taking_over.taken_from_me(called, timezone.now()) == []
    assert taking_over.taken_from_me(keeper, now + taking_over.TOLD_FOR * 2) == []
    row = AuditEntry.objects.filter(event="handed_over").latest("pk")
    assert (row.actor, row.code) == (called.id, "on_call")


def test_given_back_it_is_told_no_more(team: Team, keeper: Actor, called: Actor) -> None:
    made = kept(team, keeper)
    taking_over.take_over(called, made.case)

    by_letter.hand_over(called, made.case, to=keeper.id)

    assert taking_over.taken_from_me(keeper, timezone.now()) == []


def test_what_was_said_to_be_urgent_may_be_taken_over(team: Team, keeper: Actor, called: Actor) -> None:
    made = kept(team, keeper, "Hallo", facts=FactsInput(strain=5))

    taking_over.take_over(called, made.case)

    assert world.row(made.case).keeper_id == called.id


def test_only_who_is_on_call(team: Team, keeper: Actor, called: Actor) -> None:
    made, other = kept(team, keeper), world.counsellor(team, "Jon")

    with pytest.raises(NotAllowed):
        taking_over.take_over(other, made.case)
    assert (taking_over.pressing(other), taking_over.number_pressing(other)) == ([], 0)
    assert (taking_over.is_on_call(other), taking_over.is_on_call(called)) == (False, True)


def test_nobody_of_another_team_and_nobody_who_leads(team: Team, keeper: Actor, called: Actor) -> None:
    made = kept(team, keeper)
    foreign = on_call(world.team("Anderswo"), "Kim")

    with pytest.raises(NotFound):
        taking_over.take_over(foreign, made.case)
    assert taking_over.pressing(foreign) == []
    with pytest.raises(NotAllowed):
        taking_over.take_over(world.staff(team, "Uli", "supervisor"), made.case)


def test_not_what_can_wait(team: Team, keeper: Actor, called: Actor) -> None:
    made = kept(team, keeper, "Wie war das mit dem Praktikum?")

    with pytest.raises(Conflict):
        taking_over.take_over(called, made.case)
    assert taking_over.pressing(called) == []


def test_not_what_was_answered(team: Team, keeper: Actor, called: Actor) -> None:
    made = kept(team, keeper)
    post.send(keeper, made.case, "Ich bin da.")

    with pytest.raises(Conflict):
        taking_over.take_over(called, made.case)
    assert world.row(made.case).keeper_id == keeper.id


def test_not_what_is_mine_or_nobodys(team: Team, keeper: Actor, called: Actor) -> None:
    mine, nobodys = kept(team, called), post.asked(team, HINT)
    assert Correspondence.objects.get(case=nobodys.case).hinted

    for case in (mine.case, nobodys.case):
        with pytest.raises(Conflict):
            taking_over.take_over(called, case)
    assert taking_over.pressing(called) == []
