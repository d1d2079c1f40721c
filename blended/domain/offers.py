"""Offering times, and taking them back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blended.domain import busy, changing, clocks, making
from blended.domain.refusals import Refused
from blended.models import Appointment, Channel, ClosingDay, Place, Series, Slot
from counselling.cases.domain import keys
from counselling.errors import Locked, NotAllowed, NotFound
from counselling.people.domain import audit, teamkeys
from counselling.people.domain.actors import Actor
from counselling.people.models import Staff, Team

MINUTES: Final = range(10, 241)
CAPACITY: Final = range(1, 21)
BUFFERS: Final = range(int(busy.MOST_BUFFER.total_seconds()) // 60 + 1)
FARTHEST: Final = timedelta(days=366)


@dataclass(frozen=True)
class Offer:
    """What is offered, whenever it is: minutes without and with the buffer behind, for how many, where (onsite)."""

    channel: str
    minutes: int = 50
    buffer_minutes: int = 10
    capacity: int = 1
    place: int | None = None

    def ends(self, starts_at: datetime) -> datetime:
        """When it is over; minutes are real ones, also across a change of the clocks."""
        return starts_at + timedelta(minutes=self.minutes)

    def free(self, starts_at: datetime) -> datetime:
        """When the next thing may begin."""
        return self.ends(starts_at) + timedelta(minutes=self.buffer_minutes)


@dataclass(frozen=True)
class Left:
    """An appointment that stands although its offer was withdrawn."""

    id: UUID
    starts_at: datetime
    ends_at: datetime
    channel: str


def offer(actor: Actor, *, team_id: UUID, day: date, starts: time, what: Offer) -> UUID:
    """Offer one time of my own on a local day; its id.

    A public holiday may be offered one by one, a closing day of the team not. Raises Refused (field: channel, minutes,
    buffer_minutes, capacity, place, day, starts: past, too far away, a time that the clocks skip or show twice), Clash
    (naming what of mine stands there), NotAllowed (not my team), Locked (not let in: I could not read who comes).
    """
    starts_at = start(actor, team_id, day, starts, what)
    with transaction.atomic():
        busy.lock(actor.id)
        busy.require_free(actor.id, starts_at, what.free(starts_at))
        return create(actor, team_id, [starts_at], what, None)[0].pk


def start(actor: Actor, team_id: UUID, day: date, starts: time, what: Offer) -> datetime:
    """The moment that is meant, once everything but other offers was looked at. Raises as `offer`, but no Clash."""
    require_offering(actor, team_id)
    check(what, team_id)
    starts_at = clocks.single(day, starts)
    now = timezone.now()
    if starts_at <= now:
        raise Refused("starts" if day == timezone.localdate(now) else "day", _("Das ist schon vorbei."))
    if starts_at > now + FARTHEST:
        raise Refused("day", _("Das ist zu weit weg. Wähle einen Tag im nächsten Jahr."))
    if ClosingDay.objects.filter(team=team_id, day=day).exists():
        raise Refused("day", _("An diesem Tag ist bei euch geschlossen."))
    return starts_at


def one(actor: Actor, slot: UUID) -> Slot:
    """An offer that I may withdraw, with `taken`: how many stand for it. Raises NotFound, NotAllowed."""
    taken = Count("appointments", filter=Q(appointments__state__in=busy.OPEN))
    found = Slot.objects.annotate(taken=taken).select_related("place", "staff", "series").filter(pk=slot).first()
    if found is None:
        raise NotFound
    _require_mine(actor, found)
    return found


def create(actor: Actor, team_id: UUID, starts: Iterable[datetime], what: Offer, series: Series | None) -> list[Slot]:
    """The rows; the caller checked everything and holds the lock of the actor's Staff row."""
    return Slot.objects.bulk_create(
        Slot(
            team_id=team_id,
            staff_id=actor.id,
            channel=what.channel,
            place_id=what.place,
            series=series,
            starts_at=starts_at,
            ends_at=what.ends(starts_at),
            buffer_minutes=what.buffer_minutes,
            capacity=what.capacity,
        )
        for starts_at in starts
    )


