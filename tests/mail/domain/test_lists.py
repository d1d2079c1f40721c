"""The order of the lists, what wants to be remembered, and that a list is found by index, at a constant price."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from counselling.cases.domain import by_letter, closing, risk, tasks
from counselling.cases.domain.risk_content import Assessment
from counselling.cases.models import Case, Risk, Task
from counselling.mail.domain import desk, handling
from counselling.mail.domain import lists as in_order
from counselling.mail.domain.lists import Chosen
from counselling.mail.models import Correspondence
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from tests.mail import team_world as lists
from tests.support import letters as post
from tests.support import world

pytestmark = pytest.mark.django_db

EVERY = (
    *(Chosen(tab) for tab in in_order.TABS),
    *(Chosen(tab, scope="team") for tab in in_order.TABS[1:]),
    *(Chosen("mine", state=state) for state in in_order.STATES[1:]),
)
DAY = dt.timedelta(days=1)


def name(chosen: Chosen) -> str:
    return "-".join(filter(None, (chosen.tab, chosen.scope, chosen.state)))


def kept_by(linde: Actor, *names: str) -> list[post.Correspondents]:
    team = Team.objects.get()
    return [post.claimed(team, linde, nickname=one) for one in names]


def due_since(model: type[Risk] | type[Task] | type[Correspondence], case: object, field: str, days: int) -> None:
    """As if this day had been set some days ago: forms take none that is over."""
    model.objects.filter(case=case).update(**{field: timezone.localdate() - days * DAY})


# --- danger ----------------------------------------------------------------------------------------------------------


def test_open_danger_stands_first_among_mine_and_is_said() -> None:
    linde = world.counsellor(world.team(), "Linde")
    calm, danger, worst, over = kept_by(linde, "Ruhig", "Orange", "Rot", "Vorbei")
    lists.due_in(calm.case, -5, urgent=True)
    today = timezone.localdate()
    risk.assess(linde, danger.case, Assessment("orange", review_on=today + DAY, said="Sagt es"))
    risk.assess(linde, worst.case, Assessment("red"))
    risk.assess(linde, over.case, Assessment("red"))
    risk.assess(linde, over.case, Assessment("yellow", review_on=today + DAY, said="Sagt es"))
    lists.due_in(danger.case, 40)
    lists.due_in(worst.case, 50)
    lists.due_in(over.case, 60)

    rows = desk.page(linde, Chosen("mine"), timezone.now()).rows

    assert [(row.nickname, row.danger) for row in rows] == [
        ("Orange", "orange"),
        ("Rot", "red"),
        ("Ruhig", ""),
        ("Vorbei", ""),
    ]


# --- what wants to be remembered -------------------------------------------------------------------------------------


def test_reminders_take_assessments_and_tasks_whose_day_has_come() -> None:
    linde = world.counsellor(world.team(), "Linde")
    look, task, both, later, done, remind = kept_by(linde, "Ansehen", "Tun", "Beides", "Später", "Getan", "Merken")
    today = timezone.localdate()
    risk.assess(linde, look.case, Assessment("yellow", review_on=today, said="Sagt es"))
    for made in (task, both, done):
        tasks.add(linde, made.case, "Anrufen", today)
    tasks.set_done(linde, done.case, 1, done=True)
    risk.assess(linde, both.case, Assessment("yellow", review_on=today, said="Sagt es"))
    due_since(Risk, both.case, "review_on", 3)
    risk.assess(linde, later.case, Assessment("yellow", review_on=today + DAY, said="Sagt es"))
    tasks.add(linde, later.case, "Anrufen", today + DAY)
    handling.remind(linde, remind.case, today)
    due_since(Correspondence, remind.case, "remind_on", 1)

    rows = desk.page(linde, Chosen("reminders"), timezone.now()).rows

    said = {row.nickname: (row.review_on, row.task_on, row.reminds) for row in rows}
    assert said == {
        "Beides": (today - 3 * DAY, today, False),
        "Merken": (None, None, True),
        "Ansehen": (today, None, False),
        "Tun": (None, today, False),
    }
    assert [row.nickname for row in rows][:2] == ["Beides", "Merken"]  # the longest overdue first
    assert desk.counts(linde, timezone.now())["reminders"] == 4


def test_newer_assessment_ends_the_earlier_one_s_review() -> None:
    linde = world.counsellor(world.team(), "Linde")
    (made,) = kept_by(linde, "Ansehen")
    today = timezone.localdate()
    risk.assess(linde, made.case, Assessment("yellow", review_on=today, said="Sagt es"))
    assert lists.names(linde, "reminders") == ["Ansehen"]

    risk.assess(linde, made.case, Assessment("yellow", review_on=today + 7 * DAY, said="Sagt es"))

    assert lists.names(linde, "reminders") == []


def test_reminders_of_others_and_of_closed_cases() -> None:
    team = world.team()
    linde, mara = world.counsellor(team, "Linde"), world.counsellor(team, "Mara")
    theirs, over = post.claimed(team, mara, nickname="Ihrer"), post.claimed(team, linde, nickname="Zu")
    for who, made in ((mara, theirs), (linde, over)):
        tasks.add(who, made.case, "Anrufen", timezone.localdate())
    closing.close(linde, over.case, topics=[], ending="helped", letters=True)

    assert (lists.names(linde, "reminders"), lists.names(linde, "reminders", scope="team")) == ([], ["Ihrer"])
    stranger = world.counsellor(world.team("Buche"), "Buche")
    assert lists.names(stranger, "reminders", scope="team") == []


# --- the whole team --------------------------------------------------------------------------------------------------


def test_team_has_the_latest_word_first_whatever_the_state() -> None:
    team = world.team()
    linde = world.counsellor(team, "Linde")
    made = [post.claimed(team, linde, nickname=one) for one in ("Eins", "Zwei", "Drei")]
    for number, one in enumerate(made):
        Case.objects.filter(pk=one.case).update(last_at=timezone.now() + number * DAY)
    closing.take_up_again(made[1].seeker, made[1].case)
    Case.objects.filter(pk=made[1].case).update(last_at=timezone.now() + DAY)

    assert lists.names(linde, "mine", scope="team") == ["Drei", "Zwei", "Eins"]


# --- the price -------------------------------------------------------------------------------------------------------


def fill(linde: Actor, count: int) -> None:
    """Cases that stand in several lists each: free, mine, answered, closed, with danger and tasks."""
    team = Team.objects.get()
    for number in range(count):
        made = post.asked(team)
        if number % 2:
            by_letter.claim(linde, made.case)
            tasks.add(linde, made.case, "Anrufen", timezone.localdate())
            risk.assess(linde, made.case, Assessment("yellow", review_on=timezone.localdate(), said="Sagt es"))
        if number % 6 == 1:
            post.send(linde, made.case, "Danke.")
        if number % 6 == 3:
            closing.close(linde, made.case, topics=[], ending="helped", letters=True)
        elif number % 6 != 1:
            lists.due_in(made.case, -1)  # today, whatever hour it is


def queries(actor: Actor, chosen: Chosen) -> int:
    """Of a session that has opened its team's vault."""
    desk.page(actor, chosen, timezone.now())
    with CaptureQueriesContext(connection) as caught:
        desk.page(actor, chosen, timezone.now())
    return len(caught)


