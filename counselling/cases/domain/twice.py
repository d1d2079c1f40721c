"""A form that came twice: the same words of the same person within half a minute are written once.

Whoever asks holds the lock that both forms would meet at; what was written lies sealed, so it is opened to compare.
"""

from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone

SENT_TWICE: Final = timedelta(seconds=30)


def since() -> datetime:
    """What was written after this moment may be the same form."""
    return timezone.now() - SENT_TWICE
