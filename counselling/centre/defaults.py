"""What a new installation begins with. Safe to repeat: what a centre has changed or deleted stays as it is."""

import datetime as dt
from collections.abc import Iterable

from django.db import transaction

from counselling.centre.default_help import CONTACTS
from counselling.centre.default_topics import TOPICS
from counselling.centre.domain.help_store import forget, hours_of, record_of
from counselling.centre.domain.week import ALL_DAY, DAYS, Span
from counselling.centre.models import Centre, HelpContact, HelpHour, OpeningHour, Topic
from counselling.centre.models.hours import Channel
from counselling.people.models import Team

# Numbers are spaced so that a centre can put its own contacts in between.
_STEP = 10
_WORKDAYS = range(5)
_AFTERNOON: Span = (dt.time(14), dt.time(18))
# A made-up house; the telephone number is one that the Bundesnetzagentur keeps for films.
_DEMO = {
    "telephone": "069 90009 123",
    "address": "Jugendberatung\nLindenstraße 12\n12345 Musterstadt",
    "open_consultation": "Ohne Termin, ohne Anmeldung. Erster Stock, an der Tür steht „Jugendberatung“.",
    "open_consultation_en": "No appointment needed. First floor, the door says “Jugendberatung”.",
    "operator": "Stadt Musterstadt, Jugendamt",
    "operator_address": "Rathausplatz 1\n12345 Musterstadt",
    "representative": "Oberbürgermeisterin Maria Muster",
    "email": "jugendberatung@musterstadt.example",
    "data_protection_officer": "Datenschutzbeauftragte der Stadt Musterstadt\nRathausplatz 1, 12345 Musterstadt\n"
    "datenschutz@musterstadt.example",
}


def ensure() -> list[str]:
    """Fill in topics, help contacts and the centre's row, each only where there is none at all.

    Which of "topics" and "help contacts" were missing and are there now.
    """
    filled = []
    with transaction.atomic():
        Centre.objects.get_or_create(id=Centre.load().id)
        if not Topic.objects.exists():
            _add_topics()
            filled.append("topics")
        if not HelpContact.objects.exists():
            _add_help_contacts()
            filled.append("help contacts")
    return filled


def demo_centre() -> None:
    """Give the demo a made-up house; fields that somebody has filled in stay as they are."""
    with transaction.atomic():
        centre = Centre.objects.get_or_create(id=Centre.load().id)[0]
        empty = [field for field in _DEMO if not getattr(centre, field)]
        for field in empty:
            setattr(centre, field, _DEMO[field])
        centre.save(update_fields=empty)


def demo_hours(team: Team) -> None:
    """Open the chat of `team` round the clock and the house Monday to Friday 14 to 18, unless it has hours."""
    with transaction.atomic():
        if not OpeningHour.objects.filter(team=team).exists():
            OpeningHour.objects.bulk_create(
                [*_weekly(team, Channel.CHAT, DAYS, ALL_DAY), *_weekly(team, Channel.OFFICE, _WORKDAYS, _AFTERNOON)]
            )


def _weekly(team: Team, channel: Channel, days: Iterable[int], span: Span) -> list[OpeningHour]:
    return [OpeningHour(team=team, channel=channel, weekday=day, opens=span[0], closes=span[1]) for day in days]


def _add_topics() -> None:
    Topic.objects.bulk_create(
        Topic(code=code, label=label, label_en=label_en, position=_STEP * place)
        for place, (code, label, label_en) in enumerate(TOPICS, start=1)
    )


def _add_help_contacts() -> None:
    for place, contact in enumerate(CONTACTS, start=1):
        record = record_of(contact, position=_STEP * place)
        record.save()
        HelpHour.objects.bulk_create(
            HelpHour(contact=record, weekday=weekday, opens=opens, closes=closes)
            for weekday, opens, closes in hours_of(contact)
        )
    transaction.on_commit(forget)
