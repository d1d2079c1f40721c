"""Colours a centre may choose: checked by numbers, so that nobody has to judge contrast by eye."""

import re

from django.utils.formats import number_format
from django.utils.translation import gettext

from counselling.centre.models.centre import HEX

# WCAG 2.2, 1.4.3: text needs at least 4.5:1.
ENOUGH = 4.5
SCHEMES = ("light", "dark")
# The page's own colours that the centre's must be read on or with (look.md).
ON_BRAND = {"light": "#ffffff", "dark": "#06282a"}
PAPER = {"light": "#faf8f5", "dark": "#11181e"}
INK = {"light": "#1e2b37", "dark": "#eaf0f3"}
_LINEAR_BELOW = 0.04045


def is_hex(value: str) -> bool:
    """Whether `value` is exactly #rrggbb in small letters; nothing else ever reaches a style sheet."""
    return re.fullmatch(HEX, value) is not None


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two #rrggbb colours, 1 to 21 (WCAG 2.2); raises ValueError for anything else."""
    darker, lighter = sorted((_luminance(first), _luminance(second)))
    return (lighter + 0.05) / (darker + 0.05)


def problems(brand: str, accent: str, scheme: str) -> dict[str, str]:
    """Friendly sentences by field ("brand", "accent") for colours that could not be read in "light" or "dark"."""
    found = {}
    brand_on = {gettext("der Schrift auf Knöpfen"): ON_BRAND[scheme], gettext("dem Hintergrund"): PAPER[scheme]}
    for what, colour in brand_on.items():
        if contrast(brand, colour) < ENOUGH:
            found["brand"] = _sentence(brand, what, colour)
    accent_under = {gettext("der Schrift darauf"): INK[scheme], gettext("der Farbe darauf"): brand}
    for what, colour in accent_under.items():
        if contrast(accent, colour) < ENOUGH:
            found["accent"] = _sentence(accent, what, colour)
    return found


def _sentence(colour: str, what: str, other: str) -> str:
    ratio = number_format(contrast(colour, other), decimal_pos=1)
    return gettext(
        "Diese Farbe ist neben %(what)s schwer zu lesen: Kontrast %(ratio)s zu 1, nötig sind 4,5 zu 1. "
        "Nimm bitte eine kräftigere oder zartere."
    ) % {"what": what, "ratio": ratio}


def _luminance(colour: str) -> float:
    if not is_hex(colour):
        raise ValueError("not a #rrggbb colour")
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= _LINEAR_BELOW else ((part + 0.055) / 1.055) ** 2.4
