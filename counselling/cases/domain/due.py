"""What a case wants on a day, beside its letters: another look at the danger, a task. Days and codes, so no key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from counselling.cases.models import Risk, Task


def reviews(until: date) -> QuerySet[Risk]:
    """The newest assessments of their cases that are to be looked at again on this day or earlier."""
    newer = Risk.objects.filter(case=OuterRef("case"), number__gt=OuterRef("number"))
    return Risk.objects.filter(~Exists(newer), review_on__lte=until)


def tasks(until: date) -> QuerySet[Task]:
    """What is still to do, due on this day or earlier."""
    return Task.objects.filter(done_at__isnull=True, due_on__lte=until)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Of one case: how its newest assessment judges (or ""), and the days that have come, if any."""

    level: str = ""
    review_on: date | None = None
    task_on: date | None = None


def of_cases(cases: Sequence[UUID], until: date) -> dict[UUID, Wanted]:
    """What these cases want by this day; two queries. A case without assessment and task is left out."""
    levels = Risk.objects.filter(case__in=cases).order_by("number").values_list("case", "level", "review_on")
    newest = {case: (level, day if day and day <= until else None) for case, level, day in levels}
    days = tasks(until).filter(case__in=cases).order_by("-due_on").values_list("case", "due_on")
    to_do = dict(days)
    return {case: Wanted(*newest.get(case, ("", None)), to_do.get(case)) for case in newest.keys() | to_do.keys()}
