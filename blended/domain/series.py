"""Times that come again: every week or every second one, from a day to a day, told by the wall clock.

What falls on a public holiday, a closing day of the team, or into the hour that the clocks skip is left out, and the
preview says why. Of an hour that comes twice the first is taken.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blended.domain import busy, clocks, offers
from blended.domain.busy import Span
from blended.domain.offers import Offer
from blended.domain.refusals import Refused
from blended.models import ClosingDay, Series
from counselling.centre.domain import worktime
from counselling.people.domain.actors import Actor

EVERY: Final = (1, 2)
MOST: Final = 60


@dataclass(frozen=True)
class Rhythm:
    """On this weekday (Monday is 0) at this time of the wall clock, first and last day included."""

    weekday: int
    starts: time
    first_on: date
    last_on: date
    every_weeks: int = 1

    def days(self) -> Iterator[date]:
        """Its days in order; a second week counts from the first such weekday."""
        day = self.first_on + timedelta(days=(self.weekday - self.first_on.weekday()) % 7)
        while day <= self.last_on:
            yield day
            day += timedelta(weeks=self.every_weeks)


@dataclass(frozen=True)
class Skipped:
    """A day that is left out: `why` is holiday | closed | gap | past, and a sentence for people."""

    day: date
    why: str
    sentence: str


@dataclass(frozen=True)
class Planned:
    """A slot as it would be made; `sentence` says what is special about it ("" for most), `clash` what stands there."""

    starts_at: datetime
    ends_at: datetime
    sentence: str = ""
    clash: Span | None = None


@dataclass(frozen=True)
class Preview:
    """What a series would make, and what it leaves out, each in order."""

    made: list[Planned]
    skipped: list[Skipped]

    @property
    def clash(self) -> Span | None:
        """The first thing that stands in the way."""
        return next((one.clash for one in self.made if one.clash), None)


def preview(actor: Actor, *, team_id: UUID, what: Offer, rhythm: Rhythm) -> Preview:
    """What `create` would do now; writes nothing. A constant number of queries. Raises as `create`, but no Clash."""
    offers.require_offering(actor, team_id)
    offers.check(what, team_id)
    _check(rhythm)
    return _plan(actor.id, team_id, what, rhythm)


def preview_one(actor: Actor, *, team_id: UUID, day: date, starts: time, what: Offer) -> Preview:
    """What `offers.offer` would do now; writes nothing. Raises as that, but no Clash."""
    starts_at = offers.start(actor, team_id, day, starts, what)
    taken = busy.spans(actor.id, starts_at, what.free(starts_at))
    clash = busy.clashing(taken, starts_at, what.free(starts_at))
    return Preview([Planned(starts_at, what.ends(starts_at), "", clash)], [])


def create(actor: Actor, *, team_id: UUID, what: Offer, rhythm: Rhythm) -> tuple[UUID, int]:
    """Make the series and its slots; its id, and how many there are.

    Raises what `offers.offer` raises, Refused (field: weekday, first_on, last_on, every_weeks; too many; nothing left),
    Clash when one of them overlaps something of mine: then nothing is made.
    """
    offers.require_offering(actor, team_id)
    offers.check(what, team_id)
    _check(rhythm)
    with transaction.atomic():
        busy.lock(actor.id)
        plan = _plan(actor.id, team_id, what, rhythm)
        if plan.clash:
            raise plan.clash.clash()
        if not plan.made:
            raise Refused("last_on", gettext_lazy("Davon bleibt kein Tag übrig. Schau dir die Tage noch einmal an."))
        made = _series(actor, team_id, what, rhythm)
        offers.create(actor, team_id, [one.starts_at for one in plan.made], what, made)
        return made.pk, len(plan.made)


def _check(rhythm: Rhythm) -> None:
    today = timezone.localdate()
    if rhythm.weekday not in range(7):
        raise Refused("weekday", gettext_lazy("Wähle einen Wochentag."))
    if rhythm.every_weeks not in EVERY:
        raise Refused("every_weeks", gettext_lazy("Wähle jede oder jede zweite Woche."))
    if rhythm.first_on < today:
        raise Refused("first_on", gettext_lazy("Dieser Tag ist schon vorbei."))
    if rhythm.last_on < rhythm.first_on:
        raise Refused("last_on", gettext_lazy("Das ist vor dem ersten Tag."))
    if rhythm.last_on > today + offers.FARTHEST:
        raise Refused("last_on", gettext_lazy("Das ist zu weit weg. Wähle einen Tag im nächsten Jahr."))
    if len(list(rhythm.days())) > MOST:
        raise Refused("last_on", gettext_lazy("Das sind zu viele auf einmal. Wähle einen früheren letzten Tag."))


def _plan(staff: UUID, team_id: UUID, what: Offer, rhythm: Rhythm) -> Preview:
    now, made, skipped = timezone.now(), [], []
    since, until = clocks.start_of(rhythm.first_on), clocks.start_of(rhythm.last_on + 2 * clocks.DAY)
    taken = busy.spans(staff, since, until)
    closed = ClosingDay.objects.filter(team=team_id, day__range=(rhythm.first_on, rhythm.last_on))
    closing_days = set(closed.values_list("day", flat=True))
    for day in rhythm.days():
        starts_at, kind = clocks.resolve(day, rhythm.starts)
        left_out = _left_out(day, rhythm.starts, closing_days, gap=kind == "gap", past=starts_at <= now)
        if left_out:
            skipped.append(left_out)
            continue
        note = _("Diese Zeit kommt hier zweimal, gemeint ist die erste.") if kind == "twice" else ""
        clash = busy.clashing(taken, starts_at, what.free(starts_at))
        made.append(Planned(starts_at, what.ends(starts_at), note, clash))
    return Preview(made, skipped)


def _left_out(day: date, at: time, closing_days: set[date], *, gap: bool, past: bool) -> Skipped | None:
    """Why nothing is offered on this day, or None."""
    if name := worktime.holiday(day):
        return Skipped(day, "holiday", _("Feiertag: %(name)s") % {"name": name})
    if day in closing_days:
        return Skipped(day, "closed", _("An diesem Tag ist bei euch geschlossen."))
    if gap:
        return Skipped(day, "gap", clocks.gap(day, at))
    return Skipped(day, "past", _("Diese Zeit ist heute schon vorbei.")) if past else None


def _series(actor: Actor, team_id: UUID, what: Offer, rhythm: Rhythm) -> Series:
    return Series.objects.create(
        team_id=team_id,
        staff_id=actor.id,
        channel=what.channel,
        place_id=what.place,
        weekday=rhythm.weekday,
        starts=rhythm.starts,
        minutes=what.minutes,
        buffer_minutes=what.buffer_minutes,
        capacity=what.capacity,
        every_weeks=rhythm.every_weeks,
        first_on=rhythm.first_on,
        last_on=rhythm.last_on,
    )
