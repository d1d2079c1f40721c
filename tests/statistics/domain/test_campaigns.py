"""Links for posters: what may be one, who makes them, what is counted of a visit, which numbers are shown."""

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from counselling.cases.domain import door
from counselling.cases.models import CountRow
from counselling.errors import NotAllowed, NotFound
from counselling.people.domain.actors import Actor
from counselling.people.models import Team
from counselling.statistics.domain import button, campaigns, shapes
from counselling.statistics.domain.campaigns import Number, Refused
from counselling.statistics.domain.shapes import Shown, ShownRelease, ShownTable
from counselling.statistics.models import Campaign
from tests.statistics import report_world
from tests.support import world

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 7, 1)


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    button.forget()


@pytest.fixture
def team(db: None) -> Team:
    return world.team()


@pytest.fixture
def uli(team: Team) -> Actor:
    return world.staff(team, "Uli", "supervisor")


def make(uli: Actor, label: str = "Schule am Berg", code: str = "") -> Campaign:
    return campaigns.make(uli, label, code, TODAY)


def refused(what: Callable[[], object]) -> str:
    """At which field."""
    with pytest.raises(Refused) as refusal:
        what()
    assert str(refusal.value.sentence)
    return refusal.value.field


# --- making ----------------------------------------------------------------------------------------------------------


def test_link_is_made_with_a_code_of_its_label(uli: Actor) -> None:
    made = make(uli, "  Schule   am Berg ")
    assert (made.code, made.label, made.active, made.since) == ("schule-am-berg", "Schule am Berg", True, TODAY)


@pytest.mark.parametrize(
    ("label", "code"),
    [
        ("Straße & Öl 7", "strasse-oel-7"),
        ("Café Été", "cafe-ete"),
        ("مركز", ""),
        ("x" * 60, "x" * 40),
        ("Gemeinschaftsschule am Hohen Berg im Tale Nord", "gemeinschaftsschule-am-hohen-berg-im"),
        ("--", ""),
    ],
)
def test_code_suggested(label: str, code: str) -> None:
    assert campaigns.suggested(label) == code


@pytest.mark.parametrize("code", ["abc", "a-b", "stadt2026", "x" * 40, " Schule-Am-Berg "])
def test_code_that_fits(uli: Actor, code: str) -> None:
    assert make(uli, code=code).code == code.strip().lower()


@pytest.mark.parametrize(
    "code",
    [
        "ab",
        "x" * 41,
        "schule am berg",
        "schüle",
        "-schule",
        "schule-",
        "schule--berg",
        "schule_berg",
        "2026",
        "2026-schule",
        "a/b",
        "../team",
        "sch\x00ule",
        "team",
        "other",
        "gegen-gewalt",
        "suizid",
        "drogen-stopp",
    ],
)
def test_code_that_does_not_fit(uli: Actor, code: str) -> None:
    assert refused(lambda: make(uli, code=code)) == "code"
    assert not Campaign.objects.exists()


def test_refusal_of_a_code_says_what_would_fit(uli: Actor) -> None:
    with pytest.raises(Refused) as refusal:
        make(uli, code="Schule am Öhrberg")
    assert str(refusal.value.sentence).endswith("Zum Beispiel: schule-am-oehrberg")


@pytest.mark.parametrize("label", ["", "  ", "x" * 81])
def test_label_that_does_not_fit(uli: Actor, label: str) -> None:
    assert refused(lambda: make(uli, label, "schule")) == "label"


def test_label_without_letters_of_ours_needs_a_code(uli: Actor) -> None:
    assert refused(lambda: make(uli, "مركز")) == "code"
    assert make(uli, "مركز", "zentrum").code == "zentrum"


def test_code_is_given_once_even_after_its_end(uli: Actor) -> None:
    campaigns.switch(uli, make(uli).code, on=False)
    with pytest.raises(Refused) as refusal:
        make(uli, "Andere", "schule-am-berg")
    assert str(refusal.value.sentence) == "Diesen Link gibt es schon: Schule am Berg."
    assert Campaign.objects.get().label == "Schule am Berg"


def test_so_many_links_and_no_more(uli: Actor) -> None:
    for number in range(campaigns.MOST_RUNNING):
        make(uli, code=f"schule-{number}")
    assert refused(lambda: make(uli, code="einer-mehr")) == "label"

    campaigns.switch(uli, "schule-0", on=False)
    make(uli, code="einer-mehr")
    assert refused(lambda: campaigns.switch(uli, "schule-0", on=True)) == "label"
    campaigns.switch(uli, "schule-1", on=True)  # it runs already


def test_label_changes_and_the_code_never(uli: Actor) -> None:
    campaigns.rename(uli, make(uli).code, "Schule im Tal")
    assert list(Campaign.objects.values_list("code", "label")) == [("schule-am-berg", "Schule im Tal")]
    assert refused(lambda: campaigns.rename(uli, "schule-am-berg", " ")) == "label"


def test_running_links_are_listed_first(uli: Actor) -> None:
    for code in ("zoo", "bad", "ast"):
        make(uli, code, code)
    campaigns.switch(uli, "ast", on=False)
    assert [one.code for one in campaigns.listed(uli)] == ["bad", "zoo", "ast"]


