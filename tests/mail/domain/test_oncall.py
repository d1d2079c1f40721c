"""A letter at night that cannot wait: one after the other is paged, without content, until somebody comes."""

from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from counselling.cases.domain import by_letter, closing
from counselling.cases.domain.facts import FactsInput
from counselling.cases.models import Seat
from counselling.errors import Conflict, Taken
from counselling.mail.domain import absences, handling, oncall, taking_over
from counselling.mail.models import OnCall, OutgoingMail, Page
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team
from tests.mail import mails
from tests.support import letters as post
from tests.support import world
from tests.support.letters import Correspondents

pytestmark = pytest.mark.django_db
DARK = "Ich will nicht mehr leben."
TEN = timedelta(minutes=10)


@pytest.fixture
def team(db: None) -> Team:
    """A team at night: closed, nobody here."""
    return world.team(is_open=False)


@pytest.fixture
def people(team: Team) -> list[Actor]:
    """Three who are on call, in this order."""
    found = [world.staff(team, alias) for alias in ("Linde", "Mara", "Ahorn")]
    for place, actor in enumerate(found, 1):
        OnCall.objects.create(team=team, place=place * 10, staff_id=actor.id, email=address(actor))
    return found


def address(actor: Actor) -> str:
    return f"{actor.alias.lower()}@pager.example"


def paged() -> list[str]:
    """Who was paged so far, in order."""
    mails.deliver()
    return [to for message in mail.outbox for to in message.to]


def at_night(team: Team, text: str = DARK, **more: object) -> Correspondents:
    """A first letter of the night; whoever founded the vault is away by then."""
    return post.asked(team, text, **more)


@pytest.fixture(autouse=True)
def everybody_sleeps(team: Team, people: list[Actor]) -> None:
    """The vault is set up, nobody is here."""
    post.writer(team)
    Staff.objects.update(status=Staff.Status.AWAY, seen_at=None)


def test_a_hint_pages_the_first_without_content(team: Team) -> None:
    made = at_night(team)

    assert paged() == ["linde@pager.example"]
    [message] = mail.outbox
    assert message.subject == "Bitte melde dich an"
    assert message.body == "Ein Brief kann nicht warten. Bitte melde dich an."
    assert Page.objects.get().case_id == made.case


def test_the_highest_strain_pages_too(team: Team) -> None:
    at_night(team, "Hallo", facts=FactsInput(strain=5))

    assert paged() == ["linde@pager.example"]


def test_a_letter_that_can_wait_wakes_nobody(team: Team) -> None:
    at_night(team, "Hallo", facts=FactsInput(strain=4))

    assert (paged(), Page.objects.exists()) == ([], False)


def test_without_a_list_nothing_happens(team: Team) -> None:
    OnCall.objects.all().delete()

    at_night(team)

    assert (paged(), Page.objects.exists()) == ([], False)


def test_within_the_hours_somebody_who_is_here_is_enough(team: Team, people: list[Actor]) -> None:
    world.open_hours(team)
    world.presence.set_status(people[1], "here")

    at_night(team)

    assert (paged(), Page.objects.exists()) == ([], False)


@pytest.mark.parametrize("is_open", [True, False])
def test_a_house_that_is_open_and_empty_or_closed_is_paged(team: Team, people: list[Actor], is_open: bool) -> None:
    if is_open:
        world.open_hours(team)
    else:
        world.presence.set_status(people[1], "here")  # a page somewhere, at night

    at_night(team)

    assert paged() == ["linde@pager.example"]


def test_the_next_is_paged_after_ten_minutes_and_the_list_once(team: Team) -> None:
    at_night(team)
    now = timezone.now()

    assert oncall.follow(now + TEN - timedelta(minutes=1)) == 0
    assert oncall.follow(now + TEN + timedelta(seconds=5)) == 1
    assert oncall.follow(now + TEN + timedelta(seconds=5)) == 0
    assert oncall.follow(now + 2 * TEN + timedelta(seconds=10)) == 1
    assert oncall.follow(now + 5 * TEN) == 0

    assert paged() == ["linde@pager.example", "mara@pager.example", "ahorn@pager.example"]
    assert oncall.follow(now + timedelta(hours=3)) == 1  # the round is over
    assert not Page.objects.exists()


def test_more_letters_of_the_same_night_begin_no_second_round(team: Team) -> None:
    made = at_night(team)
    post.send(made.seeker, made.case, f"{DARK} Wirklich.")

    assert paged() == ["linde@pager.example"]


def claimed(made: Correspondents, who: Actor) -> None:
    handling.claim(who, made.case)


def answered(made: Correspondents, who: Actor) -> None:
    by_letter.claim(who, made.case)
    post.send(who, made.case, "Ich bin da.")


