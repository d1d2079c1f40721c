"""A place and a few free times for the demo, so that the first look at its calendar is no empty page."""

from contextlib import suppress
from datetime import time, timedelta

from django.utils import timezone

from blended.domain import offers, places
from blended.domain.offers import Offer
from blended.domain.places import PlaceTexts
from blended.models import Place, Slot
from counselling.centre.domain import worktime
from counselling.errors import DomainError
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team

_PLACE = PlaceTexts(
    name="Haus Linde",
    address="Lindenweg 4\n12345 Musterstadt",
    way="Vom Bahnhof zwei Minuten die Allee hinunter, das Haus mit der grünen Tür.",
    door="Klingel bei „Linde“. Sag nur dein Codewort, deinen Namen brauchst du nicht.",
    access="Ohne Stufen, Aufzug und barrierefreie Toilette.",
)
_WORKING_DAYS = 5
_TIMES = (("phone", time(14, 0)), ("video", time(15, 0)), ("onsite", time(16, 0)), ("chat", time(17, 0)))


def ensure(team: Team) -> None:
    """Make the place, and one time on each of the next working days, while nothing lies ahead. Safe to repeat."""
    people = Staff.objects.filter(teams=team, role=Staff.Role.COUNSELLOR, is_active=True).order_by("username")
    first = people.first()
    if first is None or Slot.objects.filter(team=team, starts_at__gt=timezone.now(), withdrawn_at=None).exists():
        return
    actor = Actor.for_staff(first, "demo")
    place = Place.objects.filter(team=team).values_list("pk", flat=True).first()
    place = place or places.save(actor, team.pk, _PLACE)
    days = worktime.after(timezone.localdate() - timedelta(days=1))
    for number in range(_WORKING_DAYS):
        day = next(days)
        channel, starts = _TIMES[number % len(_TIMES)]
        what = Offer(channel, place=place if channel == "onsite" else None)
        with suppress(DomainError):  # today's time may be over
            offers.offer(actor, team_id=team.pk, day=day, starts=starts, what=what)
