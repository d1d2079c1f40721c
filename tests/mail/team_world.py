"""Letters as the team's lists see them: how long they have waited, until when, with whom."""

import datetime as dt
from uuid import UUID

from django.utils import timezone

from counselling.cases.models import Case
from counselling.mail.domain import desk
from counselling.mail.domain.lists import Chosen
from counselling.mail.domain.rows import Row
from counselling.mail.models import Correspondence
from counselling.people.domain.actors import Actor


def waits(case: UUID, *, since: dt.datetime, due_at: dt.datetime, urgent: bool = False, hinted: bool = False) -> None:
    """The oldest letter of this case was written then."""
    Case.objects.filter(pk=case).update(unanswered_since=since)
    Correspondence.objects.filter(case=case).update(since=since, due_at=due_at, urgent=urgent, hinted=hinted)


def due_in(case: UUID, hours: float, **more: bool) -> None:
    """An answer is due in so many hours; the letter is two days old."""
    now = timezone.now()
    waits(case, since=now - dt.timedelta(days=2), due_at=now + dt.timedelta(hours=hours), **more)


def rows(actor: Actor, chosen: Chosen) -> list[Row]:
    """What the first page of a list shows."""
    return desk.page(actor, chosen, timezone.now()).rows


def names(actor: Actor, tab: str = "inbox", **more: str) -> list[str]:
    """The nicknames of a list in its order."""
    return [row.nickname for row in desk.page(actor, Chosen(tab, **more), timezone.now()).rows]  # type: ignore[arg-type]
