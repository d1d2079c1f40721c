"""How long waiting may take: quartiles of what it really took at this hour of the day, or no number at all."""

import math
import statistics
from datetime import datetime, timedelta
from uuid import UUID

from django.utils import timezone

from counselling.cases.models import WaitSample

SAMPLES = 20
FEWEST = 5
DAYS = 28


def remember(team_id: UUID, since: datetime, now: datetime) -> None:
    """Keep one finished wait, tied to nobody."""
    local = timezone.localtime(since)
    seconds = max(0, int((now - since).total_seconds()))
    WaitSample.objects.create(team_id=team_id, day=local.date(), hour=local.hour, seconds=seconds)


def minutes(team_id: UUID, now: datetime) -> tuple[int, int] | None:
    """(lower, upper) quartile in minutes of the last 20 waits at this hour within 28 days; None below 5 waits."""
    local = timezone.localtime(now)
    samples = WaitSample.objects.filter(team=team_id, hour=local.hour, day__gte=local.date() - timedelta(days=DAYS))
    waits = list(samples.order_by("-day").values_list("seconds", flat=True)[:SAMPLES])
    if len(waits) < FEWEST:
        return None
    low, _, high = statistics.quantiles(waits, n=4, method="inclusive")
    return max(1, math.floor(low / 60)), max(1, math.ceil(high / 60))


def forget_old(now: datetime) -> int:
    """Delete samples past their 28 days; how many."""
    limit = timezone.localtime(now).date() - timedelta(days=DAYS)
    return WaitSample.objects.filter(day__lt=limit).delete()[0]
