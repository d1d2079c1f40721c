"""Hours offered: each quarter of an hour in which a team's chat was really open is counted once.

The clock of every process looks every few seconds; who moves the mark of the last counted quarter forward counts it.
"""

from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction

from counselling.cases.domain import counting
from counselling.centre.domain import hours
from counselling.centre.models.hours import Channel
from counselling.people.domain import presence
from counselling.people.models import Team
from counselling.statistics.models import OfferedQuarter

EVENT: Final = "offered"
MINUTES: Final = 15
CHANNEL: Final = Channel.CHAT.value  # of a house's door nobody knows whether somebody stands behind it


def look(now: datetime) -> int:
    """A timer: count this quarter of an hour for each team whose chat is open now; how many were counted."""
    quarter = beginning(now)
    counted = OfferedQuarter.objects.filter(channel=CHANNEL, began__gte=quarter)
    teams = Team.objects.exclude(pk__in=counted.values("team")).values_list("pk", flat=True)
    return sum(_count(team, quarter, now) for team in list(teams) if _is_open(team, now))


def beginning(now: datetime) -> datetime:
    """When the quarter of an hour began in which `now` (aware) lies; in UTC, so that no change of the clock matters."""
    local = now.astimezone(UTC).replace(second=0, microsecond=0)
    return local - timedelta(minutes=local.minute % MINUTES)


def _is_open(team: UUID, now: datetime) -> bool:
    """Within the hours, and somebody here. A queue that is full closes the door for others, and work goes on."""
    return hours.is_within(team, CHANNEL, now) and presence.anyone_here(team, now)


def _count(team: UUID, quarter: datetime, now: datetime) -> bool:
    """Whether this process was the first to count it."""
    with transaction.atomic():
        mark, is_new = OfferedQuarter.objects.get_or_create(team_id=team, channel=CHANNEL, defaults={"began": quarter})
        moved = OfferedQuarter.objects.filter(pk=mark.pk, began__lt=quarter)
        won = is_new or moved.update(began=quarter) == 1
        if won:
            counting.row(EVENT, team_id=team, channel=CHANNEL, codes={"minutes": MINUTES}, at=now).save(
                force_insert=True
            )
    return won
