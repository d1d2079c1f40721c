"""When somebody of the team is taken: their offers with what is kept free behind them, and their appointments.

Whoever writes into a counsellor's time holds the lock of their Staff row, taken after the case's (as in a hand-over).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from blended.domain import clocks
from blended.domain.refusals import Clash
from blended.models import Appointment, Slot
from counselling.cases.models import Role
from counselling.errors import NotFound
from counselling.people.models import Staff

MOST_BUFFER = timedelta(minutes=120)
OPEN = (Appointment.State.PROPOSED, Appointment.State.AGREED)
# A wish of a young person takes nobody's time until somebody says yes to it.
HOLDS = Q(state=Appointment.State.AGREED) | Q(state=Appointment.State.PROPOSED, proposed_by=Role.COUNSELLOR)


@dataclass(frozen=True)
class Span:
    """A time that is taken, the buffer behind it included."""

    starts_at: datetime
    ends_at: datetime
    free_at: datetime
    offered: bool

    def clash(self) -> Clash:
        """It, said to whoever wanted this time."""
        words = {"when": clocks.spoken(self.starts_at), "until": clocks.spoken(self.free_at).rpartition(", ")[2]}
        if self.offered:
            return Clash(_("Da steht schon ein eigenes Angebot: %(when)s bis %(until)s Uhr (mit Puffer).") % words)
        return Clash(_("Da steht schon ein eigener Termin: %(when)s bis %(until)s Uhr.") % words)


def lock(staff: UUID) -> Staff:
    """Nobody else writes into this person's time until the transaction ends. Raises NotFound; needs `atomic`."""
    found = Staff.objects.select_for_update(no_key=True).filter(pk=staff).first()
    if found is None:
        raise NotFound
    return found


def spans(staff: UUID, since: datetime, until: datetime, *, but: Collection[UUID] = ()) -> list[Span]:
    """What is taken of somebody's time between two moments, in order; `but`: appointments that do not count.

    Two queries, however long the time.
    """
    early = since - MOST_BUFFER
    offered = Slot.objects.filter(staff=staff, withdrawn_at=None, starts_at__lt=until, ends_at__gt=early)
    agreed = Appointment.objects.filter(HOLDS, staff=staff, starts_at__lt=until, ends_at__gt=since)
    agreed = agreed.filter(Q(slot=None) | Q(slot__withdrawn_at__isnull=False)).exclude(pk__in=list(but))
    found = [
        Span(starts, ends, ends + timedelta(minutes=buffer), offered=True)
        for starts, ends, buffer in offered.values_list("starts_at", "ends_at", "buffer_minutes")
    ]
    found += [Span(starts, ends, ends, offered=False) for starts, ends in agreed.values_list("starts_at", "ends_at")]
    return sorted((span for span in found if span.free_at > since), key=lambda span: span.starts_at)


def clashing(taken: Collection[Span], starts_at: datetime, free_at: datetime) -> Span | None:
    """The first of these that overlaps this time (half open: one may end when the other begins)."""
    return next((span for span in taken if span.starts_at < free_at and starts_at < span.free_at), None)


def require_free(staff: UUID, starts_at: datetime, free_at: datetime, *, but: Collection[UUID] = ()) -> None:
    """Raises Clash, naming what stands there. The caller holds `lock`."""
    found = clashing(spans(staff, starts_at, free_at, but=but), starts_at, free_at)
    if found:
        raise found.clash()
