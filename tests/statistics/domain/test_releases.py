"""Freezing: when, in which order, once only, and what is gone afterwards."""

import random
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from django.db import IntegrityError

from counselling.cases.domain import counting
from counselling.cases.models import CountRow
from counselling.errors import Conflict, NotFound
from counselling.people.domain import audit
from counselling.people.models import AuditEntry, Team
from counselling.statistics.domain import attacker, definitions, releases
from counselling.statistics.domain.publishing import publish
from counselling.statistics.domain.shapes import Counted, Dimension, Period, Shown, ShownTable, Table
from counselling.statistics.models import Release
from tests.statistics.domain.small_centre import BY_AGE, FIGURES, TABLES, YEAR, counted, of
from tests.support import world

pytestmark = pytest.mark.usefixtures("topics")
Q1, Q2, Q3, Q4 = YEAR.quarters
LATER = datetime(2027, 2, 1, 3, tzinfo=UTC)


def write(team: Team, *months: int, events: int = 1, year: int = 2026) -> None:
    """Rows as they are written when somebody asks."""
    for month in months:
        at = datetime(year, month, 10, 15, tzinfo=UTC)
        codes = {"age_band": "15_17", "gender": "w", "for_whom": "me", "language": "de", "topics": ["school"]}
        rows = [counting.row("asked", team_id=team.pk, at=at, codes=codes) for _ in range(events)]
        CountRow.objects.bulk_create(rows)


# --- what is due -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "codes"),
    [
        (date(2026, 4, 21), []),
        (date(2026, 4, 22), ["2026-Q1"]),
        (date(2026, 7, 22), ["2026-Q1", "2026-Q2"]),
        (date(2027, 1, 21), ["2026-Q1", "2026-Q2"]),
    ],
)
def test_due_21_days_after_the_end_where_rows_are(team: Team, today: date, codes: list[str]) -> None:
    write(team, 2, 5, 12)

    assert [period.code for period in releases.due(today)] == codes


def test_year_is_due_after_its_quarters(team: Team) -> None:
    write(team, 2, 12)
    write(team, 1, year=2027)
    first = releases.due(LATER.date())
    for period in first:
        releases.freeze(period, LATER)

    assert ([one.code for one in first], [one.code for one in releases.due(LATER.date())]) == (
        ["2026-Q1", "2026-Q4"],
        ["2026"],
    )


def test_nothing_is_due_without_rows(team: Team) -> None:
    assert releases.due(LATER.date()) == []


@pytest.mark.parametrize("period", [Q2, YEAR, Period(2027, 1)])
def test_what_is_not_due_is_refused(team: Team, period: Period) -> None:
    write(team, 2)
    write(team, 1, year=2027)

    with pytest.raises(Conflict):
        releases.freeze(period, LATER)

    assert not Release.objects.exists()


# --- freezing --------------------------------------------------------------------------------------------------------


def test_freezing_publishes_and_keeps_a_quarters_rows_until_its_year(team: Team) -> None:
    write(team, 1, 2, events=6)
    write(team, 3, year=2027)

    release = releases.freeze(Q1, LATER)

    assert (release.period, release.frozen_at, release.definitions) == ("2026-Q1", LATER, definitions.EDITION)
    assert releases.shown(Q1).figures["demand"] == Shown(10)
    assert CountRow.objects.count() == 13

    assert releases.freeze(YEAR, LATER).period == "2026"

    assert releases.shown(YEAR).figures["demand"] == Shown(10)
    assert [row.month for row in CountRow.objects.all()] == ["2027-03"]
    assert [period.code for period in releases.published()] == ["2026", "2026-Q1"]
    assert list(AuditEntry.objects.order_by("at").values_list("event", "actor", "code")) == [
        ("release_frozen", None, "2026-Q1"),
        ("release_frozen", None, "2026"),
    ]


def test_frozen_is_frozen(team: Team) -> None:
    write(team, 1, events=10)
    before = releases.freeze(Q1, LATER)
    write(team, 1, events=90)

    after = releases.freeze(Q1, LATER + timedelta(days=1))

    assert (after.pk, after.frozen_at, after.data) == (before.pk, before.frozen_at, before.data)
    assert AuditEntry.objects.filter(event="release_frozen").count() == 1


def test_all_that_is_due_at_once(team: Team) -> None:
    write(team, 1, 4, 12, events=8)
    write(team, 1, year=2027)

    done = releases.freeze_due(LATER)

    assert done == ["2026-Q1", "2026-Q2", "2026-Q4", "2026"]
    assert releases.freeze_due(LATER) == []
    assert [row.month for row in CountRow.objects.all()] == ["2027-01"]
    assert attacker.attack(releases.kept()) == []


