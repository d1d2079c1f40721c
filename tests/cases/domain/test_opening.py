"""Opening a case: what is kept, what is refused, and that one young person waits once."""

from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from counselling.cases.domain import closing, opening, seats
from counselling.cases.domain.facts import FactsInput
from counselling.cases.models import Case, Facts, FactTopic, Seal, Seat, Waiting
from counselling.centre.models import Topic
from counselling.errors import Closed, Conflict, Invalid, NotAllowed
from counselling.people.domain import access
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from tests.support import world

pytestmark = pytest.mark.django_db
FACTS = FactsInput(for_whom="other", age_band="12_14", gender="no_answer", strain=2, topics=["school", "family"])


def begin(seeker: Actor, team: Team, facts: FactsInput | None = None, nickname: str = "Stiller Otter") -> object:
    return opening.begin_chat(seeker, team_id=team.pk, nickname=nickname, facts=facts or FactsInput(), language="de")


def test_a_case_opens_with_all_that_belongs_to_it(topics: None, team: Team, mara: Actor) -> None:
    before = timezone.now()
    waiter = world.waiting(team, facts=FACTS)

    case = Case.objects.get()
    assert (case.pk, case.state, case.channel, case.language, case.last_seq) == (
        waiter.case,
        "waiting",
        "chat",
        "de",
        0,
    )
    assert case.opened_at >= before
    assert Facts.objects.filter(case=case).values("for_whom", "age_band", "gender", "strain").get() == {
        "for_whom": "other",
        "age_band": "12_14",
        "gender": "no_answer",
        "strain": 2,
    }
    assert sorted(FactTopic.objects.values_list("code", flat=True)) == ["family", "school"]
    assert list(Seat.objects.values_list("role", "staff", "ended_at")) == [(1, None, None)]
    assert Waiting.objects.get().team_id == team.pk
    assert sorted(Seal.objects.values_list("holder_kind", "holder_id", "epoch")) == [
        ("seeker", str(waiter.seeker.id), 1),
        ("team", str(team.pk), 1),
    ]


def test_everything_may_be_skipped(team: Team, mara: Actor) -> None:
    waiter = world.waiting(team)

    brief = seats.own_case(waiter.seeker)
    assert brief is not None
    assert (brief.nickname, brief.state, brief.urgent, brief.seats) == (world.NICKNAME, "waiting", False, [])
    assert not FactTopic.objects.exists()


def test_the_nickname_is_kept_sealed_only(team: Team, mara: Actor) -> None:
    world.waiting(team, nickname="Sentinel Otter")

    with connection.cursor() as cursor:
        cursor.execute("SELECT nickname FROM cases_case")
        [(sealed,)] = cursor.fetchall()
    assert b"Sentinel" not in bytes(sealed)
    assert len(bytes(sealed)) == 284 + 1  # suite byte, nonce, one step of padding, tag


def test_nicknames_need_not_be_unique(team: Team, mara: Actor) -> None:
    world.waiting(team)
    world.waiting(team)

    assert Case.objects.count() == 2


@pytest.mark.parametrize("nickname", ["Beraterin", "Mi\u200ba", "x", "y" * 25])
def test_a_nickname_that_is_refused_opens_nothing(team: Team, mara: Actor, nickname: str) -> None:
    with pytest.raises(Invalid):
        begin(access.new_seeker()[0], team, nickname=nickname)

    assert not Case.objects.exists()


@pytest.mark.parametrize(
    "facts",
    [
        FactsInput(for_whom="Sentinel"),
        FactsInput(age_band="16"),
        FactsInput(gender="Sentinel"),
        FactsInput(strain=0),
        FactsInput(strain=6),
        FactsInput(topics=["Sentinel"]),
        FactsInput(topics=["school"] * 11),
        FactsInput(language="Sentinel, ich heiße Mia"),
    ],
)
def test_facts_take_offered_codes_only(topics: None, team: Team, mara: Actor, facts: FactsInput) -> None:
    with pytest.raises(Invalid) as refusal:
        begin(access.new_seeker()[0], team, facts)

    assert "Sentinel" not in f"{refusal.value!r} {refusal.value.sentence}"
    assert not Case.objects.exists()


def test_a_topic_that_was_switched_off_is_not_offered(topics: None, team: Team, mara: Actor) -> None:
    Topic.objects.filter(code="school").update(active=False)

    with pytest.raises(Invalid):
        begin(access.new_seeker()[0], team, FactsInput(topics=["school"]))


def test_staff_open_no_case(team: Team, mara: Actor) -> None:
    with pytest.raises(NotAllowed):
        begin(mara, team)


def test_nobody_opens_a_second_case_while_one_runs(team: Team, mara: Actor) -> None:
    waiter = world.waiting(team)

    with pytest.raises(Conflict):
        begin(waiter.seeker, team)
    assert world.counted() == ["asked"]


def test_a_new_case_may_follow_a_closed_one(team: Team, mara: Actor) -> None:
    first = world.waiting(team)
    closing.end(first.seeker, first.case)

    second = world.waiting(team, seeker=first.seeker, nickname="Blaue Eule")

    brief = seats.own_case(first.seeker)
    assert brief is not None
    assert (brief.id, brief.nickname) == (second.case, "Blaue Eule")


def test_a_seeker_without_a_case_has_none(team: Team) -> None:
    assert seats.own_case(access.new_seeker()[0]) is None


def test_a_closed_door_opens_no_case(team: Team, mara: Actor) -> None:
    world.close_hours(team)

    with pytest.raises(Closed):
        begin(access.new_seeker()[0], team)
    assert not Case.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_double_tap_is_one_case(team: Team) -> None:
    world.counsellor(team)
    for _ in range(5):
        seeker = access.new_seeker()[0]

        results = world.together(*[partial(begin, seeker, team)] * 6)

        assert world.kinds(results) == ["Conflict"] * 5 + ["UUID"]
    assert Case.objects.count() == 5
