"""The same page in several sizes, asked in turns: what else the machine does meanwhile meets them all alike."""

import statistics
import time
from collections.abc import Callable, Mapping

ROUNDS = 25


def in_turns(pages: Mapping[str, Callable[[], object]], rounds: int = ROUNDS) -> dict[str, float]:
    """The median of each in milliseconds, after one that does not count."""
    spent = dict[str, list[float]]()
    for number in range(rounds + 1):
        for name, page in pages.items():
            start = time.perf_counter()
            page()
            if number:
                spent.setdefault(name, []).append(time.perf_counter() - start)
    return {name: round(statistics.median(found) * 1000, 2) for name, found in spent.items()}


def ratio(one: float, other: float) -> float:
    """How many times as long the one takes as the other."""
    return round(one / other, 2)
