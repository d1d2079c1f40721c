"""What booking, proposing and moving share: the rules of a new appointment, and its row."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, TypeVar
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blended.domain import appointments, busy, clocks
from blended.domain.appointments import Sealed
from blended.domain.refusals import Clash, Refused
from blended.models import Appointment, Channel, ClosingDay, Place, Slot
from counselling.cases.domain import away, by_letter, timeline
from counselling.cases.models import Case, Role, Seat
from counselling.centre.models import Centre
from counselling.errors import Closed, Conflict, NotFound, Taken, TooLate, TooLong

Offered = TypeVar("Offered", bound=Slot)  # with whatever a query annotated
MINUTES: Final = range(10, 241)
MAX_NOTE: Final = 300
TAKEN: Final = gettext_lazy("Diese Zeit hat gerade jemand anderes genommen. Such dir bitte eine andere aus.")
GONE: Final = gettext_lazy("Diese Zeit gibt es nicht mehr. Such dir bitte eine andere aus.")
OVER: Final = gettext_lazy("Diese Zeit ist schon vorbei. Such dir bitte eine andere aus.")


@dataclass(frozen=True)
class When:
    """A time that nobody offered: `starts_at` aware, `place` the id of the team's place for channel onsite."""

    starts_at: datetime
    channel: str
    minutes: int = 50
    place: int | None = None

    @property
    def ends_at(self) -> datetime:
        """When it is over."""
        return self.starts_at + timedelta(minutes=self.minutes)


@dataclass(frozen=True)
class New:
    """An appointment before it has a row."""

    case: Case
    staff: UUID
    starts_at: datetime
    ends_at: datetime
    channel: str
    place: int | None
    by: int
    agreed: bool
    content: Sealed
    instead_of: UUID | None = None  # what it takes the place of once both agree


def earliest(now: datetime) -> datetime:
    """The first start that can be booked or wished for now."""
    return now + timedelta(minutes=settings.DATES_LEAD_MINUTES)


def latest(now: datetime) -> datetime:
    """The last start that can be booked or wished for now."""
    return now + timedelta(weeks=settings.DATES_AHEAD_WEEKS)


def check_when(when: When, team_id: UUID, *, wished: bool) -> When:
    """The time with its place. `wished`: by a young person, who has to keep to lead time and horizon.

    Raises Refused (field: starts_at, channel, minutes, place).
    """
    now = timezone.now()
    if when.channel not in Channel.values:
        raise Refused("channel", _("Wähle, wie ihr euch trefft."))
    if when.channel == Channel.PHONE and not has_telephone():
        raise Refused("channel", _("Anrufen geht bei uns gerade nicht. Wähle einen anderen Weg."))
    if when.minutes not in MINUTES:
        raise Refused("minutes", _("Wähle zwischen 10 und 240 Minuten."))
    if when.starts_at <= now:
        raise Refused("starts_at", OVER)
    if wished and when.starts_at < earliest(now):
        raise Refused("starts_at", _("Das ist sehr bald. Nimm eine Zeit, die etwas weiter weg ist."))
    if when.starts_at > (latest(now) if wished else now + timedelta(days=366)):
        raise Refused("starts_at", _("Das ist noch sehr weit weg. Nimm eine Zeit, die näher liegt."))
    return When(when.starts_at, when.channel, when.minutes, _place(when, team_id))


def has_telephone() -> bool:
    """Whether there is a number that somebody could ring at the agreed time."""
    return bool(Centre.load().telephone.strip())


def _place(when: When, team_id: UUID) -> int | None:
    """Where: the named place of the team, or its only one. Raises Refused("place")."""
    if when.channel != Channel.ONSITE:
        return None
    places = list(Place.objects.filter(team=team_id, active=True).values_list("pk", flat=True)[:50])
    if when.place is None and len(places) == 1:
        return places[0]
    if when.place not in places:
        raise Refused("place", _("Wähle einen Ort."))
    return when.place


def clean_note(text: str) -> str:
    """A short note for both sides, up to 300 characters, may be empty. Raises TooLong, Invalid."""
    text = timeline.whole_characters(text).replace("\r\n", "\n").strip()
    if len(text) > MAX_NOTE:
        raise TooLong(_("Das ist zu lang für eine kurze Notiz. Kürze sie bitte, dein Text bleibt stehen."))
    return text


def require_running(case: Case) -> None:
    """Raises Closed for a case that is over, Conflict while its young person waits for a chat."""
    if case.state == Case.State.CLOSED:
        raise Closed
    if case.state == Case.State.WAITING:
        raise Conflict(
            _("Du wartest gerade auf einen Chat. Verlass erst den Warteraum, dann kannst du einen Termin ausmachen.")
        )