def test_what_was_never_published_is_not_found(db: None) -> None:
    with pytest.raises(NotFound):
        releases.shown(Q1)


def test_nothing_is_half_when_it_fails_in_the_middle(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    """The note is the last thing that is written."""
    write(team, 1, events=8)
    releases.freeze(Q1, LATER)
    monkeypatch.setattr(audit, "EVENTS", ())

    with pytest.raises(ValueError, match="release_frozen"):
        releases.freeze(YEAR, LATER)

    assert (CountRow.objects.count(), [one.code for one in releases.published()]) == (8, ["2026-Q1"])


@pytest.mark.django_db(transaction=True)
def test_two_processes_freeze_once(team: Team) -> None:
    write(team, 1, 4, events=12)

    results = world.together(*[partial(releases.freeze_due, LATER)] * 2)

    assert world.kinds(results) == ["list", "list"], results
    assert sorted(Release.objects.values_list("period", flat=True)) == ["2026", "2026-Q1", "2026-Q2"]
    assert releases.shown(YEAR).figures["demand"] == Shown(25)
    assert AuditEntry.objects.filter(event="release_frozen").count() == 3
    assert not CountRow.objects.exists()


def test_the_slower_one_returns_what_the_faster_one_kept(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    write(team, 1, events=8)
    counted_of = releases.counted.of_period

    def overtaken(period: Period) -> Counted:
        monkeypatch.setattr(releases.counted, "of_period", counted_of)
        releases.freeze(period, LATER)
        return Counted()

    monkeypatch.setattr(releases.counted, "of_period", overtaken)

    assert releases.freeze(Q1, LATER).data == Release.objects.get().data
    assert releases.shown(Q1).figures["demand"] == Shown(10)
    with pytest.raises(IntegrityError):
        Release.objects.create(period="2026-Q1", frozen_at=LATER, data={}, definitions=1)


# --- holding back ----------------------------------------------------------------------------------------------------

THREE = Dimension("three", "", (("x", ""), ("y", ""), ("z", "")), (("yz", "", ("y", "z")),))
LEAK = {"x": 12, "y": 12, "z": 4}  # 10 + 10 + "<5", together 30


def test_a_table_that_gives_somebody_away_is_merged() -> None:
    table = Table("by_three", "", "asked", (THREE,), "")
    numbers = of(28, by_three=LEAK)  # type: ignore[arg-type]  # a dict of one-code keys

    shown = publish(YEAR, numbers, figures=FIGURES, tables=(table,))
    safe = releases.hold_back(shown, numbers, [], figures=FIGURES, tables=(table,))

    assert shown.tables["by_three"].cells["z",] == Shown(None)
    assert safe.tables["by_three"] == ShownTable(
        "by_three", (("three", ("x", "yz")),), {("x",): Shown(10), ("yz",): Shown(15)}, merged=(("three", "yz"),)
    )
    assert safe.figures == shown.figures


def test_a_table_that_cannot_merge_is_withheld() -> None:
    table = Table("by_three", "", "asked", (Dimension("three", "", THREE.values),), "")
    numbers = of(28, by_three=LEAK)  # type: ignore[arg-type]  # as above

    shown = publish(YEAR, numbers, figures=FIGURES, tables=(table,))
    safe = releases.hold_back(shown, numbers, [], figures=FIGURES, tables=(table,))

    assert safe.tables["by_three"] == ShownTable("by_three", (), {}, withheld=True)
    assert safe.figures["asked"] == Shown(30)


def test_a_headline_that_gives_a_silent_table_away_is_left_out() -> None:
    """Both cells are 4, and the headline is 8: it would not help to say less of a table that says nothing."""
    table = Table("by_two", "", "asked", (Dimension("two", "", (("a", ""), ("b", ""))),), "")
    numbers = of(8, by_two={"a": 4, "b": 4})

    shown = publish(YEAR, numbers, figures=FIGURES, tables=(table,))
    safe = releases.hold_back(shown, numbers, [], figures=FIGURES, tables=(table,))

    assert ("asked" in shown.figures, "asked" in safe.figures) == (True, False)
    assert safe.tables == shown.tables


def test_what_others_told_before_holds_nothing_back() -> None:
    rng = random.Random(1)
    planted = publish(Q1, counted(rng, 30), suppress=False, figures=FIGURES, tables=TABLES)
    numbers = counted(rng, 400)
    shown = publish(Q2, numbers, figures=FIGURES, tables=(BY_AGE,))

    assert releases.hold_back(shown, numbers, [planted], figures=FIGURES, tables=(BY_AGE,)) == shown
