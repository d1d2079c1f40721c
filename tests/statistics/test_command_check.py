"""`counselling check --statistics` and `counselling release` as an operator types them."""

from collections.abc import Iterator

import pytest

from tests.support.server import Ground

pytestmark = pytest.mark.timeout(180)

PLANT = """
import django; django.setup()
from django.utils import timezone
from counselling.statistics.models import Release
Release.objects.all().delete()
for value in {}:
    data = {{"figures": {{"calls": value}}, "tables": {{}}}}
    Release.objects.create(period="2025", frozen_at=timezone.now(), data=data, definitions=1)
"""


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    with Ground() as ground:
        yield ground


def counselling(ground: Ground, *words: str) -> tuple[int, str]:
    code, said = ground.forked("counselling", *words)
    return code, said.strip()


@pytest.mark.parametrize("value", [None, 15])
def test_nothing_to_find(ground: Ground, value: int | None) -> None:
    ground.run("-c", PLANT.format([value]))

    said = "Nothing to find: 1 releases of statistics give no number below 5 away."
    assert counselling(ground, "check", "--statistics") == (0, said)


def test_planted_leak_is_a_line_without_the_number_and_exit_1(ground: Ground) -> None:
    ground.run("-c", PLANT.format([3]))

    assert counselling(ground, "check", "--statistics") == (1, "2025 gives a number below 5 away: calls")


def test_nothing_due_is_nothing_published(ground: Ground) -> None:
    ground.run("-c", PLANT.format([]))

    assert counselling(ground, "release") == (0, "Nothing is due: a period is published 21 days after its end.")
