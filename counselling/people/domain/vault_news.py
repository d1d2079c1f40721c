"""What became of a team's vault lately: told quietly to everybody in the team, out of the audit trail (pitfalls 4)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Q
from django.utils import timezone

from counselling.people.domain import members
from counselling.people.models import AuditEntry, Staff, Team

TOLD_DAYS: Final = 7
TOLD: Final = ("vault_founded", "recovery_used", "recovery_renewed")


@dataclass(frozen=True)
class News:
    """Who did what on which day; `whom` where it was done to somebody."""

    event: str
    who: str
    whom: str
    day: date


def of_team(team: Team, now: datetime) -> list[News]:
    """The last seven days of a team's vault, the newest first. Two queries."""
    let_in = Q(event="let_in", code=members.code_of(team.pk))
    entries = AuditEntry.objects.filter(
        let_in | Q(event__in=TOLD, subject=team.pk), at__gt=now - timedelta(days=TOLD_DAYS)
    )
    rows = list(entries.order_by("-at").values_list("event", "actor", "subject", "at"))
    people = Staff.objects.filter(pk__in={one for row in rows for one in row[1:3] if one})
    names = {str(pk): alias for pk, alias in people.values_list("pk", "alias")}
    return [
        News(event, names.get(str(who), "–"), names.get(str(whom), ""), timezone.localtime(at).date())
        for event, who, whom, at in rows
    ]


def paper_was_used(team: Team) -> bool:
    """Whether the printed recovery key was used since it was made: then it should be renewed."""
    entries = AuditEntry.objects.filter(event__in=TOLD, subject=team.pk).order_by("-at")
    return entries.values_list("event", flat=True).first() == "recovery_used"
