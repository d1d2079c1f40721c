"""A week of a counsellor or of their teams, by local days: offers, appointments, closing days, public holidays.

Only whoever counsels a case sees who it is: everybody else sees when, how, and with whom of the team.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import Count, Q
from django.utils import timezone

from blended.domain import appointments, busy, clocks, places
from blended.domain.appointments import Sealed
from blended.models import Appointment, ClosingDay, Slot
from counselling.cases.domain import keys
from counselling.cases.models import Role, Seat
from counselling.centre.domain import worktime
from counselling.people.domain.actors import Actor
from counselling.people.models import Team

DAYS: Final = 7
State = Appointment.State
_SHOWN = (State.PROPOSED, State.AGREED, State.KEPT, State.MISSED)


@dataclass(frozen=True)
class Item:
    """Something in a calendar. `kind`: slot | date; `state`: of an appointment, "" for a slot.

    `taken` of `capacity` places of a slot; `case` and `nickname` are only there for who counsels the case, `sealed`
    (the word) as well. `mine`: it is the reader's own time.
    """

    kind: str
    id: UUID
    starts_at: datetime
    ends_at: datetime
    channel: str
    place: str
    who: str
    mine: bool
    state: str = ""
    proposed_by: str = ""
    taken: int = 0
    capacity: int = 0
    series: UUID | None = None
    slot: UUID | None = None
    case: UUID | None = None
    nickname: str = field(default="", repr=False)
    sealed: Sealed | None = field(default=None, repr=False)

    @property
    def to_mark(self) -> bool:
        """Agreed and begun, and nobody said yet whether it took place."""
        return self.kind == "date" and self.state == State.AGREED and self.starts_at <= timezone.now()


@dataclass(frozen=True)
class Day:
    """A local day with its 23, 24 or 25 hours; `holiday` is the name of a public one; `closed`: the team's own."""

    day: date
    hours: int
    holiday: str
    closed: bool
    items: list[Item]


@dataclass(frozen=True)
class Week:
    """Seven local days from a Monday; `since` and `until` are its bounds (UTC)."""

    monday: date
    since: datetime
    until: datetime
    days: list[Day]

    @property
    def hours(self) -> int:
        """168, in spring 167, in autumn 169."""
        return sum(day.hours for day in self.days)


def monday_of(day: date) -> date:
    """The Monday of this day's week."""
    return day - timedelta(days=day.weekday())


def week(actor: Actor, monday: date, *, whole_team: bool) -> Week:
    """The week of this day: mine, or of all my teams. A constant number of queries. Raises NotAllowed.

    Supervisors have only the teams' one; nobody's nickname is in it, nor where it leads to a case that is not mine.
    """
    teams = [team.pk for team in places.teams_of(actor)]
    monday = monday_of(monday)
    since, until = clocks.start_of(monday), clocks.start_of(monday + timedelta(days=DAYS))
    whose = Q(case__team__in=teams) if whole_team else Q(staff=actor.id)
    rows = list(
        Appointment.objects.filter(whose, state__in=_SHOWN, starts_at__gte=since, starts_at__lt=until)
        .select_related("case", "staff", "place")
        .order_by("starts_at", "pk")
    )
    items = _slots(actor, teams, since, until, whole_team=whole_team) + _dates(actor, rows)
    closed = ClosingDay.objects.filter(team__in=teams, day__range=(monday, monday + timedelta(days=DAYS - 1)))
    return Week(monday, since, until, _days(monday, items, set(closed.values_list("day", flat=True))))


def open_questions(actor: Actor) -> list[Item]:
    """Of my cases, oldest first: wishes that wait for my answer, and what is over and was not marked. 4 queries."""
    actor.require_counsellor()
    now = timezone.now()
    wishes = Q(state=State.PROPOSED, proposed_by=Role.SEEKER, starts_at__gt=now)
    counselled = Seat.objects.filter(staff=actor.id, role=Role.COUNSELLOR, ended_at=None).values("case")
    unmarked = Q(state=State.AGREED, ends_at__lte=now)
    rows = Appointment.objects.filter(
        Q(wishes, case__in=counselled) | Q(unmarked, staff=actor.id), case__team__in=Team.objects.filter(staff=actor.id)
    )
    return _dates(actor, list(rows.select_related("case", "staff", "place").order_by("starts_at", "pk")))


def _slots(actor: Actor, teams: list[UUID], since: datetime, until: datetime, *, whole_team: bool) -> list[Item]:
    whose = Q(team__in=teams) if whole_team else Q(staff=actor.id)
    rows = Slot.objects.filter(whose, withdrawn_at=None, starts_at__gte=since, starts_at__lt=until)
    taken = Count("appointments", filter=Q(appointments__state__in=busy.OPEN))
    return [
        Item(
            kind="slot",
            id=row.pk,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            channel=row.channel,
            place=row.place.name if row.place else "",
            who=row.staff.alias,
            mine=row.staff_id == actor.id,
            taken=row.taken,
            capacity=row.capacity,
            series=row.series_id,
        )
        for row in rows.annotate(taken=taken).select_related("staff", "place").order_by("starts_at", "pk")
    ]


def _dates(actor: Actor, rows: list[Appointment]) -> list[Item]:
    seated = Seat.objects.filter(staff=actor.id, ended_at=None, case__in={row.case_id for row in rows})
    counselled = set(seated.filter(role=Role.COUNSELLOR).values_list("case", flat=True))
    opened = keys.case_keys(actor, counselled)
    return [_date(actor, row, opened.get(row.case_id), known=row.case_id in counselled) for row in rows]


def _date(actor: Actor, row: Appointment, key: bytes | None, *, known: bool) -> Item:
    return Item(
        kind="date",
        id=row.pk,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        channel=row.channel,
        place=row.place.name if row.place else "",
        who=row.staff.alias,
        mine=row.staff_id == actor.id,
        state=row.state,
        proposed_by=appointments.side(row.proposed_by),
        slot=row.slot_id,
        case=row.case_id if known else None,
        nickname=keys.nickname(row.case, key) if known else "",
        sealed=appointments.opened(row, key) if known else None,
    )


def _days(monday: date, items: Iterable[Item], closed: set[date]) -> list[Day]:
    by_day: dict[date, list[Item]] = {}
    for item in sorted(items, key=lambda one: (one.starts_at, one.kind == "date", one.who)):
        by_day.setdefault(timezone.localdate(item.starts_at), []).append(item)
    days = [monday + timedelta(days=n) for n in range(DAYS)]
    return [Day(day, clocks.hours_of(day), worktime.holiday(day), day in closed, by_day.get(day, [])) for day in days]
