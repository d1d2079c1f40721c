"""Whole numbers between bounds, and rules that narrow them: what an attacker knows, and the arithmetic with it."""

from collections import deque
from collections.abc import Hashable, Iterable
from typing import Final

UNKNOWN: Final = 10**7  # more than any figure of a city's service counts in a year
MOST_LOOKS: Final = 1_000  # a contradiction that creeps upwards one by one is left, not followed to the end


class Contradiction(Exception):
    """No numbers fit: something that was taken for known is not so."""


class Bounds:
    """Numbers by name, each with the least and the most it can be; rules are weighted sums between two limits."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self._low: list[int] = []
        self._high: list[int] = []
        self._rules: list[tuple[list[tuple[int, int]], int, int]] = []
        self._seen: set[Hashable] = set()
        self._rules_of: list[list[int]] = []

    def __contains__(self, name: Hashable) -> bool:
        return name in self._numbers

    def number(self, name: Hashable) -> int:
        """Its place here; a new name can be anything from 0 on."""
        if name not in self._numbers:
            self._numbers[name] = len(self._low)
            self._low.append(0)
            self._high.append(UNKNOWN)
            self._rules_of.append([])
        return self._numbers[name]

    def names(self) -> list[Hashable]:
        """All of them, in the order in which they came."""
        return list(self._numbers)

    def of(self, name: Hashable) -> tuple[int, int]:
        """The least and the most it can be; raises KeyError for an unknown name."""
        number = self._numbers[name]
        return self._low[number], self._high[number]

    def limit(self, name: Hashable, low: int, high: int) -> None:
        """It lies between these two, both included."""
        number = self.number(name)
        self._low[number] = max(self._low[number], low)
        self._high[number] = min(self._high[number], high)

    def equal(self, whole: Hashable, parts: Iterable[Hashable]) -> None:
        """The whole is the sum of its parts."""
        self.rule([(1, whole), *((-1, part) for part in parts)], 0, 0)

    def at_most(self, parts: Iterable[Hashable], whole: Hashable) -> None:
        """The sum of the parts does not pass the whole."""
        self.rule([(1, whole), *((-1, part) for part in parts)], 0, 10**12)

    def rule(self, terms: Iterable[tuple[int, Hashable]], low: int, high: int) -> None:
        """The weighted sum lies between these two; the same rule again adds nothing."""
        weighted = sorted((self.number(name), weight) for weight, name in terms)
        mark = (tuple(weighted), low, high)
        if mark in self._seen:
            return
        self._seen.add(mark)
        for number, _weight in weighted:
            self._rules_of[number].append(len(self._rules))
        self._rules.append(([(weight, number) for number, weight in weighted], low, high))

    def settle(self) -> None:
        """Let every rule narrow its numbers until nothing changes. Raises Contradiction."""
        if any(low > high for low, high in zip(self._low, self._high, strict=True)):
            raise Contradiction
        waiting = deque(range(len(self._rules)))
        in_line = [True] * len(self._rules)
        looks = [0] * len(self._rules)
        while waiting:
            rule = waiting.popleft()
            in_line[rule] = False
            looks[rule] += 1
            for number in self._narrow(rule):
                for other in self._rules_of[number]:
                    if not in_line[other] and looks[other] < MOST_LOOKS:
                        in_line[other] = True
                        waiting.append(other)

    def _narrow(self, rule: int) -> list[int]:
        """What one rule says of each of its numbers, given the bounds of the others; which of them changed."""
        terms, least, most = self._rules[rule]
        low, high = self._low, self._high
        bottom = sum(weight * (low[number] if weight > 0 else high[number]) for weight, number in terms)
        top = sum(weight * (high[number] if weight > 0 else low[number]) for weight, number in terms)
        below, above = (
            most - bottom,
            top - least,
        )  # how far the sum can still move
        if below < 0 or above < 0:
            raise Contradiction
        changed = []
        for weight, number in terms:
            up, down = (below, above) if weight > 0 else (above, below)
            at_most = low[number] + up // abs(weight)
            at_least = high[number] - down // abs(weight)
            if at_most < high[number] or at_least > low[number]:
                high[number] = min(high[number], at_most)
                low[number] = max(low[number], at_least)
                changed.append(number)
                if low[number] > high[number]:
                    raise Contradiction
        return changed
