"""The voluntary, coded answers of a young person; every one may be skipped."""

import re
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from counselling.centre.domain import topics as centre_topics
from counselling.errors import Invalid

Choices = list[tuple[str, str | Promise]]

FOR_WHOM: Choices = [("me", _("für mich")), ("other", _("für jemand anderen"))]
AGE_BANDS: Choices = [
    ("u12", _("unter 12")),
    ("12_14", _("12 bis 14")),
    ("15_17", _("15 bis 17")),
    ("18_20", _("18 bis 20")),
    ("21_26", _("21 bis 26")),
    ("27plus", _("27 oder älter")),
]
GENDERS: Choices = [
    ("female", _("weiblich")),
    ("male", _("männlich")),
    ("divers", _("divers")),
    ("no_answer", _("sag ich nicht")),
]
STRAINS: Choices = [
    ("1", _("geht so")),
    ("2", _("belastet")),
    ("3", _("schwer")),
    ("4", _("sehr schwer")),
    ("5", _("kaum auszuhalten")),
]
URGENT_STRAIN = 5
MAX_TOPICS = 10
LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z]{2,4})?")  # a code like de, tr, zh-hans; never free text


@dataclass(frozen=True)
class FactsInput:
    """Codes as chosen; an empty string or None is "skipped"."""

    for_whom: str = ""
    age_band: str = ""
    gender: str = ""
    language: str = ""
    strain: int | None = None
    topics: list[str] = field(default_factory=list)

    def check(self) -> None:
        """Raises Invalid for a code that was never offered."""
        offered = (
            self.for_whom in {"", *dict(FOR_WHOM)}
            and self.age_band in {"", *dict(AGE_BANDS)}
            and self.gender in {"", *dict(GENDERS)}
            and (self.strain is None or str(self.strain) in dict(STRAINS))
            and (not self.language or LANGUAGE.fullmatch(self.language) is not None)
        )
        if not offered:
            raise Invalid
        check_topics(self.topics)


def check_topics(topics: list[str]) -> None:
    """Raises Invalid when a topic is not one of the centre's, or there are too many."""
    if len(topics) > MAX_TOPICS or not set(topics) <= centre_topics.codes():
        raise Invalid
