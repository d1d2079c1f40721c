"""Made-up organisations for `counselling demo`: real kinds of places, nobody's names.

The telephone numbers are ones that the Bundesnetzagentur keeps for films, the sites end in .example (RFC 2606).
"""

from typing import Final

from django.db import transaction
from django.utils import timezone

from blended.domain import partners
from blended.domain.partner_fields import PartnerFields
from blended.models import Partner
from counselling.people.models import Team

_WHERE: Final = "Musterstadt"
_PLACES: Final = (
    PartnerFields(
        name="Erziehungsberatung Lindenhof (Demo, erfunden)",
        purpose="Wenn es daheim oft Streit gibt oder deine Eltern sich trennen. Du kannst allein kommen, kostenlos.",
        area=_WHERE,
        topics=("family", "separation", "violence-home"),
        languages=("de", "tr", "en"),
        hours="Montag bis Donnerstag 9 bis 17 Uhr\nFreitag 9 bis 13 Uhr",
        access="Stufenlos, Aufzug, Toilette für Rollstühle.",
        telephone="069 90009 201",
        email="hallo@lindenhof.example",
        website="https://lindenhof.example/",
        address="Lindenstraße 3\n12345 Musterstadt",
    ),
    PartnerFields(
        name="Suchtberatung Anker (Demo, erfunden)",
        purpose="Alkohol, Kiffen, Zocken: wenn etwas zu viel wird, bei dir oder bei jemandem, den du magst.",
        area=_WHERE,
        topics=("addiction", "digital"),
        languages=("de", "ru", "uk"),
        hours="Offene Sprechstunde: Dienstag 14 bis 18 Uhr",
        access="Drei Stufen am Eingang, bitte klingeln. Ruhiger Raum.",
        telephone="069 90009 202",
        email="anker@suchtberatung.example",
        website="https://suchtberatung.example/",
        address="Hafenweg 8\n12345 Musterstadt",
    ),
    PartnerFields(
        name="Praxis für Kinder und Jugendliche am Park (Demo, erfunden)",
        purpose="Psychotherapie: ein erstes Gespräch, wenn Angst oder Traurigkeit nicht mehr weggehen.",
        area=f"{_WHERE} und Umgebung",
        topics=("mood", "anxiety", "self-harm", "eating"),
        languages=("de", "en"),
        hours="Telefonisch: Mittwoch 12 bis 13 Uhr",
        access="Aufzug. Rollstuhl bitte vorher anmelden.",
        telephone="069 90009 203",
        address="Parkallee 21\n12345 Musterstadt",
    ),
    PartnerFields(
        name="Mädchenhaus Morgenrot (Demo, erfunden)",
        purpose="Wenn du daheim nicht sicher bist: reden, und wenn es sein muss, über Nacht bleiben.",
        area="Landkreis Musterland",
        topics=("violence-home", "sexual-violence"),
        languages=("de", "ar", "fa", "easy"),
        hours="Immer, Tag und Nacht",
        access="Stufenlos. Wo es ist, sagen sie dir am Telefon.",
        telephone="069 90009 204",
    ),
    PartnerFields(
        name="Schulden- und Wohnungshilfe Dach (Demo, erfunden)",
        purpose="Wenn das Geld nicht reicht, Mahnungen kommen oder du eine Wohnung suchst. Ab 16, kostenlos.",
        area=_WHERE,
        topics=("money", "law"),
        languages=("de", "dgs", "ar"),
        hours="Donnerstag 15 bis 18 Uhr, ohne Termin",
        access="Stufenlos. Gebärdensprache nach Anmeldung.",
        email="dach@wohnungshilfe.example",
        website="https://wohnungshilfe.example/",
        address="Marktplatz 1\n12345 Musterstadt",
    ),
)


def ensure(team: Team) -> None:
    """These, unless the team has a directory; safe to repeat."""
    with transaction.atomic():
        if Partner.objects.filter(team=team).exists():
            return
        labels = partners.all_labels()
        rows = [partners.put(Partner(team=team), place, labels) for place in _PLACES]
        for row in rows:
            row.checked_on = timezone.localdate()
        Partner.objects.bulk_create(rows)
