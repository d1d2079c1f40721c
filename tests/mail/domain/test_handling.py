"""A whole case in one go: claimed and counted, remembered for a day, closed with a farewell that goes out first."""

import datetime as dt
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.utils import timezone

from counselling.cases.domain import closing, keys, queue, timeline
from counselling.cases.models import Case, CountRow, Entry
from counselling.centre import defaults
from counselling.errors import Conflict, Invalid, NotAllowed, NotFound, Taken, TooLong
from counselling.mail.domain import handling, letters
from counselling.mail.models import Correspondence, Letter
from counselling.people.domain.actors import Actor
from tests.support import letters as post
from tests.support import world

pytestmark = pytest.mark.django_db


def close(actor: Actor, case: uuid.UUID, farewell: str = "", **more: object) -> None:
    given = {"topics": [], "ending": "helped", "letter": uuid.uuid4(), **more}
    handling.close(actor, case, farewell=farewell, **given)  # type: ignore[arg-type]


@pytest.mark.django_db(transaction=True)
def test_two_claim_at_once_and_one_gets_it() -> None:
    team = world.team()
    linde, mara = world.counsellor(team, "Linde"), world.counsellor(team, "Mara")
    made = post.asked(team)

    results = world.together(*(partial(handling.claim, who, made.case) for who in (linde, mara)))

    assert world.kinds(results) == ["NoneType", "Taken"]
    assert world.row(made.case).keeper_id in {linde.id, mara.id}
    assert CountRow.objects.filter(event="letters_claimed").count() == 1


def test_claim_and_answer_count_how_long_it_waited() -> None:
    team = world.team()
    linde = world.counsellor(team, "Linde")
    made = post.asked(team)
    handling.claim(linde, made.case)
    Case.objects.filter(pk=made.case).update(unanswered_since=timezone.now() - dt.timedelta(days=30))

    post.send(linde, made.case, "Endlich.")

    waits = dict(CountRow.objects.filter(event__in=["letters_claimed", "answered"]).values_list("event", "codes__wait"))
    assert waits == {"letters_claimed": "u4h", "answered": "o5d"}


def test_claim_of_what_is_taken_or_foreign() -> None:
    team = world.team()
    linde, mara = world.counsellor(team, "Linde"), world.counsellor(team, "Mara")
    made = post.claimed(team, linde)
    with pytest.raises(Taken):
        handling.claim(mara, made.case)
    with pytest.raises(NotFound):
        handling.claim(world.counsellor(world.team("Buche"), "Buche"), made.case)
    with pytest.raises(NotAllowed):
        handling.claim(world.staff(team, "Uli", "supervisor"), made.case)


def test_reminder_is_set_moved_and_forgotten() -> None:
    team = world.team()
    linde = world.counsellor(team, "Linde")
    made = post.claimed(team, linde)
    Correspondence.objects.all().delete()  # a chat that became letters has none before the first one
    day = timezone.localdate() + dt.timedelta(days=3)

    for wanted in (day, timezone.localdate(), None):
        handling.remind(linde, made.case, wanted)
        assert handling.choices(linde, made.case).remind_on == wanted


@pytest.mark.parametrize("days", [-1, 367])
def test_reminder_in_the_past_or_far_away(days: int) -> None:
    team = world.team()
    linde = world.counsellor(team, "Linde")
    made = post.claimed(team, linde)
    with pytest.raises(Invalid):
        handling.remind(linde, made.case, timezone.localdate() + dt.timedelta(days=days))
    assert Correspondence.objects.get(case=made.case).remind_on is None


def test_only_the_keeper_handles_a_case() -> None:
    team = world.team()
    linde, mara = world.counsellor(team, "Linde"), world.counsellor(team, "Mara")
    made = post.claimed(team, linde)
    for act in (partial(handling.remind, on=None), handling.choices, close):
        with pytest.raises(NotFound):
            act(mara, made.case)
        with pytest.raises(NotAllowed):
            act(made.seeker, made.case)


def test_choices_are_colleagues_who_could_read_and_the_topics_told() -> None:
    defaults.ensure()
    team = world.team()
    linde, mara = world.counsellor(team, "Linde"), world.counsellor(team, "Mara")
    world.staff(team, "Uli", "supervisor")
    made = post.claimed(team, linde, facts=closing.facts.FactsInput(topics=["family"]))

    given = handling.choices(linde, made.case)

    assert given.colleagues == [(str(mara.id), "Mara")]
    assert (given.chosen, given.state, given.remind_on) == (["family"], "letters", None)


