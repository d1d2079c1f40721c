"""Count rows: what statistics need, written at the moment of the event and tied to nobody (design section 6)."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from counselling.cases.models import Case, CountRow

BAND_HOURS = 3


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
        "topics": sorted(case.topics.values_list("code", flat=True)),
    }
    count(event, team_id=case.team_id, channel=case.channel, codes=codes | more)
