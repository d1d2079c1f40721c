"""A team with a calendar for its browser tests, and what young people do meanwhile, as one line of JSON.

`python -m tests.e2e.calendar_seed '{"do": "full" | "book" | "past"}'`
"""

import datetime as dt
import json
import sys
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402 -- after setup()
from django.utils import timezone  # noqa: E402

from blended.domain import agreeing, booking, offers, places, series  # noqa: E402
from blended.domain.making import When  # noqa: E402
from blended.domain.offers import Offer  # noqa: E402
from blended.domain.places import PlaceTexts  # noqa: E402
from blended.models import Appointment, Slot  # noqa: E402
from counselling.centre.domain import worktime  # noqa: E402
from counselling.people.models import Team  # noqa: E402
from tests.blended import dates_world  # noqa: E402
from tests.e2e.desk_seed import fresh_team, session_of  # noqa: E402
from tests.support import letters as post  # noqa: E402
from tests.support import world  # noqa: E402


def full() -> dict[str, Any]:
    """Linde's week: offers of every kind, appointments in every state; Mara's offers; Uli leads."""
    dates_world.telephone()
    team = fresh_team()
    linde, mara = world.counsellor(team, "Linde"), world.counsellor(team, "Mara")
    uli = world.staff(team, "Uli", "supervisor")
    texts = PlaceTexts(
        "Haus Linde", "Lindenweg 4\n12345 Musterstadt", "Zwei Minuten vom Bahnhof.", "Klingel oben. Sag das Codewort."
    )
    place = places.save(linde, team.pk, texts)
    monday = timezone.localdate() + dt.timedelta(days=7 - timezone.localdate().weekday())
    rows = [
        (linde, 0, "09:00", Offer("phone"), True),
        (linde, 0, "14:00", Offer("video"), False),
        (linde, 1, "15:00", Offer("onsite", place=place), True),
        (linde, 3, "16:00", Offer("chat", minutes=120, capacity=3), True),
        (mara, 3, "16:00", Offer("voice"), False),
    ]
    for actor, days, clock, what, taken in rows:
        day, starts = monday + dt.timedelta(days=days), dt.time.fromisoformat(clock)
        slot = offers.offer(actor, team_id=team.pk, day=day, starts=starts, what=what)
        if taken:
            _book(team, slot)
    places.close(linde, team.pk, monday + dt.timedelta(days=4), monday + dt.timedelta(days=4))
    wisher = post.claimed(team, linde, nickname="Grüner Wal")
    starts_at = timezone.now().replace(minute=0, second=0, microsecond=0) + dt.timedelta(days=9)
    agreeing.propose(wisher.seeker, wisher.case, When(starts_at, "video"))
    rhythm = series.Rhythm(5, dt.time(10), monday, monday + dt.timedelta(days=20))
    series.create(linde, team_id=team.pk, what=Offer("video"), rhythm=rhythm)
    return {
        "cookie": {"staff": settings.SESSION_COOKIE_NAME},
        "staff": {actor.alias: session_of(actor) for actor in (linde, mara, uli)},
        "week": monday.isoformat(),
        "case": str(wisher.case),
        "holiday": _holiday(monday + dt.timedelta(days=21)).isoformat(),
    }


def book() -> dict[str, Any]:
    """Somebody takes the latest offer that is free."""
    slot = Slot.objects.filter(appointments=None).order_by("-starts_at").first()
    assert slot
    _book(slot.team, slot.pk, "Kleiner Stern")
    return {"day": timezone.localdate(slot.starts_at).isoformat()}


def past() -> dict[str, Any]:
    """The newest appointment was an hour ago."""
    row = Appointment.objects.filter(state="agreed").latest("made_at")
    now = timezone.now()
    Appointment.objects.filter(pk=row.pk).update(
        starts_at=now - dt.timedelta(hours=2), ends_at=now - dt.timedelta(hours=1)
    )
    return {}


def _book(team: Team, slot: Any, nickname: str = "Blauer Bus") -> None:
    writer = post.writer(team, nickname=nickname)
    booking.book(writer.seeker, writer.case, slot)


def _holiday(after: dt.date) -> dt.date:
    return next(day for day in (after + dt.timedelta(days=n) for n in range(366)) if worktime.holiday(day))


DOES = {"full": full, "book": book, "past": past}

if __name__ == "__main__":
    print(json.dumps(DOES[json.loads(sys.argv[1])["do"]]()))
