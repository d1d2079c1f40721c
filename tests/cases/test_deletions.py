"""The deletion log: numbers for those who lead, and for whoever runs `counselling prune`."""

import datetime as dt
from collections.abc import Callable
from typing import Any, get_args

import pytest
from django.test import Client
from django.urls import reverse

from counselling.cases.domain import deletions, erasing
from counselling.cases.models import Deletion
from counselling.errors import NotAllowed
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff
from tests.support import key_rings, world

pytestmark = pytest.mark.django_db


@pytest.fixture
def uli(db: None) -> Actor:
    return world.staff(world.team(), "Uli", "supervisor")


def erased(day: str, **numbers: int) -> None:
    for reason, number in numbers.items():
        Deletion.objects.create(day=dt.date.fromisoformat(day), reason=reason, number=number)


def page(actor: Actor) -> str:
    client = Client()
    key_rings.sign_in(client, Staff.objects.get(pk=actor.id))
    return client.get(reverse("cases:deletions")).content.decode()


def test_months_add_up_by_reason_the_newest_first(uli: Actor) -> None:
    erased("2026-10-31", expired=2, wish=1)
    erased("2026-10-01", expired=3)
    erased("2026-11-01", kept_expired=4)

    october, november = dt.date(2026, 10, 1), dt.date(2026, 11, 1)
    assert [(month.first, month.numbers, month.total) for month in deletions.by_month(uli)] == [
        (november, [0, 4, 0], 4),
        (october, [5, 0, 1], 6),
    ]


def test_every_reason_has_a_column() -> None:
    assert [reason for reason, _name in deletions.REASONS] == list(get_args(erasing.Reason))


@pytest.mark.parametrize("role", ["counsellor", "administrator"])
def test_log_is_for_those_who_lead(role: str) -> None:
    with pytest.raises(NotAllowed):
        deletions.by_month(world.staff(world.team(), "Uli", role))


def test_page_shows_numbers(uli: Actor) -> None:
    erased("2026-10-31", expired=12, wish=1)

    shown = page(uli)

    assert "Oktober 2026" in shown
    assert '<td class="numbers count">12</td>' in shown
    assert "<strong>13</strong>" in shown


def test_page_without_deletions_says_so(uli: Actor) -> None:
    assert "Es wurde noch kein Fall gelöscht." in page(uli)


def test_this_month_counts_from_its_first_day(uli: Actor) -> None:
    erased("2026-10-31", expired=2)
    erased("2026-11-01", expired=3)
    erased("2026-11-23", expired=1, wish=1)

    assert deletions.this_month(dt.date(2026, 11, 23)) == {"expired": 4, "kept_expired": 0, "wish": 1}


def test_log_costs_one_query(uli: Actor, django_assert_num_queries: Callable[..., Any]) -> None:
    for month in (9, 10, 11):
        erased(f"2026-{month:02}-03", expired=month)
        with django_assert_num_queries(1):
            deletions.by_month(uli)
