"""Median, percentile and mean against numbers worked out by hand."""

from collections import Counter

import pytest

from counselling.statistics.domain import formulas


@pytest.mark.parametrize(
    ("values", "share", "expected"),
    [
        # Wikipedia's example of the nearest rank: 15 20 35 40 50.
        ([15, 20, 35, 40, 50], 0.05, 15),
        ([15, 20, 35, 40, 50], 0.30, 20),
        ([15, 20, 35, 40, 50], 0.40, 20),
        ([15, 20, 35, 40, 50], 0.50, 35),
        ([15, 20, 35, 40, 50], 1, 50),
        # Ten waits: 0.9 of 10 is the 9th exactly, not the 10th by a rounding error.
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 60], 0.9, 9),
        # Eleven: 9.9, so the 10th.
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 60], 0.9, 10),
        ([0, 0, 0, 0, 0, 0, 0, 0, 0, 7], 0.9, 0),
        ([7], 0.01, 7),
        # 0.7 of 10 is 7.000000000000001 for a computer.
        ([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.7, 7),
    ],
)
def test_percentile_is_the_nearest_rank(values: list[int], share: float, expected: int) -> None:
    assert formulas.percentile(Counter(values), share) == expected


@pytest.mark.parametrize(
    ("values", "expected"), [([3], 3), ([1, 9], 1), ([4, 1, 9], 4), ([1, 2, 8, 9], 2), ([5, 5, 5, 100], 5)]
)
def test_median_of_an_even_number_is_the_lower_one_in_the_middle(values: list[int], expected: int) -> None:
    assert formulas.median(Counter(values)) == expected


@pytest.mark.parametrize(("values", "expected"), [([4], 4.0), ([1, 2], 1.5), ([0, 0, 9], 3.0), ([10, 20, 40], 70 / 3)])
def test_mean(values: list[int], expected: float) -> None:
    assert formulas.mean(Counter(values)) == pytest.approx(expected)


def test_nothing_has_no_statistic() -> None:
    for formula in (formulas.median, formulas.mean):
        with pytest.raises(ValueError, match="no numbers"):
            formula(Counter({5: 0}))
