"""The announcement on the pages for young people: at most one at a time, entered by those who lead."""

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from counselling.centre.domain import steering_changes
from counselling.centre.domain.steering_changes import Unfit
from counselling.centre.models import Announcement
from counselling.centre.models.announcements import MAX_TEXT
from counselling.errors import NotFound
from counselling.people.domain import audit
from counselling.people.domain.actors import Actor

LONGEST: Final = dt.timedelta(days=366)
_TAGS: Final = re.compile(r"<[/!a-z][^>]*>", re.IGNORECASE)


@dataclass(frozen=True)
class Wording:
    """What to announce, in German and perhaps in English, from when until when (aware)."""

    text: str
    text_en: str
    begins: dt.datetime
    ends: dt.datetime


def current(now: dt.datetime) -> Announcement | None:
    """What every page for young people says at `now`. One query, by anybody."""
    return Announcement.objects.filter(begins__lte=now, ends__gt=now).order_by("-begins").first()


def listed(actor: Actor, now: dt.datetime) -> list[Announcement]:
    """What is shown and what is planned, the next one first. Raises NotAllowed."""
    actor.require_supervisor()
    return list(Announcement.objects.filter(ends__gt=now).order_by("begins"))


def one(actor: Actor, number: int) -> tuple[Announcement, str]:
    """One of them, with its mark for `write`. Raises NotFound, NotAllowed."""
    actor.require_supervisor()
    return _one(number)


def write(actor: Actor, wording: Wording, *, now: dt.datetime, number: int | None = None, seen: str = "") -> None:
    """A new announcement, or a change of one (`number`, with the mark it was `seen` with).

    The same once more changes nothing. Raises Unfit (text, text_en, begins, ends), Overtaken, NotFound, NotAllowed.
    """
    actor.require_supervisor()
    kept = Wording(_plain(wording.text), _plain(wording.text_en), wording.begins, wording.ends)
    if problems := _problems(kept, now):
        raise Unfit(problems)
    with transaction.atomic():
        steering_changes.lock_centre(actor)
        row, mark = _one(number) if number else (Announcement(), "")
        if _is_there(kept, number):
            return
        if number:
            steering_changes.require_unchanged(seen, mark)
        _require_free(kept, number)
        row.text, row.text_en, row.begins, row.ends = kept.text, kept.text_en, kept.begins, kept.ends
        row.save()
        audit.note("announcement_set", by=actor, code="changed" if number else "")


def drop(actor: Actor, number: int) -> None:
    """Gone from all pages at once; one that is gone already is nobody's mistake. Raises NotAllowed."""
    actor.require_supervisor()
    with transaction.atomic():
        if Announcement.objects.filter(pk=number).delete()[0]:
            audit.note("announcement_set", by=actor, code="dropped")


def _one(number: int) -> tuple[Announcement, str]:
    row = Announcement.objects.filter(pk=number).first()
    if row is None:
        raise NotFound
    return row, steering_changes.mark([row.text, row.text_en, row.begins.timestamp(), row.ends.timestamp()])


def _is_there(kept: Wording, number: int | None) -> bool:
    """Whether just this is entered: a form that came twice."""
    same = Announcement.objects.filter(text=kept.text, text_en=kept.text_en, begins=kept.begins, ends=kept.ends)
    return (same.filter(pk=number) if number else same).exists()


def _require_free(kept: Wording, number: int | None) -> None:
    others = Announcement.objects.filter(begins__lt=kept.ends, ends__gt=kept.begins).exclude(pk=number or 0)
    if others.exists():
        raise Unfit({"begins": _("In dieser Zeit hängt schon ein Aushang. Es gibt immer nur einen zugleich.")})


def _problems(kept: Wording, now: dt.datetime) -> dict[str, str | Promise]:
    problems: dict[str, str | Promise] = {}
    if not kept.text:
        problems["text"] = _("Schreib hier, was alle lesen sollen.")
    for name in ("text", "text_en"):
        text: str = getattr(kept, name)
        if len(text) > MAX_TEXT:
            problems[name] = _("Das ist zu lang, höchstens 300 Zeichen.")
        elif _TAGS.search(text):
            problems[name] = _("Hier geht nur einfacher Text, ohne Zeichen wie <b>.")
    if kept.ends <= kept.begins:
        problems["ends"] = _("Das ist vor dem Beginn.")
    elif kept.ends <= now:
        problems["ends"] = _("Das ist schon vorbei.")
    elif kept.ends - kept.begins > LONGEST:
        problems["ends"] = _("Das ist länger als ein Jahr. Schau noch einmal nach.")
    return problems


def _plain(text: str) -> str:
    """One line of visible signs: line breaks and blanks in a row become one blank, control signs go."""
    kept = "".join(sign for sign in text if sign.isspace() or unicodedata.category(sign)[0] != "C")
    return " ".join(kept.split())
