"""Going on another way: one side proposes, the other says yes or no, and both may go back.

    proposed -> agreed -> undone          (record of calls and visits: `course.py`)
        +-> refused | withdrawn | expired

A no needs no reason, and the counsellor does not ask again for a while. Nothing changes before both said yes.
All writers hold the case's lock. What needs a day (telephone, a visit, a call next week) is an appointment instead.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blended.domain import course, meetings, ways
from blended.models import MediaChange
from counselling.cases import bell
from counselling.cases.domain import closing, door, newsworthy, queue, seats, timeline
from counselling.cases.models import Case, Role, Seat, Waiting
from counselling.errors import Closed, Conflict, Invalid, NotAllowed, NotFound
from counselling.people.domain import passphrases
from counselling.people.domain.actors import Actor

State = MediaChange.State
ANSWER_LIVE: Final = timedelta(minutes=10)
ANSWER_LETTERS: Final = timedelta(days=14)
PATIENCE_LIVE: Final = timedelta(minutes=15)
PATIENCE_LETTERS: Final = timedelta(days=7)
USE: Final = timedelta(days=1)  # so long the way into an agreed chat stands in the inbox
_NO: Final = (State.REFUSED, State.EXPIRED)
_PASSED: Final = _("Darauf wartet niemand mehr. Hier geht es weiter wie bisher.")


class NeedsWayBack(Conflict):
    """Letters are found again by words or a code only; whoever has none would lose them."""

    code = "needs_way_back"
    sentence = _("Damit du deine Briefe wiederfindest, hol dir erst deine Wörter zum Wiederkommen.")


def propose(actor: Actor, case_id: UUID, to: str, *, reason: str = "") -> UUID:
    """Ask the other side to go on by `to` (chat, mail, voice, video); `reason` is one of ways.REASONS or "".

    The same wish twice is one; where the other side has proposed it already, this is their yes. Raises Invalid (codes;
    what needs an appointment), Conflict (not from here; another proposal waits; asked too soon after a no), Closed,
    NeedsWayBack, NotFound, NotAllowed.
    """
    if reason not in {"", *dict(ways.REASONS)} or to not in ways.KNOWN:
        raise Invalid
    if to in ways.LATER:
        raise Invalid(_("Dafür braucht es einen Termin. Macht einen aus, dann passt es für beide."))
    with transaction.atomic():
        mine = part(actor, case_id)
        case, now = mine.case, timezone.now()
        waiting = _waiting(case, now)
        if waiting and _same(waiting.after, to):
            if waiting.proposed_by != mine.role:
                agree(actor, waiting.pk, by=to)
            return waiting.pk
        if waiting:
            raise Conflict(_("Hier wartet schon ein Vorschlag auf eine Antwort."))
        _require_possible(case, to, mine)
        if mine.role == Role.COUNSELLOR and patience(case, to, now):
            raise Conflict(
                _("Das kam gerade nicht infrage. Frag später noch einmal, oder warte, bis dein Gegenüber fragt.")
            )
        change = _propose(case, to, mine, reason, now)
    return change.pk


def agree(actor: Actor, change_id: UUID, *, by: str = "") -> MediaChange:
    """Say yes to the other side's proposal: it happens at once. `by` chooses voice or video where a talk was proposed.

    Twice is once. Raises NotFound, NotAllowed (one's own), Conflict (answered, too late, nobody there), Closed (no chat
    now), NeedsWayBack.
    """
    with transaction.atomic():
        change, mine = _asked(actor, change_id)
        if change.state == State.AGREED:
            return change
        _require_waiting(change, mine.case)
        if by and not _same(change.after, by):
            raise Invalid
        change.after = by or change.after
        _require_possible(mine.case, change.after, mine)
        change.state, change.answered_at = State.AGREED, timezone.now()
        _GO[change.after](actor, change, mine)
        change.save(update_fields=["after", "state", "answered_at", "meeting"])
        course.count(mine.case, change)
    return change


def refuse(actor: Actor, change_id: UUID) -> None:
    """Say no; nobody asks why. Twice is once. Raises NotFound, NotAllowed (one's own), Conflict (answered, late)."""
    with transaction.atomic():
        change, mine = _asked(actor, change_id)
        if change.state == State.REFUSED:
            return
        _require_waiting(change, mine.case)
        _end(change, State.REFUSED)
        timeline.add_notice(mine.case, "change_refused", by=course.SIDES[Role(mine.role)])
        if mine.role == Role.COUNSELLOR:
            newsworthy.happened(mine.case)
        course.count(mine.case, change, "media_refused")


def withdraw(actor: Actor, change_id: UUID) -> None:
    """Take one's own proposal back. Twice is once. Raises NotFound, NotAllowed (not one's own), Conflict (answered)."""
    with transaction.atomic():
        change, mine = _of(actor, change_id)
        if change.proposed_by != mine.role:
            raise NotAllowed
        if change.state == State.WITHDRAWN:
            return
        _require_waiting(change, mine.case)
        _end(change, State.WITHDRAWN)
        timeline.add_notice(mine.case, "change_withdrawn")


def undo(actor: Actor, change_id: UUID) -> None:
    """Back to the way before, by either side: a call ends for both, a chat in letters, letters become a chat again.

    Twice is once. Raises NotFound, Conflict (over, or something came after it), Closed (no chat now), NotAllowed (a
    counsellor cannot bring somebody into a chat: propose it).
    """
    with transaction.atomic():
        change, mine = _of(actor, change_id)
        case = mine.case
        if change.state == State.UNDONE:
            return
        if change.state != State.AGREED or change.appointment_id or _later(change).exists():
            raise Conflict(_PASSED)
        _BACK[change.after](actor, change, mine)
        _end(change, State.UNDONE)
        timeline.add_notice(case, "change_undone", channel=change.before)
        course.count(case, change, "media_undone")


def expire(now: datetime) -> int:
    """A timer: proposals nobody answered in time, or whose chat or letters are over. Quietly; how many."""
    live = Q(case__state=Case.State.ACTIVE, before=ways.CHAT, at__gt=now - ANSWER_LIVE)
    letters = Q(case__state=Case.State.LETTERS, before=ways.MAIL, at__gt=now - ANSWER_LETTERS)
    due = MediaChange.objects.filter(~(live | letters), state=State.PROPOSED)
    ended = 0
    for change_id, case_id in list(due.values_list("pk", "case")):
        with transaction.atomic():
            try:
                case = seats.lock(case_id)
            except NotFound:
                continue
            change = due.filter(pk=change_id).first()
            if change:
                _end(change, State.EXPIRED)
                bell.ring(cases=[case.pk])
                ended += 1
    return ended


# --- what may be proposed --------------------------------------------------------------------------------------------


def part(actor: Actor, case_id: UUID, *, lock: bool = True) -> Seat:
    """The actor's seat on one of the two sides, its case locked. Raises NotFound for everybody else, NotAllowed."""
    seat = seats.locked(actor, case_id) if lock else seats.seated(actor, case_id)
    if seat.role not in course.SIDES:
        raise NotFound
    return seat


def offered(case: Case) -> list[str]:
    """Where this case could go on right now, if both want it."""
    here = ways.base(case)
    if here == ways.CHAT and case.channel == ways.CHAT:
        return [*(ways.TALK if ways.can_talk(case) else ()), ways.MAIL]
    return [ways.CHAT] if here == ways.MAIL and case.channel == ways.MAIL else []


def patience(case: Case, to: str, now: datetime) -> bool:
    """Whether the young person said no to this (or nothing) lately, so that a counsellor does not ask again yet.

    Not once they have asked for it themselves since then. Two that were taken back count as well: a slip happens once.
    """
    wait = PATIENCE_LETTERS if ways.base(case) == ways.MAIL else PATIENCE_LIVE
    alike = MediaChange.objects.filter(case=case, after__in=ways.TALK if to in ways.TALK else [to])
    lately = alike.filter(proposed_by=Role.COUNSELLOR, answered_at__gt=now - wait).order_by("at")
    said = lately.filter(state__in=_NO).last() or next(iter(lately.filter(state=State.WITHDRAWN)[1:]), None)
    return bool(said and not alike.filter(proposed_by=Role.SEEKER, at__gt=said.at).exists())


def waits(change: MediaChange, case: Case, now: datetime) -> bool:
    """Whether this is still an open question: in time, and the case stands where it stood."""
    limit = ANSWER_LETTERS if change.before == ways.MAIL else ANSWER_LIVE
    return change.state == State.PROPOSED and change.before == ways.base(case) and now < change.at + limit


def until(change: MediaChange) -> datetime:
    """When the question ends by itself."""
    return change.at + (ANSWER_LETTERS if change.before == ways.MAIL else ANSWER_LIVE)


# --- inside ----------------------------------------------------------------------------------------------------------


def _same(one: str, other: str) -> bool:
    """To talk is one question, with or without the camera."""
    return one == other or (one in ways.TALK and other in ways.TALK)


def _require_possible(case: Case, to: str, mine: Seat) -> None:
    if case.state == Case.State.CLOSED:
        raise Closed
    if to in ways.TALK and not ways.can_talk(case):
        raise Conflict(_("Sprechen geht hier gerade nicht. Das liegt nicht an euch. Schreiben geht weiter."))
    if to not in offered(case):
        raise Conflict(_("Von hier aus geht das gerade nicht."))
    if to == ways.MAIL and mine.role == Role.SEEKER and not passphrases.of(case.seeker_id).exists():
        raise NeedsWayBack


def _propose(case: Case, to: str, mine: Seat, reason: str, now: datetime) -> MediaChange:
    change = MediaChange.objects.create(
        case=case,
        before=ways.base(case),
        after=to,
        proposed_by=mine.role,
        reason=reason,
        phase=ways.phase(case, now),
        at=now,
    )
    timeline.add_notice(case, "change_proposed", by=course.SIDES[Role(mine.role)], channel=to)
    if mine.role == Role.COUNSELLOR:
        newsworthy.happened(case)
    return change


def _waiting(case: Case, now: datetime) -> MediaChange | None:
    """The open question; one whose time is over gives way."""
    found = MediaChange.objects.filter(case=case, state=State.PROPOSED).first()
    if found is None or waits(found, case, now):
        return found
    _end(found, State.EXPIRED)
    return None


def _of(actor: Actor, change_id: UUID) -> tuple[MediaChange, Seat]:
    case_id = MediaChange.objects.filter(pk=change_id).values_list("case", flat=True).first()
    if case_id is None:
        raise NotFound
    mine = part(actor, case_id)
    return MediaChange.objects.select_related("meeting").get(pk=change_id), mine


def _asked(actor: Actor, change_id: UUID) -> tuple[MediaChange, Seat]:
    change, mine = _of(actor, change_id)
    if change.proposed_by == mine.role:
        raise NotAllowed
    return change, mine


def _require_waiting(change: MediaChange, case: Case) -> None:
    if not waits(change, case, timezone.now()):
        raise Conflict(_PASSED)


def _end(change: MediaChange, state: State) -> None:
    change.state = state
    if state != State.UNDONE:
        change.answered_at = timezone.now()
    change.save(update_fields=["state", "answered_at"])


def _later(change: MediaChange) -> QuerySet[MediaChange]:
    return MediaChange.objects.filter(case=change.case_id, at__gt=change.at, state__in=[State.AGREED, State.UNDONE])


# --- the steps themselves --------------------------------------------------------------------------------------------


def _agreed(mine: Seat, change: MediaChange) -> None:
    """Who said yes stands with it: their own yes is no news to a young person."""
    timeline.add_notice(mine.case, "change_agreed", by=course.SIDES[Role(mine.role)], channel=change.after)


def _talk(_actor: Actor, change: MediaChange, mine: Seat) -> None:
    """The room of the call is open from now on; the chat goes on beside it."""
    change.meeting = meetings.begin_now(mine.case, change.after)
    course.switch(mine.case, change.after)
    _agreed(mine, change)


def _write_letters(actor: Actor, change: MediaChange, mine: Seat) -> None:
    """The chat ends, and whoever counsels it keeps the case and answers its letters."""
    case = mine.case
    if not passphrases.of(case.seeker_id).exists():
        raise NeedsWayBack
    keeper = Seat.objects.filter(case=case, role=Role.COUNSELLOR, ended_at=None).values_list("staff", flat=True).first()
    if not case.by_letter:
        case.by_letter, case.keeper_id = True, keeper
        case.save(update_fields=["by_letter", "keeper"])
    _agreed(mine, change)
    closing.finish(case, by="letter", actor=actor if actor.kind == "staff" else None)


def _chat(actor: Actor, change: MediaChange, mine: Seat) -> None:
    """Whoever is there goes in; a young person who asked finds the way in where their messages are."""
    if actor.kind == "seeker":
        _into_chat(mine.case)
        _agreed(mine, change)
    else:
        _agreed(mine, change)
        newsworthy.happened(mine.case)


def _into_chat(case: Case) -> None:
    door.require_open(case.team_id)
    queue.rejoin_locked(case)


def _hang_up(actor: Actor, change: MediaChange, mine: Seat) -> None:
    if change.meeting is None or change.meeting.ended_at:
        raise Conflict(_PASSED)
    meetings.end(actor, change.meeting.pk)
    mine.case.refresh_from_db()
    course.over(mine.case)


def _chat_again(actor: Actor, _change: MediaChange, mine: Seat) -> None:
    if mine.case.state != Case.State.LETTERS:
        raise Conflict(_PASSED)
    if actor.kind != "seeker":
        raise NotAllowed(_("In den Chat kann nur dein Gegenüber selbst kommen. Schlag es vor."))
    _into_chat(mine.case)


def _letters_again(actor: Actor, _change: MediaChange, mine: Seat) -> None:
    case = mine.case
    if case.state == Case.State.ACTIVE:
        closing.finish(case, by=course.SIDES[Role(mine.role)], actor=actor if actor.kind == "staff" else None)
    elif case.state == Case.State.WAITING:
        queue.end_place(case, Waiting.How.LEFT)


Step = Callable[[Actor, MediaChange, Seat], None]
_GO: Final[dict[str, Step]] = {"voice": _talk, "video": _talk, "mail": _write_letters, "chat": _chat}
_BACK: Final[dict[str, Step]] = {
    "voice": _hang_up,
    "video": _hang_up,
    "mail": _chat_again,
    "chat": _letters_again,
}
