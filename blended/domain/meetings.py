"""Meetings: when one is open, who takes part, and how it ends. Two seats of one case, nobody else, nothing recorded."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blended.domain import course, turn
from blended.domain.turn import IceServer
from blended.models import Appointment, Attendance, Channel, Meeting, Room, Signal
from counselling.cases import bell
from counselling.cases.domain import counting, keys, measuring, seats, timeline
from counselling.cases.models import Case, Role, Seat
from counselling.errors import Conflict, DomainError, NotFound
from counselling.people.domain.actors import Actor

EARLY: Final = timedelta(minutes=15)
GRACE: Final = timedelta(minutes=10)  # an appointment's talk may last that much longer
SPONTANEOUS: Final = timedelta(minutes=60)
WARNING: Final = timedelta(minutes=5)
LOST: Final = timedelta(seconds=30)  # without a sign of life from a page
EMPTY: Final = timedelta(minutes=15)  # a call out of a chat to which nobody came (back)
SIDES: Final = {Role.SEEKER: "seeker", Role.COUNSELLOR: "counsellor"}
_BANDS: Final = (5, 15, 30, 60)


class Over(DomainError):
    """The meeting has ended, or its time has; nobody is told which."""

    code = "gone"
    status = 410
    sentence = _("Dieses Gespräch ist vorbei. Schreib uns, wenn ihr ein neues ausmachen wollt.")


class TooEarly(DomainError):
    """Its door opens a quarter of an hour before the appointment."""

    code = "conflict"
    status = 409
    sentence = _("Dein Termin ist noch nicht so weit. Die Tür geht 15 Minuten vorher auf.")


@dataclass(frozen=True, slots=True)
class MeetingView:
    """A meeting as one of its two sides sees it. `here`: the other side has joined, and was seen a moment ago."""

    id: UUID
    case: UUID
    side: str  # seeker | counsellor
    kind: str  # voice | video
    provider: str
    opens_at: datetime
    ends_at: datetime
    state: str  # open | ended
    here: bool


@dataclass(frozen=True, slots=True)
class Entered:
    """What a browser needs that takes part now."""

    view: MeetingView
    policy: str
    servers: list[IceServer]


# --- opening ---------------------------------------------------------------------------------------------------------


def of_appointment(actor: Actor, appointment_id: UUID) -> UUID:
    """The meeting of an agreed appointment by voice or video, made when its door opens.

    Raises NotFound (foreign, not agreed, another channel), TooEarly, Over.
    """
    wanted = Appointment.objects.filter(pk=appointment_id, channel__in=[Channel.VOICE, Channel.VIDEO]).first()
    if wanted is None:
        raise NotFound
    with transaction.atomic():
        case = _seat(actor, wanted.case_id).case
        if case.state == Case.State.CLOSED:
            raise Over
        agreed = Appointment.objects.filter(pk=appointment_id, state=Appointment.State.AGREED).first()
        if agreed is None:
            raise NotFound
        now = timezone.now()
        if now < agreed.starts_at - EARLY:
            raise TooEarly
        if now >= agreed.ends_at + GRACE:
            raise Over
        made, _ = Meeting.objects.get_or_create(
            appointment=agreed,
            defaults={
                "case": case,
                "kind": agreed.channel,
                "provider": _provider(case),
                "opens_at": agreed.starts_at - EARLY,
                "ends_at": agreed.ends_at + GRACE,
            },
        )
        return made.pk


def begin_now(case: Case, kind: str) -> Meeting:
    """A meeting out of a running talk; `case` is locked, and both sides have agreed. One that runs is returned."""
    running = Meeting.objects.filter(case=case, appointment=None, ended_at=None).first()
    now = timezone.now()
    if running and now < running.ends_at:
        return running
    if running:
        _finish(case, running, now)
    return Meeting.objects.create(
        case=case, kind=kind, provider=_provider(case), opens_at=now, ends_at=now + SPONTANEOUS
    )


def running(actor: Actor, case_id: UUID) -> MeetingView | None:
    """The meeting of this case that one can enter now, the newest first. Raises NotFound, NotAllowed."""
    seat, now = _side(seats.seated(actor, case_id)), timezone.now()
    found = _usable(Meeting.objects.filter(case=case_id, opens_at__lte=now), now).order_by("-opens_at").first()
    return _view(found, seat, now) if found else None


def look(actor: Actor, meeting_id: UUID) -> MeetingView:
    """The meeting, for its two sides. Raises NotFound for everybody else."""
    meeting = _meeting(meeting_id)
    return _view(meeting, _side(seats.seated(actor, meeting.case_id)), timezone.now())


# --- coming and going ------------------------------------------------------------------------------------------------


def enter(actor: Actor, meeting_id: UUID, page: UUID) -> Entered:
    """Take part with this page; an earlier page of the same side is out. A repeat renews the relay's credentials.

    Raises NotFound for a third person, Over, Conflict where there is no relay.
    """
    found = _meeting(meeting_id)
    with transaction.atomic():
        seat = _seat(actor, found.case_id)
        meeting, now = _meeting(meeting_id), timezone.now()
        if not _is_open(meeting, now):
            raise Over
        if meeting.provider != Room.Provider.BUILTIN or turn.mode() == "off":
            raise Conflict
        _attend(meeting, seat, page, now)
        if meeting.began_at is None and other(meeting, seat.role, now):
            _begin(seat.case, meeting, now)
        bell.ring(signals=[meeting.case_id])
    servers = turn.servers(meeting.ends_at, now, meeting=meeting.pk, role=seat.role)
    return Entered(_view(meeting, seat, now), turn.policy(), servers)


def here(actor: Actor, meeting_id: UUID, page: UUID) -> tuple[MeetingView, str]:
    """A sign of life; how the meeting stands for this page (see `standing`). Raises NotFound."""
    meeting = _meeting(meeting_id)
    seat, now = _side(seats.seated(actor, meeting.case_id)), timezone.now()
    mine = Attendance.objects.filter(meeting=meeting, role=seat.role)
    mine.filter(page=page, seat=seat, left_at=None).update(seen_at=now)
    return _view(meeting, seat, now), standing(meeting, seat, page, now)


def leave(actor: Actor, meeting_id: UUID, page: UUID) -> None:
    """Take this page out; one that was replaced leaves nothing behind. Raises NotFound."""
    found = _meeting(meeting_id)
    with transaction.atomic():
        seat = _seat(actor, found.case_id)
        mine = Attendance.objects.filter(meeting=found, role=seat.role, page=page, left_at=None)
        if mine.update(left_at=timezone.now()):
            Signal.objects.filter(meeting=found, role=seat.role).delete()
            bell.ring(signals=[found.case_id])


def end(actor: Actor, meeting_id: UUID) -> None:
    """End it for both; ended once, it stays so. Raises NotFound."""
    found = _meeting(meeting_id)
    with transaction.atomic():
        case = _seat(actor, found.case_id).case
        _finish(case, _meeting(meeting_id), timezone.now())


def standing(meeting: Meeting, seat: Seat, page: UUID, now: datetime) -> str:
    """How the meeting stands for one page: out | waiting | both | replaced | ended."""
    if not _is_open(meeting, now):
        return "ended"
    mine = Attendance.objects.filter(meeting=meeting, role=seat.role).first()
    if mine is None or mine.left_at or mine.seat_id != seat.pk:
        return "out"
    if mine.page != page:
        return "replaced"
    return "both" if other(meeting, seat.role, now) else "waiting"


def other(meeting: Meeting, role: int, now: datetime) -> Attendance | None:
    """The other side, when it takes part and was seen a moment ago."""
    there = Attendance.objects.filter(meeting=meeting, left_at=None, seen_at__gt=now - LOST).exclude(role=role)
    # A counsellor who handed the case over, or gave it back, is not the other side any more.
    return there.filter(seat__ended_at=None).first()


def part(actor: Actor, meeting_id: UUID, case_id: UUID) -> tuple[Meeting, Seat]:
    """A meeting of this case, and the actor's seat in it. Raises NotFound for everybody else."""
    meeting = Meeting.objects.filter(pk=meeting_id, case=case_id).first()
    if meeting is None:
        raise NotFound
    return meeting, _side(seats.seated(actor, case_id))


