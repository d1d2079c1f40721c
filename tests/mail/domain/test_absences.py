"""Away for some days: letters go to the substitute when it begins, and nothing comes back by itself."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from counselling.cases.domain import by_letter, closing, queue
from counselling.cases.models import Case
from counselling.errors import NotAllowed
from counselling.mail.domain import absences, letters, unsent
from counselling.mail.domain.absences import Refused
from counselling.mail.models import Absence, Correspondence
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team
from tests.support import letters as post
from tests.support import world

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def team(db: None) -> Team:
    return world.team()


@pytest.fixture
def linde(team: Team) -> Actor:
    return world.counsellor(team, "Linde")


@pytest.fixture
def mara(team: Team, linde: Actor) -> Actor:
    return world.counsellor(team, "Mara")


def day(number: int = 0) -> date:
    return timezone.localdate() + number * DAY


def plan(actor: Actor, substitute: Actor, first: int = 0, last: int = 5) -> None:
    absences.plan(actor, begins=day(first), ends=day(last), substitute=substitute.id)


def keeper(case: object) -> object:
    return Case.objects.get(pk=case).keeper_id


def test_letters_go_to_the_substitute_on_the_first_day(team: Team, linde: Actor, mara: Actor) -> None:
    made = post.claimed(team, linde)
    due = Correspondence.objects.get(case=made.case).due_at
    plan(linde, mara, 2, 9)
    assert absences.begin_due(timezone.now()) == 0

    assert absences.begin_due(timezone.now() + 2 * DAY) == 1

    assert keeper(made.case) == mara.id
    line = world.lines(made.case)[-1]
    assert (line.code, line.about) == ("handed_over", {"from": "Linde", "to": "Mara"})
    assert Correspondence.objects.get(case=made.case).due_at == due  # the clock runs on
    post.send(made.seeker, made.case, "Noch etwas")
    assert post.send(mara, made.case, "Ich bin Mara.")


def test_a_repeat_changes_nothing(team: Team, linde: Actor, mara: Actor) -> None:
    made = post.claimed(team, linde)
    plan(linde, mara)
    assert absences.begin_due(timezone.now()) == 1

    assert absences.begin_due(timezone.now()) == 0
    Absence.objects.update(begun=False)  # as if the process had died before its last step
    assert absences.begin_due(timezone.now()) == 0

    assert world.notices(made.case).count("handed_over") == 1


@pytest.mark.django_db(transaction=True)
def test_two_processes_pass_on_once(team: Team, linde: Actor, mara: Actor) -> None:
    cases = [post.claimed(team, linde, nickname=f"Otter {number}").case for number in range(3)]
    plan(linde, mara)

    moved = world.together(*[lambda: absences.begin_due(timezone.now())] * 3)

    assert sum(moved) == 3
    assert [world.notices(case).count("handed_over") for case in cases] == [1, 1, 1]


def test_nothing_comes_back_by_itself(team: Team, linde: Actor, mara: Actor) -> None:
    made = post.claimed(team, linde)
    plan(linde, mara, 0, 1)
    absences.begin_due(timezone.now())

    absences.begin_due(timezone.now() + 3 * DAY)
    [absence] = absences.planned(linde)
    absences.drop(linde, absence.id)

    assert keeper(made.case) == mara.id
    assert absences.planned(linde) == []


def test_an_absence_that_was_taken_back_moves_nothing(team: Team, linde: Actor, mara: Actor) -> None:
    made = post.claimed(team, linde)
    plan(linde, mara, 1, 3)
    [absence] = absences.planned(linde)
    absences.drop(mara, absence.id)  # somebody else's: nothing happens
    assert len(absences.planned(linde)) == 1

    absences.drop(linde, absence.id)

    assert absences.begin_due(timezone.now() + 2 * DAY) == 0
    assert keeper(made.case) == linde.id


def test_a_chat_that_runs_stays_and_is_counted(team: Team, linde: Actor, mara: Actor) -> None:
    made = post.claimed(team, linde)
    closing.take_up_again(made.seeker, made.case)
    queue.appear(made.seeker, made.case)
    queue.claim(linde, made.case)
    plan(linde, mara)

    assert absences.begin_due(timezone.now()) == 0
    closing.end(made.seeker, made.case)

    assert keeper(made.case) == linde.id
    [absence] = absences.planned(linde)
    assert (absence.runs, absence.left, absence.substitute) == (True, 1, "Mara")


def test_a_substitute_who_left_meanwhile_gets_nothing(team: Team, linde: Actor, mara: Actor) -> None:
    made = post.claimed(team, linde)
    plan(linde, mara)
    Staff.objects.filter(pk=mara.id).update(is_active=False)

    assert absences.begin_due(timezone.now()) == 0

    assert keeper(made.case) == linde.id
    assert absences.planned(linde)[0].left == 1


@pytest.mark.parametrize(
    ("first", "last", "field", "words"),
    [
        (-1, 3, "begins", "schon vorbei"),
        (3, 2, "ends", "vor dem ersten Tag"),
        (1, 400, "ends", "länger als ein Jahr"),
        (12, 14, "begins", "schon eine Abwesenheit"),
        (8, 10, "begins", "schon eine Abwesenheit"),
        (9, 20, "begins", "schon eine Abwesenheit"),
    ],
)
def test_what_cannot_be_planned_says_why(  # noqa: PLR0917 -- a row of the table and two people
    linde: Actor, mara: Actor, first: int, last: int, field: str, words: str
) -> None:
    plan(linde, mara, 10, 15)

    with pytest.raises(Refused) as refusal:
        plan(linde, mara, first, last)

    assert refusal.value.field == field
    assert words in str(refusal.value.sentence)
    assert Absence.objects.count() == 1


def test_one_day_and_the_day_after_another_absence_are_fine(linde: Actor, mara: Actor) -> None:
    plan(linde, mara, 10, 15)
    plan(linde, mara, 16, 16)
    plan(linde, mara, 0, 9)

    assert [(one.begins, one.ends) for one in absences.planned(linde)] == [
        (day(0), day(9)),
        (day(10), day(15)),
        (day(16), day(16)),
    ]


def test_only_a_colleague_who_can_read_may_answer(team: Team, linde: Actor, mara: Actor) -> None:
    buche = world.counsellor(world.team("Buche"), "Buche")
    newcomer = Staff.objects.create(username="neu", alias="Neu", role="counsellor")
    newcomer.teams.add(team)
    chief = world.staff(team, "Leitung", "supervisor")

    assert absences.substitutes(linde) == [(mara.id, "Mara")]
    for nobody in (buche.id, newcomer.pk, chief.id, linde.id, uuid4()):
        with pytest.raises(Refused) as refusal:
            absences.plan(linde, begins=day(), ends=day(1), substitute=nobody)
        assert refusal.value.field == "substitute"


def test_a_substitute_who_is_away_too_is_refused(linde: Actor, mara: Actor) -> None:
    plan(mara, linde, 3, 5)

    with pytest.raises(Refused) as refusal:
        plan(linde, mara, 0, 4)

    assert "selbst nicht da" in str(refusal.value.sentence)
    plan(linde, mara, 0, 2)


def test_a_substitute_who_is_away_by_then_has_one_too(team: Team, linde: Actor, mara: Actor) -> None:
    ahorn = world.counsellor(team, "Ahorn")
    made = post.claimed(team, linde)
    plan(linde, mara, 2, 9)
    plan(mara, ahorn, 1, 5)

    absences.begin_due(timezone.now() + 2 * DAY)

    assert keeper(made.case) == ahorn.id
    assert world.lines(made.case)[-1].about == {"from": "Linde", "to": "Ahorn"}


def test_a_circle_of_substitutes_ends(team: Team, linde: Actor, mara: Actor) -> None:
    made = post.claimed(team, linde)
    plan(linde, mara, 2, 9)
    Absence.objects.create(staff_id=mara.id, begins=day(2), ends=day(9), substitute_id=linde.id)

    absences.begin_due(timezone.now() + 2 * DAY)

    assert keeper(made.case) in {linde.id, mara.id}


@pytest.mark.parametrize("role", ["supervisor", "administrator"])
def test_nobody_else_has_absences(team: Team, linde: Actor, role: str) -> None:
    other = world.staff(team, "Kim", role)
    for act in (
        lambda: absences.planned(other),
        lambda: absences.substitutes(other),
        lambda: plan(other, linde),
        lambda: absences.drop(other, 1),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_seekers_have_no_absences(team: Team, linde: Actor) -> None:
    made = post.claimed(team, linde)
    with pytest.raises(NotAllowed):
        absences.planned(made.seeker)


def planned_letter(made: post.Correspondents, actor: Actor, days: float) -> None:
    letters.send_later(actor, made.case, "Geplant", version=0, at=timezone.now() + days * DAY)


def owed(made: post.Correspondents, days: float) -> None:
    """An answer is due in so many days."""
    Correspondence.objects.filter(case=made.case).update(due_at=timezone.now() + days * DAY)


def test_a_planned_letter_goes_out_on_time_from_somebody_who_is_away(team: Team, linde: Actor, mara: Actor) -> None:
    made = post.claimed(team, linde)
    owed(made, 3)
    planned_letter(made, linde, 2)
    plan(linde, mara, 1, 9)

    assert absences.begin_due(timezone.now() + DAY) == 0  # it is the answer, and comes before it is due
    assert absences.begin_due(timezone.now() + 1.5 * DAY) == 0
    assert letters.send_due(timezone.now() + 2.1 * DAY) == 1

    assert world.lines(made.case)[-1].text == "Geplant"
    assert keeper(made.case) == linde.id
    post.send(made.seeker, made.case, "Danke, und noch etwas")
    assert absences.begin_due(timezone.now() + 2.2 * DAY) == 1
    assert keeper(made.case) == mara.id


@pytest.mark.parametrize("begun", [False, True])
def test_nobody_waits_beyond_the_promise_for_a_planned_letter(
    team: Team, linde: Actor, mara: Actor, begun: bool
) -> None:
    made = post.claimed(team, linde)
    planned_letter(made, linde, 8)
    owed(made, 3)
    plan(linde, mara, 1, 9)
    if begun:
        Absence.objects.update(begun=True)

    assert absences.begin_due(timezone.now() + DAY) == 1
    assert letters.send_due(timezone.now() + 9 * DAY) == 0

    assert keeper(made.case) == mara.id
    assert unsent.of_writer(linde) == unsent.of_writer(mara) == unsent.left_behind(mara) == []
    (left,) = unsent.left_behind(linde)
    assert (left.text, left.keeper) == ("Geplant", "Mara")
    by_letter.hand_over(mara, made.case, to=linde.id)
    known = letters.unsent(linde, made.case)
    assert known
    assert (known.text, known.send_at) == ("Geplant", None)
    assert unsent.left_behind(linde) == []


def test_where_nothing_waits_a_planned_letter_keeps_its_case(team: Team, linde: Actor, mara: Actor) -> None:
    made = post.claimed(team, linde)
    post.send(linde, made.case, "Antwort")
    planned_letter(made, linde, 5)
    plan(linde, mara, 1, 9)

    assert absences.begin_due(timezone.now() + DAY) == 0
    assert letters.send_due(timezone.now() + 6 * DAY) == 1


def test_what_was_left_behind_is_thrown_away_by_its_writer_alone(team: Team, linde: Actor, mara: Actor) -> None:
    made = post.claimed(team, linde)
    letters.keep(linde, made.case, "Angefangen", version=0)
    by_letter.hand_over(linde, made.case, to=mara.id)
    letters.keep(mara, made.case, "Von Mara", version=0)
    (left,) = unsent.left_behind(linde)

    unsent.throw_away(mara, left.id)
    assert len(unsent.left_behind(linde)) == 1
    mine = letters.unsent(mara, made.case)
    assert mine
    unsent.throw_away(mara, mine.id)  # she sits there: it is an ordinary draft
    assert letters.unsent(mara, made.case)

    unsent.throw_away(linde, left.id)
    unsent.throw_away(linde, left.id)
    assert unsent.left_behind(linde) == []
    for nobody in (made.seeker, world.staff(team, "Uli", "supervisor")):
        with pytest.raises(NotAllowed):
            unsent.left_behind(nobody)


def test_a_letter_in_which_nothing_stands_is_not_told_of(team: Team, linde: Actor, mara: Actor) -> None:
    made = post.claimed(team, linde)
    letters.keep(linde, made.case, "  ", version=0)
    by_letter.hand_over(linde, made.case, to=mara.id)

    assert unsent.left_behind(linde) == []


def test_a_day_of_an_absence_is_known(linde: Actor, mara: Actor) -> None:
    plan(linde, mara, 2, 4)

    assert [absences.on_day(linde, day(number)) for number in range(1, 6)] == [False, True, True, True, False]
