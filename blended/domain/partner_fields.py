"""What is written down about a local organisation, and what of it can be: the same for forms, tables and cards."""

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Languages in which young people are met in Germany; told in the reader's words.
LANGUAGES: Final[Mapping[str, Promise]] = {
    "de": _("Deutsch"),
    "easy": _("Leichte Sprache"),
    "dgs": _("Deutsche Gebärdensprache"),
    "en": _("Englisch"),
    "tr": _("Türkisch"),
    "ar": _("Arabisch"),
    "uk": _("Ukrainisch"),
    "ru": _("Russisch"),
    "fa": _("Persisch"),
    "ku": _("Kurdisch"),
    "pl": _("Polnisch"),
    "ro": _("Rumänisch"),
    "bg": _("Bulgarisch"),
    "hr": _("Kroatisch, Serbisch, Bosnisch"),
    "sq": _("Albanisch"),
    "it": _("Italienisch"),
    "es": _("Spanisch"),
    "fr": _("Französisch"),
    "el": _("Griechisch"),
    "so": _("Somali"),
    "ti": _("Tigrinya"),
    "vi": _("Vietnamesisch"),
}
TEXTS: Final[Mapping[str, int]] = {  # the longest that fits, in characters
    "name": 120,
    "purpose": 600,
    "area": 120,
    "hours": 300,
    "access": 300,
    "telephone": 40,
    "email": 254,
    "website": 200,
    "address": 300,
}
WAYS: Final = ("telephone", "email", "website", "address")
_LINES: Final = frozenset({"purpose", "hours", "access", "address"})  # may have several
_TELEPHONE: Final = re.compile(r"\+?[0-9(][0-9 ()/.\-]{1,38}[0-9]")
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.\-]*:", re.IGNORECASE)
# They turn the reading direction of whatever follows: a name could make its neighbours read as something else.
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_is_url = URLValidator(schemes=["http", "https"])
_is_email = EmailValidator()


@dataclass(frozen=True, slots=True)
class PartnerFields:
    """An organisation in its own words; topics and languages as codes."""

    name: str = ""
    purpose: str = ""
    area: str = ""
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    hours: str = ""
    access: str = ""
    telephone: str = ""
    email: str = ""
    website: str = ""
    address: str = ""
    checked_on: dt.date | None = None
    active: bool = True

    @property
    def tel(self) -> str:
        """The number as a telephone dials it; "" without one."""
        number = self.telephone.replace("(0)", "") if self.telephone.startswith("+") else self.telephone
        digits = "".join(sign for sign in number if sign.isascii() and sign.isdigit())
        return f"{'+' if number.startswith('+') else ''}{digits}"

    @property
    def site(self) -> str:
        """The website's host as people say it."""
        return urlsplit(self.website).netloc.removeprefix("www.")

    @property
    def language_names(self) -> list[str]:
        """In the reader's words, in our order."""
        return [str(name) for code, name in LANGUAGES.items() if code in self.languages]

    def as_json(self) -> dict[str, Any]:
        """For a sealed snapshot; `of_json` reads it."""
        return asdict(self) | {"checked_on": self.checked_on.isoformat() if self.checked_on else ""}


def of_json(data: Mapping[str, Any]) -> PartnerFields:
    """What `as_json` wrote."""
    checked_on = data.get("checked_on")
    return PartnerFields(
        **{name: str(data.get(name, "")) for name in TEXTS},
        topics=tuple(map(str, data.get("topics", ()))),
        languages=tuple(map(str, data.get("languages", ()))),
        checked_on=dt.date.fromisoformat(checked_on) if checked_on else None,
        active=bool(data.get("active", True)),
    )


def cleaned(fields: PartnerFields, topics: frozenset[str] | set[str]) -> tuple[PartnerFields, dict[str, str | Promise]]:
    """The fields as they are kept, and what does not fit: a sentence by field. `topics`: the codes there are."""
    texts: dict[str, Any] = {name: _tidy(getattr(fields, name), lines=name in _LINES) for name in TEXTS}
    kept = replace(
        fields,
        **texts,
        topics=tuple(dict.fromkeys(fields.topics)),
        languages=tuple(code for code in LANGUAGES if code in fields.languages),
    )
    kept = replace(kept, website=_with_scheme(kept.website))
    problems = _too_long(kept) | _missing(kept) | _wrong(kept)
    if set(kept.topics) - set(topics):
        problems["topics"] = _("Ein Thema davon gibt es hier nicht.")
    if set(fields.languages) - LANGUAGES.keys():
        problems["languages"] = _("Eine Sprache davon kennen wir nicht.")
    return kept, problems


def _tidy(text: str, *, lines: bool) -> str:
    """Without what nobody sees or what turns the line around; blanks as one."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    seen = (one if _is_seen(one) or one == "\n" else " " for one in text if one not in _TURNING)
    rows = ["".join(row).strip() for row in "".join(seen).split("\n")]
    if not lines:
        return re.sub(r"\s+", " ", " ".join(rows)).strip()
    return re.sub(r"\n{3,}", "\n\n", "\n".join(re.sub(r"[^\S\n]+", " ", row) for row in rows)).strip()


def _is_seen(character: str) -> bool:
    return unicodedata.category(character) not in {"Cc", "Cs"}


def _with_scheme(website: str) -> str:
    return f"https://{website}" if website and not _SCHEME.match(website) else website


def _too_long(kept: PartnerFields) -> dict[str, str | Promise]:
    return {
        name: _("Das ist zu lang: höchstens %(n)s Zeichen.") % {"n": most}
        for name, most in TEXTS.items()
        if len(getattr(kept, name)) > most
    }


def _missing(kept: PartnerFields) -> dict[str, str | Promise]:
    found: dict[str, str | Promise] = {}
    if not any(character.isalnum() for character in kept.name):
        found["name"] = _("Der Name fehlt.")
    if not kept.purpose:
        found["purpose"] = _("Es fehlt, wofür diese Stelle da ist.")
    if not any(getattr(kept, name) for name in WAYS):
        found["telephone"] = _("Es fehlt ein Weg dorthin: Telefon, E-Mail, Internetseite oder Adresse.")
    return found


def _wrong(kept: PartnerFields) -> dict[str, str | Promise]:
    found: dict[str, str | Promise] = {}
    if kept.telephone and not _TELEPHONE.fullmatch(kept.telephone):
        found["telephone"] = _("Das ist keine Telefonnummer: nur Ziffern, Leerzeichen und + ( ) / -.")
    if kept.email and not _passes(_is_email, kept.email):
        found["email"] = _("Das ist keine E-Mail-Adresse.")
    if kept.website and not (_passes(_is_url, kept.website) and "@" not in urlsplit(kept.website).netloc):
        found["website"] = _("Das ist keine Internetseite: Sie beginnt mit https:// oder http://.")
    if kept.checked_on and kept.checked_on > timezone.localdate():
        found["checked_on"] = _("Dieser Tag liegt in der Zukunft.")
    return found


def _passes(validator: EmailValidator | URLValidator, text: str) -> bool:
    try:
        validator(text)
    except ValidationError:
        return False
    return True
