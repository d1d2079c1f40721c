"""What made-up young people do here, event by event; pure: nothing is written.

Events carry the names and codes that the features count with: `tests/statistics/domain/test_simulating.py` compares
them with those of cases that were really lived.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from random import Random

from counselling.statistics.domain import simulating_days as days
from counselling.statistics.domain import simulating_shares as shares
from counselling.statistics.domain import simulating_stages as stages
from counselling.statistics.domain.simulating_course import Course, Event
from counselling.statistics.domain.simulating_days import Days
from counselling.statistics.domain.simulating_shares import Drawn


@dataclass(frozen=True)
class Offers:
    """What the centre has: codes of topics, and of links on posters."""

    topics: Collection[str]
    campaigns: Collection[str] = ()


def plan(cases: int, rng: Random, when: Days, offers: Offers) -> Iterator[Event]:
    """All events up to the end of `when`: hours offered, so many cases, and whoever was turned away between them.

    Case after case, so in no order of time.
    """
    for at in days.open_hours(when, rng):
        yield Event("offered", at, "chat", {"minutes": 60})
    topics = Drawn({code: shares.TOPICS.get(code, shares.OWN_TOPIC) for code in sorted(offers.topics)})
    links = Drawn({code: 1 / rank for rank, code in enumerate(sorted(offers.campaigns), start=1)})
    end = when.end
    for _ in range(cases):
        yield from (event for event in _one(rng, when, topics, links) if event.at < end)


def _one(rng: Random, when: Days, topics: Drawn[str], links: Drawn[str]) -> Iterator[Event]:
    """Somebody who is let in or writes, after those who came and went away."""
    while True:
        at = when.arrival(rng)
        if links.values and rng.random() < shares.CAMPAIGN:
            yield Event("campaign", at, "chat", {"campaign": links.by(rng)})
        if rng.random() < shares.WRITES:
            break
        turned_away = _refusal(rng, days.minutes_to_close(at))
        if not turned_away:
            yield from stages.whole(Course(rng, at, topics, by_letter=False))
            return
        yield Event(turned_away, at, "chat", {})
        if rng.random() < shares.WRITES_INSTEAD:
            break
    yield from stages.whole(Course(rng, at, topics, by_letter=True))


def _refusal(rng: Random, left: float) -> str:
    """What is counted of somebody who does not get in; "" for whoever does. `left`: minutes until it closes."""
    if left <= 0:
        return shares.CLOSED_DOOR.by(rng)
    return (shares.REFUSED_LATE if left <= shares.LATE_MINUTES else shares.REFUSED).by(rng)
