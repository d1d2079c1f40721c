"""What the directory's search looks into: words without capitals and accents, and codes to ask for exactly."""

import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

from django.utils.translation import override

from blended.domain.partner_fields import PartnerFields

MOST_WORDS: Final = 8
_GERMAN: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "ae", "Ö": "oe", "Ü": "ue"})


def fold(text: str) -> str:
    """Without capitals, accents, width and more than one blank; ß is ss."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept = (" " if one == "|" else one for one in plain if unicodedata.category(one) not in {"Mn", "Me", "Cf"})
    return " ".join("".join(kept).split())


def words(text: str) -> list[str]:
    """What somebody looks for, word by word."""
    return fold(text).split()[:MOST_WORDS]


def topic(code: str) -> str:
    """How a topic stands in `found_by`: with bars between its letters, so that no word of a search meets it."""
    return _barred(f"t{code}")


def language(code: str) -> str:
    """As `topic`."""
    return _barred(f"l{code}")


def area(name: str) -> str:
    """As `topic`, however it was written."""
    return _barred(f"a{fold(name)}")


def _barred(code: str) -> str:
    return f"||{'|'.join(code)}||"


def all_of(fields: PartnerFields, topics: Mapping[str, str]) -> str:
    """The column of an organisation; `topics`: their labels. Umlauts are found as ä, a and ae."""
    labels = (topics[code] for code in fields.topics if code in topics)
    spoken = [name for language in ("de", "en") for name in _spoken(fields, language)]
    text = " ".join([fields.name, fields.purpose, fields.area, fields.address, *labels, *spoken])
    composed = unicodedata.normalize("NFC", text)
    spelled = composed.translate(_GERMAN)
    codes = "".join(_codes(fields))
    return " ".join([fold(text), *([fold(spelled)] if spelled != composed else []), codes])


def _spoken(fields: PartnerFields, language: str) -> list[str]:
    with override(language):
        return fields.language_names


def _codes(fields: PartnerFields) -> Iterable[str]:
    yield from map(topic, fields.topics)
    yield from map(language, fields.languages)
    if fields.area:
        yield area(fields.area)
