"""A poster for a link: one sheet of A4 as tagged PDF (PDF/UA-1), in the centre's colours.

Nothing that somebody typed is read as markup: the sheet gets all of it as data.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import typst
from django.utils.translation import get_language, gettext

from counselling.centre.domain import colour
from counselling.centre.models import Centre
from counselling.statistics.poster import codes

SHEET: Final = Path(__file__).with_name("poster.typ")


@dataclass(frozen=True)
class Poster:
    """What stands on it: the centre, the absolute address, the chat's hours, a line each."""

    centre: Centre
    address: str
    hours: Sequence[str]


def pdf(poster: Poster) -> bytes:
    """In the language of the moment. Embedded fonts only, so that it looks the same on every server.

    PDF/UA-1, unless a name has signs that these fonts lack: then with what fonts the server has, tagged all the same.
    """
    data = json.dumps(_data(poster))
    try:
        return _compiled(data, ignore_system_fonts=True, pdf_standards=["ua-1"])
    except typst.TypstError:
        return _compiled(data, ignore_system_fonts=False)


def _compiled(data: str, **how: Any) -> bytes:
    return bytes(typst.compile(SHEET, root=SHEET.parent, format="pdf", sys_inputs={"data": data}, **how))


def _data(poster: Poster) -> dict[str, object]:
    centre, spoken = poster.centre, _in_words(poster.address)
    return {
        "language": (get_language() or "de")[:2],
        "title": gettext("Plakat mit QR-Code"),
        "name": centre.name,
        "sentence": gettext("Was dich auch beschäftigt: Schreib mit uns."),
        "promise": gettext("Ohne Namen, ohne Kosten."),
        "how": gettext("Scanne den Code oder tipp die Adresse ein:"),
        "address": spoken,
        "hours_title": gettext("Chat"),
        "hours": list(poster.hours),
        "always": gettext("Einen Brief kannst du uns immer schreiben, Tag und Nacht."),
        "brand": _or_default(centre.brand_light, "brand_light"),
        "tint": _or_default(centre.accent_light, "accent_light"),
        "on_brand": colour.ON_BRAND["light"],
        "ink": colour.INK["light"],
        "qr": codes.svg(poster.address).decode(),
        "qr_words": gettext("QR-Code mit der Adresse %(address)s") % {"address": spoken},
    }


def _in_words(address: str) -> str:
    """As people type it."""
    return address.removeprefix("https://").removeprefix("http://")


def _or_default(value: str, field: str) -> str:
    return value if colour.is_hex(value) else str(getattr(Centre(), field))