def read(made: Correspondents, who: Actor) -> None:
    by_letter.claim(who, made.case)
    Seat.objects.filter(case=made.case, staff=who.id).update(read_seq=world.row(made.case).last_seq)


def closed(made: Correspondents, who: Actor) -> None:
    by_letter.claim(who, made.case)
    closing.close(who, made.case, topics=[], ending="helped", letters=True)


@pytest.mark.parametrize("come", [claimed, answered, read, closed])
def test_whoever_comes_ends_it(team: Team, people: list[Actor], come) -> None:  # type: ignore[no-untyped-def]
    made = at_night(team)
    now = timezone.now()

    come(made, people[2])

    oncall.follow(now + timedelta(seconds=5))  # with the next tick, not only after ten minutes
    assert not Page.objects.exists()
    assert paged() == ["linde@pager.example"]


def kept_and_paged(team: Team, keeper: Actor) -> Correspondents:
    """A letter of the night in a case that its keeper, asleep, has not read; the first of the list is paged."""
    made = post.claimed(team, keeper)
    Staff.objects.update(status=Staff.Status.AWAY, seen_at=None)
    post.send(made.seeker, made.case, DARK)
    assert Page.objects.get().case_id == made.case
    return made


def absence_begins(made: Correspondents, keeper: Actor, to: Actor) -> None:
    absences.plan(keeper, begins=timezone.localdate(), ends=timezone.localdate(), substitute=to.id)
    assert absences.begin_due(timezone.now()) == 1


def reassigned(made: Correspondents, _keeper: Actor, to: Actor) -> None:
    team = world.row(made.case).team
    by_letter.reassign(world.staff(team, "Uli", "supervisor"), made.case, to=to.id)


def handed_over(made: Correspondents, keeper: Actor, to: Actor) -> None:
    by_letter.hand_over(keeper, made.case, to=to.id)


@pytest.mark.parametrize("pass_on", [absence_begins, reassigned, handed_over])
def test_whoever_sleeps_and_is_given_the_case_has_not_come(team: Team, people: list[Actor], pass_on) -> None:  # type: ignore[no-untyped-def]
    made = kept_and_paged(team, people[2])
    now = timezone.now()

    pass_on(made, people[2], people[1])

    assert oncall.follow(now + timedelta(seconds=5)) == 0
    assert oncall.follow(now + TEN + timedelta(seconds=5)) == 1
    assert world.row(made.case).keeper_id == people[1].id
    assert paged() == ["linde@pager.example", "mara@pager.example"]


def test_who_takes_it_over_has_come(team: Team, people: list[Actor]) -> None:
    made = kept_and_paged(team, people[2])

    taking_over.take_over(people[0], made.case)

    assert not Page.objects.exists()
    assert oncall.follow(timezone.now() + 2 * TEN) == 0
    assert paged() == ["linde@pager.example"]


def test_who_cannot_have_the_case_has_not_come(team: Team, people: list[Actor]) -> None:
    made = kept_and_paged(team, people[2])

    with pytest.raises(Taken):
        handling.claim(people[0], made.case)
    with pytest.raises(Conflict):
        taking_over.take_over(people[2], made.case)

    assert Page.objects.exists()


def test_after_an_answer_another_night_begins_anew(team: Team, people: list[Actor]) -> None:
    made = at_night(team)
    answered(made, people[0])
    oncall.follow(timezone.now())
    Staff.objects.update(status=Staff.Status.AWAY, seen_at=None)

    post.send(made.seeker, made.case, DARK)

    assert paged() == ["linde@pager.example"] * 2


def test_who_answers_the_case_and_is_here_needs_no_page(team: Team, people: list[Actor]) -> None:
    made = at_night(team)
    answered(made, people[2])
    oncall.follow(timezone.now())
    world.presence.set_status(people[2], "here")

    post.send(made.seeker, made.case, DARK)

    assert not Page.objects.exists()


def test_somebody_who_left_is_passed_over(team: Team, people: list[Actor]) -> None:
    Staff.objects.filter(pk=people[0].id).update(is_active=False)

    at_night(team)

    assert paged() == ["mara@pager.example"]


def test_the_page_is_sealed_and_old_ones_wake_nobody_in_the_morning(team: Team) -> None:
    at_night(team)
    assert b"pager" not in bytes(OutgoingMail.objects.get().to)

    assert mails.deliver(minutes=31) == 0

    assert mail.outbox == []


@pytest.mark.django_db(transaction=True)
def test_two_processes_page_the_next_once(team: Team) -> None:
    at_night(team)
    later = timezone.now() + TEN + timedelta(seconds=5)

    done = world.together(*[lambda: oncall.follow(later)] * 3)

    assert sum(done) == 1
    assert Page.objects.get().place == 20
