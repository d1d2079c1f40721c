"""What other websites may say about the chat's door: open or not, and when again. The same for everybody."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext

from counselling.cases.domain import door
from counselling.errors import NotFound

KEPT: Final = timedelta(seconds=10)  # a city's front page may be asked for much more often than ours
_NAMED_DAYS: Final = 7  # further ahead a weekday alone would mislead


@dataclass(frozen=True)
class State:
    """Whether somebody would be let in at this moment; `opens` (UTC) where hours say when the next time begins."""

    open: bool
    opens: datetime | None


_kept: tuple[datetime, State] | None = None


def state(now: datetime) -> State:
    """The door as the start page sees it, at most KEPT old."""
    global _kept  # noqa: PLW0603 -- one answer for the whole process
    kept = _kept
    if kept is None or not kept[0] <= now < kept[0] + KEPT:
        kept = _kept = (now, _asked(now))
    return kept[1]


def forget() -> None:
    """As in a fresh process."""
    global _kept  # noqa: PLW0603 -- as above
    _kept = None


def words(state: State, now: datetime) -> str:
    """One short sentence in the language of the moment."""
    if state.open:
        return gettext("Der Chat ist gerade offen.")
    if state.opens is None or state.opens - now >= timedelta(days=_NAMED_DAYS):
        return gettext("Der Chat ist gerade zu. Schreiben kannst du immer.")
    opens = timezone.localtime(state.opens)
    time = time_format(opens, "TIME_FORMAT")
    if opens.date() == timezone.localdate(now):
        return gettext("Der Chat öffnet heute um %(time)s Uhr. Schreiben kannst du immer.") % {"time": time}
    day = date_format(opens, "l")
    return gettext("Der Chat öffnet %(day)s um %(time)s Uhr. Schreiben kannst du immer.") % {"day": day, "time": time}


def _asked(now: datetime) -> State:
    try:
        found = door.status(door.chat_team().pk, now)
    except NotFound:  # before the set-up
        return State(open=False, opens=None)
    return State(open=found.open == "open", opens=found.next_opening)
