"""Count rows: what statistics need, written at the moment of the event and tied to nobody (design section 6).

What each event and code means stands in docs/statistics.md. Numbers are whole (minutes, hours, messages), and none of
them stands in two rows. What a case's rows do share are its facts: rare ones may suggest that rows belong together, so
rows are nobody's to read, and go when their year is frozen.
"""

from collections.abc import Mapping
from datetime import datetime
from random import SystemRandom
from typing import Final
from uuid import UUID

from django.utils import timezone

from counselling.cases.models import Case, CountRow

BAND_HOURS = 3
MOST_TOPICS: Final = 3
_lot = SystemRandom()


def count(event: str, *, team_id: UUID, channel: str = "chat", codes: Mapping[str, object] | None = None) -> None:
    """One row for one event, now. `codes` are coded answers only; callers pass no ids and no text."""
    row(event, team_id=team_id, channel=channel, codes=codes, at=timezone.now()).save(force_insert=True)


def row(
    event: str, *, team_id: UUID, at: datetime, channel: str = "chat", codes: Mapping[str, object] | None = None
) -> CountRow:
    """The row of an event at a moment, unsaved: also for the simulator, which writes many at once."""
    local = timezone.localtime(at)
    return CountRow(
        team_id=team_id,
        month=f"{local:%Y-%m}",
        weekday=local.weekday(),
        band=local.hour // BAND_HOURS,
        channel=channel,
        event=event,
        codes=dict(codes or {}),
    )


def count_case(event: str, case: Case, **more: object) -> None:
    """One row for something that happened to a case, with its facts as codes."""
    facts = case.facts
    codes = {
        "for_whom": facts.for_whom,
        "age_band": facts.age_band,
        "gender": facts.gender,
        "strain": facts.strain,
        "language": case.language,
        "topics": at_most_three(list(case.topics.values_list("code", flat=True))),
    }
    count(event, team_id=case.team_id, channel=case.channel, codes=codes | more)


def at_most_three(topics: list[str]) -> list[str]:
    """Three of these topics, drawn by lot where there are more: many together would point at one young person."""
    return sorted(_lot.sample(topics, MOST_TOPICS) if len(topics) > MOST_TOPICS else topics)