def partner_name(actor: Actor, view: MeetingView) -> str:
    """The other side's name as it may be shown: an alias, or the young person's nickname. Raises NotFound, Locked."""
    if view.side == "counsellor":
        seat = seats.seated(actor, view.case)
        return keys.nickname(seat.case, keys.case_key(actor, view.case))
    seated = seats.names([view.case])[view.case]
    return next((one["name"] for one in seated if one["role"] == "counsellor"), "")


# --- in another system's room ----------------------------------------------------------------------------------------


def went_elsewhere(seat: Seat, meeting: Meeting, now: datetime) -> None:
    """Somebody got the way into another system's room; the case is locked. With both of them there it has begun."""
    _attend(meeting, seat, uuid4(), now)
    if meeting.began_at is None and meeting.attendances.exclude(role=seat.role).exists():
        meeting.began_at = now
        meeting.save(update_fields=["began_at"])
        course.record(seat.case, meeting.kind, meeting=meeting)
        timeline.add_notice(seat.case, "call_elsewhere", channel=meeting.kind)
    bell.ring(signals=[meeting.case_id])


def back_here(case: Case, meeting: Meeting) -> None:
    """The built-in room instead, for both; the case is locked."""
    left = meeting.provider
    meeting.provider, meeting.sealed = Room.Provider.BUILTIN, None
    meeting.save(update_fields=["provider", "sealed"])
    meeting.attendances.all().delete()
    timeline.add_notice(case, "call_here", channel=meeting.kind)
    counting.count_case("room_left", case, room=left)
    bell.ring(signals=[case.pk])