def test_farewell_goes_out_before_the_case_is_closed() -> None:
    defaults.ensure()
    team = world.team()
    linde = world.counsellor(team, "Linde")
    made = post.claimed(team, linde)
    handling.remind(linde, made.case, timezone.localdate())

    close(linde, made.case, "  Alles Gute dir.  ", topics=["family"])

    assert world.row(made.case).state == Case.State.CLOSED
    last, notice = timeline.since(made.case, keys.case_key(made.seeker, made.case), 0)[-2:]
    assert (last.kind, last.text, notice.code) == ("letter", "Alles Gute dir.", "letters_closed")
    assert Correspondence.objects.get(case=made.case).remind_on is None
    assert CountRow.objects.get(event="filed").codes["ending"] == "helped"


def test_form_that_comes_twice_closes_once() -> None:
    team = world.team()
    linde = world.counsellor(team, "Linde")
    made, letter = post.claimed(team, linde), uuid.uuid4()

    for _ in range(2):
        close(linde, made.case, "Alles Gute.", letter=letter)

    assert Entry.objects.filter(case=made.case, kind=Entry.Kind.LETTER).count() == 2  # theirs and the farewell
    assert Entry.objects.filter(case=made.case, code="letters_closed").count() == 1


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"ending": ""}, Invalid),
        ({"ending": "x"}, Invalid),
        ({"topics": ["never offered"]}, Invalid),
        ({"farewell": "x" * 20_001}, TooLong),
    ],
)
def test_refused_form_changes_nothing(given: dict[str, object], error: type[Exception]) -> None:
    team = world.team()
    linde = world.counsellor(team, "Linde")
    made = post.claimed(team, linde)
    before = Entry.objects.count()

    with pytest.raises(error):
        close(linde, made.case, **{"farewell": "Alles Gute.", **given})  # type: ignore[arg-type]

    assert (world.row(made.case).state, Entry.objects.count()) == (Case.State.LETTERS, before)


def passed_on(actor: Actor, case: uuid.UUID, mara: Actor) -> None:
    handling.hand_over(actor, case, to=mara.id, note="")


def given_back(actor: Actor, case: uuid.UUID, _mara: Actor) -> None:
    handling.give_back(actor, case, note="")


def closed(actor: Actor, case: uuid.UUID, _mara: Actor) -> None:
    close(actor, case)


@pytest.mark.parametrize("act", [passed_on, given_back, closed])
def test_begun_letter_is_not_lost_with_the_seat(act: Callable[[Actor, uuid.UUID, Actor], None]) -> None:
    team = world.team()
    linde, mara = world.counsellor(team, "Linde"), world.counsellor(team, "Mara")
    made = post.claimed(team, linde)
    begun = letters.keep(linde, made.case, "Angefangen", version=0)

    with pytest.raises(Conflict):
        act(linde, made.case, mara)
    assert world.row(made.case).keeper_id == linde.id

    letters.keep(linde, made.case, "", version=begun.version)
    act(linde, made.case, mara)
    assert world.row(made.case).keeper_id != linde.id
    assert not Letter.objects.exists()


def test_case_in_a_chat_is_not_closed_from_its_letters() -> None:
    team = world.team()
    linde = world.counsellor(team, "Linde")
    made = post.claimed(team, linde)
    closing.take_up_again(made.seeker, made.case)
    queue.appear(made.seeker, made.case)
    queue.claim(linde, made.case)

    with pytest.raises(Conflict):
        close(linde, made.case)

    assert world.row(made.case).state == Case.State.ACTIVE


def test_closed_case_goes_on_when_the_young_person_writes() -> None:
    team = world.team()
    linde = world.counsellor(team, "Linde")
    made = post.claimed(team, linde)
    close(linde, made.case, "Bis bald vielleicht.")

    post.send(made.seeker, made.case, "Doch noch eine Frage.")

    assert world.row(made.case).state == Case.State.LETTERS
    handling.claim(linde, made.case)
    assert world.row(made.case).keeper_id == linde.id


def test_the_closing_form_counts_contacts_channels_and_where_somebody_was_led() -> None:
    team = world.team()
    linde = world.counsellor(team, "Linde")
    made = post.claimed(team, linde)
    post.send(linde, made.case, "Gut, dass du schreibst.")
    codes: dict[str, Any] = {"topics": [], "ending": "referred", "referral": "therapy"}

    handling.close(linde, made.case, **codes, farewell="Alles Gute", letter=uuid.uuid4())

    counted = CountRow.objects.get(event="filed").codes
    assert (counted["contacts"], counted["channels"], counted["referral"]) == ("2_3", ["mail"], "therapy")
    with pytest.raises(Invalid):
        closing.close(linde, made.case, topics=[], ending="referred", referral="nobody", letters=True)
