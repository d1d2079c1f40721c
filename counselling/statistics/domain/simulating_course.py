"""A made-up young person in the middle of their course: who they are, where they stand, what was counted so far."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Literal, NamedTuple

from counselling.statistics.domain import simulating_shares as shares
from counselling.statistics.domain.simulating_shares import Drawn

Stage = Literal["queue", "letters", "over"]


class Event(NamedTuple):
    """What one count row is made of."""

    name: str
    at: datetime
    channel: str
    codes: dict[str, object]


class Course:
    """One case. `at` moves on; `channel` is where it goes on now; `next` is what comes after this stage."""

    def __init__(self, rng: Random, at: datetime, topics: Drawn[str], *, by_letter: bool) -> None:
        self.rng, self.at, self.opened_at, self._topics = rng, at, at, topics
        self.by_letter = by_letter
        self.channel, self.next = "mail" if by_letter else "chat", self._first()
        self.chats, self.letters, self.talks = 0, 0, list[str]()
        self.levels = set[str]()  # of its assessments
        self._facts: dict[str, object] = {
            "for_whom": shares.FOR_WHOM.by(rng),
            "age_band": shares.AGE_BANDS.by(rng),
            "gender": shares.GENDERS.by(rng),
            "strain": shares.STRAINS.by(rng),
            "language": shares.LANGUAGES.by(rng),
            "topics": self._some_topics(),
        }

    def event(self, name: str, **more: object) -> Event:
        """Something is counted now, with the case's facts, as `counting.count_case` does it."""
        return Event(name, self.at, self.channel, self._facts | more)

    def chance(self, share: float) -> bool:
        """Whether something happens that happens in this share of cases."""
        return self.rng.random() < share

    def later(self, **much: float) -> None:
        """Time goes by: minutes, hours, days."""
        self.at += timedelta(**much)

    def goes_on_by(self, channel: Literal["chat", "mail"]) -> None:
        """From now on it is counselled so, and that is the next stage."""
        self.by_letter |= channel == "mail"
        self.channel, self.next = channel, "letters" if channel == "mail" else "queue"

    @property
    def topics(self) -> Sequence[str]:
        """What it is about, as far as anybody has said so."""
        found = self._facts["topics"]
        return found if isinstance(found, list) else []

    def name_topics(self) -> None:
        """The counsellor's form names topics where nobody has, and sometimes others."""
        if not self.topics or self.chance(shares.OTHER_TOPICS):
            self._facts = self._facts | {"topics": self._some_topics(least=1)}

    def contacts(self) -> dict[str, object]:
        """How many contacts there were, and over which channels, as `closing` counts them."""
        number = self._number()
        written = [name for name, count in (("chat", self.chats), ("mail", self.letters)) if count]
        band = next((code for most, code in shares.CONTACTS if number <= most), shares.MANY_CONTACTS)
        return {"contacts": band if number else "0", "channels": written + sorted(set(self.talks))}

    def phase(self) -> str:
        """The part of the course, by the contacts so far and the time since it began."""
        if self._number() >= shares.LATE_CONTACTS or (self.at - self.opened_at).days >= shares.LATE_DAYS:
            return "end"
        return "begin" if self._number() <= shares.FIRST_CONTACTS else "middle"

    def _first(self) -> Stage:
        return "letters" if self.by_letter else "queue"

    def _number(self) -> int:
        return self.chats + self.letters + len(self.talks)

    def _some_topics(self, least: int = 0) -> list[str]:
        number = max(least, shares.TOPIC_NUMBERS.by(self.rng))
        return sorted({self._topics.by(self.rng) for _ in range(number)}) if self._topics.values else []
