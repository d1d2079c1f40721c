"""Whether somebody of the team reads right now: what every composer of a young person says."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from uuid import UUID

from django.utils import timezone

from counselling.cases.domain import door
from counselling.cases.models import Case, Role, Seat
from counselling.centre.domain import hours
from counselling.people.domain import presence

CHANNEL = door.CHANNEL


@dataclass(frozen=True)
class Attention:
    """`anyone`: of the team is here. `name`: the counsellor of this case, if it is them. `opens`: when next, if known.

    `chat`: the door is open, so that a chat could begin. `since`: from when `opens` holds, None for now.
    """

    anyone: bool
    name: str
    chat: bool
    opens: datetime | None
    since: datetime | None = None

    @property
    def opens_today(self) -> bool:
        """Whether it opens again on this very day."""
        return self.opens_on == timezone.localdate()

    @property
    def opens_soon(self) -> bool:
        """Whether the name of the day says which one it is."""
        return self.opens_on is not None and self.opens_on - timezone.localdate() < timedelta(days=7)

    @property
    def opens_on(self) -> date | None:
        """The day on which it opens, in local time."""
        return timezone.localdate(self.opens) if self.opens else None


def of_team(team: UUID, now: datetime) -> Attention:
    """Whether anybody of the team is here."""
    status = door.status(team, now)
    return Attention(presence.anyone_here(team, now), "", status.open == "open", status.next_opening)


def of_chat(case_id: UUID, now: datetime) -> Attention:
    """The same for a page that stays open: within the hours `opens` is when it opens again after their end, `since`.

    The caller holds a seat.
    """
    found = of_case(case_id, now)
    team = Case.objects.values_list("team", flat=True).get(pk=case_id)
    ends = hours.closing(team, CHANNEL, now) if found.opens is None else None
    return replace(found, opens=hours.next_opening(team, CHANNEL, ends), since=ends) if ends else found


def of_case(case_id: UUID, now: datetime) -> Attention:
    """The same for a case, and whether the counsellor who sits in it is here. The caller holds a seat."""
    team = Case.objects.values_list("team", flat=True).get(pk=case_id)
    found = of_team(team, now)
    seats = Seat.objects.filter(case=case_id, role=Role.COUNSELLOR, ended_at__isnull=True).select_related("staff")
    theirs = next((seat.staff for seat in seats if seat.staff and presence.is_here(seat.staff, now)), None)
    return Attention(found.anyone, theirs.alias if theirs else "", found.chat, found.opens)
