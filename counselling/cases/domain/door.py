"""The chat's door: open means within the hours and somebody here; a full queue closes it early."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from counselling.cases.domain import counting, estimates
from counselling.cases.models import Waiting
from counselling.centre.domain import hours
from counselling.errors import Closed, NotFound
from counselling.people.domain import presence
from counselling.people.models import Team

CHANNEL = "chat"


@dataclass(frozen=True)
class DoorStatus:
    """What the start page says. `open`: open | closed (hours) | nobody (here) | full (waiting passes closing)."""

    open: str
    waiting: int
    until: datetime | None
    next_opening: datetime | None
    minutes: tuple[int, int] | None

    @property
    def until_midnight(self) -> bool:
        """Whether it closes at the end of a day: people say "bis 24 Uhr", not 0 o'clock of the next one."""
        return self.until is not None and timezone.localtime(self.until).time() == time.min

    @property
    def until_day(self) -> date | None:
        """The day on which it closes, in local time; midnight ends the day before."""
        return timezone.localdate(self.until - timedelta.resolution) if self.until else None


def chat_team() -> Team:
    """The team behind the door: the centre's first. Raises NotFound before the set-up."""
    team = Team.objects.order_by("name").first()
    if team is None:
        raise NotFound
    return team


def status(team_id: UUID, now: datetime) -> DoorStatus:
    """The door as it is now; `until` is None for a chat that never closes."""
    until = hours.closing(team_id, CHANNEL, now)
    waiting = Waiting.objects.filter(team=team_id, ended_at__isnull=True).count()
    if not hours.is_within(team_id, CHANNEL, now):
        return DoorStatus("closed", waiting, None, hours.next_opening(team_id, CHANNEL, now), None)
    minutes = estimates.minutes(team_id, now)
    return DoorStatus(_state(team_id, now, until, minutes), waiting, until, None, minutes)


def _state(team_id: UUID, now: datetime, until: datetime | None, minutes: tuple[int, int] | None) -> str:
    if not presence.anyone_here(team_id, now):
        return "nobody"
    if minutes and until and now + timedelta(minutes=minutes[1]) > until:
        return "full"
    return "open"


def knock(team_id: UUID) -> None:
    """Somebody wanted to chat and could not: counted, so that a centre sees the demand outside its hours."""
    with transaction.atomic():
        counting.count("closed_door", team_id=team_id)


def refuse(team_id: UUID, state: str) -> None:
    """Somebody asked for a place while the door was in this state: counted."""
    with transaction.atomic():
        counting.count(f"refused_{state}", team_id=team_id)


def require_open(team_id: UUID) -> None:
    """Raises Closed, and counts the refusal, while nobody can be let in."""
    state = status(team_id, timezone.now()).open
    if state != "open":
        refuse(team_id, state)
        raise Closed(_("Der Chat ist gerade zu. Du kannst uns schreiben oder dir jetzt gleich Hilfe holen."))


def nobody_for_long(team: Team, now: datetime) -> bool:
    """Within the hours, and nobody here for NOBODY_HERE_MINUTES."""
    if not hours.is_within(team.pk, CHANNEL, now):
        return False
    patience = timedelta(minutes=settings.NOBODY_HERE_MINUTES)
    if not hours.is_within(team.pk, CHANNEL, now - patience):
        return False
    return team.last_here_at is None or now - team.last_here_at >= patience
