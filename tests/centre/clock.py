"""Moments as people in Berlin say them."""

import datetime as dt
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")


def local(text: str, fold: int = 0) -> dt.datetime:
    """A moment by the wall clock, in UTC; `fold` 1 is the second time in the night that has an hour twice."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold).astimezone(dt.UTC)
