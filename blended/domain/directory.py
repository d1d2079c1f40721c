"""The public directory: every team's active organisations, filtered and searched; nobody has to say who they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.core.paginator import Page, Paginator

from blended.domain import found_by, partners
from blended.domain.partner_fields import LANGUAGES, PartnerFields
from blended.models import Partner
from counselling.centre.domain import topics
from counselling.errors import NotFound

PAGE: Final = 20


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; "" where they did not say."""

    text: str = ""
    topic: str = ""
    language: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """An organisation as everybody reads it; `topics`: labels in the reader's language."""

    id: int
    fields: PartnerFields
    topics: list[str]


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be filtered by: (code, label) pairs of what occurs at all."""

    topics: list[tuple[str, str]]
    languages: list[tuple[str, str]]
    areas: list[str]


def search(wanted: Wanted, page: str = "1") -> tuple[Page[Partner], list[Shown]]:
    """A page of what fits, by name: the nearest page where there is none of this number. Three queries."""
    rows = Partner.objects.filter(active=True).order_by("name", "pk")
    for word in found_by.words(wanted.text):
        rows = rows.filter(found_by__contains=word)
    if wanted.topic:
        rows = rows.filter(found_by__contains=found_by.topic(wanted.topic))
    if wanted.language:
        rows = rows.filter(found_by__contains=found_by.language(wanted.language))
    if wanted.area:
        rows = rows.filter(found_by__contains=found_by.area(wanted.area))
    found: Page[Partner] = Paginator(rows, PAGE).get_page(page)
    labels = topics.labels()
    return found, [_shown(row, labels) for row in found.object_list]


def one(number: int) -> Shown:
    """One of them. Raises NotFound, also for one that is switched off."""
    row = Partner.objects.filter(pk=number, active=True).first()
    if row is None:
        raise NotFound
    return _shown(row, topics.labels())


def choices() -> Choices:
    """Only what leads to something. Two queries."""
    labels, used, spoken, areas = topics.labels(), set[str](), set[str](), dict[str, str]()
    rows = Partner.objects.filter(active=True).order_by("name").values_list("topics", "languages", "area")
    for of_topics, languages, area in rows:
        used.update(of_topics)
        spoken.update(languages)
        if area:
            areas.setdefault(found_by.fold(area), area)
    return Choices(
        topics=[(code, label) for code, label in labels.items() if code in used],
        languages=[(code, str(name)) for code, name in LANGUAGES.items() if code in spoken],
        areas=[areas[folded] for folded in sorted(areas)],
    )


def is_there() -> bool:
    """Whether the directory has anything to show."""
    return Partner.objects.filter(active=True).exists()


def named(fields: PartnerFields, labels: Mapping[str, str]) -> list[str]:
    """The topics in the reader's language; what there is no label for is left out."""
    return [labels[code] for code in fields.topics if code in labels]


def _shown(row: Partner, labels: Mapping[str, str]) -> Shown:
    fields = partners.of_row(row)
    return Shown(row.pk, fields, named(fields, labels))
