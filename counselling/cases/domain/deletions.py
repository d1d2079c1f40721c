"""The deletion log: how many cases were erased, month by month, and why. No content, no ids."""

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from counselling.cases.models import Deletion
from counselling.people.domain.actors import Actor

REASONS: list[tuple[str, str | Promise]] = [
    ("expired", _("nach Gespräch")),
    ("kept_expired", _("nach Anmeldung")),
    ("wish", _("auf Wunsch")),
]


@dataclass
class Month:
    """One month of the log; `numbers` in the order of REASONS."""

    first: dt.date
    numbers: list[int] = field(default_factory=lambda: [0] * len(REASONS))

    @property
    def total(self) -> int:
        """All reasons together."""
        return sum(self.numbers)


def by_month(actor: Actor) -> list[Month]:
    """The whole log, the newest month first. One query. Raises NotAllowed for everybody but supervisors."""
    actor.require_supervisor()
    places = {reason: place for place, (reason, _name) in enumerate(REASONS)}
    months: dict[dt.date, Month] = {}
    for day, reason, number in Deletion.objects.order_by("-day").values_list("day", "reason", "number"):
        month = months.setdefault(day.replace(day=1), Month(day.replace(day=1)))
        month.numbers[places[reason]] += number
    return list(months.values())


def this_month(today: dt.date) -> dict[str, int]:
    """How many so far, by reason: what `counselling prune` says. One query."""
    rows = (
        Deletion.objects.filter(day__gte=today.replace(day=1), day__lte=today)
        .values("reason")
        .annotate(n=Sum("number"))
    )
    found = {row["reason"]: int(row["n"]) for row in rows}
    return {reason: found.get(reason, 0) for reason, _name in REASONS}