def test_every_list_asks_as_many_queries_for_sixty_cases_as_for_six() -> None:
    linde = world.counsellor(world.team(), "Linde")
    fill(linde, 6)
    with_six = {name(chosen): queries(linde, chosen) for chosen in EVERY if lists.rows(linde, chosen)}
    fill(linde, 54)

    assert {name(chosen): queries(linde, chosen) for chosen in EVERY if name(chosen) in with_six} == with_six
    assert set(with_six) >= {"inbox", "mine", "due", "answered", "reminders", "closed", "mine-team", "due-team"}
    assert len(lists.rows(linde, Chosen("mine", scope="team"))) == desk.PAGE


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's plans; PostgreSQL scans a table this small")
@pytest.mark.parametrize("chosen", EVERY, ids=name)
def test_no_list_and_no_count_reads_all_cases(chosen: Chosen) -> None:
    linde = world.counsellor(world.team(), "Linde")
    with CaptureQueriesContext(connection) as caught:
        desk.page(linde, chosen, timezone.now())

    plan = plans(caught)

    assert plan
    assert [line for line in plan if line.startswith(("SCAN cases_case", "SCAN mail_correspondence"))] == []


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads SQLite's plans")
@pytest.mark.parametrize(
    "chosen",
    [Chosen("inbox"), Chosen("due"), Chosen("due", scope="team"), Chosen("answered"), Chosen("mine", scope="team")],
    ids=name,
)
def test_what_may_be_thousands_comes_in_the_order_of_an_index(chosen: Chosen) -> None:
    linde = world.counsellor(world.team(), "Linde")
    with CaptureQueriesContext(connection) as caught:
        in_order.ids(linde, desk.my_teams(linde), chosen, timezone.now(), begin=0, end=21)

    assert "USE TEMP B-TREE FOR ORDER BY" not in plans(caught)


def plans(caught: CaptureQueriesContext) -> list[str]:
    """How SQLite would go about what was asked of cases and their letters."""
    asked = [one["sql"] for one in caught.captured_queries if "cases_case" in one["sql"]]
    with connection.cursor() as cursor:
        return [row[-1] for sql in asked for row in cursor.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()]
