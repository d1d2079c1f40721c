"""Median, percentile and mean of whole numbers, given as how often each occurs."""

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import accumulate
from math import ceil

HALF = 0.5


def percentile(values: Counter[int], share: float) -> int:
    """The nearest-rank percentile: the smallest number that at least `share` (0 < share <= 1) of them do not pass.

    It is always a number that occurred. Raises ValueError when there are none.
    """
    if not values.total():
        raise ValueError("no numbers")
    rank = ceil(Fraction(str(share)) * values.total())  # exact: 0.9 of 10 is the 9th, never the 10th
    return next(value for value, upto in _running(values) if upto >= rank)


def median(values: Counter[int]) -> int:
    """The 50th percentile by nearest rank, so of an even number the lower one in the middle. Raises as above."""
    return percentile(values, HALF)


def mean(values: Counter[int]) -> float:
    """The arithmetic mean. Raises ValueError when there are none."""
    if not values.total():
        raise ValueError("no numbers")
    return sum(value * number for value, number in values.items()) / values.total()


def _running(values: Counter[int]) -> Iterator[tuple[int, int]]:
    """Each number in order, with how many do not pass it."""
    ordered = sorted(values)
    return zip(ordered, accumulate(values[value] for value in ordered), strict=True)
