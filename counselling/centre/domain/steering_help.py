"""Help contacts as those who lead change them: no hour of the week may lose its last one to call or to write to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal
from uuid import uuid4

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext, ngettext

from counselling.centre.domain import help as help_contacts
from counselling.centre.domain import steering_changes, steering_order
from counselling.centre.domain.steering_changes import Unfit
from counselling.centre.domain.steering_hours import problem_of
from counselling.centre.domain.week import Row, group_by_day, in_words
from counselling.centre.models import HelpContact, HelpHour
from counselling.errors import NotFound
from counselling.people.domain import audit
from counselling.people.domain.actors import Actor

MOST_GAPS_SAID: Final = 3
FIELDS: Final = ("name", "name_en", "channel", "number", "link", "languages", "cost", "note", "note_en", "active")
_CODE_LENGTH: Final = 32


@dataclass(frozen=True)
class HelpFields:
    """One contact. `languages` are codes with commas ("de, en"); rows as in week.Row; no rows: answers come later."""

    name: str
    channel: str
    name_en: str = ""
    number: str = ""
    link: str = ""
    languages: str = "de"
    cost: str = "free"
    note: str = ""
    note_en: str = ""
    active: bool = True
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True)
class Listed:
    """One contact in the centre's order, its hours in words; `first` and `last` cannot move further."""

    record: HelpContact
    hours: list[str]
    first: bool
    last: bool


def listed(actor: Actor) -> list[Listed]:
    """All of them, hidden ones too. Two queries. Raises NotAllowed."""
    actor.require_supervisor()
    rows = list(HelpContact.objects.prefetch_related("hours"))
    return [
        Listed(row, in_words(group_by_day(_rows(row))), first=place == 0, last=place == len(rows) - 1)
        for place, row in enumerate(rows)
    ]


def gaps(actor: Actor) -> list[str]:
    """The hours of the week with nobody to call or nobody to write to, in words. Raises NotAllowed."""
    actor.require_supervisor()
    return help_contacts.gaps()


def one(actor: Actor, number: int) -> tuple[HelpContact, HelpFields, str]:
    """A contact, what it says, and its mark for `write`. Raises NotFound, NotAllowed."""
    actor.require_supervisor()
    row = _one(number)
    fields = _fields(row)
    return row, fields, _mark(fields)


def write(actor: Actor, fields: HelpFields, *, number: int | None = None, seen: str = "") -> None:
    """A new contact at the end of the list, or a change of one (`number`, with the mark it was `seen` with).

    Raises Unfit (by field; a row's place as text for hours; "" when hours of the week would have nobody),
    Overtaken, NotFound, NotAllowed.
    """
    actor.require_supervisor()
    _check_hours(fields.rows)
    fields = replace(fields, rows=tuple(sorted(fields.rows)))
    with transaction.atomic():
        steering_changes.lock_centre(actor)
        row = _one(number) if number else HelpContact(code=_code(fields.name), position=steering_order.end(HelpContact))
        before = _fields(row) if number else None
        if before == fields or (number is None and _is_there(fields)):
            return  # the form came twice
        if before:
            steering_changes.require_unchanged(seen, _mark(before))
        missing = set(help_contacts.gaps())
        _put(row, fields)
        _require_somebody(missing)
        audit.note("help_changed", by=actor, code="" if number else "added")
        transaction.on_commit(help_contacts.forget)


def move(actor: Actor, number: int, where: Literal["up", "down"]) -> None:
    """One place up or down; at an end nothing happens. Raises NotFound, NotAllowed."""
    actor.require_supervisor()
    with transaction.atomic():
        steering_changes.lock_centre(actor)
        if steering_order.move(_one(number), where):
            audit.note("help_changed", by=actor, code="order")
            transaction.on_commit(help_contacts.forget)


def _require_somebody(before: set[str]) -> None:
    """Raises Unfit when an hour of the week now lacks whom it had before."""
    new = [gap for gap in help_contacts.gaps() if gap not in before]
    if not new:
        return
    said = "; ".join(new[:MOST_GAPS_SAID])
    if (more := len(new) - MOST_GAPS_SAID) > 0:
        said += ngettext(" und %(n)s weitere Stunde", " und %(n)s weitere Stunden", more) % {"n": more}
    words = gettext("So wäre in manchen Stunden niemand mehr da: %(hours)s. Trag zuerst jemand anderen ein.")
    raise Unfit({"": words % {"hours": said}})


def _put(row: HelpContact, fields: HelpFields) -> None:
    for name in FIELDS:
        setattr(row, name, getattr(fields, name))
    try:
        row.full_clean()
    except ValidationError as wrong:
        raise Unfit(_problems(wrong)) from None
    row.save()
    row.hours.all().delete()
    HelpHour.objects.bulk_create(HelpHour(contact=row, weekday=day, opens=a, closes=b) for day, a, b in fields.rows)


def _problems(wrong: ValidationError) -> dict[str, str | Promise]:
    """A sentence by field; what belongs to none stands at the number, since it is about how to reach somebody."""
    return {
        name if name in FIELDS else "number": " ".join(str(text) for error in errors for text in error.messages)
        for name, errors in wrong.error_dict.items()
    }


def _check_hours(rows: Sequence[Row]) -> None:
    problems = {}
    for place, (weekday, opens, closes) in enumerate(rows):
        earlier = [(row[1], row[2]) for row in rows[:place] if row[0] == weekday]
        if problem := problem_of(opens, closes, earlier):
            problems[str(place)] = problem
    if problems:
        raise Unfit(problems)


def _code(name: str) -> str:
    """A code of its own: from the name, or by chance where that one is taken."""
    code = slugify(name)[:_CODE_LENGTH]
    return code if code and not HelpContact.objects.filter(code=code).exists() else f"help-{uuid4().hex[:12]}"


def _is_there(fields: HelpFields) -> bool:
    same = HelpContact.objects.filter(**{name: getattr(fields, name) for name in FIELDS})
    return any(_fields(row) == fields for row in same.prefetch_related("hours"))


def _one(number: int) -> HelpContact:
    row = HelpContact.objects.prefetch_related("hours").filter(pk=number).first()
    if row is None:
        raise NotFound
    return row


def _fields(row: HelpContact) -> HelpFields:
    return HelpFields(**{name: getattr(row, name) for name in FIELDS}, rows=_rows(row))


def _rows(row: HelpContact) -> tuple[Row, ...]:
    return tuple(sorted((hour.weekday, hour.opens, hour.closes) for hour in row.hours.all()))


def _mark(fields: HelpFields) -> str:
    return steering_changes.mark([*(getattr(fields, name) for name in FIELDS), [*map(str, fields.rows)]])