# --- what happens by itself ------------------------------------------------------------------------------------------


def overtime(now: datetime) -> int:
    """A timer: meetings whose time is over end, and so do calls out of a chat in which nobody is (any more)."""
    lately = Attendance.objects.filter(seen_at__gt=now - EMPTY)
    ours = Q(appointment=None, provider=Room.Provider.BUILTIN)  # elsewhere nobody sees who is there
    empty = ours & Q(opens_at__lte=now - EMPTY) & ~Q(pk__in=lately.values("meeting"))
    due = Meeting.objects.filter(Q(ends_at__lte=now) | empty, ended_at=None)
    ended = 0
    for meeting_id, case_id in list(due.values_list("pk", "case_id")):
        with transaction.atomic():
            try:
                case = seats.lock(case_id)
            except NotFound:
                continue
            meeting = due.filter(pk=meeting_id).first()
            ended += bool(meeting and _finish(case, meeting, now))
    return ended


def end_with(case: Case, _answers: UUID | None) -> None:
    """No call outlives its case: of one that is locked and closed, every meeting ends. Of others none."""
    if case.state != Case.State.CLOSED:
        return
    for meeting in Meeting.objects.select_related("appointment").filter(case=case, ended_at=None):
        _finish(case, meeting, timezone.now())


def talking(now: datetime) -> Exists:
    """For a query of cases: whether both sides are in a call just now, whatever their chat is doing meanwhile."""
    there = Attendance.objects.filter(left_at=None, seen_at__gt=now - LOST, seat__ended_at=None)
    both = [Exists(there.filter(meeting=OuterRef("pk"), role=role)) for role in SIDES]
    return Exists(Meeting.objects.filter(*both, case=OuterRef("pk"), ended_at=None, ends_at__gt=now))


# --- inside ----------------------------------------------------------------------------------------------------------


def _meeting(meeting_id: UUID) -> Meeting:
    found = Meeting.objects.select_related("appointment").filter(pk=meeting_id).first()
    if found is None:
        raise NotFound
    return found


