"""A safety plan to begin with: headings that a young person fills with their own words, from yellow on.

The steps, from one's own signs to whom to call, are those of Stanley and Brown's Safety Planning Intervention (2012).
"""

from typing import Final

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext

from counselling.cases.models import Level

OFFERED_AT: Final = (Level.YELLOW, Level.ORANGE, Level.RED)


def template(language: str) -> str:
    """The plan's headings in the young person's language, or in the centre's: short enough to be an agreement."""
    known = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    with translation.override(known):
        return gettext(
            "Mein Plan für schwere Momente\n\n"
            "Daran merke ich, dass es schwer wird:\n–\n"
            "Das hilft mir, wenn ich allein bin:\n–\n"
            "Hier bin ich gern, bei wem ich auf andere Gedanken komme:\n–\n"
            "Mit diesen Menschen kann ich reden:\n–\n"
            "Das bringe ich vorher weg, damit es mir nicht gefährlich wird:\n–\n"
            "Wenn das alles nicht reicht, rufe ich an: 112, oder 116 111 (Nummer gegen Kummer)\n"
            "Dafür lohnt es sich:\n–"
        )
