"""Where chats and letters of one case meet: who keeps it, what a second tap does, what waits, who has left."""

from datetime import timedelta

import pytest
from django.utils import timezone

from counselling.cases.domain import by_letter, closing, handover, notes, queue, seats, timeline
from counselling.cases.models import Case, Entry, Role, Seat
from counselling.errors import Closed, NotFound
from counselling.mail.domain import letters
from counselling.mail.models import Letter
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team
from tests.support import letters as post
from tests.support import world
from tests.support.letters import Correspondents

pytestmark = pytest.mark.django_db


@pytest.fixture
def team() -> Team:
    return world.team()


@pytest.fixture
def linde(team: Team) -> Actor:
    return world.counsellor(team, "Linde")


@pytest.fixture
def mara(team: Team) -> Actor:
    return world.counsellor(team, "Mara")


@pytest.fixture
def made(team: Team, linde: Actor) -> Correspondents:
    """A case whose letters Linde answers."""
    return post.claimed(team, linde)


def chatting(made: Correspondents, counsellor: Actor) -> Case:
    """A chat within the letters begins with this counsellor."""
    closing.take_up_again(made.seeker, made.case)
    queue.appear(made.seeker, made.case)
    queue.claim(counsellor, made.case)
    return Case.objects.get(pk=made.case)


def keeper(made: Correspondents) -> object:
    return Case.objects.get(pk=made.case).keeper_id


def test_a_chat_that_is_handed_over_takes_the_letters_along(made: Correspondents, linde: Actor, mara: Actor) -> None:
    chatting(made, linde)
    handover.to_colleague(linde, made.case, to=mara.id)
    closing.end(made.seeker, made.case)

    assert keeper(made) == mara.id
    assert post.send(mara, made.case, "Ich schreibe dir weiter.")


def test_a_second_tap_on_the_chats_form_closes_no_letters(made: Correspondents, linde: Actor) -> None:
    chatting(made, linde)
    for _ in range(2):
        closing.close(linde, made.case, topics=[], ending="helped")

    assert Case.objects.get(pk=made.case).state == Case.State.LETTERS
    assert keeper(made) == linde.id
    with pytest.raises(Closed):
        closing.block(linde, made.case)


def test_a_letter_is_not_taken_back_from_the_chat(made: Correspondents) -> None:
    seq = post.send(made.seeker, made.case, "Ein Brief")
    with pytest.raises(NotFound):
        timeline.take_back(made.seeker, made.case, seq)


def test_whoever_was_asked_into_a_chat_is_out_when_it_ends(made: Correspondents, linde: Actor, mara: Actor) -> None:
    chatting(made, linde)
    handover.invite(linde, made.case, to=mara.id)
    closing.end(made.seeker, made.case)

    assert not Seat.objects.filter(case=made.case, role=Role.CONSULTANT, ended_at=None).exists()
    with pytest.raises(NotFound):
        seats.seated(mara, made.case)
    assert Entry.objects.filter(case=made.case, code="consultant_left").exists()


@pytest.mark.parametrize("how", ["inactive", "moved", "promoted"])
def test_letters_of_somebody_who_left_go_back_to_the_team(
    made: Correspondents, linde: Actor, mara: Actor, how: str
) -> None:
    assert by_letter.free_left(timezone.now()) == 0
    person = Staff.objects.get(pk=linde.id)
    if how == "inactive":
        Staff.objects.filter(pk=linde.id).update(is_active=False)
    elif how == "promoted":
        Staff.objects.filter(pk=linde.id).update(role=Staff.Role.SUPERVISOR)
    else:
        person.teams.set([world.team("Buche")])

    assert by_letter.free_left(timezone.now()) == 1

    assert keeper(made) is None
    by_letter.claim(mara, made.case)


def test_whoever_moved_to_another_team_does_nothing_in_the_old_case(made: Correspondents, linde: Actor) -> None:
    Staff.objects.get(pk=linde.id).teams.set([world.team("Buche")])
    with pytest.raises(NotFound):
        notes.add(linde, made.case, "Noch schnell")


def test_what_was_planned_waits_while_a_chat_runs(made: Correspondents, linde: Actor) -> None:
    at = timezone.now() + timedelta(hours=1)
    letters.send_later(linde, made.case, "Guten Morgen", version=0, at=at)
    chatting(made, linde)
    assert letters.send_due(at + timedelta(minutes=1)) == 0
    assert Letter.objects.get(case=made.case).send_at == at

    closing.end(made.seeker, made.case)

    assert letters.send_due(at + timedelta(minutes=2)) == 1
