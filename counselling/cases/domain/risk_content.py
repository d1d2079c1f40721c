"""What an assessment says, checked and as one sealed text: codes of the ladder, and what was said, seen and decided."""

import json
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Final

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from counselling.cases.domain import risk_words, timeline
from counselling.cases.models import Level
from counselling.errors import Invalid, TooLong

MAX_TEXT: Final = 2000
LATEST: Final = date(2100, 1, 1)
TO_REVIEW: Final = (Level.YELLOW, Level.ORANGE)

_CODES: Final = {name: dict(choices) for name, (_, choices) in {**risk_words.LADDER, **risk_words.AROUND}.items()}


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a professional judges, in their words and in codes; texts have up to 2,000 characters each."""

    level: str
    review_on: date | None = None
    ideation: str = "unknown"
    plan: str = "unknown"
    means: str = "unknown"
    timeframe: str = "unknown"
    parents: str = "unknown"
    location: str = "unknown"
    insofa_on: str = ""  # ISO day on which an "insoweit erfahrene Fachkraft" advised (section 8a SGB VIII); "" for none
    said: str = field(default="", repr=False)
    observed: str = field(default="", repr=False)
    protective: str = field(default="", repr=False)
    participants: str = field(default="", repr=False)
    decision: str = field(default="", repr=False)
    next_step: str = field(default="", repr=False)

    def check(self) -> None:
        """Raises Invalid with what is missing, TooLong. Red needs nothing but itself: there may be no time to write."""
        if self.level not in Level.values or any(getattr(self, name) not in codes for name, codes in _CODES.items()):
            raise Invalid
        if any(len(getattr(self, name)) > MAX_TEXT for name in risk_words.TEXTS):
            raise TooLong(_("Ein Feld hat höchstens 2.000 Zeichen. Kürze es bitte, dein Text bleibt stehen."))
        if self.insofa_on and not _is_past_day(self.insofa_on):
            raise Invalid(_("Wann war der Rat? Wähle heute oder einen Tag, der war."))
        if self.level in TO_REVIEW and self.review_on is None:
            raise Invalid(_("Bei Gelb und Orange gehört ein Tag dazu, an dem ihr wieder hinschaut."))
        if self.review_on and not timezone.localdate() <= self.review_on < LATEST:
            raise Invalid(_("Der Tag liegt schon hinter uns. Wähle einen, der noch kommt."))
        if self.level in TO_REVIEW and not (self.said.strip() or self.observed.strip()):
            raise Invalid(_("Schreib auf, worauf sich die Einschätzung stützt: was gesagt oder was beobachtet wurde."))

    def clean(self) -> "Assessment":
        """The same with whole, trimmed texts; raises Invalid for half a character, and what `check` raises."""
        texts = {name: timeline.whole_characters(getattr(self, name)).strip() for name in risk_words.TEXTS}
        made = Assessment(**(self._values() | {"level": self.level, "review_on": self.review_on} | texts))
        made.check()
        return made

    def packed(self, **more: str) -> str:
        """What is sealed: everything but level and day, which stand in clear codes; `more` are further codes."""
        return json.dumps(self._values() | more, ensure_ascii=False, sort_keys=True)

    def _values(self) -> dict[str, Any]:
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name not in {"level", "review_on"}}


def _is_past_day(text: str) -> bool:
    try:
        return date.fromisoformat(text) <= timezone.localdate()
    except ValueError:
        return False


def unpacked(text: str, level: str, review_on: date | None) -> Assessment:
    """The assessment again; what an older form did not know stays unknown, what this one does not know is left out."""
    known = {one.name for one in fields(Assessment)} - {"level", "review_on"}
    told = {name: str(value) for name, value in json.loads(text).items() if name in known}
    return Assessment(level=level, review_on=review_on, **told)
