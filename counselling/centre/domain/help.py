"""Who else helps now: shown on every page, so it has to be right at every hour and nearly free.

What the centre stored decides. Only what it never stored is filled from the built-in defaults, and 112 always stands
first: an empty table, or a database that does not answer, still leads somewhere.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language_info, gettext

from counselling.centre.domain.help_store import KeptContact, default, forget, read, stored
from counselling.centre.domain.week import MIDNIGHT, group_by_day, in_words
from counselling.centre.models import HelpContact

__all__ = ["HelpContactView", "all_contacts", "built_in", "forget", "gaps", "open_now"]

EMERGENCY = "112"
_LAST_RESORT = (EMERGENCY, "116123", "krisenchat")
_MINUTES_PER_DAY = 24 * 60


@dataclass(frozen=True)
class HelpContactView:
    """A contact as pages show it, in the reader's language."""

    code: str
    name: str
    channel: str
    emergency: bool
    number: str
    website: str
    languages: tuple[str, ...]
    cost: str
    note: str
    hours: tuple[str, ...]
    open_now: bool

    @property
    def link(self) -> str:
        """Where a tap leads: calls the number, or opens the site."""
        return f"tel:{self.number.replace(' ', '')}" if self.number else self.website

    @property
    def reach(self) -> str:
        """What people read and remember: the number, or the site's name."""
        return self.number or self.site

    @property
    def site(self) -> str:
        """The host of the website without www, or an empty text."""
        return urlsplit(self.website).netloc.removeprefix("www.")

    @property
    def answers_later(self) -> bool:
        """Whether one may write at any time but is not answered at once."""
        return not self.hours


def open_now(now: dt.datetime) -> list[HelpContactView]:
    """The contacts that answer at `now` (aware): 112, then somebody to call and to write to, then the rest.

    A page that shows only the first few so shows both, in whatever order the centre put them.
    """
    views = [view for view in all_contacts(now) if view.open_now]
    first = [_first(views, channel) for channel in HelpContact.Channel.values]
    return sorted(views, key=lambda view: (view.code != EMERGENCY, view not in first))


def _first(views: list[HelpContactView], channel: str) -> HelpContactView | None:
    """The first to talk with on this channel; an emergency service where there is nobody else."""
    able = [view for view in views if view.channel == channel and view.code != EMERGENCY]
    return min(able, key=lambda view: view.emergency, default=None)


def all_contacts(now: dt.datetime) -> list[HelpContactView]:
    """Every active contact in the centre's order, 112 first, each with whether it answers at `now`."""
    return _views(_with_last_resort(stored(), now), now)


def built_in(now: dt.datetime) -> list[HelpContactView]:
    """What to show when the database does not answer: no query. 112, somebody to call, somebody to write to."""
    return _views([default(code) for code in _LAST_RESORT], now)


def gaps() -> list[str]:
    """The hours of the week in which no active stored contact can be called, or none can be written to, in words.

    Emergency services do not count: 112 is for danger, not for talking. Any minute without makes the hour a gap.
    """
    contacts = [kept for kept in read() if kept.record.active and not kept.record.emergency]
    spoken = _minutes(kept for kept in contacts if kept.record.channel == HelpContact.Channel.SPOKEN)
    written = _minutes(kept for kept in contacts if kept.record.channel == HelpContact.Channel.WRITTEN)
    say_spoken, say_written = gettext("niemand zum Anrufen"), gettext("niemand zum Schreiben")
    return [*_missing(spoken, say_spoken), *_missing(written, say_written)]


def _with_last_resort(stored: list[KeptContact], now: dt.datetime) -> list[KeptContact]:
    local = timezone.localtime(now)
    known = {kept.record.code for kept in stored}
    shown = [kept for kept in stored if kept.record.active]
    answering = {kept.record.channel for kept in shown if kept.is_open(local) and not kept.record.emergency}
    first = [kept for kept in shown if kept.record.code == EMERGENCY] or [default(EMERGENCY)]
    rest = [kept for kept in shown if kept.record.code != EMERGENCY]
    spare = [default(code) for code in _LAST_RESORT if code not in known and code != EMERGENCY]
    return [*first, *rest, *(kept for kept in spare if kept.record.channel not in answering)]


def _views(contacts: Iterable[KeptContact], now: dt.datetime) -> list[HelpContactView]:
    local = timezone.localtime(now)
    return [_view(kept, open_now=kept.is_open(local)) for kept in contacts]


def _view(kept: KeptContact, *, open_now: bool) -> HelpContactView:
    record = kept.record
    return HelpContactView(
        code=record.code,
        name=record.label,
        channel=record.channel,
        emergency=record.emergency,
        number=record.number,
        website=record.link,
        languages=tuple(_language(code.strip()) for code in record.languages.split(",")),
        cost=record.get_cost_display(),
        note=record.hint,
        hours=tuple(in_words(group_by_day(kept.hours))),
        open_now=open_now,
    )


def _language(code: str) -> str:
    if code == "gsg":
        return gettext("Gebärdensprache")
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code


def _minutes(contacts: Iterable[KeptContact]) -> set[int]:
    """The minutes of the week, from Monday 0:00, in which one of them answers."""
    covered: set[int] = set()
    for kept in contacts:
        for weekday, opens, closes in kept.hours:
            midnight = weekday * _MINUTES_PER_DAY
            end = _MINUTES_PER_DAY if closes == MIDNIGHT else closes.hour * 60 + closes.minute
            covered.update(range(midnight + opens.hour * 60 + opens.minute, midnight + end))
    return covered


def _missing(covered: set[int], what: str) -> list[str]:
    return [
        gettext("%(day)s, %(start)s bis %(end)s Uhr: %(what)s")
        % {"day": WEEKDAYS[hour // 24], "start": hour % 24, "end": hour % 24 + 1, "what": what}
        for hour in range(7 * 24)
        if not covered.issuperset(range(hour * 60, hour * 60 + 60))
    ]
