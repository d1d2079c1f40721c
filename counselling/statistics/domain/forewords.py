"""What a supervisor writes before a year's report: plain paragraphs, public like the report itself."""

import re

from django.db import transaction
from django.utils import timezone

from counselling.errors import NotFound, TooLong
from counselling.people.domain import audit
from counselling.people.domain.actors import Actor
from counselling.statistics.domain.shapes import Period
from counselling.statistics.models import Foreword, Release

LONGEST = 6000  # characters: two printed pages


def of(period: Period) -> str:
    """The foreword of a year, "" where nobody has written one."""
    return Foreword.objects.filter(period=period.code).values_list("text", flat=True).first() or ""


def paragraphs(text: str) -> list[str]:
    """A foreword's paragraphs: blank lines tell them apart, single breaks are blanks."""
    return [" ".join(part.split()) for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if part.strip()]


def require(actor: Actor, period: Period) -> None:
    """Raises NotAllowed for everybody but supervisors, NotFound for a quarter or a year without a release."""
    actor.require_supervisor()
    if period.quarter is not None or not Release.objects.filter(period=period.code).exists():
        raise NotFound


def write(actor: Actor, period: Period, text: str) -> None:
    """Set a year's foreword; an empty text takes it away. Told in the trail. Raises as `require`, TooLong."""
    require(actor, period)
    text = text.replace("\r\n", "\n").strip()
    if len(text) > LONGEST:
        raise TooLong
    with transaction.atomic():
        if text:
            said = {"text": text, "by_id": actor.id, "at": timezone.now()}
            Foreword.objects.update_or_create(period=period.code, defaults=said)
        else:
            Foreword.objects.filter(period=period.code).delete()
        audit.note("foreword_written", by=actor, code=period.code)
