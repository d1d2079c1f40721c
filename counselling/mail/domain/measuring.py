"""How long an answer took, for count rows: taken when it goes out, since nobody may ask a case later."""

from datetime import datetime

from counselling.cases.models import Entry, Role
from counselling.mail.domain import lights


def of_answer(entry: Entry, since: datetime) -> dict[str, object]:
    """Of a letter of the team that was waited for: its band, whole working `hours`, whether the case's `first`.

    One query.
    """
    team = Entry.objects.filter(case=entry.case_id, kind=Entry.Kind.LETTER).exclude(role=Role.SEEKER)
    first = not team.exclude(pk=entry.pk).exists()
    return {"wait": lights.band(since, entry.at), "hours": lights.hours(since, entry.at), "first": first}