def require_offering(actor: Actor, team_id: UUID) -> None:
    """Raises NotAllowed for whoever does not counsel in this team, Locked for whoever could not read its cases."""
    teamkeys.require_member(actor, team_id)
    if not teamkeys.holds(actor.id, team_id):
        raise Locked(keys.NOT_LET_IN)


def check(what: Offer, team_id: UUID) -> None:
    """Raises Refused with the field that does not work."""
    if what.channel not in Channel.values:
        raise Refused("channel", _("Wähle, wie ihr euch trefft."))
    if what.channel == Channel.PHONE and not making.has_telephone():
        raise Refused("channel", _("Die Nummer der Beratungsstelle fehlt, darum geht kein Termin am Telefon."))
    if what.minutes not in MINUTES:
        raise Refused("minutes", _("Wähle zwischen 10 und 240 Minuten."))
    if what.buffer_minutes not in BUFFERS:
        raise Refused("buffer_minutes", _("Wähle zwischen 0 und 120 Minuten."))
    if what.capacity not in CAPACITY:
        raise Refused("capacity", _("Wähle zwischen 1 und 20 Plätzen."))
    check_place(what.channel, what.place, team_id)


def check_place(channel: str, place: int | None, team_id: UUID) -> None:
    """On site needs an active place of the team, everything else none. Raises Refused("place")."""
    if channel != Channel.ONSITE and place is not None:
        raise Refused("place", _("Einen Ort gibt es nur für Treffen bei euch."))
    there = Place.objects.filter(team=team_id, active=True).values_list("pk", flat=True)
    if channel == Channel.ONSITE and place not in there:
        raise Refused("place", _("Wähle einen Ort, an dem ihr euch trefft."))


def withdraw(actor: Actor, slot: UUID, *, cancel: bool = False) -> list[Left]:
    """Take back one offer: mine, or as a supervisor of its team a colleague's.

    Agreed appointments stay and are returned; `cancel` cancels them instead, and the young people are told. Open
    proposals for it fall. Withdrawing twice changes nothing. Raises NotFound, NotAllowed.
    """
    return _withdraw(actor, Slot.objects.filter(pk=slot), cancel=cancel, code="")


def withdraw_series(actor: Actor, series: UUID, *, cancel: bool = False) -> list[Left]:
    """As `withdraw`, for every slot of the series that has not begun."""
    coming = Slot.objects.filter(series=series, starts_at__gt=timezone.now())
    return _withdraw(actor, coming, cancel=cancel, code="series")


def _withdraw(actor: Actor, slots: QuerySet[Slot], *, cancel: bool, code: str) -> list[Left]:
    """`code`: "" or series, as the trail tells it where the time was a colleague's."""
    first = slots.first()
    if first is None:
        raise NotFound
    _require_mine(actor, first)
    ids = list(slots.values_list("pk", flat=True))
    with transaction.atomic():
        busy.lock(first.staff_id)
        gone = Slot.objects.filter(pk__in=ids, withdrawn_at=None).update(withdrawn_at=timezone.now())
        if gone and first.staff_id != actor.id:
            told = "_".join(part for part in (code, "cancelled" if cancel else "") if part)
            audit.note("offer_withdrawn", by=actor, subject=first.staff_id, code=told)
    # From now on nobody books them; cases are locked one after the other, each before the staff's row.
    held = Appointment.objects.filter(slot__in=ids, state__in=busy.OPEN, ends_at__gt=timezone.now())
    fall = list(held.values_list("pk", flat=True) if cancel else _proposed(held))
    for pk in fall:
        changing.cancel_for_slot(pk)
    rest = held.order_by("starts_at").values_list("pk", "starts_at", "ends_at", "channel")
    return [Left(*row) for row in rest]


def _proposed(held: QuerySet[Appointment]) -> QuerySet[Appointment, UUID]:
    return held.filter(state=Appointment.State.PROPOSED).values_list("pk", flat=True)


def _require_mine(actor: Actor, slot: Slot) -> None:
    """Mine, or a colleague's whom I lead; NotFound for another team's."""
    if actor.kind != "staff" or not Team.objects.filter(pk=slot.team_id, staff=actor.id).exists():
        raise NotFound
    if slot.staff_id != actor.id and actor.role != Staff.Role.SUPERVISOR:
        raise NotAllowed
