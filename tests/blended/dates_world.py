"""Offers and appointments for tests, made through the domain; the clock stands where a test put it."""

import datetime as dt
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from blended.domain import booking, making, offers
from blended.domain.offers import Offer
from blended.models import Appointment, Place, Slot
from counselling.centre.models import Centre
from counselling.people.domain.actors import Actor
from counselling.people.models import Team

BERLIN = ZoneInfo("Europe/Berlin")
# A Tuesday morning without a holiday or a change of the clocks near it.
NOW = dt.datetime(2026, 9, 15, 8, 0, tzinfo=dt.UTC)


def at(monkeypatch: pytest.MonkeyPatch, moment: dt.datetime) -> None:
    """From now on it is this time."""
    monkeypatch.setattr(timezone, "now", lambda: moment)


def wall(day: str, clock: str) -> dt.datetime:
    """What the wall clock shows, as a moment."""
    return dt.datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=BERLIN).astimezone(dt.UTC)


def place(team: Team, name: str = "Haus Linde") -> Place:
    """Where one can come."""
    return Place.objects.create(team=team, name=name, address="Lindenweg 4, Musterstadt", door="Klingel oben.")


def telephone(number: str = "069 90009 123") -> None:
    """The centre's number; without one nobody is asked to ring."""
    Centre.objects.update_or_create(id=Centre.load().id, defaults={"telephone": number})


def slot(actor: Actor, team: Team, day: dt.date, clock: str = "15:00", **more: object) -> UUID:
    """An offered time of an hour (or as told); `more` is what an Offer takes."""
    _reachable(more)
    what = Offer(**{"channel": "video", "minutes": 60, "buffer_minutes": 0, **more})  # type: ignore[arg-type]
    return offers.offer(actor, team_id=team.pk, day=day, starts=dt.time.fromisoformat(clock), what=what)


def _reachable(more: dict[str, object]) -> None:
    """Where a time by telephone is wished for there is a number."""
    if more.get("channel") == "phone" and not Centre.load().telephone:
        telephone()


def days_ahead(days: int) -> dt.date:
    """A local day."""
    return timezone.localdate() + dt.timedelta(days=days)


def booked(seeker: Actor, case: UUID, actor: Actor, team: Team, *, days: int = 3, **more: object) -> UUID:
    """An agreed appointment at an offered time."""
    return booking.book(seeker, case, slot(actor, team, days_ahead(days), **more))  # type: ignore[arg-type]


def when(days: int = 5, hours: int = 0, **more: object) -> making.When:
    """A time that nobody offered, so many days from now."""
    _reachable(more)
    starts_at = timezone.now() + dt.timedelta(days=days, hours=hours)
    return making.When(**{"starts_at": starts_at, "channel": "voice", **more})  # type: ignore[arg-type]


def row(appointment: UUID) -> Appointment:
    """The appointment as stored."""
    return Appointment.objects.get(pk=appointment)


def slots() -> list[dt.datetime]:
    """When the offers that stand begin."""
    return list(Slot.objects.filter(withdrawn_at=None).order_by("starts_at").values_list("starts_at", flat=True))