@pytest.mark.parametrize("role", ["counsellor", "administrator"])
def test_only_those_who_lead(team: Team, uli: Actor, role: str) -> None:
    code, other = make(uli).code, world.staff(team, "Andere", role)
    for attempt in (
        lambda: campaigns.listed(other),
        lambda: campaigns.one(other, code),
        lambda: campaigns.numbers(other),
        lambda: make(other, code="schule"),
        lambda: campaigns.rename(other, code, "X"),
        lambda: campaigns.switch(other, code, on=False),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert list(Campaign.objects.values_list("label", "active")) == [("Schule am Berg", True)]


def test_what_is_not_there(uli: Actor) -> None:
    for attempt in (
        lambda: campaigns.one(uli, "nichts"),
        lambda: campaigns.rename(uli, "nichts", "X"),
        lambda: campaigns.switch(uli, "nichts", on=True),
    ):
        with pytest.raises(NotFound):
            attempt()


# --- counting --------------------------------------------------------------------------------------------------------


def test_visit_is_one_row_and_nothing_about_who(team: Team, uli: Actor) -> None:
    make(uli)
    before = timezone.localtime()
    campaigns.came("Schule-am-Berg")
    row = CountRow.objects.get()
    assert (row.event, row.codes, row.team_id) == ("campaign", {"campaign": "schule-am-berg"}, team.pk)
    assert (row.month, row.channel) == (f"{before:%Y-%m}", "chat")


@pytest.mark.parametrize("code", ["nichts", "schule-am-berg.", "", "sch\x00ule", "x" * 5000])
def test_unknown_code_counts_nothing(uli: Actor, code: str) -> None:
    make(uli)
    campaigns.came(code)
    assert not CountRow.objects.exists()


def test_ended_link_counts_nothing_until_it_runs_again(uli: Actor) -> None:
    code = make(uli).code
    campaigns.switch(uli, code, on=False)
    campaigns.came(code)
    assert not CountRow.objects.exists()
    campaigns.switch(uli, code, on=True)
    campaigns.came(code)
    assert CountRow.objects.count() == 1


def test_before_the_set_up_nothing_is_counted(db: None) -> None:
    Campaign.objects.create(code="schule", label="Schule", since=TODAY)
    campaigns.came("schule")
    assert not CountRow.objects.exists()


# --- published numbers -----------------------------------------------------------------------------------------------


def publish(code: str, cells: dict[str, int | None], *, withheld: bool = False) -> None:
    table = ShownTable(
        "campaigns",
        (("campaign", tuple(cells)),),
        {(one,): Shown(number) for one, number in cells.items()},
        withheld=withheld,
    )
    report_world.keep(ShownRelease(shapes.period(code), {}, {table.code: table}))


def test_numbers_are_those_of_releases_newest_first(uli: Actor) -> None:
    publish("2026-Q1", {"schule": 15, "bad": None})
    publish("2026-Q2", {"schule": None})
    assert campaigns.numbers(uli) == {
        "schule": [Number("2. Quartal 2026", Shown(None)), Number("1. Quartal 2026", Shown(15))],
        "bad": [Number("1. Quartal 2026", Shown(None))],
    }


def test_exact_rows_are_no_numbers(uli: Actor) -> None:
    code = make(uli).code
    for _ in range(7):
        campaigns.came(code)
    assert (CountRow.objects.count(), campaigns.numbers(uli)) == (7, {})


def test_withheld_and_absent_tables_have_no_numbers(uli: Actor) -> None:
    publish("2026-Q1", {"schule": 15}, withheld=True)
    report_world.keep(ShownRelease(shapes.period("2026-Q2"), {}, {}))
    assert campaigns.numbers(uli) == {}


def test_only_the_latest_releases_are_read(uli: Actor) -> None:
    for year in range(2020, 2027):
        publish(str(year), {"schule": 5})
    found = [number.period for number in campaigns.numbers(uli)["schule"]]
    assert found == [f"Jahr {year}" for year in range(2026, 2021, -1)]


def test_numbers_cost_the_same_for_one_release_and_three(uli: Actor) -> None:
    costs = []
    for code in ("2026-Q1", "2026-Q2", "2026-Q3"):
        publish(code, {"schule": 5})
        with CaptureQueriesContext(connection) as queries:
            campaigns.numbers(uli)
        costs.append(len(queries))
    assert costs == [2, 2, 2]


# --- the door for other sites ----------------------------------------------------------------------------------------

MONDAY = dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.UTC)  # half past ten in Ulm


@pytest.mark.parametrize(
    ("opens", "first"),
    [
        (None, "Der Chat ist gerade zu."),
        (MONDAY.replace(hour=13, minute=0), "Der Chat öffnet heute um 14:00 Uhr."),
        (MONDAY.replace(day=25, hour=8, minute=0), "Der Chat öffnet Mittwoch um 09:00 Uhr."),
        (MONDAY.replace(day=30, hour=9, minute=30), "Der Chat ist gerade zu."),
    ],
)
def test_closed_door_says_when_it_opens(opens: dt.datetime | None, first: str) -> None:
    with translation.override("de"):
        words = button.words(button.State(open=False, opens=opens), MONDAY)
    assert words == f"{first} Schreiben kannst du immer."


def test_state_is_the_start_page_s_and_kept_for_seconds(team: Team) -> None:
    now = timezone.now()
    assert button.state(now).open is False  # nobody is here
    world.counsellor(team, "Mara")
    assert door.status(team.pk, now).open == "open"
    assert button.state(now + dt.timedelta(seconds=9)).open is False
    assert button.state(now + dt.timedelta(seconds=10)) == button.State(open=True, opens=None)
    assert button.state(now).open is True  # a clock that was set back asks anew


def test_kept_state_asks_nothing(team: Team) -> None:
    now = timezone.now()
    button.state(now)
    with CaptureQueriesContext(connection) as queries:
        button.state(now)
    assert len(queries) == 0


def test_closed_hours_and_no_team_are_closed(team: Team) -> None:
    world.counsellor(team, "Mara")
    world.close_hours(team)
    assert button.state(timezone.now()) == button.State(open=False, opens=None)
    button.forget()
    CountRow.objects.all().delete()
    Team.objects.all().delete()
    assert button.state(timezone.now()) == button.State(open=False, opens=None)
