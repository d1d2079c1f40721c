"""Topics as those who lead change them: labels, order, on or off; never deleted, since answers and counts name them."""

from dataclasses import dataclass
from typing import Final, Literal
from uuid import uuid4

from django.db import transaction
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from counselling.centre.domain import steering_changes, steering_order
from counselling.centre.domain.steering_changes import Unfit
from counselling.centre.models import Topic
from counselling.errors import Conflict, NotFound
from counselling.people.domain import audit
from counselling.people.domain.actors import Actor

MOST: Final = 60
MAX_LABEL: Final = 80
_CODE_LENGTH: Final = 32
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True)
class Listed:
    """One topic in its order; `first` and `last` cannot move further."""

    record: Topic
    first: bool
    last: bool


def listed(actor: Actor) -> list[Listed]:
    """All of them, switched off ones too. One query. Raises NotAllowed."""
    actor.require_supervisor()
    rows = list(Topic.objects.all())
    return [Listed(row, first=place == 0, last=place == len(rows) - 1) for place, row in enumerate(rows)]


def one(actor: Actor, number: int) -> tuple[Topic, str]:
    """A topic, with its mark for `write`. Raises NotFound, NotAllowed."""
    actor.require_supervisor()
    row = _one(number)
    return row, _mark(row)


def write(actor: Actor, label: str, label_en: str, *, number: int | None = None, seen: str = "") -> None:
    """A new topic at the end, or other labels for one (`number`, with the mark it was `seen` with).

    Its code is made once and stays. Raises Unfit (label, label_en), Conflict when there are too many, Overtaken,
    NotFound, NotAllowed.
    """
    actor.require_supervisor()
    label, label_en = " ".join(label.split()), " ".join(label_en.split())
    with transaction.atomic():
        steering_changes.lock_centre(actor)
        row = _one(number) if number else Topic(code=_code(label), position=steering_order.end(Topic))
        if _is_there(label, label_en, number):
            return  # the form came twice
        if number:
            steering_changes.require_unchanged(seen, _mark(row))
        elif Topic.objects.count() >= MOST:
            raise Conflict(_("Es gibt schon sehr viele Themen. Ändere lieber eins davon."))
        if problems := _problems(label, label_en, number):
            raise Unfit(problems)
        row.label, row.label_en = label, label_en
        row.save()
        audit.note("topic_changed", by=actor, code="" if number else "added")


def switch(actor: Actor, number: int, *, on: bool) -> None:
    """Offer it from now on, or no longer; earlier answers keep it. Raises Conflict for the last one that is offered."""
    actor.require_supervisor()
    with transaction.atomic():
        steering_changes.lock_centre(actor)
        row = _one(number)
        if row.active == on:
            return
        if not on and not Topic.objects.filter(active=True).exclude(pk=number).exists():
            raise Conflict(_("Ein Thema muss angeboten werden. Schalte zuerst ein anderes ein."))
        row.active = on
        row.save(update_fields=["active"])
        audit.note("topic_changed", by=actor, code="on" if on else "off")


def move(actor: Actor, number: int, where: Literal["up", "down"]) -> None:
    """One place up or down; at an end nothing happens. Raises NotFound, NotAllowed."""
    actor.require_supervisor()
    with transaction.atomic():
        steering_changes.lock_centre(actor)
        if steering_order.move(_one(number), where):
            audit.note("topic_changed", by=actor, code="order")


def _problems(label: str, label_en: str, number: int | None) -> dict[str, str | Promise]:
    problems: dict[str, str | Promise] = {}
    if not label:
        problems["label"] = _("Ein Thema braucht einen Namen.")
    for name, text in (("label", label), ("label_en", label_en)):
        if len(text) > MAX_LABEL:
            problems[name] = _("Das ist zu lang, höchstens 80 Zeichen.")
    if label and Topic.objects.filter(label__iexact=label).exclude(pk=number or 0).exists():
        problems["label"] = _("Dieses Thema gibt es schon.")
    return problems


def _is_there(label: str, label_en: str, number: int | None) -> bool:
    same = Topic.objects.filter(label=label, label_en=label_en)
    return (same.filter(pk=number) if number else same).exists()


def _code(label: str) -> str:
    """From the label, or by chance where that one is taken."""
    code = slugify(label.casefold().translate(_UMLAUTS))[:_CODE_LENGTH].strip("-")
    return code if code and not Topic.objects.filter(code=code).exists() else f"topic-{uuid4().hex[:12]}"


def _one(number: int) -> Topic:
    row = Topic.objects.filter(pk=number).first()
    if row is None:
        raise NotFound
    return row


def _mark(row: Topic) -> str:
    return steering_changes.mark([row.label, row.label_en])
