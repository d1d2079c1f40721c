"""A young person's own appointments beyond a single one: all of them, the next, and another time for a proposal."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blended.domain import agreeing, appointments, busy, changing, clocks, meetings
from blended.domain.appointments import DateView
from blended.domain.making import When
from blended.models import Appointment, Slot
from counselling.cases.domain import keys, seats
from counselling.cases.domain.extras import Line, Passage
from counselling.cases.models import Role
from counselling.errors import Conflict, NotFound
from counselling.people.domain import access
from counselling.people.domain.actors import Actor
from counselling.people.models import Team

PAGE: Final = "blended:my_dates"
_MOST_LINES: Final = 2  # at the top of a conversation; the page has them all


def every_team() -> list[UUID]:
    """Whose free times a newcomer may take."""
    return list(Team.objects.order_by("name").values_list("pk", flat=True))


def all_of(actor: Actor) -> list[DateView]:
    """Every appointment of the young person's cases by its start; a constant number of queries."""
    cases = list(seats.own(actor).values_list("pk", flat=True))
    return appointments.views(Appointment.objects.filter(case__in=cases), keys.case_keys(actor, cases))


def one(actor: Actor, appointment: UUID) -> DateView:
    """One of them. Raises NotFound."""
    found = [date for date in all_of(actor) if date.id == appointment]
    if not found:
        raise NotFound
    return found[0]


def holding(actor: Actor, slot: UUID) -> UUID | None:
    """The young person's own appointment at this offered time, if it stands: the form came twice."""
    mine = Appointment.objects.filter(slot=slot, case__seeker=actor.id, state__in=busy.OPEN)
    return mine.values_list("pk", flat=True).first()


def way_of(slot: UUID) -> str:
    """How an offered time is held, whatever became of it. Raises NotFound."""
    channel = Slot.objects.filter(pk=slot).values_list("channel", flat=True).first()
    if channel is None:
        raise NotFound
    return channel


def code_holds(last: datetime | None) -> datetime:
    """Until when a code holds that is issued now, for somebody whose last open appointment ends then (UTC)."""
    now = timezone.now()
    return max(now, last or now) + timedelta(hours=settings.CLOSED_CHAT_HOURS)


def wished(actor: Actor, when: When) -> bool:
    """Whether the young person proposed exactly this already: the form came twice."""
    mine = Appointment.objects.filter(case__seeker=actor.id, state=Appointment.State.PROPOSED)
    return mine.filter(proposed_by=Role.SEEKER, starts_at=when.starts_at, channel=when.channel).exists()


def fresh_code(actor: Actor) -> str:
    """A return code that holds until a day after the last open appointment; an earlier one ends. Raises Locked."""
    return access.issue_code(actor, needed_until=last_end(actor))


def instead(actor: Actor, appointment: UUID, when: When, *, note: str = "") -> UUID:
    """Another time for this one: an agreed one stays until the other side says yes, a proposal is answered with it.

    The new proposal's id. Raises what `changing.move` or `agreeing.propose` and `decline` raise, Conflict (not open).
    """
    with transaction.atomic():
        row = Appointment.objects.filter(pk=appointment).first()
        if row is None:
            raise NotFound
        agreeing.sitting(actor, row.case_id)
        state = Appointment.objects.values_list("state", flat=True).get(pk=appointment)
        if state == Appointment.State.AGREED:
            return changing.move(actor, appointment, when)
        if state != Appointment.State.PROPOSED:
            raise Conflict(changing.ENDED)
        if row.proposed_by == Role.SEEKER:
            changing.cancel(actor, appointment)
        else:
            agreeing.decline(actor, appointment)
        return agreeing.propose(actor, row.case_id, when, note=note)


def on_top(_actor: Actor, case_id: UUID) -> list[Line]:
    """What waits for an answer, then what is agreed next. One query; nothing is opened."""
    states = Appointment.State
    rows = Appointment.objects.filter(case=case_id, state__in=busy.OPEN, ends_at__gt=timezone.now())
    by_start = list(rows.order_by("starts_at"))
    asked = [row for row in by_start if row.state == states.PROPOSED and row.proposed_by != Role.SEEKER]
    agreed = [row for row in by_start if row.state == states.AGREED]
    wished = [row for row in by_start if row.state == states.PROPOSED and row.proposed_by == Role.SEEKER]
    return [_line(row) for row in [*asked[:1], *agreed[:1], *wished[:1]][:_MOST_LINES]]


def stored(case_ids: Collection[UUID]) -> dict[UUID, list[str]]:
    """How many appointments lie in each case. One query."""
    rows = Appointment.objects.filter(case__in=case_ids).values_list("case").annotate(Count("pk")).order_by()
    found: dict[UUID, list[str]] = {case_id: [] for case_id in case_ids}
    for case_id, n in rows:
        words = ngettext(
            "%(n)s Termin: wann, wie, wo und mit wem. Wort und Notiz dazu sind verschlüsselt.",
            "%(n)s Termine: wann, wie, wo und mit wem. Wort und Notiz dazu sind verschlüsselt.",
            n,
        )
        found[case_id].append(words % {"n": n})
    return found


def copied(actor: Actor, case_id: UUID) -> list[Passage]:
    """Every appointment with what was noted for it. Raises NotFound, NotAllowed."""
    told = tuple(_told(date) for date in appointments.of_case(actor, case_id))
    return [Passage(_("Termine"), told)] if told else []


def _line(row: Appointment) -> Line:
    words = {"when": clocks.spoken(row.starts_at), "how": row.get_channel_display()}
    if row.state == Appointment.State.AGREED and row.starts_at - meetings.EARLY <= timezone.now():
        text = _("Jetzt ist dein Termin: %(when)s Uhr, %(how)s")
    elif row.state == Appointment.State.AGREED:
        text = _("Dein Termin: %(when)s Uhr, %(how)s")
    elif row.proposed_by == Role.SEEKER:
        text = _("Du hast vorgeschlagen: %(when)s Uhr, %(how)s")
    else:
        text = _("Passt dir das? %(when)s Uhr, %(how)s")
    return Line(text % words, PAGE, "calendar")


def _told(date: DateView) -> str:
    state = Appointment.State(date.state)
    how = Appointment(channel=date.channel).get_channel_display()
    lines = [f"{clocks.spoken(date.starts_at)} · {how} · {_state_words()[state]}"]
    if date.place:
        lines.append(f"{date.place.name}, {date.place.address}")
    if date.sealed:
        lines += [part for part in (date.sealed.word, date.sealed.note) if part]
    return "\n".join(lines)


def _state_words() -> dict[Appointment.State, str]:
    states = Appointment.State
    return {
        states.PROPOSED: _("Vorgeschlagen"),
        states.AGREED: _("Ausgemacht"),
        states.DECLINED: _("Passte nicht"),
        states.CANCELLED: _("Abgesagt"),
        states.MOVED: _("Verlegt"),
        states.KEPT: _("Hat stattgefunden"),
        states.MISSED: _("Hat nicht geklappt"),
    }


def last_end(actor: Actor) -> datetime | None:
    """When the young person's last open appointment is over (UTC); None without one."""
    mine = Appointment.objects.filter(case__seeker=actor.id, state__in=busy.OPEN)
    last: datetime | None = mine.aggregate(last=Max("ends_at"))["last"]
    return last
