"""Assessing danger: every rule of the levels, for good, and who may."""

import re
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from django.utils import timezone

from counselling.cases.domain import (
    closing,
    danger,
    emergency,
    risk,
    risk_records,
)
from counselling.cases.domain.risk_content import Assessment
from counselling.cases.models import Risk, RiskRecord
from counselling.errors import Invalid, NotAllowed, NotFound, TooLong
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from tests.cases.domain.risk_world import SAID, only, orange, yellow
from tests.support import world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db


# --- levels ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("assessment", "error"),
    [
        (Assessment("purple"), Invalid),
        (Assessment("yellow", observed="Müde"), Invalid),
        (Assessment("orange", said=SAID), Invalid),
        (Assessment("orange", review_on=timezone.localdate()), Invalid),
        (Assessment("yellow", review_on=timezone.localdate() - timedelta(days=1), said=SAID), Invalid),
        (Assessment("green", ideation="very"), Invalid),
        (Assessment("red", said="x" * 2001), TooLong),
        (Assessment("red", said="\ud83d"), Invalid),
    ],
)
def test_what_is_incomplete_is_refused(chat: Chat, assessment: Assessment, error: type[Exception]) -> None:
    with pytest.raises(error):
        risk.assess(chat.counsellor, chat.case, assessment)

    assert not Risk.objects.exists()


def test_red_needs_nothing_but_itself(chat: Chat) -> None:
    risk.assess(chat.counsellor, chat.case, Assessment("red"))

    assert danger.pinned(chat.case)
    assert "help_pinned" in world.notices(chat.case)


def test_an_assessment_is_read_as_it_was_written(chat: Chat) -> None:
    wanted = orange(ideation="active", plan="vague", protective="Die Schwester", decision="Morgen wieder")
    risk.assess(chat.counsellor, chat.case, wanted)

    (view,) = risk.of_case(chat.counsellor, chat.case, world.key(chat.case))

    assert view.content == wanted
    assert (view.level, view.author, view.review_on) == ("orange", "Mara", wanted.review_on)
    assert SAID not in repr(view)
    assert SAID.encode() not in bytes(Risk.objects.get().sealed) + bytes(only().sealed)


def test_below_orange_there_is_no_record_and_after_it_there_always_is(chat: Chat) -> None:
    for assessment in (Assessment("green"), yellow()):
        risk.assess(chat.counsellor, chat.case, assessment)
    assert not RiskRecord.objects.exists()

    for assessment in (orange(), yellow(), Assessment("green")):
        risk.assess(chat.counsellor, chat.case, assessment)

    assert list(RiskRecord.objects.order_by("at").values_list("level", flat=True)) == ["orange", "yellow", "green"]
    assert RiskRecord.objects.values("course").distinct().count() == 1


def test_a_form_that_was_sent_twice_is_one_assessment(chat: Chat, jon: Actor) -> None:
    numbers = [risk.assess(chat.counsellor, chat.case, orange()) for _ in range(2)]
    assert numbers == [1, 1]
    assert RiskRecord.objects.count() == 1

    assert risk.assess(jon, chat.case, orange()) == 2
    assert risk.assess(chat.counsellor, chat.case, orange()) == 3
    assert risk.assess(chat.counsellor, chat.case, orange(decision="Kontakt halten")) == 4
    Risk.objects.update(at=timezone.now() - timedelta(minutes=1))
    assert risk.assess(chat.counsellor, chat.case, orange(decision="Kontakt halten")) == 5


def test_help_is_pinned_while_it_is_red_and_told_once(chat: Chat) -> None:
    for assessment in (Assessment("red"), Assessment("red"), orange()):
        risk.assess(chat.counsellor, chat.case, assessment)

    assert not danger.pinned(chat.case)
    assert danger.is_open(chat.case)
    assert world.notices(chat.case).count("help_pinned") == 1


# --- for good --------------------------------------------------------------------------------------------------------


def test_nothing_that_was_written_ever_changes(chat: Chat, jon: Actor, lea: Actor) -> None:
    kept: list[dict[str, object]] = []
    record_rows: list[tuple[object, ...]] = []
    fixed = ("id", "course", "level", "author", "at", "review_on", "sealed")
    for assessment in (Assessment("red"), orange(), Assessment("green"), yellow()):
        risk.assess(chat.counsellor, chat.case, assessment)
        for record in RiskRecord.objects.all():
            risk_records.see(lea, record.pk)
            risk_records.opened(jon, record.pk)
        emergency.unseen(timezone.now() + timedelta(minutes=6))
        now = list(Risk.objects.order_by("number").values())
        assert now[: len(kept)] == kept
        records = list(RiskRecord.objects.order_by("at").values_list(*fixed))
        assert records[: len(record_rows)] == record_rows
        kept, record_rows = now, records

    assert [row["number"] for row in kept] == [1, 2, 3, 4]


def test_the_code_has_no_way_to_change_or_take_away_an_assessment() -> None:
    rooms = Path(risk.__file__).parent.parent.parent
    changing = re.compile(
        r"\b(Risk|RiskEvent)\.objects[^\n]*\.(update|delete|bulk_update)\(|\brisks\.[^\n]*\.(update|delete)\("
    )

    assert [str(path) for path in rooms.rglob("*.py") if changing.search(path.read_text())] == []


def test_an_assessment_that_was_moved_does_not_open(chat: Chat) -> None:
    for text in ("Eins", "Zwei"):
        risk.assess(chat.counsellor, chat.case, Assessment("green", said=text))
    Risk.objects.filter(number=1).update(sealed=Risk.objects.get(number=2).sealed)

    contents = [view.content for view in risk.of_case(chat.counsellor, chat.case, world.key(chat.case))]

    assert contents == [Assessment("green", said="Zwei"), None]


# --- who -------------------------------------------------------------------------------------------------------------


def test_only_who_is_seated_from_the_team_assesses(team: Team, chat: Chat, jon: Actor, lea: Actor) -> None:
    for actor, error in ((chat.seeker, NotAllowed), (jon, NotFound), (lea, NotAllowed)):
        with pytest.raises(error):
            risk.assess(actor, chat.case, Assessment("green"))
        with pytest.raises(error):
            risk.opened(actor, chat.case)
    with pytest.raises(NotFound):
        risk.assess(chat.counsellor, uuid4(), Assessment("green"))
    with pytest.raises(NotFound):
        risk.opened(chat.counsellor, uuid4())


def test_while_the_danger_is_open_every_counsellor_of_the_team_looks_again(chat: Chat, jon: Actor) -> None:
    risk.assess(chat.counsellor, chat.case, orange())
    closing.close(chat.counsellor, chat.case, topics=[], ending="other")

    risk.assess(jon, chat.case, Assessment("green", said="Hat angerufen, es geht besser"))

    assert danger.level(chat.case) == "green"
    with pytest.raises(NotFound):
        risk.assess(jon, chat.case, Assessment("red"))
    assert [record.case for record in risk_records.listed(jon)] == [None, None]


def test_a_counsellor_of_another_team_does_not(chat: Chat) -> None:
    risk.assess(chat.counsellor, chat.case, orange())
    stranger = world.counsellor(world.team("Buche", is_open=False), "Kim")

    with pytest.raises(NotFound):
        risk.opened(stranger, chat.case)
    with pytest.raises(NotFound):
        risk_records.opened(stranger, only().pk)
    assert risk_records.listed(stranger) == []
    with pytest.raises(NotFound):
        risk_records.see(stranger, only().pk)
