"""A colleague fell ill: those who lead enter the absence and end it, by the rules of one's own, and it is noted."""

from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from counselling.cases.models import Case
from counselling.errors import NotAllowed, NotFound
from counselling.mail.domain import absences
from counselling.mail.domain.absences import Refused
from counselling.mail.models import Absence
from counselling.people.domain.actors import Actor
from counselling.people.models import AuditEntry, Staff, Team
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


@pytest.fixture
def uli(team: Team) -> Actor:
    return world.staff(team, "Uli", "supervisor")


def day(number: int = 0) -> date:
    return timezone.localdate() + number * DAY


def plan(actor: Actor, of: UUID, substitute: UUID, first: int = 0, last: int = 5) -> None:
    absences.plan(actor, begins=day(first), ends=day(last), substitute=substitute, of=of)


def trail() -> list[tuple[UUID | None, UUID | None, str]]:
    return list(AuditEntry.objects.filter(event="absence_set").order_by("at").values_list("actor", "subject", "code"))


def test_letters_of_a_colleague_who_fell_ill_go_to_the_substitute(
    team: Team, uli: Actor, linde: Actor, mara: Actor
) -> None:
    made = post.claimed(team, linde)
    for _ in range(2):
        plan(uli, linde.id, mara.id)

    assert absences.begin_due(timezone.now()) == 1

    assert Case.objects.get(pk=made.case).keeper_id == mara.id
    assert world.lines(made.case)[-1].about == {"from": "Linde", "to": "Mara"}
    assert trail() == [(uli.id, linde.id, "")]
    (known,) = absences.planned(linde)  # she reads it on her own page, and may end it herself
    assert (known.begins, known.ends, known.substitute, known.runs) == (day(), day(5), "Mara", True)
    absences.drop(linde, known.id)
    assert not Absence.objects.exists()


def test_back_early_and_what_somebody_entered_themselves(uli: Actor, linde: Actor, mara: Actor) -> None:
    plan(uli, linde.id, mara.id)
    absences.plan(mara, begins=day(9), ends=day(9), substitute=linde.id)
    ill, own = Absence.objects.order_by("begins")

    for _ in range(2):
        absences.drop(uli, ill.pk, of=linde.id)
    absences.drop(uli, own.pk, of=linde.id)  # not hers: nothing happens
    assert list(Absence.objects.all()) == [own]
    absences.drop(uli, own.pk, of=mara.id)

    assert not Absence.objects.exists()
    assert trail() == [(uli.id, linde.id, ""), (uli.id, linde.id, "dropped"), (uli.id, mara.id, "dropped")]


def test_ones_own_is_nobody_elses_business(linde: Actor, mara: Actor) -> None:
    absences.plan(linde, begins=day(), ends=day(), substitute=mara.id)
    absences.drop(linde, Absence.objects.get().pk)

    assert trail() == []


@pytest.mark.parametrize(
    ("first", "last", "field", "words"),
    [
        (-1, 3, "begins", "schon vorbei"),
        (3, 2, "ends", "vor dem ersten Tag"),
        (1, 400, "ends", "länger als ein Jahr"),
        (8, 10, "begins", "Für diese Zeit ist schon eine Abwesenheit"),
    ],
)
def test_the_rules_are_those_of_ones_own(  # noqa: PLR0917 -- a row of the table and three people
    uli: Actor, linde: Actor, mara: Actor, first: int, last: int, field: str, words: str
) -> None:
    absences.plan(linde, begins=day(10), ends=day(15), substitute=mara.id)

    with pytest.raises(Refused) as refusal:
        plan(uli, linde.id, mara.id, first, last)

    assert refusal.value.field == field
    assert words in str(refusal.value.sentence)
    assert Absence.objects.count() == 1
    assert trail() == []


def test_only_a_colleague_who_can_read_answers(team: Team, uli: Actor, linde: Actor, mara: Actor) -> None:
    newcomer = Staff.objects.create(username="neu", alias="Neu", role="counsellor")
    newcomer.teams.add(team)
    kim = world.counsellor(buche := world.team("Buche"), "Kim")
    Staff.objects.get(pk=linde.id).teams.add(buche)  # where Uli does not lead

    assert absences.substitutes(uli, of=linde.id) == [(mara.id, "Mara")]
    for nobody in (kim.id, newcomer.pk, uli.id, linde.id, uuid4()):
        with pytest.raises(Refused) as refusal:
            plan(uli, linde.id, nobody)
        assert refusal.value.field == "substitute"
        assert "Wähle jemand anderen" in str(refusal.value.sentence)


def test_a_substitute_who_is_away_too_is_refused(uli: Actor, linde: Actor, mara: Actor) -> None:
    plan(uli, mara.id, linde.id, 3, 5)

    with pytest.raises(Refused) as refusal:
        plan(uli, linde.id, mara.id, 0, 4)

    assert "selbst nicht da" in str(refusal.value.sentence)


@pytest.mark.parametrize("who", ["another team's", "supervisor", "gone", "nobody"])
def test_who_is_none_of_theirs_is_not_there(team: Team, uli: Actor, mara: Actor, who: str) -> None:
    at = world.team("Buche") if who == "another team's" else team
    person = world.staff(at, "Kim", "supervisor" if who == "supervisor" else "counsellor").id
    Staff.objects.filter(pk=person).update(is_active=who != "gone")
    known = Absence.objects.create(staff_id=person, begins=day(), ends=day(3), substitute_id=mara.id)
    of = uuid4() if who == "nobody" else person

    for attempt in (
        lambda: absences.substitutes(uli, of=of),
        lambda: plan(uli, of, mara.id, 5, 6),
        lambda: absences.drop(uli, known.pk, of=of),
    ):
        with pytest.raises(NotFound):
            attempt()
    assert list(Absence.objects.all()) == [known]
    assert trail() == []


@pytest.mark.parametrize("who", ["counsellor", "administrator", "seeker"])
def test_nobody_else_enters_it_for_others(team: Team, linde: Actor, mara: Actor, who: str) -> None:
    made = post.claimed(team, linde)
    actor = made.seeker if who == "seeker" else world.staff(team, "Andere", who)

    for attempt in (
        lambda: absences.substitutes(actor, of=linde.id),
        lambda: plan(actor, linde.id, mara.id),
        lambda: absences.drop(actor, 1, of=linde.id),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert not Absence.objects.exists()
