"""An open danger stands at the head of the chat desk and of the queue, is named in words, and goes when it is over."""

import pytest
from django.utils import timezone

from counselling.cases.domain import agreements, closing, desk, handover, panel, places, queue, risk, safety_plan
from counselling.cases.domain.facts import FactsInput
from counselling.cases.domain.risk_content import Assessment
from counselling.cases.models import Level, Waiting
from counselling.errors import Invalid
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from tests.support import world
from tests.support.world import Chat

pytestmark = pytest.mark.django_db


def judged(chat: Chat, level: str) -> None:
    day = timezone.localdate() if level in {"yellow", "orange"} else None
    risk.assess(chat.counsellor, chat.case, Assessment(level, review_on=day, said="…"))


@pytest.mark.parametrize("level", Level.values)
def test_my_chats_name_an_open_danger(chat: Chat, level: str) -> None:
    judged(chat, level)

    (row,) = desk.state(chat.counsellor, timezone.now())["mine"]
    assert row["danger"] == (level if level in {"orange", "red"} else "")
    assert Waiting.objects.get(case=chat.case).grave == (level in {"orange", "red"})


def test_where_it_waits_it_comes_first_of_all_until_it_is_over(team: Team, mara: Actor, chat: Chat, jon: Actor) -> None:
    judged(chat, "orange")
    closing.close(mara, chat.case, topics=[], ending="continues")
    urgent = world.waiting(team, facts=FactsInput(strain=5), minutes=40)
    queue.rejoin(chat.seeker, chat.case)
    assert [place.case_id for place in places.in_line(team.pk)] == [chat.case, urgent.case]
    assert [row["danger"] for row in desk.state(jon, timezone.now())["queue"]] == ["orange", ""]

    risk.assess(jon, chat.case, Assessment("green"))

    assert [place.case_id for place in places.in_line(team.pk)] == [urgent.case, chat.case]
    assert [row["danger"] for row in desk.state(jon, timezone.now())["queue"]] == ["", ""]


def test_somebody_else_takes_it_first(team: Team, chat: Chat, jon: Actor) -> None:
    lost = world.chat(team, world.counsellor(team, "Lea"))
    judged(chat, "red")
    handover.to_queue(lost.counsellor, lost.case)
    handover.to_queue(chat.counsellor, chat.case)

    assert queue.claim_next(jon) == chat.case


# --- from yellow on --------------------------------------------------------------------------------------------------


def test_a_safety_plan_is_offered_from_yellow_on(chat: Chat) -> None:
    offered = []
    for level in ("green", "yellow", "orange", "red"):
        judged(chat, level)
        offered.append(panel.of_case(chat.counsellor, chat.case).plan_offered)

    assert offered == [False, True, True, True]
    closing.end(chat.seeker, chat.case)
    assert not panel.of_case(chat.counsellor, chat.case).plan_offered


@pytest.mark.parametrize("language", ["de", "en", "tr", ""])
def test_the_plan_can_be_agreed_on_with_room_for_answers(chat: Chat, language: str) -> None:
    plan = safety_plan.template(language)

    agreements.write(chat.counsellor, chat.case, plan + "x" * 300)

    assert panel.of_case(chat.counsellor, chat.case).agreement is not None
    assert "112" in plan


def test_the_day_of_the_advice_is_kept_and_lies_behind_us(chat: Chat) -> None:
    today = timezone.localdate()

    risk.assess(chat.counsellor, chat.case, Assessment("red", insofa_on=today.isoformat()))

    content = risk.of_case(chat.counsellor, chat.case, world.key(chat.case))[0].content
    assert content is not None
    assert content.insofa_on == today.isoformat()
    for wrong in ("2099-01-01", "gestern"):
        with pytest.raises(Invalid):
            risk.assess(chat.counsellor, chat.case, Assessment("red", insofa_on=wrong))
