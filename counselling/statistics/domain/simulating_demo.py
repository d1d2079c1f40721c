"""Last year, made up, so that the first look at the demo's report is no empty page."""

from datetime import date, datetime
from typing import Final

from django.utils import timezone

from counselling.cases.models import CountRow
from counselling.statistics.domain import releases
from counselling.statistics.domain.simulating import simulate
from counselling.statistics.models import Release

_CASES: Final = 600  # a small centre; more would keep whoever starts the demo waiting
_SEED: Final = 6


def ensure(now: datetime) -> None:
    """Simulate last year and publish what is due of it, unless anything was counted or published. Safe to repeat."""
    if CountRow.objects.exists() or Release.objects.exists():
        return
    simulate(_CASES, _SEED, date(timezone.localdate(now).year - 1, 12, 31), years=1)
    releases.freeze_due(now)