def answering(case: Case) -> UUID | None:
    """Who counsels this case now, or answers its letters; None where nobody does yet."""
    sitting = Seat.objects.filter(case=case, role=Role.COUNSELLOR, ended_at=None).values_list("staff", flat=True)
    return sitting.first() or case.keeper_id


def stand(case: Case) -> QuerySet[Appointment]:
    """The open appointments of a case that are not over."""
    return Appointment.objects.filter(case=case, state__in=busy.OPEN, ends_at__gt=timezone.now())


def require_room(case: Case, starts_at: datetime, ends_at: datetime, *, but: UUID | None = None) -> None:
    """The case may have one more appointment, at this time; `but` does not count. The case is locked.

    Raises Conflict (DATES_OPEN_MOST are open), Clash (one at the same time).
    """
    there = [row for row in stand(case) if row.pk != but]
    if len(there) >= settings.DATES_OPEN_MOST:
        raise Conflict(_("Es sind schon so viele Termine ausgemacht, wie gleichzeitig gehen. Sag erst einen davon ab."))
    clash = next((row for row in there if row.starts_at < ends_at and starts_at < row.ends_at), None)
    if clash:
        raise Clash(
            _("Zu dieser Zeit gibt es schon einen Termin: %(when)s.") % {"when": clocks.spoken(clash.starts_at)}
        )


def open_slot(slot: UUID) -> Slot:
    """A slot that is offered and lies ahead. Raises NotFound, TooLate (over), Taken (withdrawn, day without offers)."""
    found = Slot.objects.filter(pk=slot).first()
    if found is None:
        raise NotFound
    if found.withdrawn_at or not on_open_days([found]):
        raise Taken(GONE)
    now = timezone.now()
    if found.starts_at <= now:
        raise TooLate(OVER)
    return found


def on_open_days(slots: Collection[Offered]) -> list[Offered]:
    """Those on days on which the team is not closed and their counsellor not away, as is known by now. Two queries."""
    if not slots:
        return []
    days = {slot.pk: timezone.localdate(slot.starts_at, timezone.get_default_timezone()) for slot in slots}
    first, last = min(days.values()), max(days.values())
    closing = ClosingDay.objects.filter(team__in={slot.team_id for slot in slots}, day__range=(first, last))
    closed = set(closing.values_list("team", "day"))
    gone = away.days_of({slot.staff_id for slot in slots}, first, last)
    open_ones = [slot for slot in slots if (slot.team_id, days[slot.pk]) not in closed]
    return [slot for slot in open_ones if (slot.staff_id, days[slot.pk]) not in gone]


def take(slot: Slot, new: New, key: bytes) -> Appointment:
    """The appointment in the first place of the slot that is free; the constraint decides. Raises Taken.

    The case and the row of the slot's counsellor are locked.
    """
    taken = set(Appointment.objects.filter(slot=slot, state__in=busy.OPEN).values_list("number", flat=True))
    for number in range(1, slot.capacity + 1):
        if number not in taken:
            try:
                with transaction.atomic():
                    return write(new, key, slot=slot, number=number)
            except IntegrityError:
                continue
    raise Taken(TAKEN)


def write(new: New, key: bytes, *, slot: Slot | None = None, number: int | None = None) -> Appointment:
    """The row, with a word where one is needed, sealed under the case's key."""
    now = timezone.now()
    content = new.content
    if new.channel in appointments.WITH_WORD and not content.word:
        content = Sealed(appointments.new_word(), content.note)
    made = Appointment(
        case=new.case,
        staff_id=new.staff,
        slot=slot,
        number=number,
        channel=new.channel,
        place_id=new.place,
        starts_at=new.starts_at,
        ends_at=new.ends_at,
        state=Appointment.State.AGREED if new.agreed else Appointment.State.PROPOSED,
        proposed_by=new.by,
        made_at=now,
        answered_at=now if new.agreed else None,
        instead_of_id=new.instead_of,
    )
    if content != Sealed():
        made.sealed = appointments.sealed_for(new.case.pk, made.pk, key, content)
    made.save(force_insert=True)
    return made


def of_slot(slot: Slot, case: Case, *, by: int, agreed: bool, content: Sealed) -> New:
    """An appointment at an offered time."""
    return New(
        case=case,
        staff=slot.staff_id,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        channel=slot.channel,
        place=slot.place_id,
        by=by,
        agreed=agreed,
        content=content,
    )


def goes_on(case: Case, staff: UUID) -> None:
    """An agreed time keeps a case from ending with its chat: it rests in letters, and whoever meets them answers.

    Raises Conflict when nobody answers it yet and this counsellor could not read it.
    """
    if case.state == Case.State.ACTIVE:
        case.by_letter, case.keeper_id = True, case.keeper_id or answering(case)
        case.save(update_fields=["by_letter", "keeper"])
    elif case.keeper_id is None:
        by_letter.pass_on(case, staff, by=None, before="", read_seq=0)
