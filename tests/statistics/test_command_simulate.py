"""`counselling simulate`: fills an empty database, lives cases with somebody who has keys, and refuses in words."""

import io
from argparse import ArgumentParser, Namespace
from typing import Any

import pytest
from django.utils import timezone

from counselling.cases.models import Case, CountRow, Entry, Waiting
from counselling.centre import defaults
from counselling.commands import Refusal, simulate
from counselling.people.domain import papers, staff
from counselling.people.models import Staff, Team
from tests.support import world

pytestmark = pytest.mark.django_db
PASSWORD = "abend-biene-wolke-77"
FEW = ("--cases", "5", "--seed", "1", "--years", "1", "--until", "2026-03-01")


@pytest.fixture(autouse=True)
def topics() -> None:
    defaults.ensure()


def words(*typed: str) -> Namespace:
    parser = ArgumentParser()
    simulate.add(parser)
    return parser.parse_args(typed)


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text + "\n"))


def refusal(*typed: str) -> str:
    with pytest.raises(Refusal) as refused:
        simulate.run(words(*typed))
    return str(refused.value)


def linde(role: str = "counsellor") -> Team:
    staff.let_in("linde", password=PASSWORD, alias="Linde", role=role, team="team", languages=["de"])
    return Team.objects.get()


def test_it_fills_an_empty_database_and_says_how_much() -> None:
    world.team()

    said = simulate.run(words(*FEW))

    number = CountRow.objects.count()
    assert said == f"Wrote {number} count rows of 5 made-up cases from 2026 to 2026-03-01."
    assert set(CountRow.objects.values_list("month", flat=True)) <= {"2026-01", "2026-02", "2026-03"}


def test_it_does_not_mix_with_what_is_there_unless_told_to() -> None:
    world.team()
    simulate.run(words(*FEW))
    number = CountRow.objects.count()

    assert "--yes-mix" in refusal(*FEW)
    assert CountRow.objects.count() == number
    simulate.run(words(*FEW, "--yes-mix"))
    assert CountRow.objects.count() == 2 * number


def test_a_case_without_any_row_counts_as_real_too() -> None:
    team = world.team()
    world.counsellor(team)
    world.waiting(team)
    CountRow.objects.all().delete()

    assert "--yes-mix" in refusal(*FEW)


def test_it_lives_cases_that_only_their_keys_open(monkeypatch: pytest.MonkeyPatch) -> None:
    team = linde()
    papers.found_here(team.pk)
    world.open_hours(team)
    typed(monkeypatch, PASSWORD)

    said = simulate.run(words(*FEW, "--timelines", "3", "--counsellor", "linde"))

    assert said.endswith(" Lived 2 chats and 1 cases of letters with Linde.")
    assert Case.objects.count() == 3
    assert not any(b"Hallo" in bytes(row.sealed) for row in Entry.objects.filter(sealed__isnull=False))


@pytest.mark.parametrize(
    ("lives", "password", "told"),
    [
        (("--timelines", "1"), PASSWORD, "--counsellor NAME"),
        (("--timelines", "1", "--counsellor", "linde"), "falsch", "no counsellor of the first team"),
        (("--timelines", "1", "--counsellor", "nobody"), PASSWORD, "no counsellor of the first team"),
    ],
)
def test_who_has_no_keys_lives_nothing_and_nothing_is_written(
    monkeypatch: pytest.MonkeyPatch, lives: Any, password: str, told: str
) -> None:
    papers.found_here(linde().pk)
    typed(monkeypatch, password)

    assert told in refusal(*FEW, *lives)

    assert not CountRow.objects.exists()


def test_a_team_without_keys_is_told_so() -> None:
    assert "No team has keys" in refusal(*FEW, "--timelines", "1")
    linde()
    assert "No team has keys" in refusal(*FEW, "--timelines", "1", "--counsellor", "linde")


def test_who_is_not_let_in_yet_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    team = linde()
    papers.found_here(team.pk)
    staff.let_in("ahorn", password=PASSWORD, alias="Ahorn", role="counsellor", team="team", languages=["de"])
    typed(monkeypatch, PASSWORD)

    assert "not let into" in refusal(*FEW, "--timelines", "1", "--counsellor", "ahorn")


def test_without_room_for_a_chat_it_says_that_the_rows_are_there(monkeypatch: pytest.MonkeyPatch) -> None:
    team = linde()
    papers.found_here(team.pk)
    world.open_hours(team)
    typed(monkeypatch, PASSWORD)
    Staff.objects.update(capacity=1, status="here", seen_at=timezone.now())
    called = world.waiting(team).case
    Waiting.objects.filter(case=called).update(called_by=Staff.objects.get())

    said = refusal(*FEW, "--timelines", "1", "--counsellor", "linde", "--yes-mix")

    assert said.startswith("The count rows are written")
    assert CountRow.objects.filter(month="2026-01").exists()


def test_before_the_set_up_there_is_nobody_to_count_for() -> None:
    assert refusal(*FEW) == "There is no team yet. The first one comes with: counselling createstaff"
