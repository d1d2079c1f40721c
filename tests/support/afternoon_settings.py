"""The light settings in a place where it is three in the afternoon now: for pictures taken at any hour."""

from datetime import UTC, datetime

from tests.support.light_settings import *  # noqa: F403 -- the same settings

# From UTC-11 to UTC+12, whose names of old have the sign turned round.
TIME_ZONE = f"Etc/GMT{-((15 - datetime.now(UTC).hour + 11) % 24 - 11):+d}"
