"""Until when a case is there: a day after its end, or a year after its seeker was last seen."""

import calendar
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone


def closed_until(closed_at: datetime) -> datetime:
    """When an anonymous case is erased: CLOSED_CHAT_HOURS after it was closed."""
    return closed_at + timedelta(hours=settings.CLOSED_CHAT_HOURS)


def kept_until(seen_on: date, closed_at: datetime | None) -> date:
    """A kept case's last day: KEPT_CASE_MONTHS after the last sign-in, and never sooner than an anonymous one's."""
    last = add_months(seen_on, settings.KEPT_CASE_MONTHS)
    return max(last, timezone.localdate(closed_until(closed_at))) if closed_at else last


def is_fading(until: date, today: date) -> bool:
    """In the last month its seeker is told."""
    return today >= add_months(until, -1)


def rescued_from(before: date, closed_at: datetime | None) -> date | None:
    """The day on which a kept case would have gone, had its seeker not signed in today; None unless it was near.

    `before`: the day of the sign-in before.
    """
    today = timezone.localdate()
    last = kept_until(before, closed_at)
    return last if is_fading(last, today) and last < kept_until(today, closed_at) else None


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or that month's last: 31 January and one month is 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