def _side(seat: Seat) -> Seat:
    """Only two seats have a part in a call: whoever was invited to a case has none. Raises NotFound."""
    if seat.role not in SIDES:
        raise NotFound
    return seat


def _seat(actor: Actor, case_id: UUID) -> Seat:
    return _side(seats.locked(actor, case_id))


def _usable(meetings: QuerySet[Meeting], now: datetime) -> QuerySet[Meeting]:
    agreed = Q(appointment=None) | Q(appointment__state__in=[Appointment.State.AGREED, Appointment.State.KEPT])
    running = ~Q(case__state=Case.State.CLOSED)
    return meetings.filter(agreed, running, ended_at=None, ends_at__gt=now)


def _is_open(meeting: Meeting, now: datetime) -> bool:
    """Neither ended nor over, and its appointment still holds: one that was called off has no call."""
    return _usable(Meeting.objects.filter(pk=meeting.pk, opens_at__lte=now), now).exists()


def _view(meeting: Meeting, seat: Seat, now: datetime) -> MeetingView:
    is_open = _is_open(meeting, now)
    return MeetingView(
        id=meeting.pk,
        case=meeting.case_id,
        side=SIDES[Role(seat.role)],
        kind=meeting.kind,
        provider=meeting.provider,
        opens_at=meeting.opens_at,
        ends_at=meeting.ends_at,
        state="open" if is_open else "ended",
        here=is_open and other(meeting, seat.role, now) is not None,
    )


def _provider(case: Case) -> str:
    """Where the case's team holds its calls."""
    room = Room.objects.filter(team=case.team_id).first()
    return room.provider if room else Room.Provider.BUILTIN


def _attend(meeting: Meeting, seat: Seat, page: UUID, now: datetime) -> None:
    """One attendance per side: the page that came last. What the earlier one said concerns nobody any more."""
    known = Attendance.objects.filter(meeting=meeting, role=seat.role).first()
    if known is None:
        Attendance.objects.create(meeting=meeting, seat=seat, role=seat.role, page=page, joined_at=now, seen_at=now)
        return
    if known.page != page or known.left_at:
        Signal.objects.filter(meeting=meeting, role=seat.role).delete()
        known.joined_at = now
    known.seat, known.page, known.seen_at, known.left_at = seat, page, now, None
    known.save(update_fields=["seat", "page", "joined_at", "seen_at", "left_at"])


def _begin(case: Case, meeting: Meeting, now: datetime) -> None:
    """Both are there for the first time."""
    meeting.began_at = now
    meeting.save(update_fields=["began_at"])
    course.record(case, meeting.kind, meeting=meeting)
    timeline.add_notice(case, "call_began", channel=meeting.kind)


def _finish(case: Case, meeting: Meeting, now: datetime) -> bool:
    """End a meeting of a locked case once: attendances, signals, the notice, the count. False when it was over."""
    if meeting.ended_at:
        return False
    meeting.ended_at, meeting.sealed = now, None  # the way into another system's room leads nowhere any more
    meeting.save(update_fields=["ended_at", "sealed"])
    Attendance.objects.filter(meeting=meeting, left_at=None).update(left_at=now)
    Signal.objects.filter(meeting=meeting).delete()
    if meeting.began_at:
        timeline.add_notice(case, "call_ended", channel=meeting.kind)
        lasted = now - meeting.began_at
        counting.count_case(
            "call",
            case,
            kind=meeting.kind,
            minutes=_band(lasted),
            duration=measuring.minutes(lasted),
            planned=meeting.appointment_id is not None,
        )
    course.over(case)
    bell.ring(signals=[case.pk])
    return True


def _band(lasted: timedelta) -> str:
    """How long, roughly: under 5, 15, 30, 60 minutes, or longer."""
    minutes = lasted.total_seconds() / 60
    return next((f"<{limit}" for limit in _BANDS if minutes < limit), f">={_BANDS[-1]}")
