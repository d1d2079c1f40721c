"""How great the danger of a case is judged to be now: codes in clear, so that pages and timers need no key."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Subquery

from counselling.cases.models import Case, Level, Risk, Waiting

SERIOUS: Final = (Level.ORANGE, Level.RED)


def level(case_id: UUID) -> str:
    """The level of the newest assessment; "" while there is none."""
    return Risk.objects.filter(case=case_id).order_by("-number").values_list("level", flat=True).first() or ""


def pinned(case_id: UUID) -> bool:
    """Whether the young person's pages show help first: the newest assessment is red."""
    return level(case_id) == Level.RED


def is_open(case_id: UUID) -> bool:
    """Whether the newest assessment is orange or red."""
    return level(case_id) in SERIOUS


def newest_level(case: str = "pk") -> Subquery:
    """For a query of rows whose case is in this field: the level of the newest assessment, or None."""
    of_this = Risk.objects.filter(case=OuterRef(case)).order_by("-number")
    return Subquery(of_this.values("level")[:1])


def weighed(case: Case, level: str) -> None:
    """A locked case was assessed: where it waits for a chat, an open danger stands before everybody else."""
    Waiting.objects.filter(case=case).update(grave=level in SERIOUS)


def stands_at(levels: Collection[str] = SERIOUS) -> Exists:
    """For a query of cases: whether the newest assessment is one of these. Such a case is not deleted by itself."""
    of_this = Risk.objects.filter(case=OuterRef("pk"))
    newer = Risk.objects.filter(case=OuterRef("case"), number__gt=OuterRef("number"))
    return Exists(of_this.filter(~Exists(newer), level__in=list(levels)))
