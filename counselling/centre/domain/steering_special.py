"""Special days of a team on a channel: closed, open at other hours, open longer; as those who lead enter them."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import TextChoices
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from counselling.centre.domain import hours, steering_changes, worktime
from counselling.centre.domain.steering_changes import Unfit
from counselling.centre.domain.steering_hours import problem_of, require_offer
from counselling.centre.domain.week import Span, spans_in_words
from counselling.centre.models import HoursException
from counselling.people.domain import audit
from counselling.people.domain.actors import Actor

MOST_DAYS: Final = 62  # at once: the summer holidays, not a mistyped year
FARTHEST: Final = dt.timedelta(days=731)


class Kind(TextChoices):
    """What is different on that day."""

    CLOSED = "closed", _("Ganz geschlossen")
    INSTEAD = "instead", _("Nur zu dieser Zeit offen")
    ALSO = "also", _("Zusätzlich offen")


@dataclass(frozen=True)
class Special:
    """What to enter for `first` to `last`, both included; a closed day has no times."""

    kind: str
    first: dt.date
    last: dt.date
    opens: dt.time | None = None
    closes: dt.time | None = None


@dataclass(frozen=True)
class SpecialDay:
    """One day that differs, as it is entered."""

    day: dt.date
    cancels: bool
    spans: tuple[Span, ...]

    @property
    def holiday(self) -> str:
        """Which public holiday it is, "" for none."""
        return worktime.holiday(self.day)

    @property
    def text(self) -> str:
        """In words: closed, only then, also then."""
        if not self.spans:
            return gettext("geschlossen")
        words = gettext("nur %(hours)s") if self.cancels else gettext("zusätzlich %(hours)s")
        return words % {"hours": spans_in_words(self.spans)}


def ahead(actor: Actor, team_id: UUID, channel: str, today: dt.date) -> list[SpecialDay]:
    """The special days from today on, the next one first. Raises NotFound, NotAllowed."""
    require_offer(actor, team_id, channel)
    return _days(team_id, channel, today, dt.date.max)


def add(actor: Actor, team_id: UUID, channel: str, special: Special, today: dt.date) -> None:
    """Enter it on each of its days; the same once more changes nothing.

    Raises Unfit (first, last, opens, closes) for days that are over, the wrong way round, hours that overlap or
    contradict what is entered already; NotFound, NotAllowed.
    """
    require_offer(actor, team_id, channel)
    _check(special, today)
    with transaction.atomic():
        steering_changes.lock_team(actor, team_id)
        known = {day.day: day for day in _days(team_id, channel, special.first, special.last)}
        weekly = {day.weekday: day.spans for day in hours.week(team_id, channel)}
        rows: list[HoursException] = []
        for day in _each(special):
            found = known.get(day, SpecialDay(day, cancels=False, spans=()))
            if day not in known or not _says(found, special):
                _check_day(special, found, known=day in known, weekly=weekly[day.weekday()])
                rows += _rows(team_id, channel, special, day, cancelled=found.cancels)
        if rows:
            HoursException.objects.bulk_create(rows)
            audit.note("special_day_set", by=actor, subject=team_id, code=channel)


def drop(actor: Actor, team_id: UUID, channel: str, day: dt.date) -> None:
    """On that day the regular week applies again; one that is gone already is nobody's mistake."""
    require_offer(actor, team_id, channel)
    with transaction.atomic():
        steering_changes.lock_team(actor, team_id)
        if HoursException.objects.filter(team_id=team_id, channel=channel, day=day).delete()[0]:
            audit.note("special_day_set", by=actor, subject=team_id, code="dropped")


def _check(special: Special, today: dt.date) -> None:
    problems: dict[str, str | Promise] = {}
    if special.kind not in Kind.values:
        raise Unfit({"kind": _("Wähle aus, was anders ist.")})
    if special.first < today:
        problems["first"] = _("Dieser Tag ist schon vorbei.")
    elif special.first > today + FARTHEST:
        problems["first"] = _("Das ist mehr als zwei Jahre hin. Schau noch einmal nach.")
    if special.last < special.first:
        problems["last"] = _("Das ist vor dem ersten Tag.")
    elif (special.last - special.first).days >= MOST_DAYS:
        problems["last"] = _("Das sind mehr als zwei Monate. Ändere dafür die normale Woche.")
    if special.kind != Kind.CLOSED:
        problems |= _check_times(special)
    if problems:
        raise Unfit(problems)


def _check_times(special: Special) -> dict[str, str | Promise]:
    missing = {name: _("Hier fehlt eine Uhrzeit.") for name in ("opens", "closes") if getattr(special, name) is None}
    if special.opens is None or special.closes is None:
        return dict(missing)
    problem = problem_of(special.opens, special.closes, [])
    return {"closes": problem} if problem else {}


def _says(found: SpecialDay, special: Special) -> bool:
    """Whether just this is entered already."""
    if special.kind == Kind.CLOSED:
        return found.cancels and not found.spans
    return found.cancels == (special.kind == Kind.INSTEAD) and (special.opens, special.closes) in found.spans


def _check_day(special: Special, found: SpecialDay, *, known: bool, weekly: tuple[Span, ...]) -> None:
    """Raises Unfit where the day says something else already: what is meant then, only people know."""
    adds = special.kind != Kind.CLOSED and bool(found.spans) and found.cancels == (special.kind == Kind.INSTEAD)
    if known and not adds:
        day = date_format(special.first if special.first == special.last else found.day, "DATE_FORMAT")
        raise Unfit({"first": gettext("Für den %(day)s steht schon etwas da. Lösche das zuerst.") % {"day": day}})
    if special.opens is None or special.closes is None:
        return
    others = [*found.spans, *(weekly if special.kind == Kind.ALSO else ())]
    if problem := problem_of(special.opens, special.closes, others):
        raise Unfit({"opens": problem})


def _rows(team_id: UUID, channel: str, special: Special, day: dt.date, *, cancelled: bool) -> list[HoursException]:
    cancels = special.kind != Kind.ALSO and not cancelled
    spans: list[tuple[dt.time | None, dt.time | None]] = [(None, None)] if cancels else []
    if special.kind != Kind.CLOSED:
        spans.append((special.opens, special.closes))
    return [HoursException(team_id=team_id, channel=channel, day=day, opens=a, closes=b) for a, b in spans]


def _each(special: Special) -> list[dt.date]:
    return [special.first + dt.timedelta(days=n) for n in range((special.last - special.first).days + 1)]


def _days(team_id: UUID, channel: str, first: dt.date, last: dt.date) -> list[SpecialDay]:
    rows = HoursException.objects.filter(team_id=team_id, channel=channel, day__range=(first, last)).order_by("day")
    found: dict[dt.date, list[tuple[dt.time | None, dt.time | None]]] = defaultdict(list)
    for day, opens, closes in rows.values_list("day", "opens", "closes"):
        found[day].append((opens, closes))
    return [
        SpecialDay(
            day,
            cancels=(None, None) in spans,
            spans=tuple(sorted((a, b) for a, b in spans if a is not None and b is not None)),
        )
        for day, spans in found.items()
    ]
